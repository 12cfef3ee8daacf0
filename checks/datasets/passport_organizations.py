"""Staff of an organization: the denominators of most indicators."""

from collections.abc import Mapping

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.findings import Noticed
from checks.half_year import ordinals
from checks.rules import declare, row_rule
from checks.russian import counted, number

JUMP_PERCENT = 30
JUMP_PEOPLE = 10


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


declare(
    "staff_jump",
    "warning",
    "Число педагогов редко меняется за полгода на треть: чаще это опечатка или данные другой организации.",
    column="pedagogical_staff",
)


def staff_jump(rows: pl.DataFrame, current: Mapping[str, pl.DataFrame]) -> list[Noticed]:
    """Find staff that differs from the previous half-year by over 30 % and over 10 people."""
    columns = ["organization_id", "year", "half", "pedagogical_staff"]
    rows = rows.with_row_index("index").select("index", *columns).drop_nulls()
    present = current["passport_organizations"].select(columns)
    before = pl.concat([rows.select(columns), present], how="vertical").unique(
        columns[:3], keep="first", maintain_order=True
    )
    halves = ordinals()
    previous = before.select("organization_id", (halves + 1).alias("term"), previous="pedagogical_staff")
    jumps = (
        rows.with_columns(halves.alias("term"))
        .join(previous, on=["organization_id", "term"], how="inner", maintain_order="left")
        .with_columns(change=(pl.col("pedagogical_staff") - pl.col("previous")).abs())
        .filter((pl.col("change") > JUMP_PEOPLE) & (100 * pl.col("change") > JUMP_PERCENT * pl.col("previous")))
    )
    return [
        Noticed(
            row["index"],
            "staff_jump",
            "pedagogical_staff",
            number(row["pedagogical_staff"]),
            f"Полугодием раньше: {counted(row['previous'], 'человек', 'человека', 'человек')}, теперь "
            f"{number(row['pedagogical_staff'])}. Если так и есть, подтвердите с причиной; если нет, исправьте.",
        )
        for row in jumps.iter_rows(named=True)
    ]


CONTRACT = Contract(
    model=PassportOrganizations,
    code="passport_organizations",
    title="Кадровый состав организации",
    short="Кадры организаций",
    group="Паспорт",
    key=("organization_id", "year", "half"),
    grain="одна строка — одна организация за полугодие",
    place="organization_id",
    compare=staff_jump,
    needs=("passport_organizations",),
)
