"""Reading of XLSX, XLS and ODS: sheets as grids of text, positions as in the sheet.

Runs only in a limited subprocess (`etl.reader.isolated`): a hostile workbook can crash the native library.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import fastexcel
import polars as pl

from etl.reader import limits
from etl.reader.limits import Unreadable
from etl.reader.shown import ods, xls, xlsx
from etl.reader.shown.marks import Marks, applied
from etl.reader.table import Grid, cell_names, without_blanks

_CHUNK = 8 * 2**20
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{2,3})\d+"[^>]*(?<!/)>')
_CELL_ROW = re.compile(rb'<c r="[A-Z]{1,3}(\d+)"')
_ERROR_NAMES = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_ERROR_DETAIL = re.compile(r"Error\((\w+)\)")
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?$"
_MOMENT = r"^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})"
_TIME_ALONE = r"^1899-12-3[01] (\d{2}:\d{2}:\d{2})$"


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name, whether it is visible, and its cells."""

    name: str
    visible: bool
    grid: Grid


def sheets(data: bytes, kind: str, only: str | None = None) -> Iterator[Sheet]:
    """Yield the sheets, visible ones first, or the one named `only`.

    Raises Unreadable for a damaged or protected workbook, an unknown sheet, and a sheet too large to hold.
    """
    with _library_errors_explained():
        if kind == "xlsx":
            data = _with_slashes(data)
            _refuse_vast(data)
        marks = _MARKS[kind](data)
        book = fastexcel.read_excel(data)
    names = list(book.sheet_names)
    if len(names) > limits.SHEETS:
        raise limits.too_many_sheets(len(names))
    if only is not None:
        if only not in names:
            listed = ", ".join(f"«{name}»" for name in names)
            raise Unreadable("no_sheet", f"В книге нет листа «{only}». Есть листы: {listed}.")
        names = [only]
    hidden: list[Sheet] = []
    for name in names:
        sheet = _load(book, name, marks.get(name, Marks()))
        if sheet is None:
            continue
        if sheet.visible:
            yield sheet
        else:
            hidden.append(sheet)
    yield from hidden


_MARKS = {"xlsx": xlsx.marks_of, "xls": xls.marks_of, "ods": ods.marks_of}


def _with_slashes(data: bytes) -> bytes:
    """Return the archive with slashes in place of backslashes in names of parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if not any("\\" in member.orig_filename for member in members):
            return data
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for member in members:
                copy.writestr(member.orig_filename.replace("\\", "/"), archive.read(member))
    return target.getvalue()


@contextmanager
def _library_errors_explained() -> Iterator[None]:
    """Raise `Unreadable` in place of whatever the libraries raise for a damaged workbook.

    A panic of the native library is no `Exception`, so everything but an exit is caught.
    """
    try:
        yield
    except (Unreadable, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as problem:
        raise _unreadable(problem) from problem


def _unreadable(problem: BaseException) -> Unreadable:
    if "password" in str(problem).lower() or "encrypt" in str(problem).lower():
        return Unreadable("encrypted", "Книга защищена паролем. Откройте её, снимите пароль и сохраните заново.")
    return damaged()


def damaged() -> Unreadable:
    """Return the refusal of a workbook that cannot be opened."""
    return Unreadable(
        "damaged",
        "Книга повреждена или сохранена в незнакомом виде: открыть её не удалось. "
        "Откройте её в табличном редакторе и сохраните как XLSX.",
    )


def _load(book: fastexcel.ExcelReader, name: str, marks: Marks) -> Sheet | None:
    """Return one sheet as text from row 1 and column A, None for a sheet that is a chart."""
    with _library_errors_explained():
        try:
            # skip_rows=0 keeps empty rows at the top; skipped, they would shift row numbers.
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        except fastexcel.FastExcelError as problem:
            if "not a worksheet" in str(problem).lower():
                return None
            raise
        visible = sheet.visible == "visible"
        if sheet.width == 0 or sheet.height == 0:
            return Sheet(name, visible, Grid(pl.DataFrame({"row": pl.Series([], dtype=pl.UInt32)})))
        first = sheet.available_columns()[0].absolute_index
        batch, errors = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(pl.from_arrow(batch))
    if first + cells.width > limits.COLUMNS:
        raise limits.too_wide(first + cells.width, f"На листе «{name}»")
    if errors is not None:
        cells = _show_errors(cells, errors)
    frame = applied(_as_people_write(cells, first), marks)
    return Sheet(
        name,
        visible,
        Grid(
            frame,
            merged=tuple((top + 1, bottom + 1, column) for top, bottom, column in marks.merged),
            hidden_rows=frozenset(row + 1 for row in marks.hidden_rows),
            hidden_columns=frozenset(marks.hidden_columns),
        ),
    )


def _show_errors(cells: pl.DataFrame, errors: fastexcel.CellErrors) -> pl.DataFrame:
    """Return the frame with error cells by name (#DIV/0!), which the library leaves blank."""
    shown: dict[int, list[tuple[int, str]]] = {}
    for error in errors.errors:
        found = _ERROR_DETAIL.search(error.detail)
        row, column = error.offset_position
        shown.setdefault(column, []).append((row, _ERROR_NAMES.get(found.group(1), "#ERROR!") if found else "#ERROR!"))
    columns = cells.get_columns()
    for column, replaced in shown.items():
        rows, names = zip(*replaced, strict=True)
        columns[column] = columns[column].scatter(list(rows), list(names))
    return pl.DataFrame(columns)


def _as_people_write(cells: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return the grid of a sheet: cells `c0`, `c1`, …, numbered rows, dates without midnight."""
    cells.columns = [f"c{first + position}" for position in range(cells.width)]
    text = pl.col(cells.columns)
    tidy = text.str.replace(_MIDNIGHT, "$1").str.replace(_MOMENT, "$1 $2").str.replace(_TIME_ALONE, "$1")
    leading = [pl.lit(None, pl.String).alias(name) for name in cell_names(first)]
    frame = cells.with_columns(tidy).with_columns(leading)
    order = ["row", *cell_names(first + cells.width)]
    numbered = frame.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.UInt32))
    return without_blanks(numbered.select(order))


def _refuse_vast(data: bytes) -> None:
    """Raise `Unreadable` for a sheet whose rectangle of filled cells would not fit into memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename):
                continue
            rows, columns = _extent(archive, member)
            if rows * columns > limits.CELLS:
                raise limits.too_vast(rows, columns)


def _extent(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """Return the last row and column with a value, without building the sheet."""
    last_row, last_column, carried = 1, 26, b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            text = carried + chunk
            letters = {found.decode() for found in _FILLED_CELL.findall(text)}
            last_column = max([last_column, *map(xlsx.column_number, letters)])
            end = text.rfind(b"</c>")
            start = text.rfind(b'<c r="', 0, end) if end >= 0 else -1
            found = _CELL_ROW.match(text, start) if start >= 0 else None
            if found:
                last_row = max(last_row, int(found.group(1)))
            carried = text[-4096:]
    return last_row, last_column
