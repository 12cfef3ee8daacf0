"""Rebuilds a file as a plain workbook when it is no XLSX or cannot be edited in place.

Its sheet is written by polars expressions: a workbook library takes many times longer for a large file.
"""

import re
from xml.sax.saxutils import escape

import polars as pl

from etl.marked.package import CONTENT_TYPES, RELATION, WORKBOOK, Package, relations_of
from etl.marked.positions import cell_name, letters
from etl.marked.text import LONGEST_CELL, attribute
from etl.reader import Table, encoding, text, workbook
from etl.reader.table import Grid

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_CELLS = 8_000_000
_SAMPLE = 200
_UNFIT_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_UNFIT = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "xl/worksheets/sheet1.xml"
_TEXT_FORMAT, _HEADER_FORMAT = 1, 2


class TooLargeToMark(Exception):
    """The table is too large for a workbook; message: Russian."""

    def __init__(self) -> None:
        self.message = (
            "Таблица слишком велика, чтобы вернуть её книгой с пометками. "
            "Исправьте свой файл по списку замечаний или разделите его на части."
        )
        super().__init__(self.message)


def workbook_of(content: bytes, table: Table) -> tuple[Package, str]:
    """Return a workbook with every cell of the file in its place, and the name of its sheet.

    Every cell is text, blank ones too: a code keeps its zeros, a date its form, and nothing becomes a formula. Raises
    `TooLargeToMark`.
    """
    grid = _grid(content, table)
    height = grid.frame.height
    if height > _MOST_ROWS or grid.width > _MOST_COLUMNS or grid.width * height > _MOST_CELLS:
        raise TooLargeToMark
    name = _UNFIT_NAME.sub(" ", table.sheet or "").strip(" '")[:31] or "Данные"
    parts = {
        CONTENT_TYPES: _CONTENT_TYPES,
        "_rels/.rels": _relations("officeDocument", WORKBOOK),
        WORKBOOK: _DECLARATION + f'<workbook xmlns="{_MAIN}" xmlns:r="{RELATION}"><bookViews><workbookView/>'
        f'</bookViews><sheets><sheet name="{attribute(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        relations_of(WORKBOOK): _relations("worksheet", _SHEET, "styles", "xl/styles.xml"),
        "xl/styles.xml": _STYLES,
        _SHEET: _sheet(grid, table.header_rows),
    }
    return Package({part: body.encode() for part, body in parts.items()}), name


def _grid(content: bytes, table: Table) -> Grid:
    if table.format == "csv":
        return text.parse(encoding.decode(content)[0], table.delimiter)
    (sheet,) = workbook.sheets(content, table.format, table.sheet)
    return sheet.grid


def _sheet(grid: Grid, header_rows: tuple[int, ...]) -> str:
    width = max(grid.width, 1)
    columns = "".join(
        f'<col min="{position + 1}" max="{position + 1}" width="{_width(grid, position)}" style="{_TEXT_FORMAT}" '
        'customWidth="1"/>'
        for position in range(width)
    )
    frozen = ""
    if header_rows:
        top = cell_name(header_rows[-1] + 1, 0)
        frozen = f'<pane ySplit="{header_rows[-1]}" topLeftCell="{top}" activePane="bottomLeft" state="frozen"/>'
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        f'<sheetView workbookViewId="0">{frozen}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{columns}</cols><sheetData>{_rows(grid, header_rows)}</sheetData>"
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f'<ignoredErrors><ignoredError sqref="A1:{cell_name(_MOST_ROWS, width - 1)}" numberStoredAsText="1"/>'
        "</ignoredErrors></worksheet>"
    )


def _rows(grid: Grid, header_rows: tuple[int, ...]) -> str:
    """Return all rows as XML without blank cells."""
    style = pl.when(pl.col("row").is_in(list(header_rows))).then(_HEADER_FORMAT).otherwise(_TEXT_FORMAT)
    cells = [_cell(position) for position in range(grid.width)]
    row = pl.concat_str(pl.lit('<row r="'), pl.col("row"), pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(grid.frame.with_columns(style.cast(pl.String).alias("style")).select(row).to_series())


def _cell(position: int) -> pl.Expr:
    value = (
        pl.col(f"c{position}")
        .str.replace_all("\r\n?", "\n")
        .str.replace_all(_UNFIT, "\ufffd")
        .str.slice(0, LONGEST_CELL)
        .str.replace_all("_(x[0-9A-Fa-f]{4}_)", "_x005F_${1}")
        .str.replace_many({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    )
    opening = pl.concat_str(
        pl.lit(f'<c r="{letters(position)}'), pl.col("row"), pl.lit('" s="'), pl.col("style"), pl.lit(_BEFORE_TEXT)
    )
    return pl.concat_str(opening, value, pl.lit("</t></is></c>")).fill_null("")


_BEFORE_TEXT = '" t="inlineStr"><is><t xml:space="preserve">'


def _width(grid: Grid, position: int) -> int:
    if position >= grid.width:
        return 10
    longest = grid.frame[f"c{position}"].head(_SAMPLE).str.len_chars().max()
    return max(10, min(40, (longest if isinstance(longest, int) else 0) + 2))


def _relations(*kinds_and_targets: str) -> str:
    pairs = zip(kinds_and_targets[::2], kinds_and_targets[1::2], strict=True)
    tags = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATION}/{kind}" Target="/{escape(target)}"/>'
        for number, (kind, target) in enumerate(pairs, start=1)
    )
    name_space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARATION}<Relationships xmlns="{name_space}">{tags}</Relationships>'


_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = (
    f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/{WORKBOOK}" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/{_SHEET}" ContentType="{_SPREADSHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/></Types>'
)
_THIN = "".join(f'<{side} style="thin"><color rgb="FF8C8C8C"/></{side}>' for side in ("left", "right", "top", "bottom"))
_STYLES = (
    f'{_DECLARATION}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/><charset val="204"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/><charset val="204"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFDDE3EA"/><bgColor indexed="64"/></patternFill></fill>'
    '</fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    f"<border>{_THIN}<diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top"/></xf>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" '
    'applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
