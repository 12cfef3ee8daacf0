"""Drawing of roadmaps: the time line of measures, execution against plan, territories side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl

from checks.russian import NBSP, counted, date, number, percent, plural
from view import links
from view.charts import base, built
from view.page import View, ordered
from view.theme import colour
from warehouse.roadmap import STATES

AROUND = dt.timedelta(days=45)
"""Room on the time line for a mark that has no length."""
APART = dt.timedelta(days=20)
"""Days nearer to each other than this share one line."""
NAMES_MEET = 0.35
"""Part of the time line within which the names of two days would meet on a phone: one stands above the other."""
LINE = 16
"""Height of a name above the time line, in pixels."""


@dataclass(frozen=True)
class Look:
    """How a state looks and reads: mark, word, colours of which verdict, symbol of the chart."""

    mark: str
    word: str
    tone: str
    symbol: str


LOOKS: dict[str, Look] = {
    "overdue": Look("✕", "просрочена", "missed", "x"),
    "late": Look("≈", "исполнена с опозданием", "near", "diamond"),
    "on_time": Look("✓", "исполнена в срок", "met", "circle"),
    "ahead": Look("○", "срок впереди", "no_target", "circle-open"),
}


def counts(measures: pl.DataFrame) -> dict[str, int]:
    """Return how many measures are in each state; every state is a key."""
    found = dict(measures.group_by("state").len().iter_rows())
    return {state: found.get(state, 0) for state in STATES}


def finding(measures: pl.DataFrame, cutoff: dt.date) -> str:
    """Return the head sentence: how much of what was due by the day is done."""
    due = measures.filter(pl.col("due_on") <= pl.col("cutoff"))
    if due.is_empty():
        return f"К {date(cutoff)} срок ещё ни одной меры не наступил."
    overdue = counts(measures)["overdue"]
    done = due.height - overdue
    if due.height == 1 and not overdue:
        return f"К {date(cutoff)} исполнена единственная мера с наступившим сроком."
    if not overdue:
        every = counted(done, "мера", "меры", "мер")
        return (
            f"К {date(cutoff)} {plural(done, 'исполнена', 'исполнены', 'исполнены')} все {every} с наступившим сроком."
        )
    return (
        f"К {date(cutoff)} {plural(done, 'исполнена', 'исполнены', 'исполнено')} {number(done)} "
        f"из{NBSP}{counted(due.height, 'меры', 'мер', 'мер')} с наступившим сроком "
        f"({percent(100 * done / due.height)}); {plural(overdue, 'просрочена', 'просрочены', 'просрочено')} "
        f"{number(overdue)}."
    )


def detail(measures: pl.DataFrame) -> str:
    """Return the second sentence: the longest delay, where delays gather, what was done late."""
    overdue = measures.filter(pl.col("state") == "overdue")
    parts = []
    if overdue.height:
        longest = overdue.sort("days_late", descending=True).row(0, named=True)
        parts.append(f"Дольше всех ждёт «{longest['title']}» — {days(longest['days_late'])}.")
        if overdue.height > 2:
            direction, most = (
                overdue.group_by("direction").len().sort("len", "direction", descending=[True, False]).row(0)
            )
            if most > 1:
                parts.append(f"Больше всего просрочено в направлении «{direction}»: {number(most)}.")
    late = counts(measures)["late"]
    if late:
        parts.append(
            f"{plural(late, 'Исполнена', 'Исполнены', 'Исполнено')} с опозданием "
            f"{counted(late, 'мера', 'меры', 'мер')}."
        )
    return " ".join(parts)


def days(count: int) -> str:
    """Return a delay in words: days, and from two months on also months."""
    if not count:
        return "срок в этот день"
    exact = counted(count, "день", "дня", "дней")
    return exact if count < 61 else f"{exact} (около {counted(round(count / 30.4), 'месяца', 'месяцев', 'месяцев')})"


def strip(measures: pl.DataFrame) -> str:
    """How many measures are in each state, as a strip whose parts are as long as their counts."""
    parts = "".join(
        f'<div class="part part-{LOOKS[state].tone}" style="flex-grow:{count}"><b>{number(count)}</b> '
        f'<span aria-hidden="true">{LOOKS[state].mark}</span> {_word_of_many(state, count)}</div>'
        for state, count in counts(measures).items()
        if count
    )
    return f'<div class="strip" role="img" aria-label="Меры по состоянию">{parts}</div>'


def _word_of_many(state: str, count: int) -> str:
    if state == "ahead":
        return "срок впереди"
    said = {
        "overdue": ("просрочена", "просрочены", "просрочено"),
        "late": ("исполнена с опозданием", "исполнены с опозданием", "исполнено с опозданием"),
        "on_time": ("исполнена в срок", "исполнены в срок", "исполнено в срок"),
    }
    return plural(count, *said[state])


def chip(state: str) -> str:
    """A state as mark and word."""
    look = LOOKS[state]
    return f'<span class="verdict verdict-{look.tone}"><span aria-hidden="true">{look.mark}</span> {look.word}</span>'


def overdue_list(measures: pl.DataFrame) -> str:
    """The overdue measures, the longest delay first: what, who answers, since when."""
    rows = measures.filter(pl.col("state") == "overdue").sort("days_late", descending=True)
    if rows.is_empty():
        return '<p class="empty">Просроченных мер нет.</p>'
    longest = max(*rows.get_column("days_late").to_list(), 1)
    items = "".join(
        f'<li class="measure"><span class="gap-name"><b>{escape(row["measure_id"])}</b> {escape(row["title"])}</span>'
        f'<span class="gap-count">{counted(row["days_late"], "день", "дня", "дней") if row["days_late"] else ""}</span>'
        f'<span class="gap-bar"><i style="width:{100 * row["days_late"] / longest:.0f}%"></i></span>'
        f'<span class="gap-detail">срок {date(row["due_on"])} · {escape(row["responsible"])} · '
        f"{escape(row['direction'])}</span></li>"
        for row in rows.iter_rows(named=True)
    )
    return f'<ol class="gaps">{items}</ol>'


def timeline(measures: pl.DataFrame, cutoff: dt.date, today: dt.date, dark: bool) -> go.Figure:
    """Measures as marks at their due day, a delay as a line behind the mark, directions as bands one under another.

    measures: frame of `warehouse.roadmap.measures`. The day of the half-year is a solid line, today a dotted one.
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
                "name": look.word,
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


