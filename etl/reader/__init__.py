"""Reader: turns a file of any supported format into a table of text cells.

Rows keep the numbers that a spreadsheet shows. Cells are not interpreted: `read` finds the table and lists the rows
that it left out; `checks` parses values.
"""

from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from etl.reader import encoding, isolated, layout, limits, message, packed, signature, text, workbook
from etl.reader.headers import Headers, Required, known_headers
from etl.reader.limits import Unreadable
from etl.reader.table import Format, Grid, Layout, LeftOut, Table

__all__ = ["Inspected", "LeftOut", "Table", "Unreadable", "content_of", "inspect_json", "read"]


@dataclass(frozen=True)
class _Contract:
    headers: Headers
    required: Required
    dataset: str | None
    supplied: Set[str]

    def layout(self, grid: Grid) -> Layout:
        return layout.find(grid, self.headers, self.required, self.dataset, self.supplied)


def read(
    source: Path | bytes,
    name: str,
    headers: Headers,
    required: Required,
    dataset: str | None = None,
    supplied: Set[str] = frozenset(),
    sheet: str | None = None,
) -> Table:
    """Read a file into a Table.

    Args:
        headers: accepted header texts by dataset and column code.
        required: the columns that a file of each dataset must have.
        supplied: columns whose values come from elsewhere.
        dataset: match against it alone. sheet: read only that sheet of a workbook.

    Returns a table with `is_table` false and the reason in `message` where there is none. Raises `Unreadable` for a
    file that cannot be opened. Workbooks, and large irregular texts, are read in a limited subprocess.
    """
    try:
        data = content_of(source)
    except OSError as problem:
        raise Unreadable("no_file", f"Файл «{name}» не открывается: его нет или к нему нет доступа.") from problem
    kind = signature.recognise(data)
    contract = _Contract(headers, required, dataset, supplied)
    if kind == "text":
        with suppress(text.TooSlowToParse):
            return _read_text(data, contract, at_once=True)
    try:
        answer = isolated.run(_answer, data, kind, contract, sheet)
    except isolated.Ended as ended:
        raise (limits.too_slow(len(data)) if ended.slow else limits.too_heavy()) from ended
    return packed.unpacked(answer)


def content_of(source: Path | bytes) -> bytes:
    """Return the bytes of a file; of one above the limit only enough to be refused by it."""
    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return file.read(limits.FILE_BYTES + 1)


def _answer(data: bytes, kind: signature.Kind, contract: _Contract, only: str | None) -> bytes:
    try:
        table = _read_text(data, contract) if kind == "text" else _read_workbook(data, kind, contract, only)
        if table.frame.estimated_size() > limits.TABLE_BYTES:
            raise limits.too_heavy()
    except Unreadable as refusal:
        return packed.refused(refusal)
    return packed.packed(table)


def _read_text(data: bytes, contract: _Contract, *, at_once: bool = False) -> Table:
    content, encoded = encoding.decode(data)
    delimiter = text.delimiter_of(content, known_headers(contract.headers))
    grid = text.parse(content, delimiter, at_once=at_once)
    found = contract.layout(grid)
    said = message.of_text(encoded, delimiter)
    if not found.is_table:
        said = message.of_no_table(said, found, delimiter, layout.filled_rows(grid))
    else:
        said = message.of_table(said, found)
    return _table("csv", found, said, encoded=encoded, delimiter=delimiter, swallowing=grid.swallowing)


def _read_workbook(data: bytes, kind: signature.BookKind, contract: _Contract, only: str | None) -> Table:
    seen = [(sheet, contract.layout(sheet.grid)) for sheet in workbook.sheets(data, kind, only)]
    if not seen:
        raise Unreadable("no_sheet", "В книге нет ни одного листа с ячейками.")
    sheet, found = max(seen, key=lambda pair: _fitness(*pair))
    same = tuple(
        other.name
        for other, its in seen
        if other is not sheet and other.visible and _complete(its) and its.frame.height
    )
    said = message.of_workbook(kind, sheet.name)
    if not found.is_table:
        said = message.of_no_table(said, found, "", layout.filled_rows(sheet.grid))
    else:
        said = message.of_table(said, found)
    others = same if found.dataset and _complete(found) else ()
    return _table(kind, found, said + message.of_other_sheets(others), sheet=sheet.name, other_sheets=others)


def _complete(found: Layout) -> bool:
    return bool(found.mapping) and not found.missing


def _fitness(sheet: workbook.Sheet, found: Layout) -> tuple[bool, bool, int, bool, bool]:
    """Rank a sheet of a workbook: the highest is read, the first of equals wins.

    A visible sheet with most of a contract ranks first, then a complete hidden one, then the one with more columns of a
    contract, then any table.
    """
    mostly = len(found.mapping) > len(found.missing)
    return (
        sheet.visible and mostly,
        _complete(found),
        len(found.mapping),
        found.is_table and sheet.visible,
        found.is_table,
    )


def _table(
    kind: Format,
    found: Layout,
    said: str,
    *,
    encoded: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    swallowing: tuple[int, ...] = (),
    other_sheets: tuple[str, ...] = (),
) -> Table:
    kept = set(found.frame.get_column("row").to_list()) if swallowing else set()
    return Table(
        format=kind,
        encoding=encoded,
        delimiter=delimiter,
        sheet=sheet,
        header_row=found.header_rows[0] if found.header_rows else None,
        header_rows=found.header_rows,
        columns=found.columns,
        dataset=found.dataset,
        mapping=found.mapping,
        missing=found.missing,
        doubled=found.doubled,
        extra=found.extra,
        closest=found.closest,
        frame=found.frame,
        left_out=found.left_out,
        message=said,
        is_table=found.is_table,
        overlong=found.overlong,
        swallowing=tuple(row for row in swallowing if row in kept),
        other_sheets=other_sheets,
        merged=found.merged,
        hidden_rows=found.hidden_rows,
        hidden_columns=found.hidden_columns,
    )


class Inspected(TypedDict):
    """The JSON of the command `inspect`; keys as of `Table`."""

    format: Format | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int | None
    header_rows: NotRequired[list[int]]
    columns: list[str]
    rows: int
    left_out: list[dict[str, int | str]]
    dataset: str | None
    message: str


def inspect_json(table: Table) -> Inspected:
    """Return the JSON of the command `inspect`: position of the table, columns, rows left out."""
    return {
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": table.sheet,
        "header_row": table.header_row,
        "header_rows": list(table.header_rows),
        "columns": list(table.columns),
        "rows": table.frame.height,
        "left_out": [{"row": left.row, "why": left.why} for left in table.left_out],
        "dataset": table.dataset,
        "message": table.message,
    }
