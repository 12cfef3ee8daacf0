"""Programmes of additional professional education."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

KINDS = ("ПК", "ПП")


class Programs(Model):
    """Grain: one row a programme; running from active_from to active_to."""

    program_id: str = fields.key_text("Код программы", "Код программы.")
    title: str = fields.text("Наименование", "Наименование программы.")
    kind: str = fields.choice("Вид", "ПК — повышение квалификации, ПП — профессиональная переподготовка.", KINDS)
    hours: int = fields.integer("Часы", "Трудоёмкость, часов.", minimum=1)
    developer: str = fields.text("Разработчик", "Организация-разработчик.", required=False)
    competencies: str = fields.competencies()
    active_from: dt.date = fields.date("Реализуется с", "Начало реализации.")
    active_to: dt.date = fields.date("Реализуется по", "Конец реализации; пусто — реализуется.", required=False)
    registered_on: dt.date = fields.date(
        "Дата включения в Федеральный реестр", "Пусто — в Федеральном реестре программы нет.", required=False
    )
    lms_on: dt.date = fields.date(
        "Дата размещения в СДО", "Пусто — в системе дистанционного обучения программы нет.", required=False
    )

    @row_rule(
        "active_to_before_from",
        "error",
        "active_to",
        "Реализация программы кончается {active_to} — раньше, чем начинается {active_from}.",
        "Конец реализации не бывает раньше начала.",
    )
    def active_to_after_from() -> pl.Expr:
        return pl.col("active_to") >= pl.col("active_from")


CONTRACT = Contract(
    model=Programs,
    code="programs",
    title="Программы ДПО",
    short="Программы",
    group="Паспорт",
    key=("program_id",),
    grain="одна строка — одна программа",
    place=None,
)
