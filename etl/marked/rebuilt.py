"""A plain workbook with the rows of a file that is none, or none that can be changed in place."""

import io
import re

import polars as pl
import xlsxwriter

from etl.marked.text import fit
from etl.reader import Table, encoding, isolated, text, workbook
from etl.reader.table import Grid

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_CELLS = 5_000_000
_SAMPLE = 200
_UNFIT_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class TooLargeToMark(Exception):
    """No workbook holds the table, or none that anyone could open. `message` says it in Russian."""

    def __init__(self) -> None:
        self.message = (
            "Таблица слишком велика, чтобы вернуть её книгой с пометками. "
            "Исправьте свой файл по списку замечаний или разделите его на части."
        )
        super().__init__(self.message)


def workbook_of(content: bytes, table: Table) -> tuple[bytes, str]:
    """Return a workbook with every row and cell of the file in its place, as text, and the name of its sheet.

    Everything is text, also for the cells that are filled in later: a code keeps its zeros, a date its form, and what
    begins with = is no formula. Raises `TooLargeToMark`.
    """
    grid = _grid(content, table)
    width, height = grid.width, grid.frame.height
    if height > _MOST_ROWS or width > _MOST_COLUMNS or width * height > _MOST_CELLS:
        raise TooLargeToMark
    name = _UNFIT_NAME.sub(" ", table.sheet or "").strip(" '")[:31] or "Данные"
    target = io.BytesIO()
    # Rows go straight to disk, so the memory needed does not grow with the file.
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name)
        plain = book.add_format({"num_format": "@", "valign": "top"})
        header = book.add_format(
            {"num_format": "@", "bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE3EA", "border": 1}
        )
        for position in range(width):
            sheet.set_column(position, position, _width(grid.frame[f"c{position}"]), plain)
        if table.header_rows:
            sheet.freeze_panes(table.header_rows[-1], 0)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_MOST_ROWS}"})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        headers = set(table.header_rows)
        for row, *cells in grid.frame.iter_rows():
            style = header if row in headers else plain
            for position, cell in enumerate(cells):
                if cell is not None:
                    sheet.write_string(row - 1, position, fit(cell), style)
    return target.getvalue(), name


def _grid(content: bytes, table: Table) -> Grid:
    if table.format == "csv":
        return text.parse(encoding.decode(content)[0], table.delimiter)
    sheets = workbook.sheets if table.format == "xlsx" else isolated.sheets
    (sheet,) = sheets(content, table.format, table.sheet)
    return sheet.grid


def _width(cells: pl.Series) -> int:
    longest = cells.head(_SAMPLE).str.len_chars().max()
    return max(10, min(40, (longest if isinstance(longest, int) else 0) + 2))
