"""Parts of a Word document: paragraphs, headings with bookmarks, tables, pictures, fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from docx.document import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from PIL import Image

from checks.text import visible
from view.documents import styles
from view.documents.charts import Picture
from view.documents.styles import element
from view.documents.typography import nonbreaking

FIRST_BOOKMARK = 1000


class Container(Protocol):
    """What takes paragraphs: a document, a cell, a footer."""

    def add_paragraph(self, text: str = ...) -> Paragraph: ...


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, whether it is a figure, the verdict that shades it."""

    text: str
    number: bool = False
    verdict: str = ""


def paragraph(container: Container, text: str, style: str = "Normal") -> Paragraph:
    """Add a paragraph with no-break spaces where Russian typesetting wants them."""
    added = container.add_paragraph(nonbreaking(text))
    _set_style(added, style)
    return added


def _set_style(paragraph: Paragraph, style: str) -> None:
    """Set a paragraph's style by identifier: looking it up by name is slow."""
    paragraph._p.get_or_add_pPr().style = styles.identifier(style)


def items(document: Document, texts: Sequence[str], numbered: bool = False) -> None:
    """Add a list whose marks are part of the text, so that any program shows them alike."""
    for position, text in enumerate(texts, start=1):
        paragraph(document, f"{f'{position}.' if numbered else '–'}\t{text}", styles.ITEM)


def heading(document: Document, text: str, level: int) -> None:
    """Add a heading with the bookmark that its entry in the table of contents links to."""
    added = document.add_heading(nonbreaking(text), level)
    number = FIRST_BOOKMARK + len(document.element.findall(f".//{qn('w:bookmarkStart')}"))
    start = element("w:bookmarkStart", id=str(number), name=f"_Toc{number:08d}")
    added._p.insert(1 if added._p.pPr is not None else 0, start)
    added._p.append(element("w:bookmarkEnd", id=str(number)))


def table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell] | str],
    widths: Sequence[float],
    title: str = "",
) -> Table:
    """Add a table under its title and return it; a text as a row is a heading across it.

    widths: centimetres. The heading row repeats on every page and no row is split between two.
    """
    if title:
        paragraph(document, title, styles.TABLE_CAPTION)
    added: Table = document.add_table(rows=len(rows) + 1, cols=len(head), style=styles.TABLE)
    added.autofit = False
    added.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(added, widths)
    heading_row, *body = _grid(added)
    for cell, name in zip(heading_row, head, strict=True):
        _fill(cell, name, styles.HEAD_CELL)
    for cells, row in zip(body, rows, strict=True):
        if isinstance(row, str):
            _fill(cells[0].merge(cells[-1]), row, styles.THEME_CELL)
            continue
        for cell, shown in zip(cells, row, strict=True):
            _fill(cell, shown.text, styles.NUMBER_CELL if shown.number else styles.CELL)
            if shown.verdict:
                _shade(cell, styles.SHADES[shown.verdict])
    for position, table_row in enumerate(added.rows):
        settings = table_row._tr.get_or_add_trPr()
        settings.append(element("w:cantSplit"))
        if not position:
            settings.append(element("w:tblHeader"))
    return added


def turn_headings(table: Table, height: float) -> None:
    """Turn all headings of a table but the first by 90 degrees. height: of their row, in cm."""
    table.rows[0].height, table.rows[0].height_rule = Cm(height), WD_ROW_HEIGHT_RULE.EXACTLY
    for cell in _grid(table)[0][1:]:
        cell._tc.get_or_add_tcPr().append(element("w:textDirection", val="btLr"))


def _grid(table: Table) -> list[list[_Cell]]:
    """Return the cells row by row: `Table.cell` lists all cells anew at every call."""
    cells, columns = table._cells, len(table.columns)
    return [cells[start : start + columns] for start in range(0, len(cells), columns)]


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in _grid(table):
        for cell, width in zip(row, widths, strict=True):
            cell.width = Cm(width)


def _fill(cell: _Cell, text: str, style: str) -> None:
    """Write a text into an empty cell, a paragraph a line."""
    first, *rest = text.split("\n")
    only = cell.paragraphs[0]
    _set_style(only, style)
    only.add_run(nonbreaking(first))
    for more in rest:
        paragraph(cell, more, style)


def _shade(cell: _Cell, fill: str) -> None:
    cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=fill))


def side_by_side(document: Document, widths: Sequence[float]) -> list[_Cell]:
    """Add a row of cells without borders and return them."""
    added = document.add_table(rows=1, cols=len(widths))
    added.autofit = False
    _set_widths(added, widths)
    return _grid(added)[0]


def write_lines(cell: _Cell, lines: Sequence[str], style: str) -> None:
    """Write lines into an empty cell, a paragraph each."""
    _fill(cell, "\n".join(lines), style)


def picture(document: Document, chart: Picture, number: int) -> int:
    """Add a placeholder for a chart with caption and alternative text; return the next number.

    `draw_pictures` replaces placeholders: a document can be laid out before its charts are drawn.
    """
    holder = document.add_paragraph()
    _set_style(holder, styles.PICTURE)
    shape = holder.add_run().add_picture(_blank(number), width=Cm(chart.width), height=Cm(chart.height))
    described = shape._inline.docPr
    described.set("descr", chart.alt)
    described.set("name", f"Рисунок {number}")
    part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    part.chart = chart
    paragraph(document, f"Рис. {number}. {chart.title}", styles.CAPTION)
    return number + 1


def _blank(number: int) -> io.BytesIO:
    """Return a tiny picture unlike others: python-docx stores equal pictures once."""
    content = io.BytesIO()
    Image.new("L", (number, 1)).save(content, "png")
    content.seek(0)
    return content


def draw_pictures(document: Document, progress: Callable[[float], None] = lambda share: None) -> None:
    """Replace placeholders by their charts; calls `progress` with the share done (0…1)."""
    pending = [part for part in document.part.related_parts.values() if hasattr(part, "chart")]
    for done, part in enumerate(pending):
        progress(done / len(pending))
        part._blob = part.chart.png()


def field(holder: Paragraph, instruction: str, shown: str) -> None:
    """Append a Word field with the text that it shows until Word computes it."""
    for kind in ("begin", "separate"):
        run = holder.add_run()
        run._r.append(element("w:fldChar", fldCharType=kind))
        if kind == "begin":
            command = element("w:instrText")
            command.set(qn("xml:space"), "preserve")
            command.text = f" {instruction} "
            holder.add_run()._r.append(command)
    holder.add_run(shown)
    holder.add_run()._r.append(element("w:fldChar", fldCharType="end"))


def footer(document: Document, text: str) -> None:
    """Put a text and «стр. X из Y» at the foot of every page."""
    holder = document.sections[0].footer.paragraphs[0]
    holder.style = styles.FOOT
    holder.add_run(nonbreaking(text) + "\tстр. ")
    field(holder, "PAGE", "1")
    holder.add_run(" из ")
    field(holder, "NUMPAGES", "1")


def set_properties(document: Document, title: str, author: str) -> None:
    """Fill the document's properties: title, author, language."""
    properties = document.core_properties
    properties.title, properties.author, properties.language = visible(title), visible(author), "ru-RU"
    properties.comments = properties.keywords = properties.subject = ""
