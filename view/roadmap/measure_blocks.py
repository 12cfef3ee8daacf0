"""One roadmap in words: states, finding, strip, overdue measures, table of all measures."""

from __future__ import annotations

import datetime as dt
from html import escape

import polars as pl

from checks.russian import NBSP, counted, date, number, percent, plural
from view.wording import signs
from view.wording.signs import Sign
from warehouse.queries.roadmap import STATES


def state_signs(cutoff: dt.date) -> dict[str, Sign]:
    """Return the signs of states. cutoff: end of the half-year."""
    ahead = f"срок после {date(cutoff)}"
    return {
        "overdue": Sign("missed", "✕", "просрочена", ("просрочена", "просрочены", "просрочено")),
        "late": Sign(
            "near", "≈", "исполнена с опозданием",
            ("исполнена с опозданием", "исполнены с опозданием", "исполнено с опозданием"),
        ),
        "on_time": Sign(
            "met", "✓", "исполнена в срок", ("исполнена в срок", "исполнены в срок", "исполнено в срок")
        ),
        "ahead": Sign("no_target", "○", ahead, (ahead, ahead, ahead)),
    }  # fmt: skip


def state_word(state: str, cutoff: dt.date) -> str:
    """Return a state in words, as of the half-year's end."""
    return state_signs(cutoff)[state].word


def counts(measures: pl.DataFrame) -> dict[str, int]:
    """Return the number of measures by state; every state is a key."""
    found = dict(measures.group_by("state").len().iter_rows())
    return {state: found.get(state, 0) for state in STATES}


def finding(measures: pl.DataFrame, cutoff: dt.date) -> str:
    """Return the headline: how many of the measures due by the cut-off are done."""
    due = measures.filter(pl.col("due_on") <= pl.col("cutoff"))
    if due.is_empty():
        return f"К {date(cutoff)} срок ещё ни одной меры не наступил."
    overdue = counts(measures)["overdue"]
    done = due.height - overdue
    if due.height == 1 and not overdue:
        return f"К {date(cutoff)} исполнена единственная мера с наступившим сроком."
    if not overdue:
        return f"К {date(cutoff)} исполнены все меры с наступившим сроком: {number(done)}."
    return (
        f"К {date(cutoff)} {plural(done, 'исполнена', 'исполнены', 'исполнено')} {number(done)} "
        f"из{NBSP}{counted(due.height, 'меры', 'мер', 'мер')} с наступившим сроком "
        f"({percent(100 * done / due.height)}); {plural(overdue, 'просрочена', 'просрочены', 'просрочено')} "
        f"{number(overdue)}."
    )


def detail(measures: pl.DataFrame) -> str:
    """Return the detail: the longest delay, the direction with most overdue, those done late."""
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
    """Return a delay in days; from two months on also in months."""
    if not count:
        return "срок в этот день"
    exact = counted(count, "день", "дня", "дней")
    return exact if count < 61 else f"{exact} (около {counted(round(count / 30.4), 'месяца', 'месяцев', 'месяцев')})"


def strip(measures: pl.DataFrame) -> str:
    """Return a strip of measures by state."""
    return signs.strip(counts(measures), state_signs(_cutoff(measures)), "Меры по состоянию")


def _cutoff(measures: pl.DataFrame) -> dt.date:
    return measures["cutoff"][0] if measures.height else dt.date.max


def overdue_list(measures: pl.DataFrame) -> str:
    """Return the overdue measures, the longest delay first: title, responsible, delay."""
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
    """Return the measures as a table for the screen and files."""
    words = {state: f"{sign.mark} {sign.word}" for state, sign in state_signs(_cutoff(measures)).items()}
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
