"""Bullet charts of a municipality: value against target, the region and the year before, a line an indicator."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from checks.russian import NBSP
from view import links
from view.blocks import change, mark
from view.figures import fraction_text, plain, short_target, value_text
from view.page import View
from view.theme import VERDICTS

WIDTH, HEIGHT = 260, 26


def bullets(view: View, rows: pl.DataFrame, region: pl.DataFrame, ranks: pl.DataFrame) -> str:
    """Return the table of bullet charts, headed by themes.

    `rows` and `region` are frames of `territory_verdicts`, `ranks` that of `queries.ranks`. Every line has its
    own scale from zero; lines without data say so.
    """
    regional = {row["code"]: row["value"] for row in region.iter_rows(named=True)}
    places = {row["indicator"]: row for row in ranks.iter_rows(named=True)}
    lines, theme = [], None
    for row in rows.iter_rows(named=True):
        if row["theme"] != theme:
            theme = row["theme"]
            lines.append(f'<tr class="theme-row"><th scope="rowgroup" colspan="6">{escape(theme)}</th></tr>')
        lines.append(_line(view, row, regional.get(row["code"]), places.get(row["code"])))
    return (
        '<div class="bullets"><table><thead><tr><th scope="col">Показатель</th><th scope="col">Значение</th>'
        '<th scope="col" class="wide">Против цели, области и года назад</th><th scope="col">Цель</th>'
        '<th scope="col">За год</th><th scope="col">Место</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _line(view: View, row: Mapping[str, Any], region: float | None, place: Mapping[str, Any] | None) -> str:
    name = links.anchor(
        "indicator", view.filters(indicator=row["code"]), escape(row["short"]), label=row["title"]
    )
    target = (
        f"{'≥' if row['operator'] == '>=' else '≤'}{NBSP}{short_target(row)}"
        if row["target"] is not None
        else '<span class="quiet">не задана</span>'
    )
    rank = f"{place['rank']} из{NBSP}{place['ranked']}" if place else ""
    chosen = " chosen" if row["code"] == view.indicator else ""
    return (
        f'<tr class="bullet-row{chosen}"><th scope="row">{name}</th>'
        f'<td class="figure">{mark(row["verdict"])} <b>{value_text(row)}</b>'
        f'<span class="fraction">{fraction_text(row) if row["denominator"] is not None else ""}</span></td>'
        f'<td class="wide">{_bullet(row, region)}</td><td class="nowrap">{target}</td>'
        f'<td class="nowrap">{change(row)}</td><td class="nowrap">{rank}</td></tr>'
    )


def _bullet(row: Mapping[str, Any], region: float | None) -> str:
    known = [value for value in (row["value"], row["target"], region, row["past"]) if value is not None]
    top = max(known, default=0.0) * 1.08
    if top <= 0:
        return '<span class="quiet">нет данных</span>' if row["value"] is None else ""

    def x(value: float) -> float:
        return value / top * (WIDTH - 4) + 2

    parts = [f'<rect class="track" x="2" y="6" width="{WIDTH - 4}" height="14" rx="2"/>']
    words = []
    if row["value"] is not None:
        parts.append(
            f'<rect class="fill-{row["verdict"]}" x="2" y="6" width="{max(1.5, x(row["value"]) - 2):.1f}" '
            'height="14" rx="2"/>'
        )
        words.append(f"значение {value_text(row)}, {VERDICTS[row['verdict']].word}")
    if row["past"] is not None:
        parts.append(f'<circle class="past" cx="{x(row["past"]):.1f}" cy="13" r="4"/>')
        words.append(f"год назад {plain(row['past'], row['decimals'], row['unit'])}")
    if region is not None and row["kind"] != "count":
        centre = x(region)
        parts.append(
            f'<path class="region" d="M{centre:.1f},22 l-4.5,4 h9 z M{centre:.1f},4 l-4.5,-4 h9 z"/>'
        )
        words.append(f"область {plain(region, row['decimals'], row['unit'])}")
    if row["target"] is not None:
        parts.append(f'<rect class="target" x="{x(row["target"]) - 1.25:.1f}" y="2" width="2.5" height="22"/>')
        words.append(f"цель {short_target(row)}")
    spoken = escape("; ".join(words))
    return (
        f'<svg class="bullet" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{spoken}">'
        f"<title>{spoken}</title>{''.join(parts)}</svg>"
    )


def key() -> str:
    """What the signs of a bullet chart mean."""
    return (
        '<div class="legend"><span class="key"><svg viewBox="0 0 12 16" width="12" height="16">'
        '<rect class="target" x="5" width="2.5" height="16"/></svg>цель</span>'
        '<span class="key"><svg viewBox="0 0 12 16" width="12" height="16">'
        '<path class="region" d="M6,6 l-5,-5 h10 z M6,10 l-5,5 h10 z"/></svg>область</span>'
        '<span class="key"><svg viewBox="0 0 12 16" width="12" height="16">'
        '<circle class="past" cx="6" cy="8" r="4"/></svg>год назад</span></div>'
    )
