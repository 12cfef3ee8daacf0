"""Figures of condensed years: what publications say of years whose rows about people are gone.

When rows about people are condensed (`retention.condensing`), everything that was counted from them in these years is
kept in the schema `condensed`. Publications compute as ever; then the kept rows take the place of what was computed for
these years. Files of SQL say themselves whether they are counted from people: by reading a dataset that has persons, or
a staging table made of one. So a new file needs no mention here.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, Protocol

import duckdb

from checks.catalogue import contracts
from warehouse.store.schema import SQL

COUNTED: Final = ("loaded_datasets", "submitted")
"""Staging tables to which removed rows go on to contribute what they did, in whatever year; no figure by themselves."""

_READ: Final = re.compile(r"\b(?:from|join)\s+(?:temp\.)?(\w+)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_PLACE: Final = ("region_id", "level", "territory_id", "year", "half")

EMPTY: Final = "{}"
"""What stands in the place of the cells of a row of the quarantine that is condensed."""


@cache
def people_datasets() -> tuple[str, ...]:
    """Return the datasets whose rows are about persons."""
    return tuple(code for code, contract in contracts().items() if contract.has_persons)


@cache
def reads_people(sql: str) -> bool:
    """Tell whether a text of SQL reads rows about people, staged or current."""
    return not _people_relations().isdisjoint(_read_by(sql))


@cache
def _people_relations() -> frozenset[str]:
    found = set(people_datasets())
    for path in sorted((SQL / "staging").glob("*.sql")):
        table = table_of(path.stem)
        if table not in COUNTED and not found.isdisjoint(_read_by(path.read_text(encoding="utf-8"))):
            found.add(table)
    return frozenset(found)


def _read_by(sql: str) -> set[str]:
    return set(_READ.findall(_COMMENT.sub("", sql)))


def table_of(stem: str) -> str:
    """Return the table that a numbered file of staging or mart makes: «50_cascade» → «cascade»."""
    return stem.partition("_")[2]


class Described(Protocol):
    """An indicator, a check or a condition: a file of SQL with a code."""

    @property
    def code(self) -> str: ...
    @property
    def sql(self) -> str: ...


def of_people(column: str, catalogue: Iterable[Described]) -> str:
    """Return the condition that a column names one of a catalogue that is counted from people."""
    codes = [f"'{one.code}'" for one in catalogue if reads_people(one.sql)]
    return f"{column} in ({', '.join(codes)})" if codes else "false"


def figures(
    indicators: Iterable[Described], checks: Iterable[Described], conditions: Iterable[Described]
) -> dict[str, str]:
    """Return the relations that hold what is counted from people, with the condition that tells those rows."""
    tables = {
        f"mart.main.{table_of(path.stem)}": "true"
        for path in sorted((SQL / "mart").glob("*.sql"))
        if reads_people(path.read_text(encoding="utf-8"))
    }
    return tables | {
        "temp.indicator_results": of_people("indicator", indicators),
        "temp.quality_present": of_people("check_code", checks),
        "temp.condition_states": of_people("condition", conditions),
    }


def through_year(warehouse: duckdb.DuckDBPyConnection) -> int | None:
    """Return the last condensed year of a warehouse, None where nothing was condensed."""
    row = warehouse.execute("select max(through_year) from ledger.condensations").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def through_year_of(warehouse: duckdb.DuckDBPyConnection, batch: int) -> int | None:
    """Return the last condensed year of a batch that lost rows to condensing, None for any other."""
    row = warehouse.execute(
        """
        select max(done.through_year)
        from ledger.condensed_batches as touched
        inner join ledger.condensations as done on touched.number = done.number
        where touched.batch = ?
        """,
        [batch],
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def stage(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Make temporary tables of the kept figures, `condensed_…`, and `condensed_years` with the last condensed year."""
    through = through_year(warehouse)
    if through is None:
        return
    warehouse.execute(f"create or replace temp table condensed_years as select {through} as through_year")
    for (table,) in warehouse.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'condensed'"
    ).fetchall():
        warehouse.execute(f"create or replace temp table condensed_{table} as from condensed.{table}")


def staged_year(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the last condensed year as `stage` has put it down, None where nothing was."""
    try:
        row = connection.execute("select through_year from temp.condensed_years").fetchone()
    except duckdb.CatalogException:
        return None
    return None if row is None else int(row[0])


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Return the columns of a relation, none where there is no such relation."""
    try:
        return [name for name, *_ in connection.execute(f"describe {relation}").fetchall()]
    except duckdb.CatalogException:
        return []


def take_place(connection: duckdb.DuckDBPyConnection, relation: str, which: str = "true") -> None:
    """Put the kept rows of condensed years into a relation in place of those that were computed from what is left.

    relation: with its database or schema. which: rows of it that are counted from people. A kept row of a territory or
    half-year that is no longer there stays out, as it would if it were computed.
    """
    year = staged_year(connection)
    if year is None:
        return
    connection.execute(f"delete from {relation} where year <= {year} and {which}")
    kept = f"temp.condensed_{relation.rpartition('.')[2]}"
    has = _columns(connection, kept)
    shared = [column for column in _columns(connection, relation) if column in has]
    if shared:
        listed = ", ".join(shared)
        place = ", ".join(column for column in _PLACE if column in shared)
        connection.execute(
            f"insert into {relation} ({listed}) select {listed} from {kept} "
            f"where {which} and ({place}) in (select ({place}) from temp.territory_half_years)"
        )


def add_loaded(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `loaded_datasets` what regions had sent and nothing is left of."""
    if _columns(connection, "temp.condensed_loaded_datasets"):
        connection.execute(
            "insert into temp.loaded_datasets (from temp.condensed_loaded_datasets except from temp.loaded_datasets)"
        )


def add_submitted(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `submitted` the rows that are gone: they were sent all the same."""
    if _columns(connection, "temp.condensed_submitted"):
        connection.execute(
            """
            create or replace temp table submitted as
            select
                dataset, batch, municipality_id, year, half, loaded_at,
                cast(sum(rows) as bigint) as rows, cast(sum(current_rows) as bigint) as current_rows
            from (from temp.submitted union all by name from temp.condensed_submitted)
            group by all
            """
        )
