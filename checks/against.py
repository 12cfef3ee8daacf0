"""Rules that need the rest of the warehouse: another half-year, another dataset. They are handed what they need."""

import polars as pl

from checks.contract import Contract
from checks.parse import Parsed
from checks.rules import declare
from checks.russian import counted, number
from checks.validate import Noticed

JUMP_PERCENT = 30
JUMP_PEOPLE = 10
_HALF_YEAR = ("year", "half")

declare(
    "staff_jump",
    "warning",
    "Число педагогов редко меняется за полгода на треть: чаще это опечатка или данные другой организации.",
    column="pedagogical_staff",
)
declare(
    "assigned_above_staff",
    "warning",
    "За методистами закреплено больше педагогов, чем работает в организации: кто-то посчитан дважды.",
    column="teachers_assigned",
)
declare(
    "condensed_year",
    "error",
    "Строки о людях старых лет сжаты до показателей, которые больше не пересчитываются: новая строка ничего не "
    "изменила бы, а персональные данные хранились бы снова.",
)


def condensed_year(parsed: Parsed, dated: str, through: int) -> list[Noticed]:
    """Find rows about people of years whose rows are condensed.

    dated: the column by which a row belongs to a year; missing: to none yet. through: the last condensed year.
    """
    days = parsed.frame[dated]
    return [
        Noticed(
            index,
            "condensed_year",
            dated,
            parsed.written[dated][index],
            f"Строки о людях по {through} год включительно сжаты: показатели этих лет сохранены и больше не "
            f"пересчитываются. Уберите строку из файла; если дата неверна, впишите верную, с {through + 1} года.",
        )
        for index in (days.dt.year() <= through).fill_null(False).arg_true().to_list()
    ]


def staff_jump(parsed: Parsed, current: pl.DataFrame) -> list[Noticed]:
    """Find staff that differs from the previous half-year by more than 30 % and by more than 10 people.

    parsed: rows of `passport_organizations`. current: its current rows in the warehouse.
    """
    columns = ["organization_id", *_HALF_YEAR, "pedagogical_staff"]
    rows = parsed.frame.with_row_index("index").select("index", *columns).drop_nulls()
    before = pl.concat([rows.select(columns), current.select(columns)], how="vertical").unique(
        columns[:3], keep="first", maintain_order=True
    )
    halves = pl.col("year") * 2 + pl.col("half")
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


def territories_of(contract: Contract, frame: pl.DataFrame, organizations: pl.DataFrame) -> pl.Series:
    """Return the territory (OKTMO) that each row of a typed frame speaks of, missing where it names none.

    organizations: current register. A row speaks of a territory by its own column, else through its organization.
    """
    column = _place_column(contract)
    if column is None:
        return pl.Series([None] * frame.height, dtype=pl.String)
    if column == "organization_id":
        places = dict(organizations.select("organization_id", "municipality").iter_rows())
        return frame[column].replace_strict(places, default=None, return_dtype=pl.String)
    return frame[column]


def _place_column(contract: Contract) -> str | None:
    return next((c for c in contract.columns if c in ("municipality", "territory", "organization_id")), None)


def foreign_municipality(
    contract: Contract, parsed: Parsed, organizations: pl.DataFrame, own: frozenset[str]
) -> list[Noticed]:
    """Find rows about other municipalities than the sender's own.

    organizations: current register. A dataset that speaks of no municipality (programmes) is the region's, so every
    row of it is foreign.
    """
    column = _place_column(contract)
    where = territories_of(contract, parsed.frame, organizations)
    if column is None:
        where = where.fill_null("")
    foreign = (~where.is_in(list(own)) & where.is_not_null()).arg_true()
    message = "Строка не о вашем муниципалитете; оставьте в файле только свои данные."
    return [
        Noticed(
            index, "foreign_municipality", column, None if column is None else parsed.written[column][index], message
        )
        for index in foreign.to_list()
    ]


def assigned_above_staff(
    parsed: Parsed, assignments: pl.DataFrame, staff: pl.DataFrame, methodists: pl.DataFrame
) -> list[Noticed]:
    """Find organizations with more teachers assigned to regional methodists than pedagogical workers.

    parsed: rows of `assignments`. assignments, staff, methodists: current rows of `assignments`,
    `passport_organizations` and `methodists`.
    """
    key = ["methodist_id", "organization_id", *_HALF_YEAR]
    columns = [*key, "teachers_assigned"]
    rows = parsed.frame.with_row_index("index").select("index", *columns).drop_nulls()
    regional = methodists.filter(pl.col("level") == "региональный").select("methodist_id")
    every = pl.concat([rows.select(columns), assignments.select(columns)], how="vertical").unique(
        key, keep="first", maintain_order=True
    )
    place = ["organization_id", *_HALF_YEAR]
    assigned = (
        every.join(regional, on="methodist_id", how="semi")
        .group_by(place)
        .agg(pl.col("teachers_assigned").sum().alias("assigned"))
    )
    above = assigned.join(staff.select(*place, "pedagogical_staff"), on=place).filter(
        pl.col("assigned") > pl.col("pedagogical_staff")
    )
    concerned = (
        rows.join(regional, on="methodist_id", how="semi", maintain_order="left")
        .filter(pl.col("teachers_assigned") > 0)
        .join(above, on=place, how="inner", maintain_order="left")
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
