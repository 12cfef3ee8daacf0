"""Charts of one roadmap: the time line of measures, execution against plan."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from checks.russian import date
from view.parts.charts import base, built
from view.roadmap.measures import LOOKS, days, state_word
from view.wording.theme import colour
from warehouse.queries.roadmap import STATES
from warehouse.store.row import Row

AROUND = dt.timedelta(days=45)
"""Room on the time line for a mark that has no length."""
APART = dt.timedelta(days=20)
"""Days nearer to each other than this share one line."""
NAMES_MEET = 0.35
"""Part of the time line within which the names of two days would meet on a phone: one stands above the other."""
LINE = 16
"""Height of a name above the time line, in pixels."""


def timeline(measures: pl.DataFrame, cutoff: dt.date, today: dt.date, dark: bool) -> go.Figure:
    """Measures as marks at their due day, a delay as a line behind the mark, directions as bands one under another.

    measures: frame of `roadmap.measures`. The day of the half-year is a solid line, today a dotted one.
    """
    placed, bands, rows = _arranged(measures, cutoff)
    traces: list[dict[str, Any]] = []
    for state in STATES:
        look = LOOKS[state]
        part = [row for row in placed if row["state"] == state]
        if not part:
            continue
        tone = colour(f"{look.tone}-ink" if state in {"overdue", "ahead"} else look.tone, dark)
        delays = [row for row in part if row["days_late"]]
        edge = {"width": 2, "color": tone} if state == "ahead" else {"width": 1, "color": colour("card", dark)}
        traces += [
            {
                "type": "scatter",
                "mode": "lines",
                "x": [point for row in delays for point in (row["due_on"], row["ends_on"], None)],
                "y": [point for row in delays for point in (row["place"], row["place"], None)],
                "line": {"color": tone, "width": 3},
                "opacity": 0.55,
                "hoverinfo": "skip",
                "showlegend": False,
            },
            {
                "type": "scatter",
                "mode": "markers",
                "name": state_word(state, cutoff),
                "x": [row["due_on"] for row in part],
                "y": [row["place"] for row in part],
                "marker": {"symbol": look.symbol, "size": 12, "color": tone, "line": edge},
                "hovertext": [hover(row) for row in part],
                "hovertemplate": "%{hovertext}<extra></extra>",
            },
        ]
    names = [
        {
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": top - 0.75,
            "yanchor": "middle",
            "text": f"<b>{escape(name)}</b>",
            "font": {"size": 12, "color": colour("muted", dark)},
        }
        for name, top in bands
    ]
    borders = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": top - 1.2,
            "y1": top - 1.2,
            "line": {"color": colour("line", dark), "width": 1},
            "layer": "below",
        }
        for _, top in bands
    ]
    dates = [row["due_on"] for row in placed] + [row["ends_on"] for row in placed] + [cutoff]
    first, last = min(dates) - AROUND, max(dates) + AROUND
    days_shown = [_day(cutoff, f"на {date(cutoff)}", "solid", colour("target", dark), first, last)]
    above = 0
    if first < today < last and abs(today - cutoff) > APART:
        days_shown.append(_day(today, "сегодня", "dot", colour("muted", dark), first, last))
        if abs(today - cutoff) < (last - first) * NAMES_MEET:
            above = LINE
            days_shown[-1][0]["yshift"] = above
    layout = base(
        dark,
        height=round(96 + above + 19 * rows),
        margin={"t": 58 + above, "b": 24},
        hovermode="closest",
        legend={"y": 1, "yanchor": "top", "yref": "container"},
        xaxis={
            "range": [first, last],
            "dtick": "M12",
            "tickformat": "%Y",
            "ticklabelmode": "period",
            "tick0": "2020-01-01",
        },
        yaxis={"range": [rows + 0.2, -1.3], "visible": False},
    )
    return built(traces, layout, names + [note for note, _ in days_shown], borders + [line for _, line in days_shown])


def _arranged(measures: pl.DataFrame, cutoff: dt.date) -> tuple[list[dict[str, Any]], list[tuple[str, float]], float]:
    """Put measures into rows so that none covers another, directions in the order of their first measure.

    Returns the measures with `place` and `ends_on`, each direction with the place of its first row, and the height.
    """
    placed: list[dict[str, Any]] = []
    bands: list[tuple[str, float]] = []
    height = 0.0
    for direction in measures.sort("due_on", "measure_id").get_column("direction").unique(maintain_order=True):
        free: list[dt.date] = []
        top = height + 1.2
        for row in measures.filter(pl.col("direction") == direction).sort("due_on", "measure_id").iter_rows(named=True):
            ends_on = (
                row["done_on"] if row["state"] == "late" else cutoff if row["state"] == "overdue" else row["due_on"]
            )
            line = next((place for place, until in enumerate(free) if until <= row["due_on"]), len(free))
            free[line : line + 1] = [ends_on + AROUND]
            placed.append({**row, "ends_on": ends_on, "place": top + line})
        bands.append((direction, top))
        height = top + len(free) - 0.4
    return placed, bands, height


def hover(row: Row) -> str:
    """What stands beside the pointer: the measure, its state, days, who answers, the result."""
    lines = [f"<b>{escape(row['measure_id'])}. {_folded(row['title'])}</b>", state_word(row["state"], row["cutoff"])]
    lines.append(f"срок: {date(row['due_on'])}")
    if row["done_on"]:
        lines.append(f"исполнена: {date(row['done_on'])}")
    if row["days_late"]:
        lines.append(f"{'опоздание' if row['done_on'] else 'просрочка'}: {days(row['days_late'])}")
    lines.append(f"отвечает: {_folded(row['responsible'])}")
    if row["result"]:
        lines.append(f"результат: {_folded(row['result'])}")
    return "<br>".join(lines)


def _folded(text: str, width: int = 60) -> str:
    """Return a text in lines of about the width, for a hover label that does not wrap by itself."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "<br>".join(escape(line) for line in lines)


