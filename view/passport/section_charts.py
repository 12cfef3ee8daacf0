"""Small charts of the passport: money by source, programmes by competency, events by kind."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from checks.russian import capital, number, percent
from view.parts.charts import Part, base, built
from view.passport.sections import MILLION
from view.wording.theme import colour

NAME_WIDTH = 27
"""Characters in a line of a name beside a bar."""


def money_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Return the chart of planned and spent money by source, in million roubles.

    rows: `warehouse.queries.passport.finance`.
    """
    sources = rows.group_by("source", maintain_order=True).agg(pl.col("planned_rub", "spent_rub").sum())
    names = [_broken(capital(source)) for source in sources.get_column("source")]
    planned = [value / MILLION for value in sources.get_column("planned_rub")]
    spent = [value / MILLION for value in sources.get_column("spent_rub")]
    amounts = list(zip(names, spent, planned, strict=True))
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
                for name, done, plan in amounts
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
        for name, done, plan in amounts
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
    """Return a name in lines short enough for a narrow screen."""
    return "<br>".join(textwrap.wrap(name, NAME_WIDTH, break_long_words=False))


def _bar_of(name: str, names: Sequence[str], values: Sequence[float]) -> Part:
    return {"type": "bar", "orientation": "h", "name": name, "y": list(names), "x": list(values)}


def programs_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Return the chart of programmes by competency, those of the Federal register apart."""
    names = [_broken(capital(name)) for name in rows.get_column("name")]
    parts = {
        "в Федеральном реестре": (rows.get_column("registered"), colour("accent", dark)),
        "остальные": (rows.get_column("programs") - rows.get_column("registered"), colour("no_data", dark)),
    }
    return _stacked(names, parts, rows.get_column("programs").to_list(), dark)


def events_chart(rows: pl.DataFrame, dark: bool) -> go.Figure:
    """Return the chart of events by kind and level."""
    kinds = rows.group_by("kind").agg(pl.col("events").sum()).sort("events", "kind", descending=[True, False])
    tones = {
        "региональный": colour("accent", dark),
        "муниципальный": colour("met", dark),
        "институциональный": colour("no_data", dark),
    }
    parts = {
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
    return _stacked(names, parts, kinds.get_column("events").to_list(), dark)


def _stacked(
    names: Sequence[str], parts: Mapping[str, tuple[pl.Series, str]], totals: Sequence[int], dark: bool
) -> go.Figure:
    """Return stacked bars with their totals; parts without any value are left out."""
    traces = [
        {
            **_bar_of(name, names, values.to_list()),
            "marker": {"color": tone},
            "hovertemplate": f"<b>%{{y}}</b><br>{name}: %{{x}}<extra></extra>",
        }
        for name, (values, tone) in parts.items()
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
