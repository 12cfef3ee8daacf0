"""Layout of a table in a grid: titles above, header rows, data rows, rows left out."""

import re
from collections.abc import Sequence, Set
from itertools import zip_longest

import numpy as np
import polars as pl

from checks.text import squeeze
from etl.reader import leftout
from etl.reader.headers import (
    MOST_HEADER_ROWS,
    Headers,
    Label,
    Match,
    Required,
    best_match,
    closest_headers,
    labels_of,
    positions_of,
)
from etl.reader.table import Grid, Layout, LeftOut

TITLE = "текст над таблицей"

_ROWS_LOOKED_AT = 100
_CELLS_LOOKED_AT = 200_000
_COLUMNS_MATCHED = 1_000
_NUMBER = re.compile(r"[-+]?[\d\s.,/:()\-–—]+%?")
_YEAR = re.compile(r"(?:19|20)\d\d")

_Rows = list[tuple[int, list[str]]]


def find(
    grid: Grid, headers: Headers, required: Required, dataset: str | None = None, supplied: Set[str] = frozenset()
) -> Layout:
    """Find the table in the grid, of one dataset when it is given, else of any."""
    frame = grid.frame.filter(leftout.filled(grid.frame, range(grid.width)) > 0)
    rows = _first_rows(frame)
    asked = headers if dataset is None else {dataset: headers[dataset]}
    match = best_match(_beginnings(rows), asked, required, supplied)
    first, height = (match.first, match.height) if match is not None else _generic_header(rows)
    labels = labels_of([cells for _, cells in rows[first : first + height]]) if height else ()
    labels = (*labels, *[Label("", ())] * (grid.width - len(labels)))
    if match is None and sum(bool(label.text) for label in labels) < 2 and _widest(rows) < 2:
        return _no_table(grid, labels)
    return _describe(grid, frame, rows, (first, height), labels, _Contract(headers, required, dataset, supplied, match))


def filled_rows(grid: Grid) -> int:
    """Return the number of rows that are not blank."""
    return grid.frame.filter(leftout.filled(grid.frame, range(grid.width)) > 0).height


class _Contract:
    """The contracts that a layout is matched with, and the one that fits."""

    def __init__(
        self, headers: Headers, required: Required, asked: str | None, supplied: Set[str], match: Match | None
    ) -> None:
        self.headers, self.required, self.supplied = headers, required, supplied
        self.asked = asked
        self.dataset = asked or (match.dataset if match else None)
        self.match = match

    def positions(self, labels: Sequence[Label]) -> dict[str, tuple[int, ...]]:
        return positions_of(labels, self.headers[self.dataset]) if self.dataset else {}

    def missing(self, found: dict[str, tuple[int, ...]]) -> tuple[str, ...]:
        if not self.dataset:
            return ()
        needed = self.required[self.dataset] - self.supplied
        return tuple(code for code in self.headers[self.dataset] if code in needed and code not in found)


