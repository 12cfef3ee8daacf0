"""Charts of one roadmap: the timeline of measures, execution against plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import polars as pl

from checks.russian import date
from view.parts.charts import Part, base, built
from view.roadmap.measure_blocks import days, state_signs, state_word
from view.wording.theme import colour
from warehouse.queries.roadmap import STATES
from warehouse.store.row import Row

MARGIN = dt.timedelta(days=45)
"""Room on the timeline around a mark."""
APART = dt.timedelta(days=20)
"""Nearer than this to the half-year's end, today has no line of its own."""
NAMES_MEET = 0.35
"""Share of the timeline within which the names of two days would overlap on a phone."""
LINE = 16
"""Height of a name above the timeline, in pixels."""
SYMBOLS = {"overdue": "x", "late": "diamond", "on_time": "circle", "ahead": "circle-open"}


def timeline(measures: pl.DataFrame, cutoff: dt.date, today: dt.date, dark: bool) -> go.Figure:
    """Return the timeline of measures: marks at due days, delays as lines, directions as bands.

    measures: `warehouse.queries.roadmap.measures`. The end of the half-year is a solid line, today a dotted one.
    """
    placed, bands, lines = _arranged(measures, cutoff)
    traces = [
        trace
        for state in STATES
        if (part := [row for row in placed if row["state"] == state])
        for trace in _marks(state, part, cutoff, dark)
    ]
    dates = [row["due_on"] for row in placed] + [row["ends_on"] for row in placed] + [cutoff]
    first, last = min(dates) - MARGIN, max(dates) + MARGIN
    notes, days_shown, above = _days(cutoff, today, first, last, dark)
    layout = base(
        dark,
        height=round(96 + above + 19 * lines),
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
        yaxis={"range": [lines + 0.2, -1.3], "visible": False},
    )
    names = [_band_name(name, top, dark) for name, top in bands]
    borders = [_band_border(top, dark) for _, top in bands]
    return built(traces, layout, names + notes, borders + days_shown)


def _marks(state: str, part: Sequence[Row], cutoff: dt.date, dark: bool) -> list[Part]:
    """Return the traces of the measures in a state: delays as lines, then marks."""
    sign = state_signs(cutoff)[state]
    tone = colour(f"{sign.colour}-ink" if state in {"overdue", "ahead"} else sign.colour, dark)
    edge = {"width": 2, "color": tone} if state == "ahead" else {"width": 1, "color": colour("card", dark)}
    delays = [row for row in part if row["days_late"]]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [point for row in delays for point in (row["due_on"], row["ends_on"], None)],
            "y": [point for row in delays for point in (row["line"], row["line"], None)],
            "line": {"color": tone, "width": 3},
            "opacity": 0.55,
            "hoverinfo": "skip",
            "showlegend": False,
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": sign.word,
            "x": [row["due_on"] for row in part],
            "y": [row["line"] for row in part],
            "marker": {"symbol": SYMBOLS[state], "size": 12, "color": tone, "line": edge},
            "hovertext": [hover(row) for row in part],
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
    ]


def _band_name(name: str, top: float, dark: bool) -> Part:
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": top - 0.75,
        "yanchor": "middle",
        "text": f"<b>{escape(name)}</b>",
        "font": {"size": 12, "color": colour("muted", dark)},
    }


def _band_border(top: float, dark: bool) -> Part:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": top - 1.2,
        "y1": top - 1.2,
        "line": {"color": colour("line", dark), "width": 1},
        "layer": "below",
    }


def _days(
    cutoff: dt.date, today: dt.date, first: dt.date, last: dt.date, dark: bool
) -> tuple[list[Part], list[Part], int]:
    """Return names and lines of the half-year's end and of today, and the height they add.

    The height is in pixels. Today is left out beyond the timeline and near the half-year's end.
    """
    note, line = _day(cutoff, f"на {date(cutoff)}", "solid", colour("target", dark), first, last)
    if not first < today < last or abs(today - cutoff) <= APART:
        return [note], [line], 0
    other, dotted = _day(today, "сегодня", "dot", colour("muted", dark), first, last)
    if abs(today - cutoff) >= (last - first) * NAMES_MEET:
        return [note, other], [line, dotted], 0
    return [note, {**other, "yshift": LINE}], [line, dotted], LINE


def _arranged(measures: pl.DataFrame, cutoff: dt.date) -> tuple[list[Row], list[tuple[str, float]], float]:
    """Return measures with `line` and `ends_on`, directions with first lines, number of lines.

    Lines are such that no measure covers another; directions are in the order of their first measure.
    """
    placed: list[Row] = []
    bands: list[tuple[str, float]] = []
    height = 0.0
    for direction in measures.sort("due_on", "measure_id").get_column("direction").unique(maintain_order=True):
        free: list[dt.date] = []
        top = height + 1.2
        for row in measures.filter(pl.col("direction") == direction).sort("due_on", "measure_id").iter_rows(named=True):
            ends_on = (
                row["done_on"] if row["state"] == "late" else cutoff if row["state"] == "overdue" else row["due_on"]
            )
            line = next((number for number, until in enumerate(free) if until <= row["due_on"]), len(free))
            free[line : line + 1] = [ends_on + MARGIN]
            placed.append({**row, "ends_on": ends_on, "line": top + line})
        bands.append((direction, top))
        height = top + len(free) - 0.4
    return placed, bands, height


def hover(row: Row) -> str:
    """Return the hover text of a measure: title, state, dates, responsible, result."""
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
    """Return a text in lines of about the width: hover labels do not wrap."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "<br>".join(escape(line) for line in lines)


def _day(day: dt.date, label: str, dash: str, tone: str, first: dt.date, last: dt.date) -> tuple[Part, Part]:
    """Return the name and the vertical line of a day; the name on the side with more room."""
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
    """Return the chart of measures due and measures done by day; execution ends at the cut-off."""
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
