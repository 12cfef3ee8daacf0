"""Facts of one sheet that the reading library does not give, and their effect on its cells."""

from dataclasses import dataclass, field

import polars as pl

from etl.reader.shown import formats

UNCALCULATED = "#НЕ ВЫЧИСЛЕНО!"
"""Text of a cell whose formula has no calculated value."""


@dataclass
class Marks:
    """Facts of one sheet; rows and columns are counted from 0.

    texts: cell → what it shows. styled: row, column and number format of cells with a stored number. merged: first and
    last row, column of each cell merged downwards. hidden_rows, hidden_columns: those not shown.
    """

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    styled: list[tuple[int, int, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def applied(frame: pl.DataFrame, marks: Marks) -> pl.DataFrame:
    """Return the grid with its cells as people see them: 0.375 as 37.5%, 102 as 00102."""
    places: dict[str, list[tuple[int, str | None]]] = {}
    for row, column, form in marks.styled:
        if row < frame.height and f"c{column}" in frame.columns:
            places.setdefault(f"c{column}", []).append((row, form))
    for name, found in places.items():
        rows = [row for row, _ in found]
        stored = frame.get_column(name).gather(rows).to_list()
        values = [value and formats.shown(value, form or "") for value, (_, form) in zip(stored, found, strict=True)]
        frame = frame.with_columns(frame.get_column(name).scatter(rows, values))
    texts: dict[str, list[tuple[int, str]]] = {}
    for (row, column), text in marks.texts.items():
        if row < frame.height and f"c{column}" in frame.columns:
            texts.setdefault(f"c{column}", []).append((row, text))
    for name, said in texts.items():
        series = frame.get_column(name).scatter([row for row, _ in said], [text for _, text in said])
        frame = frame.with_columns(series)
    return frame
