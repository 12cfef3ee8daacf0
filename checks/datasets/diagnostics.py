"""Diagnostics of professional competencies."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

HIGH_SCORE = 80
LOW_SCORE = 40


class Diagnostics(Model):
    """Grain: one row a person, day and competency; score in percent."""

    person: str = fields.person()
    organization_id: str = fields.organization()
    role: str = fields.role()
    date: dt.date = fields.date("Дата диагностики", "День диагностики, не в будущем.", past=True)
    competency: str = fields.competency()
    score: float = fields.decimal("Результат, %", "Результат от 0 до 100 %.", maximum=100)
    deficit: bool = fields.boolean("Выявлен дефицит", "По этой компетенции выявлен дефицит.")

    @row_rule(
        "deficit_against_score",
        "warning",
        "deficit",
        "Отметка о дефиците не вяжется с результатом {score} %: от "
        f"{HIGH_SCORE} % дефицита обычно нет, ниже {LOW_SCORE} % он обычно есть. Проверьте оба столбца.",
        "Отметка и балл вносятся отдельно, их легко перепутать; по отметке подбирают программу.",
    )
    def deficit_agrees_with_score() -> pl.Expr:
        return pl.when(pl.col("deficit")).then(pl.col("score") < HIGH_SCORE).otherwise(pl.col("score") >= LOW_SCORE)


CONTRACT = Contract(
    model=Diagnostics,
    code="diagnostics",
    title="Диагностика профессиональных компетенций",
    short="Диагностика",
    group="Диагностика",
    key=("person", "date", "competency"),
    grain="одна строка — один человек, один день, одна компетенция",
    place="organization_id",
    dates=("date",),
)
