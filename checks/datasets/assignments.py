"""Teachers assigned to methodists."""

from collections.abc import Mapping

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.findings import Noticed
from checks.rules import declare
from checks.russian import number


class Assignments(Model):
    """Grain: one row a methodist, organization and half-year; teachers assigned, in people."""

    methodist_id: str = fields.key_text("Код методиста", "Код из реестра методистов.", references="methodists")
    organization_id: str = fields.organization()
    year: int = fields.year()
    half: int = fields.half()
    teachers_assigned: int = fields.integer(
        "Закреплено педагогов", "Сколько педагогов организации закреплено за методистом, людей."
    )


declare(
    "assigned_above_staff",
    "warning",
    "За методистами закреплено больше педагогов, чем работает в организации: кто-то посчитан дважды.",
    column="teachers_assigned",
)


def assigned_above_staff(rows: pl.DataFrame, current: Mapping[str, pl.DataFrame]) -> list[Noticed]:
    """Find organizations with more teachers assigned than pedagogical workers.

    Only assignments to regional methodists count, of all rows of an organization and half-year, stored ones included.
    """
    half_years = ["organization_id", "year", "half"]
    key = ["methodist_id", *half_years]
    columns = [*key, "teachers_assigned"]
    rows = rows.with_row_index("index").select("index", *columns).drop_nulls()
    regional = current["methodists"].filter(pl.col("level") == "региональный").select("methodist_id")
    every = pl.concat([rows.select(columns), current["assignments"].select(columns)], how="vertical").unique(
        key, keep="first", maintain_order=True
    )
    assigned = (
        every.join(regional, on="methodist_id", how="semi")
        .group_by(half_years)
        .agg(pl.col("teachers_assigned").sum().alias("assigned"))
    )
    staff = current["passport_organizations"].select(*half_years, "pedagogical_staff")
    above = assigned.join(staff, on=half_years).filter(pl.col("assigned") > pl.col("pedagogical_staff"))
    concerned = (
        rows.join(regional, on="methodist_id", how="semi", maintain_order="left")
        .filter(pl.col("teachers_assigned") > 0)
        .join(above, on=half_years, how="inner", maintain_order="left")
    )
    return [
        Noticed(
            row["index"],
            "assigned_above_staff",
            "teachers_assigned",
            number(row["teachers_assigned"]),
            f"Педагогов организации «{row['organization_id']}» за региональными методистами: "
            f"{number(row['assigned'])}, а работает в ней {number(row['pedagogical_staff'])}; проверьте оба числа.",
        )
        for row in concerned.iter_rows(named=True)
    ]


CONTRACT = Contract(
    model=Assignments,
    code="assignments",
    title="Закрепление педагогов за методистами",
    short="Закрепление",
    group="Паспорт",
    key=("methodist_id", "organization_id", "year", "half"),
    grain="одна строка — один методист в одной организации за полугодие",
    place="organization_id",
    compare=assigned_above_staff,
    needs=("assignments", "passport_organizations", "methodists"),
)