def _first_rows(frame: pl.DataFrame) -> _Rows:
    many = min(_ROWS_LOOKED_AT, max(10, _CELLS_LOOKED_AT // max(1, frame.width)))
    return [(row, [squeeze(cell or "") for cell in cells]) for row, *cells in frame.head(many).iter_rows()]


def _beginnings(rows: _Rows) -> _Rows:
    """Cut very wide rows: no contract is so wide, and matching all cells takes seconds."""
    return [(number, cells[:_COLUMNS_MATCHED]) for number, cells in rows]


def _widest(rows: _Rows) -> int:
    return max((sum(map(bool, cells)) for _, cells in rows), default=0)


def _no_table(grid: Grid, labels: tuple[Label, ...]) -> Layout:
    return Layout(
        header_rows=(),
        columns=tuple(label.text for label in labels),
        dataset=None,
        mapping={},
        missing=(),
        doubled={},
        extra=(),
        closest={},
        frame=grid.frame.clear(),
        left_out=(),
        overlong=(),
        is_table=False,
        looks_like=None,
    )


def _describe(
    grid: Grid,
    frame: pl.DataFrame,
    rows: _Rows,
    block: tuple[int, int],
    labels: tuple[Label, ...],
    contract: _Contract,
) -> Layout:
    first, height = block
    header_rows = tuple(number for number, _ in rows[first : first + height])
    start = header_rows[-1] if height else (rows[first][0] - 1 if rows else 0)
    titles = [LeftOut(number, TITLE) for number, _ in rows[:first]]
    found = contract.positions(labels)
    missing = contract.missing(found)
    mapping = {code: positions[0] for code, positions in found.items()}
    columns = tuple(label.text for label in labels)
    labelled = tuple(position for position, text in enumerate(columns) if text)
    below, merged = _filled_down(frame.filter(pl.col("row") > start), grid.merged)
    data, left_out = below, list[LeftOut]()
    if height:
        lowest = [_cell(rows[first + height - 1][1], position) or columns[position] for position in range(len(columns))]
        data, left_out = leftout.split(leftout.Body(below, labelled, mapping, lowest))
    matched = {position for positions in found.values() for position in positions}
    extra = tuple(
        position
        for position in range(len(columns))
        if position not in matched and (columns[position] or _has_values(data, position))
    )
    present = [columns[position] for position in extra if columns[position]]
    closest = closest_headers(missing, contract.headers[contract.dataset], present) if contract.dataset else {}
    looks_like = None
    if contract.asked and missing:
        other = best_match(_beginnings(rows), contract.headers, contract.required, contract.supplied)
        looks_like = other.dataset if other and not other.missing and other.dataset != contract.asked else None
    return Layout(
        header_rows=header_rows,
        columns=columns,
        dataset=contract.dataset,
        mapping=mapping,
        missing=missing,
        doubled={code: positions for code, positions in found.items() if len(positions) > 1},
        extra=extra,
        closest=closest,
        frame=data,
        left_out=(*titles, *left_out),
        overlong=_overlong(grid, header_rows, data),
        is_table=True,
        looks_like=looks_like,
        merged=merged,
        hidden_rows=tuple(sorted(grid.hidden_rows & set(data.get_column("row").to_list()))) if grid.hidden_rows else (),
        hidden_columns=tuple(sorted(grid.hidden_columns & set(mapping.values()))),
    )


_Merged = tuple[tuple[int, int, int], ...]


def _filled_down(below: pl.DataFrame, merged: _Merged) -> tuple[pl.DataFrame, _Merged]:
    """Return the rows with cells merged downwards filled in, and these cells."""
    places = below.get_column("row").to_list() if merged else []
    at = {row: index for index, row in enumerate(places)}
    used = []
    changes: dict[str, dict[int, str]] = {}
    for top, bottom, position in merged:
        name = f"c{position}"
        text: str | None = below.get_column(name)[at[top]] if top in at and name in below.columns else None
        if text is None:
            continue
        if blank := [at[row] for row in range(top + 1, min(bottom, places[-1]) + 1) if row in at]:
            changes.setdefault(name, {}).update(dict.fromkeys(blank, text))
            used.append((top, bottom, position))
    for name, cells in changes.items():
        column = below.get_column(name)
        blank = [index for index in cells if column[index] is None]
        below = below.with_columns(column.scatter(blank, [cells[index] for index in blank]))
    return below, tuple(used)


def _cell(cells: Sequence[str], position: int) -> str:
    return cells[position] if position < len(cells) else ""


def _has_values(data: pl.DataFrame, position: int) -> bool:
    return data.get_column(f"c{position}").null_count() < data.height


def _overlong(grid: Grid, header_rows: tuple[int, ...], data: pl.DataFrame) -> tuple[int, ...]:
    """Return numbers of data rows of a text file that have more values than the header.

    Their cells may have shifted.
    """
    if grid.field_counts is None or not header_rows:
        return ()
    expected = int(grid.field_counts[[row - 1 for row in header_rows]].max())
    longer = np.flatnonzero(grid.field_counts > expected) + 1
    if longer.size == 0:
        return ()
    cut = set((np.flatnonzero(grid.field_counts > grid.width) + 1).tolist())
    beyond = range(expected, grid.width)
    rows = data.filter(pl.col("row").is_in(longer.tolist()))
    kept = rows.filter(leftout.filled(rows, beyond) > 0).get_column("row").to_list()
    return tuple(sorted({*kept, *(cut & set(rows.get_column("row").to_list()))}))


def _generic_header(rows: _Rows) -> tuple[int, int]:
    """Return the first row and the height of an unknown table's header; height 0 without one.

    The header is the first row that spans at least a quarter of the table, when all its cells are words or years.
    Following rows that fill gaps of that row belong to it, up to three.
    """
    enough = max(2, 0.25 * _widest(rows))
    first = next((index for index, (_, cells) in enumerate(rows) if sum(map(bool, cells)) >= enough), 0)
    if not rows or not all(map(_is_label, filter(None, rows[first][1]))):
        return first, 0
    height = 1
    merged = rows[first][1]
    while height < MOST_HEADER_ROWS and first + height < len(rows):
        number, cells = rows[first + height]
        if number != rows[first][0] + height or not _fills_gaps(merged, cells):
            break
        merged = [above or beneath for above, beneath in zip_longest(merged, cells, fillvalue="")]
        height += 1
    return first, height


def _is_label(cell: str) -> bool:
    return bool(_YEAR.fullmatch(cell)) or not _NUMBER.fullmatch(cell)


def _fills_gaps(above: Sequence[str], cells: Sequence[str]) -> bool:
    pairs = list(zip_longest(above, cells, fillvalue=""))
    texts = [cell for cell in cells if cell]
    return (
        all(map(_is_label, texts))
        and any(beneath and not over for over, beneath in pairs)
        and any(over and not beneath for over, beneath in pairs)
    )