def hover(row: Mapping[str, Any]) -> str:
    """What stands beside the pointer: the measure, its state, days, who answers, the result."""
    lines = [f"<b>{escape(row['measure_id'])}. {_folded(row['title'])}</b>", LOOKS[row["state"]].word]
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


def measures_table(measures: pl.DataFrame) -> pl.DataFrame:
    """The measures as they stand on the screen and in files."""
    words = {state: f"{look.mark} {look.word}" for state, look in LOOKS.items()}
    return measures.select(
        pl.col("measure_id").alias("№"),
        pl.col("title").alias("Мероприятие"),
        pl.col("state").replace_strict(words, return_dtype=pl.String).alias("Состояние"),
        pl.col("due_on").alias("Срок"),
        pl.col("done_on").alias("Исполнено"),
        pl.col("days_late").cast(pl.Int64).alias("Опоздание, дней"),
        pl.col("responsible").alias("Ответственный"),
        pl.col("direction").alias("Направление"),
        pl.col("result").alias("Результат"),
    )


def territories_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Roadmaps side by side as they stand in files: the region first, then municipalities in Russian order."""
    first = rows.filter(pl.col("level") == "R")
    rest = ordered(rows.filter(pl.col("level") == "M"), "territory")
    return pl.concat([first, rest]).select(
        pl.col("territory").alias("Территория"),
        pl.col("measures").alias("Мер в карте"),
        pl.col("due").alias("Срок наступил"),
        pl.col("done").alias("Исполнено"),
        pl.col("overdue").alias("Просрочено"),
        pl.col("execution").alias("Исполнение, %"),
    )


def territories(view: View, rows: pl.DataFrame, chosen: str, reachable: set[str]) -> str:
    """Roadmaps side by side: the region on top, then municipalities from the least executed to those without a map.

    reachable: codes whose measures the actor may open.
    """
    known = (
        rows.filter(pl.col("level") == "M")
        .pipe(ordered, "territory")
        .sort("execution", nulls_last=True, maintain_order=True)
    )
    everyone = pl.concat([rows.filter(pl.col("level") == "R"), known])
    lines = []
    for row in everyone.iter_rows(named=True):
        code = row["territory_id"]
        name = escape(row["territory"])
        if code in reachable and row["measures"]:
            name = links.anchor("roadmap", view.filters(territory=code), name)
        css = " ".join(filter(None, ("pinned" if row["level"] == "R" else "", "chosen" if code == chosen else "")))
        if row["measures"]:
            share = row["execution"]
            bar = (
                f'<span class="execution"><i style="width:{share:.0f}%"></i></span>{percent(share)}'
                if share is not None
                else "срок не наступил"
            )
            cells = [row["measures"], row["due"], row["done"], row["overdue"]]
            figures = "".join(f'<td class="number" data-value="{cell}">{number(cell)}</td>' for cell in cells)
            tail = f'<td class="nowrap" data-value="{share if share is not None else ""}">{bar}</td>'
        else:
            figures = '<td class="number" data-value=""><span class="quiet">–</span></td>' * 4
            tail = '<td class="nowrap quiet" data-value="">нет дорожной карты</td>'
        pinned = ' data-pinned="1"' if row["level"] == "R" else ""
        lines.append(
            f'<tr class="{css}"{pinned}><th scope="row" data-value="{escape(row["territory"])}">{name}</th>'
            f"{figures}{tail}</tr>"
        )
    counts_of = ("Мер в карте", "Срок наступил", "Исполнено", "Просрочено")
    heads = [*((name, ' class="number"') for name in counts_of), ("Исполнение", "")]
    head = '<th scope="col"><button data-sort="rising">Территория</button></th>' + "".join(
        f'<th scope="col"{css}><button data-sort="falling">{name}</button></th>' for name, css in heads
    )
    return (
        '<div class="table roadmaps" tabindex="0" role="region" aria-label="Дорожные карты территорий"><table><thead>'
        f"<tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def territories_finding(rows: pl.DataFrame) -> str:
    """Return how many municipalities carry out their roadmap in full, and who has none."""
    places = rows.filter(pl.col("level") == "M")
    judged = places.filter(pl.col("execution").is_not_null())
    full = judged.filter(pl.col("overdue") == 0).height
    none = places.filter(pl.col("measures") == 0).height
    parts = []
    if judged.height:
        parts.append(
            f"Без просрочек {plural(full, 'идёт', 'идут', 'идут')} {number(full)} "
            f"из{NBSP}{counted(judged.height, 'муниципальной карты', 'муниципальных карт', 'муниципальных карт')}"
        )
    if none:
        parts.append(f"нет карты у {counted(none, 'муниципалитета', 'муниципалитетов', 'муниципалитетов')}")
    return "; ".join(parts)
