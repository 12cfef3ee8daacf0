"""Groups of people that figures are about: of a mart, and as publications told them."""

from pathlib import Path
from typing import Final

import duckdb

from warehouse.marts.mart import file_of
from warehouse.store.address import Address
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import quoted

GROUPS: Final = SQL / "groups"

PERIOD: Final = "region_id, year, half"
CELL: Final = f"measure, {PERIOD}, level, territory_id"
"""Columns that tell a figure from others."""

SAID_LAST: Final = f"""
    select {CELL}, arg_max(figures, publication) as figures
    from ledger.group_figures
    group by {CELL}
"""
"""Figures as the last publication said them."""


def measure(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> None:
    """Put the groups of a mart into a temporary table with their figures.

    One row a measure, half-year and territory with at least one person.
    """
    groups = " union all by name ".join(
        f"(select * replace (cast(others as double[]) as others) from ({one}))" for one in read(GROUPS)
    )
    within(
        connection,
        database,
        f"""
        create or replace temp table {table} as
        select
            {CELL},
            coalesce(layer, measure) as layer,
            list_prepend(cast(base as double), others) as figures,
            coalesce(open_base, false) as open_base,
            if(coalesce(open_base, false) or rises is null, rises, list_prepend(true, rises)) as rises,
            if(coalesce(open_base, false) or falls is null, falls, list_prepend(true, falls)) as falls,
            starts,
            hides
        from ({groups})
        """,
    )


def remember(connection: duckdb.DuckDBPyConnection, publication: int, table: str) -> None:
    """Record in the ledger the figures that differ from those of the publication before."""
    connection.execute(
        f"""
        insert into ledger.group_figures
        select $1, {CELL}, coalesce(present.figures, [0])
        from temp.{table} as present
        full join ({SAID_LAST}) as past using ({CELL})
        where coalesce(present.figures, [0]) is distinct from past.figures
        """,
        [publication],
    )


def catch_up(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
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
            remember(connection, number, f"groups_{number}")
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
            measure(connection, "before", f"groups_{number}")
        return bool(hides)
    finally:
        connection.execute("detach before")


def read(folder: Path) -> list[str]:
    """Return the statements of a folder in the order of its files."""
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))]


def within(connection: duckdb.DuckDBPyConnection, database: str, *statements: str) -> None:
    """Run statements with unqualified names resolved in an attached database."""
    outside = connection.execute("select current_database(), current_schema()").fetchall()[0]
    connection.execute(f'use "{database}"')
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.execute('use "{}"."{}"'.format(*outside))
