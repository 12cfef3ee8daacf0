"""Headlines: the finding of a page in one or two sentences."""

from __future__ import annotations

import polars as pl

from checks.russian import NBSP, counted, number, plural
from view.wording.figures import finished, short_target, value_text
from warehouse.queries.verdicts import verdict_counts
from warehouse.store.row import Row

MUNICIPALITIES = ("муниципалитет", "муниципалитета", "муниципалитетов")
OF_MUNICIPALITIES = ("муниципалитета", "муниципалитетов", "муниципалитетов")
ORGANIZATIONS = ("организация", "организации", "организаций")
OF_ORGANIZATIONS = ("организации", "организаций", "организаций")


def of_municipalities(count: int) -> str:
    """Return a number of municipalities in the genitive case.

    Examples: «одного муниципалитета», «3 муниципалитетов».
    """
    return "одного муниципалитета" if count == 1 else counted(count, *OF_MUNICIPALITIES)


def distance(row: Row) -> float:
    """Return how far a row is from its target, as a share of the target; 0 when met.

    Only for ordering. 0 also without a value or a target.
    """
    value, target = row["value"], row["target"]
    if value is None or not target:
        return 0.0
    short = (target - value) / target if row["operator"] == ">=" else (value - target) / target
    return max(0.0, float(short))


def farthest(rows: pl.DataFrame) -> Row | None:
    """Return the missed row farthest from its target, None when nothing is missed."""
    missed = rows.filter(pl.col("verdict") == "missed")
    return max(missed.iter_rows(named=True), key=distance, default=None)


def goals_met(rows: pl.DataFrame) -> str:
    """Return «Достигнуты 9 из 19 целей» for rows of one territory, or that there are no targets."""
    counts = verdict_counts(rows)
    judged = counts["met"] + counts["near"] + counts["missed"]
    if judged == 0:
        return "Целей для сравнения нет"
    reached = plural(counts["met"], "Достигнута", "Достигнуты", "Достигнуто")
    return f"{reached} {number(counts['met'])} из{NBSP}{counted(judged, 'цели', 'целей', 'целей')}"


def worst(rows: pl.DataFrame) -> str:
    """Return the sentence about the missed indicator farthest from its target, or an empty text."""
    row = farthest(rows)
    if row is None:
        return ""
    return finished(f"Дальше всего от цели — «{row['short']}»: {value_text(row)} при цели {short_target(row)}")


def nobody_reported(rows: pl.DataFrame) -> str:
    """Return the sentence that no organization of a territory has reported, or an empty text."""
    expected = max(rows.get_column("expected").to_list(), default=0)
    if not expected or max(rows.get_column("reporting").to_list(), default=0):
        return ""
    return f"Не отчиталась ни одна из{NBSP}{counted(expected, *OF_ORGANIZATIONS)}; оценки — по другим сведениям."


def indicator_finding(row: Row, municipalities: pl.DataFrame) -> str:
    """Return the finding of an indicator as a sentence.

    It gives the region's value against its target, and how many municipalities reached theirs.
    """
    counts = verdict_counts(municipalities)
    judged = counts["met"] + counts["near"] + counts["missed"]
    if row["value"] is None:
        first = "По области нет данных"
    elif row["target"] is None:
        first = f"По области — {value_text(row)}; цель не задана"
    else:
        state = {"met": "цель достигнута", "near": "близко к цели", "missed": "цель не достигнута"}
        first = f"По области — {value_text(row)} при цели {short_target(row)}: {state[row['verdict']]}"
    if not judged:
        return finished(first)
    if not counts["met"]:
        return f"{finished(first)} Ни один муниципалитет цели не достиг."
    return (
        f"{finished(first)} Цели {plural(counts['met'], 'достиг', 'достигли', 'достигли')} "
        f"{number(counts['met'])} из{NBSP}{counted(judged, *OF_MUNICIPALITIES)}."
    )


def provisional(half_is_first: bool) -> str:
    """Return the caution that belongs to a first half-year, or an empty text."""
    return "Итоги предварительные: первое полугодие сравнивается с целью всего года." if half_is_first else ""
