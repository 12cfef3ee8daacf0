"""Money of the system, planned and spent."""

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule

SOURCES = ("федеральный", "региональный", "муниципальный", "внебюджетный")


class PassportFinance(Model):
    """Grain: one row a territory, year, source and article; amounts in roubles."""

    territory: str = fields.territory()
    year: int = fields.year()
    source: str = fields.choice("Источник", "Бюджет, из которого идут деньги.", SOURCES)
    article: str = fields.text("Статья", "На что направлены средства.")
    planned_rub: float = fields.decimal("План, руб.", "Запланировано на год, рублей.")
    spent_rub: float = fields.decimal("Исполнено, руб.", "Израсходовано с начала года, рублей.")

    @row_rule(
        "spent_above_planned",
        "warning",
        "spent_rub",
        "Исполнено {spent_rub} руб. — больше плана {planned_rub} руб.; проверьте, не перепутаны ли рубли и тысячи.",
        "Расход выше плана бывает, но чаще это перепутанные единицы.",
    )
    def spent_within_plan() -> pl.Expr:
        return pl.col("spent_rub") <= pl.col("planned_rub")


CONTRACT = Contract(
    model=PassportFinance,
    code="passport_finance",
    title="Финансовое обеспечение",
    short="Финансы",
    group="Паспорт",
    key=("territory", "year", "source", "article"),
    grain="одна строка — одна статья одного источника на территории за год",
    place="territory",
)
