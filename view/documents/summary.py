"""Findings of the documents in sentences; about territories, never about a person."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.russian import NBSP, all_of, counted, number, percent, plural, shortlist
from view.wording.figures import finished, short_target, units, value_text
from view.wording.sentences import OF_MUNICIPALITIES, OF_ORGANIZATIONS, distance, goals_met
from warehouse.queries.verdicts import verdict_counts
from warehouse.store.row import Row

NAMED = 4
"""Most indicators that a sentence names; the rest are counted."""


def findings(rows: pl.DataFrame, period: str, year: int) -> list[str]:
    """Return the findings about one territory: targets met, missed and near, change, no data.

    rows: `verdicts.territory_verdicts`. year: that of the rows.
    """
    sentences = [finished(f"{goals_met(rows)} за {period}")]
    sentences += [_missed(rows), _near(rows), _changed(rows, year), _unknown(rows)]
    return [sentence for sentence in sentences if sentence]


def _quoted(rows: Sequence[Row]) -> str:
    """Return names of indicators in a sentence: «А», «Б» и ещё 2."""
    return shortlist([f"«{row['short']}»" for row in rows], NAMED)


def _missed(rows: pl.DataFrame) -> str:
    missed = sorted(rows.filter(pl.col("verdict") == "missed").to_dicts(), key=distance, reverse=True)
    if not missed:
        return ""
    told = [f"«{row['short']}» — {value_text(row)} при цели {short_target(row)}" for row in missed[:NAMED]]
    more = f"; и{NBSP}ещё{NBSP}{number(len(missed) - NAMED)}" if len(missed) > NAMED else ""
    which = plural(len(missed), "Не достигнута цель", "Не достигнуты цели", "Не достигнуты цели")
    return finished(f"{which} по {_to(len(missed))}: {'; '.join(told)}{more}")


def _near(rows: pl.DataFrame) -> str:
    near = rows.filter(pl.col("verdict") == "near").to_dicts()
    close = plural(len(near), "Близко к цели значение", "Близки к цели значения", "Близки к цели значения")
    return finished(f"{close} {_of(len(near))}: {_quoted(near)}") if near else ""


def _changed(rows: pl.DataFrame, year: int) -> str:
    known = [row for row in rows.to_dicts() if row["change"]]
    if not known:
        return ""
    better = [row for row in known if (row["change"] > 0) == (row["better"] == "higher")]
    worse = [row for row in known if row not in better]
    first = f"По сравнению с {year - 1}{NBSP}годом "
    if not worse:
        rose = plural(len(better), "улучшилось значение", "улучшились значения", "улучшились значения")
        return finished(f"{first}{rose} {_of(len(better))}, ни одно не ухудшилось")
    fell = (
        f"{plural(len(worse), 'ухудшилось значение', 'ухудшились значения', 'ухудшились значения')} {_of(len(worse))}"
    )
    if not better:
        return finished(f"{first}{fell}: {_quoted(worse)}")
    grew = (
        f"{plural(len(better), 'улучшилось значение', 'улучшились значения', 'улучшились значения')} {_of(len(better))}"
    )
    return finished(f"{first}{grew}, {fell}: {_quoted(worse)}")


def _unknown(rows: pl.DataFrame) -> str:
    silent = rows.filter(pl.col("verdict") == "no_data").to_dicts()
    free = verdict_counts(rows)["no_target"]
    sentences = []
    if silent:
        sentences.append(finished(f"Нет данных по {_to(len(silent))}: {_quoted(silent)}"))
    if free:
        sentences.append(f"Для {_of(free)} цель не задана; значения приведены для сведения.")
    return " ".join(sentences)


def _of(count: int) -> str:
    return counted(count, "показателя", "показателей", "показателей")


def _to(count: int) -> str:
    return counted(count, "показателю", "показателям", "показателям")


def reporting(rows: pl.DataFrame) -> str:
    """Return how many organizations of the territory have reported, as a sentence."""
    expected = max(rows.get_column("expected").to_list(), default=0) or 0
    given = max(rows.get_column("reporting").to_list(), default=0) or 0
    if not expected:
        return "В реестре нет организаций этой территории."
    if not given:
        return f"Кадровый состав не прислала ни одна из{NBSP}{counted(expected, *OF_ORGANIZATIONS)}."
    if given == expected:
        return f"Кадровый состав получен от {all_of(expected, *OF_ORGANIZATIONS)}."
    return (
        f"Кадровый состав {plural(given, 'прислала', 'прислали', 'прислали')} {number(given)} "
        f"из{NBSP}{counted(expected, *OF_ORGANIZATIONS)} ({percent(100 * given / expected)})."
    )


PROVISIONAL = "Итоги предварительные: первое полугодие сравнивается с целью всего года."


def ranking_finding(indicator: Row, rows: pl.DataFrame) -> str:
    """Return how many municipalities have reached the target, as the title of a ranking."""
    counts = verdict_counts(rows)
    judged = counts["met"] + counts["near"] + counts["missed"]
    if not counts["met"]:
        return f"{indicator['short']}: цели не достиг ни один муниципалитет"
    reached = plural(counts["met"], "достиг", "достигли", "достигли")
    if counts["met"] == judged:
        return f"{indicator['short']}: цели достигли все муниципалитеты, по которым есть данные"
    return f"{indicator['short']}: цели {reached} {number(counts['met'])} из{NBSP}{counted(judged, *OF_MUNICIPALITIES)}"


def gap(row: Row, forms: str | None) -> str:
    """Return what is lacking to the target: «до цели ещё 68 человек»; empty when nothing is.

    forms: the three forms of what the indicator counts, «человек, человека, человек».
    """
    if not row["gap"]:
        return ""
    lacking = units(int(row["gap"]), forms)
    if row["operator"] == "<=" and row["kind"] != "ratio":
        return f"до цели на{NBSP}{lacking} меньше"
    return f"до цели ещё {lacking}"
