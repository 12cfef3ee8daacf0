"""Hiding figures about fewer than five people from roles that may not see people.

The *group* of a figure is the people that it is a part of: the denominator of a share of people, the step of the
cascade before, those with the deficit for those trained for it, and a count without a base itself; each file of
sql/groups says it for its measures. Where the group has one to four people everything about it is hidden, and so is
what would give it away by subtraction, in one publication or between two, see `warehouse.covering`. Staff of passports
and methodists is open data and not hidden (273-ФЗ, статья 29).

What is hidden is decided when a publication is made. Queries read the relations of sql/guarded, which leave it out for
who is asking (`warehouse.mart.Mart.ask`), so that no page or query has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from warehouse.address import Address
from warehouse.covering import Cell, Hidden, Key, cover
from warehouse.mart import file_of
from warehouse.schema import SQL
from warehouse.sqlfile import quoted

GROUPS: Final = SQL / "groups"
GUARDED: Final = SQL / "guarded"

_PERIOD: Final = ("measure", "region_id", "year", "half")
_COLUMNS: Final = {
    "measure": pl.String(),
    "region_id": pl.String(),
    "year": pl.Int64(),
    "half": pl.Int64(),
    "level": pl.String(),
    "territory_id": pl.String(),
    "municipality_id": pl.String(),
    "why": pl.String(),
    "reference": pl.Int64(),
}
_LATEST: Final = """
    select * exclude (publication)
    from ledger.hidden_groups
    qualify row_number() over (
        partition by measure, region_id, year, half, level, territory_id order by publication desc
    ) = 1
"""


def guard(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Decide what the publication hides, remember it in the ledger, and put the guarded relations into its mart.

    Needs the attached and filled `mart`. Doing it again for the same publication changes nothing.
    """
    connection.execute("delete from ledger.hidden_groups where publication >= ?", [publication])
    _measure(connection, "mart", "groups_now")
    _measure_before(connection, address, publication)
    changes = pl.DataFrame(list(_changes(_cells(connection))), schema=_COLUMNS, orient="row")
    if changes.height:
        connection.register("changes_found", changes)
        connection.execute("insert into ledger.hidden_groups select $1, * from changes_found", [publication])
        connection.unregister("changes_found")
    connection.execute(f"create table mart.hidden_groups as {_LATEST}")
    _within(connection, "mart", "create schema guarded", *_read(GUARDED))


def _read(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def _within(connection: duckdb.DuckDBPyConnection, database: str, *statements: str) -> None:
    """Run statements as if inside an attached database."""
    outside = connection.execute("select current_database(), current_schema()").fetchall()[0]
    connection.execute(f'use "{database}"')
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.execute('use "{}"."{}"'.format(*outside))


def _measure(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> None:
    """Put the groups of a mart into a temp table; grain: one measure, half-year and territory with anybody."""
    _within(
        connection,
        database,
        f"create or replace temp table {table} as {' union all by name '.join(f'({one})' for one in _read(GROUPS))}",
    )


def _measure_before(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Put the groups of the publication before into a temp table: none where there was none that hid anything."""
    connection.execute("create or replace temp table groups_before as from temp.groups_now limit 0")
    found = [number for number in range(publication - 1, 0, -1) if file_of(address, number).exists()][:1]
    if not found:
        return
    connection.execute(f"attach {quoted(file_of(address, found[0]))} as before (read_only)")
    try:
        if connection.execute(
            "select 1 from duckdb_tables() where database_name = 'before' and table_name = 'hidden_groups'"
        ).fetchone():
            _measure(connection, "before", "groups_before")
    finally:
        connection.execute("detach before")


def _cells(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """Return the cells of every measure and half-year that has something to hide and is not as it was, in order."""
    period = ", ".join(_PERIOD)
    return (
        connection.execute(
            f"""
            with
            kept as ({_LATEST}),

            cells as (
                select
                    {period}, level, territory_id,
                    coalesce(present.base, 0) as base,
                    past.base as before,
                    kept.municipality_id,
                    kept.why,
                    kept.reference
                from temp.groups_now as present
                full join temp.groups_before as past using ({period}, level, territory_id)
                full join kept using ({period}, level, territory_id)
            ),

            half_years as (
                select {period}
                from cells
                group by {period}
                having
                    bool_or(base between 1 and 4 or why not in ('absent', 'shown'))
                    and bool_or(base <> coalesce(before, 0))
            )

            select
                cells.* replace (
                    case level
                        when 'M' then territory_id
                        when 'O' then coalesce(organizations.municipality_id, cells.municipality_id)
                    end as municipality_id
                )
            from cells
            semi join half_years using ({period})
            -- A condition on one side beside the equality would have every row compared with every organization.
            left join mart.organizations as organizations
                on if(cells.level = 'O', cells.territory_id, null) = organizations.organization_id
            where base > 0 or why is not null
            order by {period}, level desc, municipality_id, territory_id
            """
        )
        .pl()
        .iter_rows(named=True)
    )


def _changes(cells: Iterator[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Tell what is to be remembered: rows of ledger.hidden_groups without the publication."""
    for period, group in groupby(cells, itemgetter(*_PERIOD)):
        rows: dict[Key, dict[str, Any]] = {(row["level"], row["territory_id"]): row for row in group}
        kept = {
            key: Hidden(row["why"], row["reference"]) for key, row in rows.items() if row["why"] not in (None, "shown")
        }
        found = cover({key: Cell(_parent(row), row["base"], row["before"]) for key, row in rows.items()}, kept)
        for key, row in rows.items():
            one = found.get(key)
            if one is None and key in kept:
                yield (*period, *key, row["municipality_id"], "shown", row["base"])
            elif one is not None and one != kept.get(key):
                yield (*period, *key, row["municipality_id"], one.why, one.reference)


def _parent(row: dict[str, Any]) -> str | None:
    level = row["level"]
    return None if level == "R" else str(row["region_id"] if level == "M" else row["municipality_id"])
