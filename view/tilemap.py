"""A map of squares: every municipality has one of equal size, roughly where it lies."""

from __future__ import annotations

import math
from html import escape

import polars as pl

from view import links
from view.figures import breakable, value_text
from view.page import View, ordered
from view.theme import VERDICTS, colour


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with a place for each; without given places they fill a grid by name."""
    if rows.select(pl.any_horizontal(pl.col("tile_row", "tile_column").is_null()).any()).item():
        columns = max(1, math.ceil(math.sqrt(rows.height * 1.6)))
        position = pl.int_range(pl.len())
        return ordered(rows, "municipality").with_columns(
            (position // columns).alias("tile_row"), (position % columns).alias("tile_column")
        )
    return rows


SIDE, GAP = 112, 6
INK = {"near": "#1b2733", "missed": "#ffffff"}


def picture(rows: pl.DataFrame, title: str) -> bytes:
    """Return the map as an SVG file in the light colours, with its title and what the marks mean.

    The same rows as for `tile_map`.
    """
    squares = placed(rows)
    right = max(squares.get_column("tile_column").to_list(), default=0) + 1
    down = max(squares.get_column("tile_row").to_list(), default=0) + 1
    width, height = right * (SIDE + GAP) + GAP, down * (SIDE + GAP) + 84
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Segoe UI, Liberation Sans, Arial, sans-serif" font-size="14">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{GAP}" y="28" font-size="18" font-weight="700" fill="#1b2733">{escape(title)}</text>'
    ]
    for row in squares.iter_rows(named=True):
        verdict = row["verdict"]
        fill = colour(verdict if verdict in INK else f"{verdict}-tint", dark=False)
        ink = INK.get(verdict, colour(f"{verdict}-ink", dark=False))
        x, y = GAP + row["tile_column"] * (SIDE + GAP), 44 + row["tile_row"] * (SIDE + GAP)
        parts.append(
            f'<g transform="translate({x},{y})" fill="{ink}"><rect width="{SIDE}" height="{SIDE}" rx="6" '
            f'fill="{fill}" stroke="{colour(verdict, dark=False)}"/>'
            f'<text x="8" y="24" font-size="12.5">{escape(row["municipality"])}</text>'
            f'<text x="8" y="{SIDE - 12}" font-size="20" font-weight="700">'
            f"{VERDICTS[verdict].mark} {value_text(row) if row['value'] is not None else ''}</text></g>"
        )
    meaning = "    ".join(f"{shown.mark} {shown.word}" for shown in VERDICTS.values())
    parts.append(f'<text x="{GAP}" y="{height - 14}" fill="#566473" xml:space="preserve">{meaning}</text></svg>')
    return "".join(parts).encode()


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
