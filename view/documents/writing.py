"""Parts of a document: paragraphs, headings with bookmarks, tables, pictures, fields."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image

from checks.text import visible
from view.documents import styles
from view.documents.charts import Picture
from view.documents.styles import element
from view.documents.typography import tied

FIRST_BOOKMARK = 1000


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text, whether it is a figure, the verdict that shades it."""

    text: str
    number: bool = False
    verdict: str = ""


def paragraph(document: Any, text: str, style: str = "Normal") -> Any:
    """Add a paragraph with its spaces tied; `document` is a document, a cell or a footer."""
    made = document.add_paragraph(tied(text))
    _dress(made, style)
    return made


def _dress(made: Any, style: str) -> None:
    """Give a paragraph its style by identifier: looking the style up each time takes longer than all the rest."""
    made._p.get_or_add_pPr().style = styles.identifier(style)


def items(document: Any, texts: Sequence[str], numbered: bool = False) -> None:
    """Add a list, its marks part of the text so that any program shows them alike."""
    for position, text in enumerate(texts, start=1):
        paragraph(document, f"{f'{position}.' if numbered else '–'}\t{text}", styles.ITEM)


def heading(document: Any, text: str, level: int) -> None:
    """Add a heading with the bookmark that the contents lead to."""
    made = document.add_heading(tied(text), level)
    number = FIRST_BOOKMARK + len(document.element.findall(f".//{qn('w:bookmarkStart')}"))
    start = element("w:bookmarkStart", id=str(number), name=f"_Toc{number:08d}")
    made._p.insert(1 if made._p.pPr is not None else 0, start)
    made._p.append(element("w:bookmarkEnd", id=str(number)))


def table(
    document: Any, head: Sequence[str], rows: Sequence[Sequence[Cell] | str], widths: Sequence[float], title: str = ""
) -> Any:
    """Add a table under its title and return it; a row that is a text is a section across the whole table.

    widths: centimetres. The heading row repeats on every page and no row is torn between two.
    """
    if title:
        paragraph(document, title, styles.TABLE_CAPTION)
    made = document.add_table(rows=len(rows) + 1, cols=len(head), style=styles.TABLE)
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widen(made, widths)
    cells = [list(row) for row in _grid(made)]
    for place, name in zip(cells[0], head, strict=True):
        _fill(place, name, styles.HEAD_CELL)
    for line, row in zip(cells[1:], rows, strict=True):
        if isinstance(row, str):
            _fill(line[0].merge(line[-1]), row, styles.THEME_CELL)
            continue
        for place, cell in zip(line, row, strict=True):
            _fill(place, cell.text, styles.NUMBER_CELL if cell.number else styles.CELL)
            if cell.verdict:
                _shade(place, styles.SHADES[cell.verdict])
    for number, row in enumerate(made.rows):
        settings = row._tr.get_or_add_trPr()
        settings.append(element("w:cantSplit"))
        if not number:
            settings.append(element("w:tblHeader"))
    return made


def upright(made: Any, height: float) -> None:
    """Turn the headings of a table, all but the first, to be read from below; height in centimetres."""
    made.rows[0].height, made.rows[0].height_rule = Cm(height), WD_ROW_HEIGHT_RULE.EXACTLY
    for place in _grid(made)[0][1:]:
        place._tc.get_or_add_tcPr().append(element("w:textDirection", val="btLr"))


def _grid(made: Any) -> list[list[Any]]:
    """Return the cells row by row: asking the table for one of them anew takes the time of all."""
    cells, columns = made._cells, len(made.columns)
    return [cells[start : start + columns] for start in range(0, len(cells), columns)]


def _widen(made: Any, widths: Sequence[float]) -> None:
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for row in _grid(made):
        for place, width in zip(row, widths, strict=True):
            place.width = Cm(width)


def _fill(place: Any, text: str, style: str) -> None:
    first, *rest = text.split("\n")
    only = place.paragraphs[0]
    _dress(only, style)
    only.add_run(tied(first))
    for more in rest:
        paragraph(place, more, style)


def _shade(place: Any, fill: str) -> None:
    place._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill=fill))


def side_by_side(document: Any, widths: Sequence[float]) -> list[Any]:
    """Add a row of cells without borders and return them, for blocks that stand beside each other."""
    made = document.add_table(rows=1, cols=len(widths))
    made.autofit = False
    _widen(made, widths)
    return _grid(made)[0]


def write_lines(place: Any, lines: Sequence[str], style: str) -> None:
    """Fill a fresh cell with paragraphs."""
    _fill(place, "\n".join(lines), style)


def picture(document: Any, chart: Picture, number: int) -> int:
    """Add the place of a chart, its caption and alternative text; return the next picture's number.

    The chart itself is put there by `draw_pictures`: a document can be laid out before its charts are drawn.
    """
    holder = document.add_paragraph()
    _dress(holder, styles.PICTURE)
    shape = holder.add_run().add_picture(_blank(number), width=Cm(chart.width), height=Cm(chart.height))
    described = shape._inline.docPr
    described.set("descr", chart.alt)
    described.set("name", f"Рисунок {number}")
    part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
    part.chart = chart
    paragraph(document, f"Рис. {number}. {chart.title}", styles.CAPTION)
    return number + 1


def _blank(number: int) -> io.BytesIO:
    """Return a tiny picture that differs from those of other numbers: equal ones would share their place."""
    content = io.BytesIO()
    Image.new("L", (number, 1)).save(content, "png")
    content.seek(0)
    return content


def draw_pictures(document: Any, progress: Callable[[float], None] = lambda share: None) -> None:
    """Draw the charts of a document into their places; progress is told the share done (0…1)."""
    places = [part for part in document.part.related_parts.values() if hasattr(part, "chart")]
    for done, part in enumerate(places):
        progress(done / len(places))
        part._blob = part.chart.png()


def field(holder: Any, instruction: str, shown: str) -> None:
    """Append a field with the text that it shows until it is computed."""
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


def footer(document: Any, text: str) -> None:
    """Put a text and «страница X из Y» at the foot of every page."""
    holder = document.sections[0].footer.paragraphs[0]
    holder.style = styles.FOOT
    holder.add_run(tied(text) + "\tстр. ")
    field(holder, "PAGE", "1")
    holder.add_run(" из ")
    field(holder, "NUMPAGES", "1")


def name_document(document: Any, title: str, author: str) -> None:
    """Fill the document's properties."""
    properties = document.core_properties
    properties.title, properties.author, properties.language = visible(title), visible(author), "ru-RU"
    properties.comments = properties.keywords = properties.subject = ""
