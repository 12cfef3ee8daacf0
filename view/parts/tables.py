"""Tables for screen and files: Russian headings, unrounded figures, words for verdicts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from html import escape

import polars as pl

from checks.russian import date, number
from view.shell.page import OpenPage, ordered
from view.wording.figures import HIDDEN, HIDDEN_CELL
from view.wording.theme import VERDICTS
from warehouse.store.row import Row

VALUE, NUMERATOR, DENOMINATOR = "Значение", "Числитель", "Знаменатель"
TARGET, VERDICT, GAP, PAST, CHANGE = "Цель", "Оценка", "Не хватает до цели", "Год назад", "Изменение за год"
LOW, HIGH = "Интервал 95 %, от", "Интервал 95 %, до"
_RANGE = re.compile(r"^(\d+)–\d+$")
"""A shared rank such as 3–5, which sorts by its first number."""
INDICATOR, REGIONAL = "Показатель", "Область"
SCORE, EXECUTION = "Средний балл", "Исполнение, %"
FRACTIONAL = (VALUE, TARGET, PAST, CHANGE, REGIONAL, LOW, HIGH, SCORE, EXECUTION)
"""Columns whose figures are printed with decimals."""
NEVER_HIDDEN = (TARGET, PAST, CHANGE, REGIONAL)
"""Columns that stay as they are where a row's own figures are hidden."""


def worded(column: str = "verdict") -> pl.Expr:
    """Return verdicts as mark and word."""
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return pl.col(column).replace_strict(words, default=None, return_dtype=pl.String)


def ranking(municipalities: pl.DataFrame, region: Row, page: OpenPage) -> pl.DataFrame:
    """Return one indicator for the region and its municipalities as a table for people.

    The region comes first, then names in Russian order. municipalities: the frame of `comparison.with_ranks`; region
    also has low and high, the ends of its interval. Columns without any value are dropped.
    """
    columns = ["name", "value", "numerator", "denominator", "target", "verdict", "gap", "rank", "low", "high", "past",
               "change", "reporting", "expected"]  # fmt: skip
    head = {**region, "name": page.region["name"], "rank": None}
    first = pl.DataFrame([head], infer_schema_length=None).select(columns)
    rest = ordered(municipalities, "municipality_full").rename({"municipality_full": "name"}).select(columns)
    table = pl.concat([first, rest], how="vertical_relaxed").select(
        pl.col("name").alias("Территория"),
        pl.col("value").alias(VALUE),
        pl.col("numerator").alias(NUMERATOR),
        pl.col("denominator").alias(DENOMINATOR),
        pl.col("target").alias(TARGET),
        worded().alias(VERDICT),
        pl.col("gap").alias(GAP),
        pl.col("rank").alias("Место"),
        pl.col("low").alias(LOW),
        pl.col("high").alias(HIGH),
        pl.col("past").alias(PAST),
        pl.col("change").alias(CHANGE),
        pl.col("reporting").alias("Отчитались"),
        pl.col("expected").alias("Организаций"),
    )
    unknown = [
        name for name in (DENOMINATOR, "Место", LOW, HIGH) if table.get_column(name).null_count() == table.height
    ]
    return table.drop(unknown)


def matrix(municipalities: pl.DataFrame, region: pl.DataFrame, page: OpenPage) -> pl.DataFrame:
    """The matrix as a long table: municipality × indicator with value, target and verdict."""
    first = region.filter(pl.col("code").is_in(municipalities.get_column("indicator").unique().to_list())).select(
        pl.lit(page.region["name"]).alias("name"), "short", "unit", "value", "numerator", "denominator",
        "target", "verdict", "gap",
    )  # fmt: skip
    rest = ordered(municipalities, "municipality_full").rename({"municipality_full": "name"}).select(first.columns)
    return pl.concat([first, rest], how="vertical_relaxed").select(
        pl.col("name").alias("Территория"),
        pl.col("short").alias(INDICATOR),
        pl.col("unit").alias("Единица"),
        pl.col("value").alias(VALUE),
        pl.col("numerator").alias(NUMERATOR),
        pl.col("denominator").alias(DENOMINATOR),
        pl.col("target").alias(TARGET),
        worded().alias(VERDICT),
        pl.col("gap").alias(GAP),
    )


