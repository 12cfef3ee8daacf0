"""Hides figures about fewer than five people from roles that may not see people.

The *group* of a figure is the people that it is a part of: the denominator of a share of people, the step of the
cascade before, those with the deficit for those trained for it, and a count without a base itself; each file of
sql/groups says it for its measures, and which other numbers (`others`) are shown of the group and add up. Where the
group has one to four people everything about it is hidden, and so is what would disclose it by subtraction, in one
publication or between two, see `suppression.cells`. Staff of passports and methodists is open data and not hidden
(273-ФЗ, статья 29).

What is hidden is decided when a publication is made. Queries read the relations of sql/guarded, which leave out what
the actor may not see (`warehouse.marts.mart.Mart.query_as`), so that no page or query has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, get_args

import duckdb
import polars as pl

from warehouse.marts.mart import file_of
from warehouse.store.address import Address
from warehouse.store.row import Row
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import quoted, scripts
from warehouse.suppression.cells import Cell, Former, Hidden, Key, Why, cover

GROUPS: Final = SQL / "groups"
GUARDED: Final = SQL / "guarded"

_PERIOD: Final = "measure, region_id, year, half"
_CELL: Final = f"{_PERIOD}, level, territory_id"
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
_HIDING: Final = frozenset(get_args(Why)) - {"absent"}
_LATEST: Final = f"""
    select * exclude (publication)
    from ledger.hidden_groups
    qualify row_number() over (partition by {_CELL} order by publication desc) = 1
"""
_SAID_LAST: Final = f"""
    select {_CELL}, arg_max(figures, publication) as figures
    from ledger.group_figures
    group by {_CELL}
"""


def guard(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Decide what a publication hides, record it, and create its guarded relations.

    Needs the attached and filled `mart`. The decision goes into the ledger and into the mart's `hidden_groups`.
    Idempotent.
    """
    for table in ("hidden_groups", "group_figures"):
        connection.execute(f"delete from ledger.{table} where publication >= ?", [publication])
    _catch_up(connection, address, publication)
    _measure(connection, "mart", "groups_now")
    changes = pl.DataFrame(list(_changes(_cells(connection))), schema=_COLUMNS, orient="row")
    _remember(connection, publication, "groups_now")
    if changes.height:
        connection.register("changes_found", changes)
        connection.execute("insert into ledger.hidden_groups select $1, * from changes_found", [publication])
        connection.unregister("changes_found")
    connection.execute(f"create table mart.hidden_groups as {_LATEST}")
    # Kept in the mart, since a view calls them when a page asks.
    macros = scripts("macros")["30_groups"].replace("temp macro", "macro")
    _within(connection, "mart", macros, "create schema guarded", *_read(GUARDED))


