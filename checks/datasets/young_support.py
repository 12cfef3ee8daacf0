"""Support of teachers under 35 in their first three years."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

FORMS = (
    "наставничество",
    "школа молодого педагога",
    "профессиональное сообщество",
    "конкурс",
    "стажировка",
    "иное",
)


class YoungSupport(Model):
    """Grain: one row a person, form of support and start day."""

    person: str = fields.person()
    organization_id: str = fields.organization()
    form: str = fields.choice("Форма поддержки", "Форма поддержки.", FORMS)
    started_on: dt.date = fields.date("Начало", "Первый день поддержки.")
    finished_on: dt.date = fields.date("Окончание", "Последний день; пусто — продолжается.", required=False)

    @row_rule(
        "support_finished_before_started",
        "error",
        "finished_on",
        "Окончание {finished_on} раньше начала {started_on}.",
        "Закончить можно только начатое.",
    )
    def finished_after_started() -> pl.Expr:
        return pl.col("finished_on") >= pl.col("started_on")


CONTRACT = Contract(
    model=YoungSupport,
    code="young_support",
    title="Поддержка молодых педагогов",
    short="Молодые педагоги",
    group="Обучение",
    key=("person", "form", "started_on"),
    grain="одна строка — одна форма поддержки одного человека",
    place="organization_id",
    dates=("started_on", "finished_on"),
)