def municipality(rows: pl.DataFrame, region: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    """All indicators of one municipality beside the region and the year before."""
    return (
        rows.join(region.select("code", pl.col("value").alias("regional")), on="code", how="left")
        .join(ranks, left_on="code", right_on="indicator", how="left")
        .select(
            pl.col("title").alias(INDICATOR),
            pl.col("unit").alias("Единица"),
            pl.col("value").alias(VALUE),
            pl.col("numerator").alias(NUMERATOR),
            pl.col("denominator").alias(DENOMINATOR),
            pl.col("target").alias(TARGET),
            worded().alias(VERDICT),
            pl.col("gap").alias(GAP),
            pl.col("regional").alias(REGIONAL),
            pl.col("past").alias(PAST),
            pl.col("change").alias(CHANGE),
            pl.when(pl.col("rank") == pl.col("last"))
            .then(pl.col("rank").cast(pl.String))
            .otherwise(pl.format("{}–{}", "rank", "last"))
            .alias("Место"),
            pl.col("ranked").alias("Из скольких"),
        )
    )


def organizations(rows: pl.DataFrame) -> pl.DataFrame:
    """Organizations with the values of one indicator; why a value is missing stands beside it."""
    note = (
        pl.when(~pl.col("reported"))
        .then(pl.lit("не отчиталась"))
        .when(pl.col("hidden"))
        .then(pl.lit(HIDDEN))
        .when(pl.col("value").is_null())
        .then(pl.lit("нет данных"))
        .otherwise(pl.lit(""))
    )
    return ordered(rows, "name").select(
        pl.col("name").alias("Организация"),
        pl.col("value").alias(VALUE),
        pl.col("numerator").alias(NUMERATOR),
        pl.col("denominator").alias(DENOMINATOR),
        pl.col("past").alias(PAST),
        pl.col("change").alias(CHANGE),
        note.alias("Примечание"),
        pl.col("kind").alias("Тип"),
        pl.col("low_results").alias("Низкие результаты"),
        pl.col("difficult_conditions").alias("Сложные условия"),
    )


def told_rows(table: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table with a word in place of hidden figures.

    A row has hidden figures when one of its texts says so.
    """
    marks = {HIDDEN, f"{VERDICTS['hidden'].mark} {VERDICTS['hidden'].word}"}
    hideable = [kind.is_numeric() and name not in NEVER_HIDDEN for name, kind in table.schema.items()]
    for row in table.iter_rows():
        hidden = not marks.isdisjoint(value for value in row if isinstance(value, str))
        yield tuple(
            HIDDEN_CELL if hidden and may_be and value is None else value
            for value, may_be in zip(row, hideable, strict=True)
        )


def show(table: pl.DataFrame, decimals: int | Sequence[int] = 1, leads: Sequence[str] = ()) -> str:
    """Return a table as HTML, sorted by a click on a heading.

    Shares, ratios and targets are printed with the given decimals (of the table, or of each row), people and other
    wholes without; a missing figure is a dash. Downloads keep the figures unrounded. leads: an address for every row,
    where its first cell leads.
    """
    numeric = [name for name, kind in table.schema.items() if kind.is_numeric()]
    head = "".join(
        f'<th scope="col"{_right(name in numeric)}>'
        f'<button data-sort="{_order(name in numeric)}">{escape(name)}</button></th>'
        for name in table.columns
    )
    lines = []
    for line, told in enumerate(told_rows(table)):
        row = dict(zip(table.columns, told, strict=True))
        municipalities = decimals if isinstance(decimals, int) else decimals[line]
        cells = []
        for position, (name, value) in enumerate(row.items()):
            tag = "th scope=row" if position == 0 else "td"
            text = _cell(value, municipalities if name in FRACTIONAL else 0)
            if position == 0 and leads:
                text = f'<a data-go href="{escape(leads[line])}">{text}</a>'
            worth = (
                ""
                if value is None or (name in numeric and value == HIDDEN_CELL)
                else escape(_RANGE.sub(r"\1", str(value)))
            )
            cells.append(f'<{tag}{_right(name in numeric)} data-value="{worth}">{text}</{tag.split()[0]}>')
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return (
        '<div class="table" tabindex="0" role="region" aria-label="Таблица"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _right(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _order(numeric: bool) -> str:
    return "falling" if numeric else "rising"


def _cell(value: object, decimals: int) -> str:
    if value is None:
        return '<span class="quiet">–</span>'
    if isinstance(value, bool):
        return "да" if value else ""
    if isinstance(value, float | int):
        return number(value, decimals)
    if isinstance(value, dt.date):
        return date(value)
    return escape(str(value))
