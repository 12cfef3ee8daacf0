"""Training on programmes of additional professional education."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule


class Training(Model):
    """Grain: one row a person, programme and start day."""

    person: str = fields.person()
    organization_id: str = fields.organization()
    role: str = fields.role()
    program_id: str = fields.key_text("Код программы", "Код из перечня программ ДПО.", references="programs")
    started_on: dt.date = fields.date("Начало", "Первый день обучения.")
    finished_on: dt.date = fields.date("Окончание", "Последний день; пусто — обучение идёт.", required=False)
    attestation_passed: bool = fields.boolean(
        "Итоговая аттестация пройдена", "Заполняется после окончания обучения.", required=False
    )
    team_id: str = fields.key_text(
        "Управленческая команда", "Код команды, если человек учится в её составе.", required=False
    )

    @row_rule(
        "finished_before_started",
        "error",
        "finished_on",
        "Окончание {finished_on} раньше начала {started_on}.",
        "Окончить можно только начатое.",
    )
    def finished_after_started() -> pl.Expr:
        return pl.col("finished_on") >= pl.col("started_on")

    @row_rule(
        "attested_without_finish",
        "error",
        "attestation_passed",
        "Отметка об итоговой аттестации есть, а даты окончания нет; укажите дату или уберите отметку.",
        "Итоговая аттестация завершает обучение; без даты непонятно, в какое полугодие она входит.",
    )
    def attested_after_finish() -> pl.Expr:
        return pl.col("attestation_passed").is_null() | pl.col("finished_on").is_not_null()


CONTRACT = Contract(
    model=Training,
    code="training",
    title="Обучение по программам ДПО",
    short="Обучение",
    group="Обучение",
    key=("person", "program_id", "started_on"),
    grain="одна строка — одно обучение одного человека",
    place="organization_id",
    dates=("started_on", "finished_on"),
)
