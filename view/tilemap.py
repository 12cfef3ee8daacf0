"""A map of squares: every municipality has one of equal size, roughly where it lies."""

from __future__ import annotations

import math
from html import escape

import polars as pl

from view import links
from view.figures import breakable, value_text
from view.page import View, ordered
from view.theme import VERDICTS


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with a place for each; without given places they fill a grid by name."""
    if rows.select(pl.any_horizontal(pl.col("tile_row", "tile_column").is_null()).any()).item():
        columns = max(1, math.ceil(math.sqrt(rows.height * 1.6)))
        position = pl.int_range(pl.len())
        return ordered(rows, "municipality").with_columns(
            (position // columns).alias("tile_row"), (position % columns).alias("tile_column")
        )
    return rows


def tile_map(view: View, rows: pl.DataFrame, indicator: str) -> str:
    """Return the map: rows of `indicator_verdicts` with unit and decimals; a square leads to its municipality."""
    squares = []
    for row in placed(rows).iter_rows(named=True):
        verdict = VERDICTS[row["verdict"]]
        value = value_text(row)
        short = value_text(row, with_units=False) if row["value"] is not None else ""
        inner = (
            f'<span class="square-name">{escape(breakable(row["municipality"]))}</span>'
            f'<span class="square-value"><i aria-hidden="true">{verdict.mark}</i> {short}</span>'
        )
        anchor = links.anchor(
            "municipality",
            view.filters(municipality=row["municipality_id"], indicator=indicator),
            inner,
            css=f"square square-{row['verdict']}",
            label=f"{row['municipality_full']}: {value}, {verdict.word}",
        )
        squares.append(
            f'<div style="grid-row:{row["tile_row"] + 1};grid-column:{row["tile_column"] + 1}">{anchor}</div>'
        )
    columns = max(placed(rows).get_column("tile_column").to_list(), default=0) + 1
    return f'<div class="map" lang="ru" style="--columns:{columns}">{"".join(squares)}</div>'