def _read(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def _within(connection: duckdb.DuckDBPyConnection, database: str, *statements: str) -> None:
    """Run statements with unqualified names resolved in an attached database."""
    outside = connection.execute("select current_database(), current_schema()").fetchall()[0]
    connection.execute(f'use "{database}"')
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.execute('use "{}"."{}"'.format(*outside))


def _measure(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> None:
    """Put the groups of a mart into a temporary table with their figures.

    One row a measure, half-year and territory with at least one person.
    """
    groups = " union all by name ".join(
        f"(select * replace (cast(others as double[]) as others) from ({one}))" for one in _read(GROUPS)
    )
    _within(
        connection,
        database,
        f"""
        create or replace temp table {table} as
        select {_CELL}, list_prepend(cast(base as double), others) as figures
        from ({groups})
        """,
    )


def _remember(connection: duckdb.DuckDBPyConnection, publication: int, table: str) -> None:
    """Record in the ledger the figures that differ from those of the publication before."""
    connection.execute(
        f"""
        insert into ledger.group_figures
        select $1, {_CELL}, coalesce(present.figures, [0])
        from temp.{table} as present
        full join ({_SAID_LAST}) as past using ({_CELL})
        where coalesce(present.figures, [0]) is distinct from past.figures
        """,
        [publication],
    )


def _catch_up(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Record the figures of publications made before figures were recorded.

    Only of those whose marts are still kept. Does nothing once any figures are recorded.
    """
    if connection.execute("select 1 from ledger.group_figures limit 1").fetchone():
        return
    found = [number for number in range(1, publication) if _measure_former(connection, address, number)]
    # In one transaction: after a part of it, this function would do nothing the next time.
    connection.begin()
    try:
        for number in found:
            _remember(connection, number, f"groups_{number}")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    for number in found:
        connection.execute(f"drop table temp.groups_{number}")


def _measure_former(connection: duckdb.DuckDBPyConnection, address: Address, number: int) -> bool:
    """Put the groups of a former publication into the temporary table `groups_<number>`.

    Returns False where its mart is not kept, or is of a version that hid nothing.
    """
    file = file_of(address, number)
    if not file.exists():
        return False
    connection.execute(f"attach {quoted(file)} as before (read_only)")
    try:
        hides = connection.execute(
            "select 1 from duckdb_tables() where database_name = 'before' and table_name = 'hidden_groups'"
        ).fetchone()
        if hides:
            _measure(connection, "before", f"groups_{number}")
        return bool(hides)
    finally:
        connection.execute("detach before")


def _cells(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Return the cells of every measure and half-year to decide about, in order.

    These are half-years with something to hide whose figures differ from those of the publication before.

    said, decided: figures of the cell by publication (said_in), and decisions about it (decided_in). hidden_beside: the
    other half of the year hides it, as of the publication before.
    """
    return (
        connection.execute(
            f"""
            with
            kept as ({_LATEST}),

            cells as (
                select
                    {_CELL},
                    coalesce(present.figures, [0]) as figures,
                    past.figures as before,
                    kept.municipality_id,
                    kept.why,
                    kept.reference
                from temp.groups_now as present
                full join ({_SAID_LAST}) as past using ({_CELL})
                full join kept using ({_CELL})
            ),

            half_years as (
                select {_PERIOD}
                from cells
                group by {_PERIOD}
                having
                    bool_or(is_small(figures[1]) or why not in ('absent', 'shown'))
                    and bool_or(figures <> coalesce(before, [0]))
            ),

            said as (
                select
                    {_CELL},
                    list(publication order by publication) as said_in,
                    list(figures order by publication) as said
                from ledger.group_figures
                semi join half_years using ({_PERIOD})
                group by {_CELL}
            ),

            decided as (
                select
                    {_CELL},
                    list(publication order by publication) as decided_in,
                    list(why order by publication) as decided
                from ledger.hidden_groups
                semi join half_years using ({_PERIOD})
                group by {_CELL}
            )

            select
                cells.* replace (
                    case level
                        when 'M' then territory_id
                        when 'O' then coalesce(organizations.municipality_id, cells.municipality_id)
                    end as municipality_id
                ),
                said_in,
                said,
                decided_in,
                decided,
                coalesce(beside.why in ('small', 'companion', 'total'), false) as hidden_beside
            from cells
            semi join half_years using ({_PERIOD})
            -- A condition on one side beside the equality would have every row compared with every organization.
            left join mart.organizations as organizations
                on if(cells.level = 'O', cells.territory_id, null) = organizations.organization_id
            left join said using ({_CELL})
            left join decided using ({_CELL})
            left join kept as beside
                on
                    cells.measure = beside.measure
                    and cells.region_id = beside.region_id
                    and cells.year = beside.year
                    and cells.half = 3 - beside.half
                    and cells.level = beside.level
                    and cells.territory_id = beside.territory_id
            order by {_PERIOD}, level desc, municipality_id, territory_id
            """
        )
        .pl()
        .iter_rows(named=True)
    )


def _changes(cells: Iterator[Row]) -> Iterator[tuple[object, ...]]:
    """Return the new rows of ledger.hidden_groups, without their publication."""
    now: dict[tuple[object, ...], set[Key]] = {}
    for period, group in groupby(cells, itemgetter(*_PERIOD.split(", "))):
        rows: dict[Key, Row] = {(row["level"], row["territory_id"]): row for row in group}
        kept = {
            key: Hidden(row["why"], row["reference"]) for key, row in rows.items() if row["why"] not in (None, "shown")
        }
        found = cover(
            {key: Cell(_parent(row), tuple(row["figures"]), _former(row)) for key, row in rows.items()},
            kept,
            now.get((*period[:3], 3 - period[3]), {key for key, row in rows.items() if row["hidden_beside"]}),
        )
        now[period] = {key for key, one in found.items() if one.why in _HIDING}
        for key, row in rows.items():
            one = found.get(key)
            if one is None and key in kept:
                yield (*period, *key, row["municipality_id"], "shown", int(row["figures"][0]))
            elif one is not None and one != kept.get(key):
                yield (*period, *key, row["municipality_id"], one.why, one.reference)


def _parent(row: Row) -> str | None:
    level = row["level"]
    return None if level == "R" else str(row["region_id"] if level == "M" else row["municipality_id"])


def _former(row: Row) -> tuple[Former, ...]:
    """Return the published states of a cell from what was recorded of it, oldest first."""
    said = {number: tuple(one) for number, one in zip(row["said_in"] or (), row["said"] or (), strict=True)}
    hid = {number: why in _HIDING for number, why in zip(row["decided_in"] or (), row["decided"] or (), strict=True)}
    found: list[Former] = []
    figures, hidden = (0.0,), False
    for number in sorted(said.keys() | hid.keys()):
        figures, hidden = said.get(number, figures), hid.get(number, hidden)
        found.append(Former(number, figures, hidden))
    return tuple(found)
