"""Tables of the passport by section, with Russian headings."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from view.parts import tables
from view.shell.page import OpenPage, ordered
from view.wording.theme import VERDICTS
from warehouse.queries import passport, verdicts


@dataclass(frozen=True)
class Table:
    """A table of a section. decimals: of fractional columns, for the whole table or by row."""

    title: str
    rows: pl.DataFrame
    decimals: int | tuple[int, ...] = 1


def section_tables(page: OpenPage, territory: str) -> dict[str, tuple[Table, ...]]:
    """Return the tables by section, without empty ones."""
    regional = territory == page.scope.region
    scope = page.scope
    judged = page.ask(verdicts.territory_verdicts, scope, "R" if regional else "M", territory)
    infrastructure = page.ask(passport.infrastructure_by_municipality, scope)
    found = {
        "staff": [Table("Кадры по муниципалитетам", staff_table(page.ask(passport.staff_by_municipality, scope)))]
        if regional
        else [],
        "programs": [
            Table("Программы по компетенциям", programs_table(page.ask(passport.programs_by_competency, scope)))
        ],
        "infrastructure": [
            Table("Муниципальная инфраструктура", infrastructure_table(infrastructure, territory, scope.region))
        ],
        "finance": [Table("Источники и статьи", finance_table(page.ask(passport.finance, scope, territory)))],
        "events": [Table("Мероприятия по направлениям", events_table(page.ask(passport.events, scope, territory)))],
        "resources": [Table("Перечень ресурсов", resources_table(page.ask(passport.resources, scope, territory)))],
        "results": [
            Table("Показатели", indicators_table(judged), tuple(judged.get_column("decimals").to_list())),
            Table(
                "Результаты обучающихся", scores_table(page.ask(passport.mean_scores, scope, territory), regional), 2
            ),
        ],
    }
    return {code: tuple(table for table in members if table.rows.height) for code, members in found.items()}


def staff_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the staff by municipality with Russian headings."""
    return ordered(rows, "municipality").select(
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("reporting").alias("Отчитались"),
        pl.col("expected").alias("Организаций"),
        pl.col("pedagogical_staff").alias("Педагоги"),
        pl.col("teachers").alias("из них учителя"),
        pl.col("managers").alias("Управленческие кадры"),
        pl.col("young_specialists").alias("До 35 лет, первые три года"),
        pl.col("management_teams").alias("Управленческие команды"),
        pl.col("municipal_methodists").alias("Муниципальные методисты в реестре"),
    )


def programs_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return programmes by competency with Russian headings."""
    return rows.select(
        (pl.col("name").str.slice(0, 1).str.to_uppercase() + pl.col("name").str.slice(1)).alias("Компетенции"),
        pl.col("programs").alias("Действующие программы"),
        pl.col("registered").alias("В Федеральном реестре"),
    )


def infrastructure_table(rows: pl.DataFrame, territory: str, region: str) -> pl.DataFrame:
    """Return the municipal infrastructure with Russian headings; what was not sent is empty."""
    shown = rows if territory == region else rows.filter(pl.col("municipality_id") == territory)

    def worded(column: str) -> pl.Expr:
        return pl.when(pl.col(column)).then(pl.lit("да")).when(~pl.col(column)).then(pl.lit("нет"))

    return ordered(shown, "municipality").select(
        pl.col("municipality").alias("Муниципалитет"),
        worded("methodical_service").alias("Методическая служба"),
        pl.col("service_staff").alias("Сотрудники"),
        worded("methodical_council").alias("Методический совет"),
        pl.col("resource_centers").alias("Ресурсные центры"),
        pl.col("methodical_associations").alias("Объединения"),
        worded("mutual_learning").alias("Взаимообучение"),
        worded("roadmap_approved").alias("Дорожная карта утверждена"),
        pl.col("agreement_on").alias("Соглашение с ЦНППМ"),
    )


def finance_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return money by source and article in roubles, with the share of the plan spent."""
    return rows.select(
        pl.col("article").alias("Статья"),
        pl.col("source").alias("Источник"),
        pl.col("planned_rub").alias("План, руб."),
        pl.col("spent_rub").alias("Исполнено, руб."),
        (100 * pl.col("spent_rub") / pl.when(pl.col("planned_rub") > 0).then(pl.col("planned_rub"))).alias(
            tables.EXECUTION
        ),
    )


def events_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return events by kind and level with Russian headings."""
    return rows.select(
        pl.col("kind").alias("Направление"),
        pl.col("level").alias("Уровень"),
        pl.col("events").alias("Мероприятия"),
        pl.col("participants").alias("Участия"),
    )


def resources_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return information resources with Russian headings."""
    return rows.select(
        pl.col("name").alias("Наименование"),
        pl.col("kind").alias("Вид"),
        pl.col("territory").alias("Территория"),
        pl.col("url").alias("Адрес"),
    )


def indicators_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the indicators of the territory with target and verdict."""
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return rows.select(
        pl.col("title").alias("Показатель"),
        pl.col("unit").alias("Единица"),
        pl.col("value").alias("Значение"),
        pl.col("target").alias("Цель"),
        pl.col("verdict").replace_strict(words, return_dtype=pl.String).alias("Оценка"),
        pl.col("past").alias("Год назад"),
        pl.col("change").alias("Изменение за год"),
    )


def scores_table(rows: pl.DataFrame, regional: bool) -> pl.DataFrame:
    """Return mean scores of students; for a municipality also those of the region."""
    columns = [
        (pl.col("exam") + ": " + pl.col("subject")).alias("Процедура и предмет"),
        pl.col("participants").alias("Участники"),
        pl.col("organizations").alias("Школы"),
        pl.col("mean_score").alias(tables.SCORE),
        *([] if regional else [pl.col("regional").alias("Область")]),
        pl.col("past").alias("Год назад"),
        (pl.col("mean_score") - pl.col("past")).alias("Изменение за год"),
    ]
    return rows.select(columns)
