"""Register of practices, training sites and communities."""

import datetime as dt

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

KINDS = ("практика", "стажировочная площадка", "профессиональное сообщество", "инновационная площадка")


class Registry(Model):
    """Grain: one row a practice, site or community."""

    item_id: str = fields.key_text("Код записи", "Код записи в банке.")
    territory: str = fields.territory()
    kind: str = fields.choice("Вид", "Вид записи.", KINDS)
    title: str = fields.text("Наименование", "Наименование практики, площадки или сообщества.")
    organization_id: str = fields.identifier(
        "Код организации", "Организация, если запись её касается.", references="organizations", required=False
    )
    since: dt.date = fields.date("Действует с", "Начало действия.")
    until: dt.date = fields.date("Действует до", "Конец действия; пусто — действует сейчас.", required=False)
    url: str = fields.url("Ссылка", "Адрес страницы; начинается с http:// или https://.", required=False)

    @row_rule(
        "until_before_since",
        "error",
        "until",
        "Срок действия кончается {until} — раньше, чем начинается {since}.",
        "Конец действия не бывает раньше начала.",
    )
    def until_after_since() -> pl.Expr:
        return pl.col("until") >= pl.col("since")


CONTRACT = Contract(
    model=Registry,
    code="registry",
    title="Банк практик, площадок и сообществ",
    short="Банк практик",
    group="Паспорт",
    key=("item_id",),
    grain="одна строка — одна практика, площадка или сообщество",
    place="territory",
)
