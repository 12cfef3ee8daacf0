"""Positions of findings on the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from checks.catalogue import contracts
from checks.findings import Finding
from etl.reader import Table


@dataclass(frozen=True)
class CellPosition:
    """A cell, or without a column a whole row; row from 1, column from 0."""

    row: int
    column: int | None


@dataclass(frozen=True)
class Positions:
    """Positions of findings, in their order, None for findings about the whole file.

    first_column: first column of the table. margin: first column to the right of it. header_rows: rows of its header.
    """

    of: tuple[CellPosition | None, ...]
    first_column: int
    margin: int
    header_rows: tuple[int, ...]


def locate(table: Table, dataset: str, findings: Sequence[Finding]) -> Positions:
    """Return the position of every finding in the file."""
    columns = _positions(table, dataset)
    header = table.header_rows[-1] if table.header_rows else None
    used = [
        position
        for position in range(table.frame.width - 1)
        if (position < len(table.columns) and table.columns[position])
        or table.frame[f"c{position}"].null_count() < table.frame.height
    ]
    return Positions(
        of=tuple(_position(finding, columns, header) for finding in findings),
        first_column=min(table.mapping.values(), default=used[0] if used else 0),
        margin=max(used, default=-1) + 1,
        header_rows=table.header_rows,
    )


def _positions(table: Table, dataset: str) -> dict[str, int]:
    """Return positions of columns by name: the header in the file, or in the contract.

    Findings call a column by either.
    """
    named = {header: position for position, header in reversed(list(enumerate(table.columns))) if header}
    specs = contracts()[dataset].columns
    return named | {specs[code].header: position for code, position in table.mapping.items() if code in specs}


def _position(finding: Finding, columns: dict[str, int], header: int | None) -> CellPosition | None:
    column = columns.get(finding.column) if finding.column is not None else None
    if finding.row is not None:
        return CellPosition(finding.row, column)
    return CellPosition(header, column) if header is not None and column is not None else None


def letters(column: int) -> str:
    """Return the letters of a column from 0: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell: row 5 and column 3 are D5."""
    return f"{letters(column)}{row}"


def cell_of(name: str) -> tuple[int, int]:
    """Return row (from 1) and column (from 0) of a cell's name, with or without dollar signs."""
    name = name.replace("$", "")
    digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    column = 0
    for letter in name[: len(name) - len(digits)]:
        column = column * 26 + ord(letter) - 64
    return int(digits), column - 1
