"""Drawing of the passport: sections with completeness, small charts, the link to students' results."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from checks.russian import NBSP, capital, counted, number, percent, small
from view.parts import blocks, tables
from view.parts.charts import base, built
from view.passport.contents import MILLION, Section, State
from view.passport.sentences import count_text, share_text
from view.passport.tables import Table
from view.wording.figures import plain
from view.wording.theme import colour
from warehouse.queries.analysis.association import FEWEST, Association
from warehouse.store.row import Row

METHOD = (
    "Ранговая корреляция Спирмена; 95 %-й интервал — преобразование Фишера с поправкой Бонетта — Райта. Средний балл "
    "муниципалитета взвешен по числу участников. Связь не говорит о причине, а при переборе многих пар случайные "
    "совпадения неизбежны."
)

NAME_WIDTH = 27
"""Characters of a line of a name beside a bar."""


def map_of_sections(sections: Sequence[Section]) -> str:
    """The seven sections as links down the page, each with its completeness."""
    items = "".join(
        f'<a class="passport-link" href="#section-{section.code}"><span>{position}. {escape(section.title)}</span>'
        f"{_bar(section.share)}<b>{share_text(section.share)}</b></a>"
        for position, section in enumerate(sections, start=1)
    )
    return f'<nav class="passport-map" aria-label="Разделы паспорта">{items}</nav>'


def _bar(share: float | None) -> str:
    tone = "met" if share == 100 else "near"
    return f'<span class="fullness"><i class="bar-{tone}" style="width:{share or 0:.0f}%"></i></span>'


def head(section: Section, position: int) -> str:
    """The heading of a section with its completeness, and its figures."""
    share = f"<span>полнота {share_text(section.share)}</span>" if section.share is not None else ""
    title = f'<h2 class="section" id="section-{section.code}">{position}. {escape(section.title)}{share}</h2>'
    if not section.figures:
        return title
    items = [
        (figure.name, f"{figure.text}<small>{escape(figure.change_words) or NBSP}</small>")
        for figure in section.figures
    ]
    caution = f'<p class="quiet small">{escape(section.caution)}</p>' if section.caution else ""
    return title + blocks.facts(items) + caution


def parts(section: Section) -> str:
    """What is there of what is expected: complete parts in one line, the others with who owes them."""
    whole = [state for state in section.states if state.present == state.expected]
    lacking = [state for state in section.states if state.present < state.expected]
    items = [_lacking(state) for state in lacking]
    if whole:
        names = ", ".join(f"{escape(small(state.part.name))}" for state in whole)
        items.append(f'<li><span class="mark mark-met" aria-hidden="true">✓</span> Есть полностью: {names}.</li>')
    return f'<ul class="parts">{"".join(items)}</ul>'


def _lacking(state: State) -> str:
    tone = "near" if state.present else "missed"
    debtors = f" Не хватает: {escape(state.debtors)}." if state.debtors else ""
    return (
        f'<li><span class="mark mark-{tone}" aria-hidden="true">{state.mark}</span> <b>{escape(state.part.name)}</b> — '
        f'{count_text(state)}.{debtors} <span class="quiet">Кто представляет: {escape(state.part.owner)}.</span></li>'
    )


def table(shown: Table, opened: bool = False) -> str:
    """A table that opens under its title."""
    return (
        f'<details class="passport-table"{" open" if opened else ""}><summary>{escape(shown.title)} '
        f"<span>({number(shown.rows.height)})</span></summary>{tables.show(shown.rows, shown.decimals)}</details>"
    )


def money_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Money by source: the plan as an outlined bar, what is spent inside it, in millions of roubles.

    rows: frame of `warehouse.queries.passport.finance`.
    """
    sources = rows.group_by("source", maintain_order=True).agg(pl.col("planned_rub", "spent_rub").sum())
    names = [_broken(capital(source)) for source in sources.get_column("source")]
    planned = [value / MILLION for value in sources.get_column("planned_rub")]
    spent = [value / MILLION for value in sources.get_column("spent_rub")]
    rows_of = list(zip(names, spent, planned, strict=True))
    outline = {"color": "rgba(0,0,0,0)", "line": {"color": colour("target", dark), "width": 2}}
    traces = [
        {**_bar_of("план, млн руб.", names, planned), "width": 0.74, "hoverinfo": "skip", "marker": outline},
        {
            **_bar_of("исполнено, млн руб.", names, spent),
            "width": 0.5,
            "marker": {"color": colour("accent", dark)},
            "hovertext": [
                f"<b>{name}</b><br>исполнено {number(done, 1)} из {number(plan, 1)} млн руб.<br>"
                + (f"{percent(100 * done / plan)} плана" if plan else "план не задан")
                for name, done, plan in rows_of
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
    ]
    figures = [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "y": name,
            "font": {"size": 12},
            "text": f"{number(done, 1)} / {number(plan, 1)}",
        }
        for name, done, plan in rows_of
    ]
    layout = base(
        dark,
        height=84 + 40 * len(names),
        barmode="overlay",
        margin={"t": 40, "r": 92, "b": 28},
        legend={"y": 1, "yanchor": "top", "yref": "container"},
        xaxis={"range": [0, max([*planned, *spent, 0.1]) * 1.02], "nticks": 5},
        yaxis={"autorange": "reversed", "showgrid": False, "ticksuffix": " "},
    )
    return built(traces, layout, figures)


def _broken(name: str) -> str:
    """Return a name in lines that leave room for bars on a narrow screen."""
    return "<br>".join(textwrap.wrap(name, NAME_WIDTH, break_long_words=False))


def _bar_of(name: str, names: Sequence[str], values: Sequence[float]) -> dict[str, Any]:
    return {"type": "bar", "orientation": "h", "name": name, "y": list(names), "x": list(values)}


def programs_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Running programmes by competency, those of the Federal register as the dark part of the bar."""
    names = [_broken(capital(name)) for name in rows.get_column("name")]
    parts_of_bar = {
        "в Федеральном реестре": (rows.get_column("registered"), colour("accent", dark)),
        "остальные": (rows.get_column("programs") - rows.get_column("registered"), colour("no_data", dark)),
    }
    return _stacked(names, parts_of_bar, rows.get_column("programs").to_list(), dark)


def events_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Events by kind, parts of a bar by level."""
    kinds = rows.group_by("kind").agg(pl.col("events").sum()).sort("events", "kind", descending=[True, False])
    tones = {
        "региональный": colour("accent", dark),
        "муниципальный": colour("met", dark),
        "институциональный": colour("no_data", dark),
    }
    parts_of_bar = {
        level: (
            kinds.select("kind")
            .join(rows.filter(pl.col("level") == level).select("kind", "events"), on="kind", how="left")
            .sort(pl.col("kind").cast(pl.Enum(kinds.get_column("kind"))))
            .get_column("events")
            .fill_null(0),
            tone,
        )
        for level, tone in tones.items()
    }
    names = [_broken(capital(kind)) for kind in kinds.get_column("kind")]
    return _stacked(names, parts_of_bar, kinds.get_column("events").to_list(), dark)


def _stacked(
    names: Sequence[str], parts_of_bar: Mapping[str, tuple[pl.Series, str]], totals: Sequence[int], dark: bool
) -> go.Figure:
    """Bars made of named parts with the total behind each; a part that is nowhere is left out."""
    traces = [
        {
            **_bar_of(name, names, values.to_list()),
            "marker": {"color": tone},
            "hovertemplate": f"<b>%{{y}}</b><br>{name}: %{{x}}<extra></extra>",
        }
        for name, (values, tone) in parts_of_bar.items()
        if values.sum()
    ]
    figures = [
        {"x": total, "y": name, "xanchor": "left", "text": f" {number(total)}", "font": {"size": 12}}
        for name, total in zip(names, totals, strict=True)
    ]
    layout = base(
        dark,
        height=70 + (30 if any("<br>" in name for name in names) else 25) * len(names),
        barmode="stack",
        bargap=0.3,
        margin={"t": 40, "r": 30, "b": 10},
        legend={"y": 1, "yanchor": "top", "yref": "container", "traceorder": "normal"},
        xaxis={"showticklabels": False, "showgrid": False},
        yaxis={"autorange": "reversed", "showgrid": False, "ticksuffix": " "},
    )
    return built(traces, layout, figures)


def association_finding(found: Association | None, count: int, indicator: str, examination: str) -> str:
    """Return what the ranks say about the link, as an association and never as a cause.

    count: municipalities that have both figures; under `FEWEST` nothing is said about the link.
    """
    if found is None:
        have = counted(count, "муниципалитете", "муниципалитетах", "муниципалитетах")
        return f"Оба значения есть в {have}; меньше чем по {number(FEWEST)} о связи судить нельзя."
    if found.rho is None:
        return "Значения во всех муниципалитетах одинаковы: связь не видна."
    numbers = f"ρ{NBSP}={NBSP}{number(found.rho, 2)}"
    if found.low is not None and found.high is not None:
        numbers += f", 95 %-й интервал от {number(found.low, 2)} до {number(found.high, 2)}"
    numbers += f", n{NBSP}={NBSP}{number(found.count)}"
    if not found.established:
        return f"Связь «{indicator}» с баллом «{examination}» не установлена: интервал включает ноль ({numbers})."
    way = "выше" if found.rho > 0 else "ниже"
    return (
        f"Чем выше «{indicator}», тем обычно {way} средний балл «{examination}» ({numbers}). Это связь, а не причина."
    )


def association_chart(rows: pl.DataFrame, indicator: Row, examination: str, dark: bool) -> go.Figure:
    """Municipalities as points: the indicator across, the mean score up; names on hover.

    rows: frame of `warehouse.queries.analysis.association.pairs`, with those whose score the reader may see.
    """
    shown = rows.filter(pl.col("mean_score").is_not_null())
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": shown.get_column("value").to_list(),
        "y": shown.get_column("mean_score").to_list(),
        "marker": {"size": 11, "color": colour("accent", dark), "line": {"width": 1.5, "color": colour("card", dark)}},
        "hovertext": [
            f"<b>{row['municipality']}</b><br>{indicator['short']}: "
            f"{plain(row['value'], indicator['decimals'], indicator['unit'])}<br>"
            f"средний балл: {number(row['mean_score'], 2)} "
            f"({counted(row['participants'], 'участник', 'участника', 'участников')})"
            for row in shown.iter_rows(named=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    title = {"font": {"size": 12, "color": colour("muted", dark)}, "standoff": 8}
    layout = base(
        dark,
        height=340,
        hovermode="closest",
        showlegend=False,
        margin={"t": 12, "b": 40},
        xaxis={"title": {**title, "text": f"{indicator['short']}, {indicator['unit']}"}, "nticks": 7},
        yaxis={"title": {**title, "text": f"Средний балл: {examination}"}, "nticks": 6},
    )
    return built([points], layout)