def _day(
    day: dt.date, label: str, dash: str, tone: str, first: dt.date, last: dt.date
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the name and the line of a day, named on the side where there is room."""
    late = (day - first) > (last - first) * 0.7
    note = {
        "x": day,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "right" if late else "left",
        "text": label,
        "font": {"size": 12, "color": tone},
    }
    line = {
        "type": "line",
        "x0": day,
        "x1": day,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": tone, "width": 2, "dash": dash},
    }
    return note, line


def plan(measures: pl.DataFrame, cutoff: dt.date, dark: bool) -> go.Figure:
    """Execution against plan: how many measures should have been done by each day, and how many were.

    The plan is the line of ink that targets have everywhere; it runs on after the day, execution stops there.
    """
    due = sorted(measures.get_column("due_on").to_list())
    done = sorted(measures.get_column("done_on").drop_nulls().to_list())
    start = min([*due, *done]) - dt.timedelta(days=30)
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [start, *days_of, max(last, days_of[-1] if days_of else last)],
            "y": [0, *range(1, len(days_of) + 1), len(days_of)],
            "line": {"color": tone, "width": 2.5, "shape": "hv"},
            "hovertemplate": f"%{{x|%d.%m.%Y}}: {name} %{{y}}<extra></extra>",
        }
        for name, days_of, last, tone in (
            ("исполнено", done, cutoff, colour("accent", dark)),
            ("должно быть исполнено", due, max(due), colour("target", dark)),
        )
    ]
    note, line = _day(cutoff, f"на {date(cutoff)}", "dot", colour("muted", dark), start, max(*due, cutoff))
    layout = base(
        dark,
        height=300,
        hovermode="closest",
        margin={"t": 52},
        legend={"y": 1, "yanchor": "top", "yref": "container"},
        xaxis={"dtick": "M12", "tickformat": "%Y", "ticklabelmode": "period", "showgrid": False, "tick0": "2020-01-01"},
        yaxis={"rangemode": "tozero", "nticks": 6},
    )
    return built(traces, layout, [note], [line])
