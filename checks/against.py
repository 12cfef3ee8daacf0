"""Rules that need the rest of the warehouse: another half-year, another dataset. They are handed what they need."""

import polars as pl

from checks.contract import Contract
from checks.findings import Noticed
from checks.parse import Parsed
from checks.rules import declare

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


def territories_of(contract: Contract, frame: pl.DataFrame, organizations: pl.DataFrame) -> pl.Series:
    """Return the territory (OKTMO) that each row of a typed frame speaks of, missing where it names none.

    organizations: current register. A row speaks of a territory by its own column, else through its organization.
    """
    column = contract.place
    if column is None:
        return pl.Series([None] * frame.height, dtype=pl.String)
    if column == "organization_id":
        places = dict(organizations.select("organization_id", "municipality").iter_rows())
        return frame[column].replace_strict(places, default=None, return_dtype=pl.String)
    return frame[column]


def foreign_municipality(
    contract: Contract, parsed: Parsed, organizations: pl.DataFrame, own: frozenset[str]
) -> list[Noticed]:
    """Find rows about other municipalities than the sender's own.

    organizations: current register. A dataset that speaks of no municipality (programmes) is the region's, so every
    row of it is foreign.
    """
    column = contract.place
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
