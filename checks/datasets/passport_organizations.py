"""Staff of an organization: the denominators of most indicators."""

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule


class PassportOrganizations(Model):
    """Grain: one row an organization and half-year, as of the half-year's cut-off."""

    organization_id: str = fields.organization()
    year: int = fields.year()
    half: int = fields.half()
    pedagogical_staff: int = fields.integer(
        "Педагогические работники, всего", "Число педагогических работников на конец полугодия, людей."
    )
    teachers: int = fields.integer("из них учителя", "Часть педагогических работников, людей.")
    managers: int = fields.integer("Управленческие кадры", "Директор и заместители, людей.")
    young_specialists: int = fields.integer(
        "Педагоги до 35 лет в первые три года работы", "Часть педагогических работников, людей."
    )
    management_teams: int = fields.integer("Управленческие команды", "Число команд.")
    methodical_service: bool = fields.boolean(
        "Есть методическая служба (совет)", "В организации действует методическая служба или совет."
    )

    @row_rule(
        "teachers_above_staff",
        "error",
        "teachers",
        "Учителей ({teachers}) больше, чем педагогических работников всего ({pedagogical_staff}); "
        "учителя — часть от «всего», исправьте одно из чисел.",
        "Учителя входят в число педагогических работников: иначе доля превысит 100 %.",
    )
    def teachers_within_staff() -> pl.Expr:
        return pl.col("teachers") <= pl.col("pedagogical_staff")

    @row_rule(
        "young_above_staff",
        "error",
        "young_specialists",
        "Молодых педагогов ({young_specialists}) больше, чем педагогических работников всего "
        "({pedagogical_staff}); исправьте одно из чисел.",
        "Молодые педагоги входят в число педагогических работников.",
    )
    def young_within_staff() -> pl.Expr:
        return pl.col("young_specialists") <= pl.col("pedagogical_staff")


CONTRACT = Contract(
    model=PassportOrganizations,
    code="passport_organizations",
    title="Кадровый состав организации",
    group="Паспорт",
    key=("organization_id", "year", "half"),
    grain="одна строка — одна организация за полугодие",
)
