"""Map of municipalities by real boundaries, or of squares when there are none.

The installation may configure a file of boundaries.
"""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from view.maps import tilemap
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import value_and_verdict, value_text
from view.wording.theme import VERDICTS, colour
from warehouse.queries import boundaries
from warehouse.queries.boundaries import WIDTH, BoundariesUnusable, Drawing, Outline
from warehouse.store.row import Row

# Streamlit lets no SVG through in a page's own HTML; a component may draw it. What it gets is escaped here.
_DRAW = """
export default function ({ data, parentElement }) {
  let host = parentElement.querySelector('.boundaries');
  if (!host) {
    host = document.createElement('div');
    host.className = 'boundaries';
    parentElement.append(host);
  }
  if (host.drawn !== data) host.innerHTML = data;
  host.drawn = data;
}
"""
_canvas = st.components.v2.component("boundary_map", js=_DRAW, isolate_styles=False)

NAME_SIZE, VALUE_SIZE = 15, 19
LETTER = 0.56
"""Width of a letter, in sizes of the type."""


def draw(page: OpenPage, rows: pl.DataFrame, indicator: str) -> Drawing | None:
    """Draw the map of an indicator; return the outlines, None when squares were drawn instead.

    rows: of `indicator_verdicts` with unit and decimals. Municipalities without an outline follow as squares. If the
    file is unusable, a notice says so and all municipalities are squares.
    """
    path = boundaries.configured()
    if path is None:
        st.html(tilemap.tile_map(page, rows, indicator))
        return None
    try:
        outlines = boundaries.drawing(path, page.ask(boundaries.codes, page.scope.region))
    except BoundariesUnusable as problem:
        st.html(f'<p class="notice boundary-notice" role="status">{escape(str(problem))} Показана карта-схема.</p>')
        st.html(tilemap.tile_map(page, rows, indicator))
        return None
    _canvas(key="boundary_map", data=territories(page, rows, indicator, outlines))
    rest = rows.filter(~pl.col("municipality_id").is_in(list(outlines.outlines)))
    if rest.height:
        st.html('<p class="quiet small">Без границ в файле:</p>' + tilemap.row_of_squares(page, rest, indicator))
    return outlines


def territories(page: OpenPage, rows: pl.DataFrame, indicator: str, drawing: Drawing) -> str:
    """Return the map as SVG for the page, where each territory is a link to its municipality.

    The links work by mouse and by keyboard.
    """
    known = {row["municipality_id"]: row for row in rows.iter_rows(named=True)}
    parts = []
    for municipality, outline in drawing.outlines.items():
        row = known.get(municipality)
        if row is None:
            continue
        label = f"{row['municipality_full']}: {value_and_verdict(row)}"
        target = links.address("municipality", page.filters(municipality=municipality, indicator=indicator))
        parts.append(
            f'<a data-go="" href="{escape(target)}" class="territory territory-{row["verdict"]}" '
            f'aria-label="{escape(label)}"><title>{escape(label)}</title>'
            f'<path fill-rule="evenodd" d="{path_of(outline)}"/>{_label(row, outline)}</a>'
        )
    return (
        f'<svg viewBox="-4 -4 {WIDTH + 8:.0f} {drawing.height + 8:.0f}" role="group" '
        f'aria-label="Муниципалитеты на карте">{"".join(parts)}</svg>'
    )


def path_of(outline: Outline) -> str:
    """Return the rings as the path of an SVG."""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in outline.rings)


def _label(row: Row, outline: Outline) -> str:
    """The name where it fits, mark and value under it; in a tiny territory the mark alone."""
    x, y = outline.label
    name, mark = row["municipality"], VERDICTS[row["verdict"]].mark
    value = value_text(row, with_units=False) if row["value"] is not None else ""
    if outline.room < LETTER * VALUE_SIZE * (len(value) + 2):
        return f'<text class="territory-mark" x="{x:.0f}" y="{y + 5:.0f}">{mark}</text>'
    named = outline.room >= LETTER * NAME_SIZE * len(name)
    above = f'<text class="territory-name" x="{x:.0f}" y="{y - 5:.0f}">{escape(name)}</text>' if named else ""
    down = 14 if named else 6
    return f'{above}<text class="territory-value" x="{x:.0f}" y="{y + down:.0f}">{mark} {value}</text>'


def picture(rows: pl.DataFrame, title: str, drawing: Drawing | None) -> bytes:
    """Return the map on the screen as an SVG file in light colours, with title and legend."""
    if drawing is None:
        return tilemap.picture(rows, title)
    known = {row["municipality_id"]: row for row in rows.iter_rows(named=True)}
    height = drawing.height + 100
    parts = []
    for municipality, outline in drawing.outlines.items():
        if municipality in known:
            row = known[municipality]
            fill, ink = tilemap.paint(row["verdict"])
            parts.append(
                f'<g fill="{ink}" text-anchor="middle"><path fill="{fill}" fill-rule="evenodd" '
                f'stroke="{colour("ground", dark=False)}" stroke-width="1.5" d="{path_of(outline)}"/>'
                f"{_label(row, outline)}</g>"
            )
    rest = [row["municipality"] for code, row in known.items() if code not in drawing.outlines]
    missing = f"Без границ в файле: {', '.join(rest)}." if rest else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 20:.0f} {height:.0f}" width="{WIDTH + 20:.0f}" '
        f'height="{height:.0f}" font-family="{tilemap.FONTS}" font-size="14">'
        f"<style>.territory-name{{font-size:{NAME_SIZE}px}}.territory-value{{font-size:{VALUE_SIZE}px;font-weight:700}}"
        f'</style><rect width="100%" height="100%" fill="#ffffff"/>{tilemap.heading(title)}'
        f'<g transform="translate(10,46)">{"".join(parts)}</g>'
        f'<text x="10" y="{height - 36:.0f}" fill="#566473">{escape(missing)}</text>'
        f"{tilemap.meaning(height)}</svg>"
    ).encode()
