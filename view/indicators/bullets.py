"""Bullet charts of a municipality: value, target, region and year before by indicator."""

from __future__ import annotations

from html import escape

import polars as pl

from checks.russian import NBSP
from view.indicators.comparison import rank_text
from view.parts.blocks import by_theme, change, mark
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import bound, fraction_text, plain, short_target, unsent, value_text
from view.wording.theme import VERDICTS
from warehouse.store.row import Row


def bullets(page: OpenPage, rows: pl.DataFrame, region: pl.DataFrame, ranks: pl.DataFrame, chosen: str) -> str:
    """Return the table of bullet charts under the headings of themes.

    rows, region: `verdicts.territory_verdicts`. ranks: `verdicts.ranks`. chosen: code of the marked indicator. Every
    line has its own scale from zero.
    """
    regional = {row["code"]: row["value"] for row in region.iter_rows(named=True)}
    ranked = {row["indicator"]: row for row in ranks.iter_rows(named=True)}
    lines = []
    for theme, members in by_theme(rows):
        lines.append(f'<tr class="theme-row"><th scope="rowgroup" colspan="6">{escape(theme)}</th></tr>')
        lines += [_line(page, row, regional.get(row["code"]), ranked.get(row["code"]), chosen) for row in members]
    return (
        '<div class="bullets"><table><thead><tr><th scope="col">Показатель</th><th scope="col">Значение</th>'
        '<th scope="col" class="wide">Против цели, области и года назад</th><th scope="col">Цель</th>'
        '<th scope="col">За год</th><th scope="col">Место</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _line(page: OpenPage, row: Row, region: float | None, ranked: Row | None, chosen: str) -> str:
    name = links.anchor("indicator", page.filters(indicator=row["code"]), escape(row["short"]), label=row["title"])
    target = bound(row) if row["target"] is not None else '<span class="quiet">не задана</span>'
    behind = fraction_text(row) if row["denominator"] is not None else "строки"
    behind = links.anchor(
        "rows",
        page.filters(indicator=row["code"], place=page.municipality),
        behind,
        css="fraction",
        label=f"Из каких строк сложилось: {row['title']}",
    )
    rank = ""
    if unsent(row):
        rank = "не отчитался"
    elif ranked:
        tied = rank_text((ranked["rank"], ranked["last"]))
        rank = f"<span class='only-narrow'>место </span>{tied} из{NBSP}{ranked['ranked']}"
    return (
        f'<tr class="bullet-row{" chosen" if row["code"] == chosen else ""}"><th scope="row">{name}</th>'
        f'<td class="figure">{mark(row["verdict"])} <b>{value_text(row)}</b>'
        f"{behind if row['value'] is not None else ''}</td>"
        f'<td class="wide">{_bullet(row, region)}</td><td class="nowrap">{target}</td>'
        f'<td class="nowrap">{"" if unsent(row) else change(row)}</td><td class="nowrap">{rank}</td></tr>'
    )


def _bullet(row: Row, region: float | None) -> str:
    known = [value for value in (row["value"], row["target"], region, row["past"]) if value is not None]
    if row["kind"] == "count" and region is not None:
        known.remove(region)
    top = max(known, default=0.0) * 1.06
    if top <= 0:
        return '<span class="quiet">нет данных</span>' if row["value"] is None else ""

    def at(value: float) -> str:
        return f"{100 * value / top:.1f}%"

    parts, words = [], []
    if row["value"] is not None:
        parts.append(f'<i class="measure bar-{row["verdict"]}" style="width:{at(row["value"])}"></i>')
        words.append(f"значение {value_text(row)}, {VERDICTS[row['verdict']].word}")
    if row["past"] is not None:
        parts.append(f'<i class="past" style="left:{at(row["past"])}"></i>')
        words.append(f"год назад {plain(row['past'], row['decimals'], row['unit'])}")
    if region is not None and row["kind"] != "count":
        parts.append(f'<i class="region" style="left:{at(region)}"></i>')
        words.append(f"область {plain(region, row['decimals'], row['unit'])}")
    if row["target"] is not None:
        parts.append(f'<i class="goal" style="left:{at(row["target"])}"></i>')
        words.append(f"цель {short_target(row)}")
    spoken = escape("; ".join(words))
    return f'<div class="bullet" role="img" aria-label="{spoken}" title="{spoken}">{"".join(parts)}</div>'


def key() -> str:
    """Return the legend of the bullet charts."""
    return (
        '<div class="legend">'
        '<span class="key"><span class="bullet sample"><i class="goal"></i></span>цель</span>'
        '<span class="key"><span class="bullet sample"><i class="region"></i></span>область</span>'
        '<span class="key"><span class="bullet sample"><i class="past"></i></span>год назад</span></div>'
    )
