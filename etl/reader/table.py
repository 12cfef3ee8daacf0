"""Types of the reader: a grid, a layout, a recognised table, rows left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from checks.text import UNSEEN

Format = Literal["csv", "xlsx", "xls", "ods"]


@dataclass(frozen=True)
class LeftOut:
    """A row that is not data. row: numbered as in a spreadsheet. why: Russian."""

    row: int
    why: str


@dataclass(frozen=True)
class Grid:
    """Every row of a file or sheet, before the table is found in it.

    frame: one row a row of the file: `row` (UInt32, the first is 1) and cells `c0`, `c1`, … as text, null where blank.
    field_counts: number of fields of each row of a text file, None for a workbook. swallowing: rows with a quoted cell
    that seems to contain other rows. merged: first and last row and position of each cell merged downwards.
    hidden_rows, hidden_columns: rows by number and positions that the spreadsheet does not show.
    """

    frame: pl.DataFrame
    field_counts: NDArray[np.int64] | None = None
    swallowing: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """Number of cells in a row."""
        return self.frame.width - 1


@dataclass(frozen=True)
class Layout:
    """Position of the table in a grid and the contract that it follows; fields as of `Table`."""

    header_rows: tuple[int, ...]
    columns: tuple[str, ...]
    dataset: str | None
    mapping: dict[str, int]
    missing: tuple[str, ...]
    doubled: dict[str, tuple[int, ...]]
    extra: tuple[int, ...]
    closest: dict[str, str]
    frame: pl.DataFrame
    left_out: tuple[LeftOut, ...]
    overlong: tuple[int, ...]
    is_table: bool
    looks_like: str | None
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A file as a table of texts.

    Grain of `frame`: one row per data row, `row` (UInt32) as a person sees it in a spreadsheet, then the cells
    `c0`, `c1`, … by file position, all text, null where blank. Cells of a workbook: whole numbers without `.0`,
    dates as `yyyy-mm-dd` with a time only when it is not midnight, booleans as `true`/`false`, errors as the
    program shows them (`#DIV/0!`), percentages and zero-padded codes as people see them (37,5 % comes as `37.5%`), a
    formula without a calculated value as `#НЕ ВЫЧИСЛЕНО!`.

    `missing` are required columns that were not found, `doubled` columns claimed by several positions, `extra`
    positions that match nothing, `closest` the header most like a missing one. Rows in `overlong` hold values
    beyond the last header, rows in `swallowing` a quoted cell that looks like other rows of the file: both are
    in `frame` and must be reported, since their cells may have shifted or been lost. `other_sheets` names the
    visible sheets of the workbook that hold the same table too and were not read. `merged` are the cells merged
    downwards (first and last row, position) whose text every row of `frame` has; `hidden_rows` are the data rows, and
    `hidden_columns` the matched positions, that the spreadsheet does not show.
    """

    format: Format
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int | None
    header_rows: tuple[int, ...]
    columns: tuple[str, ...]
    dataset: str | None
    mapping: dict[str, int]
    missing: tuple[str, ...]
    doubled: dict[str, tuple[int, ...]]
    extra: tuple[int, ...]
    closest: dict[str, str]
    frame: pl.DataFrame
    left_out: tuple[LeftOut, ...]
    message: str
    is_table: bool = True
    overlong: tuple[int, ...] = ()
    swallowing: tuple[int, ...] = ()
    other_sheets: tuple[str, ...] = ()
    merged: tuple[tuple[int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def cell_names(width: int) -> list[str]:
    """Return the names of the cell columns of a frame of this width."""
    return [f"c{position}" for position in range(width)]


# U+001C to U+001F are white space in Python and not in polars.
_SEEN = rf"[^\s\x1c-\x1f{UNSEEN}]"


def without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with null in place of cells without a visible character."""
    if frame.width < 2:
        return frame
    cells = pl.col(cell_names(frame.width - 1))
    return frame.with_columns(pl.when(cells.str.contains(_SEEN)).then(cells))


def grid_of(rows: Sequence[Sequence[str | None]], width: int) -> pl.DataFrame:
    """Return a frame of numbered rows from lists of cells, each cut or padded to `width`."""
    columns = {
        name: [row[position] if position < len(row) else None for row in rows]
        for position, name in enumerate(cell_names(width))
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    if not columns:
        return pl.DataFrame({"row": pl.Series([], dtype=pl.UInt32)})
    return frame.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.UInt32))
