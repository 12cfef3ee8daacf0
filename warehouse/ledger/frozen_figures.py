"""Frozen figures: those of condensed years, whose rows about people are gone.

When rows about people are condensed (`retention.condensing`), every figure that was counted from them in those years is
kept in the schema `condensed` of the warehouse. A publication computes everything, then replaces what it computed for
those years by the kept rows. Which SQL is counted from people the engine tells: what reads a dataset with persons, or a
staging table made of one. So a new file of SQL needs no mention here.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Final, Protocol

import duckdb

from checks.catalogue import contracts
from warehouse.store.sqlfile import scripts

COUNTED: Final = ("loaded_datasets", "submitted")
"""Staging tables that removed rows go on to contribute to, in any year; they hold no figure by themselves."""

_GRAIN: Final = ("region_id", "level", "territory_id", "year", "half")

EMPTY: Final = "{}"
"""Cells of a row of the quarantine that is condensed."""


@cache
def people_datasets() -> tuple[str, ...]:
    """Return the datasets whose rows are about persons."""
    return tuple(code for code, contract in contracts().items() if contract.has_persons)


def reads_people(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Return whether SQL reads rows about people, as DuckDB resolves its tables.

    Needs the tables of sql/staging.
    """
    return not _people_relations(connection).isdisjoint(_relations_read(connection, sql))


_people_relations_of: dict[tuple[str, ...], frozenset[str]] = {}
"""By the texts of sql/staging: asking the engine about all of them takes some ten milliseconds."""


def _people_relations(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the datasets with persons and the staging tables that are made of them."""
    staging = scripts("staging")
    key = tuple(staging.values())
    if key not in _people_relations_of:
        found = set(people_datasets())
        for stem, text in staging.items():
            table = table_of(stem)
            if table not in COUNTED and not found.isdisjoint(_relations_read(connection, text)):
                found.add(table)
        _people_relations_of[key] = frozenset(found)
    return _people_relations_of[key]


def _relations_read(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """Return the names of the tables that statements read, also through views and macros.

    The engine cannot tell where a table function takes a column (`cross join unnest(…)`): then all datasets with
    persons, so that figures are rather frozen than lost.
    """
    found = set[str]()
    for statement in duckdb.extract_statements(sql):
        query = statement.query
        for parameter in statement.named_parameters:
            query = re.sub(rf"\${parameter}\b", "null", query)
        try:
            found |= connection.get_table_names(query)
        except duckdb.BinderException:
            found.update(people_datasets())
    return found


def table_of(stem: str) -> str:
    """Return the table that a numbered file of staging or mart makes: «50_cascade» → «cascade»."""
    return stem.partition("_")[2]


class Described(Protocol):
    """An indicator, a check or a condition: a file of SQL with a code."""

    @property
    def code(self) -> str: ...
    @property
    def sql(self) -> str: ...


def counted_from_people(connection: duckdb.DuckDBPyConnection, column: str, catalogue: Iterable[Described]) -> str:
    """Return the SQL condition that a column names a member counted from people."""
    codes = [f"'{one.code}'" for one in catalogue if reads_people(connection, one.sql)]
    return f"{column} in ({', '.join(codes)})" if codes else "false"


def relations_to_freeze(
    connection: duckdb.DuckDBPyConnection,
    indicators: Iterable[Described],
    checks: Iterable[Described],
    conditions: Iterable[Described],
) -> dict[str, str]:
    """Return relations with figures counted from people, with the SQL condition of those rows."""
    tables = {
        f"mart.main.{table_of(stem)}": "true"
        for stem, text in scripts("mart").items()
        if reads_people(connection, text)
    }
    return tables | {
        "temp.indicator_results": counted_from_people(connection, "indicator", indicators),
        "temp.quality_present": counted_from_people(connection, "check_code", checks),
        "temp.condition_states": counted_from_people(connection, "condition", conditions),
    }


def through_year(warehouse: duckdb.DuckDBPyConnection) -> int | None:
    """Return the last condensed year of a warehouse, None where nothing was condensed."""
    row = warehouse.execute("select max(through_year) from ledger.condensations").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def through_year_of(warehouse: duckdb.DuckDBPyConnection, batch: int) -> int | None:
    """Return the last condensed year of a batch that lost rows, None for any other."""
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
    """Make temporary tables `condensed_…` of the frozen figures, and `condensed_years`."""
    through = through_year(warehouse)
    if through is None:
        return
    warehouse.execute(f"create or replace temp table condensed_years as select {through} as through_year")
    for (table,) in warehouse.execute(
        "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'condensed'"
    ).fetchall():
        warehouse.execute(f"create or replace temp table condensed_{table} as from condensed.{table}")


def staged_year(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the last condensed year of the staged warehouse, None where nothing was condensed."""
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


def restore_frozen_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, catalogue: Collection[Described]
) -> None:
    """Replace rows of condensed years by the frozen ones, for members counted from people.

    relation: with its database or schema. column: its column that names the member. A frozen row whose territory or
    half-year no longer exists stays out, as it would if it were computed. Does nothing where nothing was condensed.
    """
    if staged_year(connection) is not None:
        _restore(connection, relation, counted_from_people(connection, column, catalogue))


def restore_frozen_table(connection: duckdb.DuckDBPyConnection, table: str, sql: str) -> None:
    """Replace rows of condensed years in a table of the mart, if its SQL reads people.

    sql: the text that made the table. Does nothing where nothing was condensed.
    """
    if staged_year(connection) is not None and reads_people(connection, sql):
        _restore(connection, f"main.{table}", "true")


def _restore(connection: duckdb.DuckDBPyConnection, relation: str, which: str) -> None:
    connection.execute(f"delete from {relation} where year <= {staged_year(connection)} and {which}")
    frozen = f"temp.condensed_{relation.rpartition('.')[2]}"
    has = _columns(connection, frozen)
    shared = [column for column in _columns(connection, relation) if column in has]
    if shared:
        listed = ", ".join(shared)
        grain = ", ".join(column for column in _GRAIN if column in shared)
        connection.execute(
            f"insert into {relation} ({listed}) select {listed} from {frozen} "
            f"where {which} and ({grain}) in (select ({grain}) from temp.territory_half_years)"
        )


def restore_loaded_datasets(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `loaded_datasets` the datasets of regions whose rows were all condensed."""
    if _columns(connection, "temp.condensed_loaded_datasets"):
        connection.execute(
            "insert into temp.loaded_datasets (from temp.condensed_loaded_datasets except from temp.loaded_datasets)"
        )


def restore_submitted(connection: duckdb.DuckDBPyConnection) -> None:
    """Add to `submitted` the rows that were condensed: they were sent all the same."""
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
