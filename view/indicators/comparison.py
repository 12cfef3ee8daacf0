"""Municipalities side by side: titles of charts, ranks, intervals, peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from checks.russian import NBSP, counted, number, plural, shortlist
from view.parts.tables import TARGET, VALUE, VERDICT, worded
from view.wording.figures import change_text, plain, short_target, value_text
from view.wording.sentences import OF_MUNICIPALITIES
from warehouse.queries.analysis.exact import wilson
from warehouse.queries.verdicts import verdict_counts
from warehouse.store.row import Row

NAMED = 3
"""Most municipalities that a sentence names; the rest are counted."""


def ranking_title(municipalities: pl.DataFrame, indicator: Row) -> str:
    """Return the finding of a ranking: «Лимит 250 превышен в 3 из 18 муниципалитетов».

    Without a target: the municipalities with the highest and the lowest value.
    """
    known = municipalities.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return "По муниципалитетам данных нет"
    counts = verdict_counts(municipalities)
    if counts["met"] + counts["near"] + counts["missed"]:
        judged = known.filter(pl.col("target").is_not_null()).row(0, named=True)
        return _against_target({**judged, "unit": indicator["unit"]}, counts)
    if known.height < 2:
        return "Муниципалитеты"
    return _highest_and_lowest(known, indicator)


def _against_target(row: Row, counts: Mapping[str, int]) -> str:
    """Return how many municipalities have reached the target. row: one that has it."""
    judged = counts["met"] + counts["near"] + counts["missed"]
    target, short = short_target(row), judged - counts["met"]
    everywhere = f"во всех {number(judged)} муниципалитетах" if judged > 1 else "в единственном муниципалитете"
    if row["operator"] == "<=":
        limit = f"Лимит {number(row['target'])}"
        of = f"{number(short)} из{NBSP}{counted(judged, *OF_MUNICIPALITIES)}"
        return f"{limit} превышен в{NBSP}{of}" if short else f"{limit} соблюдён {everywhere}"
    if not short:
        return f"Цель {target} достигнута {everywhere}"
    near = [f"близко {number(counts['near'])}"] if counts["near"] else []
    failed = plural(counts["missed"], "достиг", "достигли", "достигли")
    missed = [f"не {failed} {number(counts['missed'])}"] if counts["missed"] else []
    met = f"{plural(counts['met'], 'достиг', 'достигли', 'достигли')} {number(counts['met'])}"
    return f"Цели {target} {met} из{NBSP}{counted(judged, *OF_MUNICIPALITIES)}: {', '.join(near + missed)}"


def _highest_and_lowest(known: pl.DataFrame, indicator: Row) -> str:
    """Return who has the highest and the lowest value; counts of 0 without reports excepted."""
    told = known
    if indicator.get("kind") == "count":
        sent = known.filter((pl.col("value") != 0) | (pl.col("reporting") > 0))
        told = sent if sent.height > 1 else known
    values: list[float] = told.get_column("value").to_list()
    highest, lowest = max(values), min(values)
    if highest == lowest:
        where = "Во всех муниципалитетах" if told.height == known.height else "У всех отчитавшихся"
        return f"{where} одинаково: {plain(highest, indicator['decimals'], indicator['unit'])}"
    shown = []
    for value in (highest, lowest):
        at = told.filter(pl.col("value") == value).get_column("municipality").to_list()
        shown.append(f"{shortlist(at, 1)} ({plain(value, indicator['decimals'], indicator['unit'])})")
    of = "" if told.height == known.height else " из отчитавшихся"
    return f"Больше всего — {shown[0]}, меньше всего{of} — {shown[1]}"


def beyond_whole(municipalities: pl.DataFrame, indicator: Row) -> str:
    """Return who has a share above 100 % and why that may be; empty where nobody has."""
    above = municipalities.filter(pl.col("value") > 100)
    if indicator["kind"] != "share" or above.is_empty():
        return ""
    why = (
        "нарастающим итогом в числителе остаются и те, кто уже не в знаменателе"
        if indicator["base_year"]
        else "в числителе людей больше, чем в знаменателе; находки — на странице «Качество данных»"
    )
    return f"Больше 100 % — {shortlist(above.get_column('municipality').to_list(), NAMED)}: {why}."


def trend_title(history: pl.DataFrame, year: int, half: int, indicator: Row) -> str:
    """Return the finding of a trend: the change within a year, and for how many years in a row."""
    values = {
        row["year"]: row["value"]
        for row in history.filter((pl.col("half") == half) & pl.col("value").is_not_null()).iter_rows(named=True)
    }
    if year not in values or year - 1 not in values:
        return "Как менялось по области"
    difference = values[year] - values[year - 1]
    text = change_text(difference, indicator["unit"], indicator["decimals"])
    if text == "без изменений":
        return "За год не изменилось"
    streak = 0
    while year - streak - 1 in values and (values[year - streak] - values[year - streak - 1]) * difference > 0:
        streak += 1
    verb = "Растёт" if difference > 0 else "Снижается"
    if streak > 1:
        return f"{verb} {counted(streak, 'год', 'года', 'лет')} подряд: {text} за последний"
    return f"За год {text}"


def spread_title(municipalities: pl.DataFrame, indicator: Row) -> str:
    """Return the finding of a distribution: the quartiles around half of the municipalities."""
    values = municipalities.get_column("value").drop_nulls()
    if values.len() < 4:
        return "Разброс муниципалитетов"
    quarter, three = (values.quantile(share, interpolation="linear") for share in (0.25, 0.75))
    return (
        f"У половины муниципалитетов — от {plain(quarter, indicator['decimals'])} "
        f"до {plain(three, indicator['decimals'], indicator['unit'])}"
    )


def rank_text(rank: tuple[int, int] | None) -> str:
    """Return a rank with its ties: «3» or «3–5»; empty without a value."""
    if rank is None:
        return ""
    first, last = rank
    return str(first) if first == last else f"{first}–{last}"


def peers_title(subject: Row, rows: Sequence[Row], rank: tuple[int, int] | None) -> str:
    """Return the rank of a municipality among its peers; rows: the peers and itself."""
    name = subject["municipality"]
    if rank is None:
        return f"{name}: нет данных, сравнить не с чем"
    of = sum(row["value"] is not None for row in rows)
    return f"{name} — {rank_text(rank)}-е место из{NBSP}{of} среди похожих: {value_text(subject)}"


def interval(row: Row) -> tuple[float, float] | None:
    """Return the ends of the 95 % interval of a row, None unless it is a share."""
    return wilson(row["numerator"], row["denominator"]) if row["kind"] == "share" else None


def interval_text(row: Row) -> str:
    """Return the 95 % interval of a share: «6,3–6,9 %»; empty where there is none."""
    ends = interval(row)
    if ends is None:
        return ""
    return f"{number(ends[0], row['decimals'])}–{number(ends[1], row['decimals'])}{NBSP}%"


def with_ranks(rows: pl.DataFrame, ranks: Mapping[str, tuple[int, int]], kind: str) -> pl.DataFrame:
    """Return rows of `verdicts.indicator_verdicts` with `rank` (text), `low`, `high`.

    low, high: ends of the 95 % interval, of shares only. ranks: first and last rank by code.
    """
    ends = [
        (wilson(row["numerator"], row["denominator"]) if kind == "share" else None) or (None, None)
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(
        pl.Series("rank", [rank_text(ranks.get(code)) for code in rows["municipality_id"]], dtype=pl.String),
        pl.Series("low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("high", [high for _, high in ends], dtype=pl.Float64),
    )


def peers_table(rows: pl.DataFrame, sizes: Mapping[str, tuple[int, int]], chosen: Sequence[str]) -> pl.DataFrame:
    """Return the chosen municipalities in order with their sizes; rows: of `with_ranks`."""
    order = pl.DataFrame(
        {
            "municipality_id": list(chosen),
            "organizations": [sizes[code][0] for code in chosen],
            "staff": [sizes[code][1] for code in chosen],
        }
    )
    return order.join(rows, on="municipality_id", how="left", maintain_order="left").select(
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("organizations").alias("Организаций"),
        pl.col("staff").alias("Педагогов"),
        pl.col("value").alias(VALUE),
        pl.col("numerator").alias("Числитель"),
        pl.col("denominator").alias("Знаменатель"),
        pl.col("target").alias(TARGET),
        worded().alias(VERDICT),
        pl.col("rank").alias("Место в области"),
    )
