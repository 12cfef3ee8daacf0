"""Individual educational routes (ИОМ)."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

IN_WORK = "в работе"
STATUSES = (IN_WORK, "завершён", "прекращён")


class Routes(Model):
    """Grain: one row a route."""

    route_id: str = fields.key_text("Код маршрута", "Код маршрута.")
    person: str = fields.person()
    organization_id: str = fields.organization()
    role: str = fields.role()
    created_on: dt.date = fields.date("Дата разработки", "День разработки, не в будущем.", past=True)
    status: str = fields.choice("Статус", "Состояние маршрута.", STATUSES)
    closed_on: dt.date = fields.date(
        "Дата закрытия", "Когда маршрут завершён или прекращён; пусто — в работе.", required=False
    )

    @row_rule(
        "closed_before_created",
        "error",
        "closed_on",
        "Дата закрытия {closed_on} раньше даты разработки {created_on}.",
        "Закрыть можно только разработанный маршрут.",
    )
    def closed_after_created() -> pl.Expr:
        return pl.col("closed_on") >= pl.col("created_on")

    @row_rule(
        "closed_without_date",
        "error",
        "closed_on",
        f"Статус «{{status}}», а даты закрытия нет; укажите её или статус «{IN_WORK}».",
        "По дате закрытия видно, сколько длится маршрут.",
    )
    def closed_has_date() -> pl.Expr:
        return (pl.col("status") == IN_WORK) | pl.col("closed_on").is_not_null()


CONTRACT = Contract(
    model=Routes,
    code="routes",
    title="Индивидуальные образовательные маршруты (ИОМ)",
    short="ИОМ",
    group="Диагностика",
    key=("route_id",),
    grain="одна строка — один маршрут",
    place="organization_id",
    dates=("created_on", "closed_on"),
)
