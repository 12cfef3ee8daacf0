"""What the reader hands over: a recognised table and the rows it left out."""

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
    """A row that is not data. `row` is numbered as in a spreadsheet; `why` is Russian."""

    row: int
    why: str


@dataclass(frozen=True)
class Grid:
    """Every row of a file or sheet before anything is known about its meaning.

    `frame` has one row per row of the file: `row` (UInt32, the first is 1) and the cells `c0`, `c1`, … as text,
    null where the file has nothing. `field_counts` holds how many fields each row of a text file really had
    (a spreadsheet has no such thing), `swallowing` the rows whose quoted cell seems to hold other rows.
    """

    frame: pl.DataFrame
    field_counts: NDArray[np.int64] | None = None
    swallowing: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """Number of cells in a row."""
        return self.frame.width - 1


@dataclass(frozen=True)
class Layout:
    """Where the table stands in a grid and which contract it follows. Fields as in `Table`."""

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


@dataclass(frozen=True)
class Table:
    """A file as the reader understood it.

    Grain of `frame`: one row per data row, `row` (UInt32) as a person sees it in a spreadsheet, then the cells
    `c0`, `c1`, … by file position, all text, null where blank. Cells of a workbook: whole numbers without `.0`,
    dates as `yyyy-mm-dd` with a time only when it is not midnight, booleans as `true`/`false`, errors as the
    program shows them (`#DIV/0!`), percentages as people see them (37,5 % comes as `37.5%` from XLSX, as `37.5` from
    ODS; an XLS gives the stored 0.375).

    `missing` are required columns that were not found, `doubled` columns claimed by several positions, `extra`
    positions that match nothing, `closest` the header most like a missing one. Rows in `overlong` hold values
    beyond the last header, rows in `swallowing` a quoted cell that looks like other rows of the file: both are
    in `frame` and must be reported, since their cells may have shifted or been lost. `other_sheets` names the
    visible sheets of the workbook that hold the same table too and were not read.
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


def cell_names(width: int) -> list[str]:
    """Names of the cell columns of a frame with so many cells in a row."""
    return [f"c{position}" for position in range(width)]


# Separators of information are white space to Python and not to polars.
_SEEN = rf"[^\s\x1c-\x1f{UNSEEN}]"


def without_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Replace cells in which there is nothing to see by null, so that «filled» means «not null» from here on."""
    if frame.width < 2:
        return frame
    cells = pl.col(cell_names(frame.width - 1))
    return frame.with_columns(pl.when(cells.str.contains(_SEEN)).then(cells))


def grid_of(rows: Sequence[Sequence[str | None]], width: int) -> pl.DataFrame:
    """Build a frame of numbered rows from lists of cells, cutting or padding each to `width`."""
    columns = {
        name: [row[position] if position < len(row) else None for row in rows]
        for position, name in enumerate(cell_names(width))
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    if not columns:
        return pl.DataFrame({"row": pl.Series([], dtype=pl.UInt32)})
    return frame.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.UInt32))
