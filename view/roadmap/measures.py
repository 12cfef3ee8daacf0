"""One roadmap in words: its states, finding, strip, overdue measures, all measures as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from html import escape

import polars as pl

from checks.russian import NBSP, counted, date, number, percent, plural
from warehouse.queries.roadmap import STATES


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


def state_word(state: str, cutoff: dt.date) -> str:
    """Return a state in words; what is due later is so as of the half-year's end, whatever day it is now."""
    return f"срок после {date(cutoff)}" if state == "ahead" else LOOKS[state].word


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
    cutoff = measures["cutoff"][0] if measures.height else dt.date.max
    parts = "".join(
        f'<div class="part part-{LOOKS[state].tone}" style="flex-grow:{count}"><b>{number(count)}</b> '
        f'<span aria-hidden="true">{LOOKS[state].mark}</span> {_word_of_many(state, count, cutoff)}</div>'
        for state, count in counts(measures).items()
        if count
    )
    return f'<div class="strip" role="img" aria-label="Меры по состоянию">{parts}</div>'


def _word_of_many(state: str, count: int, cutoff: dt.date) -> str:
    if state == "ahead":
        return state_word(state, cutoff)
    said = {
        "overdue": ("просрочена", "просрочены", "просрочено"),
        "late": ("исполнена с опозданием", "исполнены с опозданием", "исполнено с опозданием"),
        "on_time": ("исполнена в срок", "исполнены в срок", "исполнено в срок"),
    }
    return plural(count, *said[state])


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


def measures_table(measures: pl.DataFrame) -> pl.DataFrame:
    """The measures as they stand on the screen and in files."""
    cutoff = measures["cutoff"][0] if measures.height else dt.date.max
    words = {state: f"{look.mark} {state_word(state, cutoff)}" for state, look in LOOKS.items()}
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
