"""A map of squares: every municipality has one of equal size, roughly where it lies."""

from __future__ import annotations

import math
from html import escape

import polars as pl

from view.shell import links
from view.shell.page import OpenPage, ordered
from view.wording.figures import breakable, value_and_verdict, value_text
from view.wording.theme import VERDICTS, colour
from warehouse.store.row import Row


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
FONTS = "Segoe UI, Liberation Sans, Arial, sans-serif"


def paint(verdict: str) -> tuple[str, str]:
    """Return the light colours of a territory on a saved map: background and text."""
    fill = colour(verdict if verdict in INK else f"{verdict}-tint", dark=False)
    return fill, INK.get(verdict, colour(f"{verdict}-ink", dark=False))


def heading(title: str) -> str:
    """Return the title of a saved map."""
    return f'<text x="{GAP}" y="28" font-size="18" font-weight="700" fill="#1b2733">{escape(title)}</text>'


def meaning(height: float) -> str:
    """Return what the marks mean, as the last line of a saved map."""
    words = "    ".join(f"{shown.mark} {shown.word}" for shown in VERDICTS.values())
    return f'<text x="{GAP}" y="{height - 14:.0f}" fill="#566473" xml:space="preserve">{words}</text>'


def picture(rows: pl.DataFrame, title: str) -> bytes:
    """Return the map as an SVG file in light colours, with title and legend.

    rows: as of `tile_map`.
    """
    squares = placed(rows)
    right = max(squares.get_column("tile_column").to_list(), default=0) + 1
    down = max(squares.get_column("tile_row").to_list(), default=0) + 1
    width, height = right * (SIDE + GAP) + GAP, down * (SIDE + GAP) + 84
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONTS}" font-size="14"><rect width="100%" height="100%" fill="#ffffff"/>{heading(title)}'
    ]
    for row in squares.iter_rows(named=True):
        verdict = row["verdict"]
        fill, ink = paint(verdict)
        x, y = GAP + row["tile_column"] * (SIDE + GAP), 44 + row["tile_row"] * (SIDE + GAP)
        parts.append(
            f'<g transform="translate({x},{y})" fill="{ink}"><rect width="{SIDE}" height="{SIDE}" rx="6" '
            f'fill="{fill}" stroke="{colour(verdict, dark=False)}"/>'
            f'<text x="8" y="24" font-size="12.5">{escape(row["municipality"])}</text>'
            f'<text x="8" y="{SIDE - 12}" font-size="20" font-weight="700">'
            f"{VERDICTS[verdict].mark} {value_text(row) if row['value'] is not None else ''}</text></g>"
        )
    parts.append(f"{meaning(height)}</svg>")
    return "".join(parts).encode()


def tile_map(page: OpenPage, rows: pl.DataFrame, indicator: str) -> str:
    """Return the map as HTML; each square is a link to its municipality.

    rows: of `indicator_verdicts` with unit and decimals.
    """
    tiles = placed(rows)
    squares = (
        f'<div style="grid-row:{row["tile_row"] + 1};grid-column:{row["tile_column"] + 1}">'
        f"{_square(page, row, indicator)}</div>"
        for row in tiles.iter_rows(named=True)
    )
    columns = max(tiles.get_column("tile_column").to_list(), default=0) + 1
    return f'<div class="map" lang="ru" style="--columns:{columns}">{"".join(squares)}</div>'


def row_of_squares(page: OpenPage, rows: pl.DataFrame, indicator: str) -> str:
    """Return the squares of municipalities side by side as HTML, in the order of names.

    For municipalities that have no place on another map. rows: as of `tile_map`.
    """
    squares = "".join(
        f"<div>{_square(page, row, indicator)}</div>" for row in ordered(rows, "municipality").iter_rows(named=True)
    )
    return f'<div class="map map-row" lang="ru" style="--columns:9">{squares}</div>'


def _square(page: OpenPage, row: Row, indicator: str) -> str:
    verdict = VERDICTS[row["verdict"]]
    short = value_text(row, with_units=False) if row["value"] is not None else ""
    inner = (
        f'<span class="square-name">{escape(breakable(row["municipality"]))}</span>'
        f'<span class="square-value"><i aria-hidden="true">{verdict.mark}</i> {short}</span>'
    )
    return links.anchor(
        "municipality",
        page.filters(municipality=row["municipality_id"], indicator=indicator),
        inner,
        css=f"square square-{row['verdict']}",
        label=f"{row['municipality_full']}: {value_and_verdict(row)}",
    )
