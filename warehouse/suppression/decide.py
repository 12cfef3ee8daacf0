"""Hides figures about fewer than five people from roles that may not see people.

The *group* of a figure is the people that it is a part of: the denominator of a share of people, the step of the
cascade before, those with the deficit for those trained for it, the staff for those diagnosed, assessed or trained;
each file of sql/groups says it for its measures, which other numbers (`others`) are shown of the group and add up, and
whether each could be one more or less (`rises`, `falls`) as far as other figures of the same people tell. Where the
group has one to four people everything about it is hidden, and so is what would disclose it by subtraction, in one
publication or between two, see `suppression.companions`.

Measures about the same people are a *layer*, and what one of them hides in a territory all of them do: otherwise
the companions of one would be shown by another. A layer about a part of the people of another layer hides what that one
hides, too, see `suppression.layers`. Staff of passports and methodists is open data and not hidden (273-ФЗ, статья 29).

What is hidden is decided when a publication is made. Queries read the relations of sql/guarded, which leave out what
the actor may not see (`warehouse.marts.mart.Mart.query_as`), so that no page or query has to think of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Final

import duckdb
import polars as pl

from warehouse.store.address import Address
from warehouse.store.row import Row
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import scripts
from warehouse.suppression.cells import Key
from warehouse.suppression.groups import CELL, PERIOD, SAID_LAST, catch_up, measure, read, remember, within
from warehouse.suppression.layers import Measure, decide_layers

GUARDED: Final = SQL / "guarded"

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
_LATEST: Final = f"""
    select * exclude (publication)
    from ledger.hidden_groups
    qualify row_number() over (partition by {CELL} order by publication desc) = 1
"""


def decide(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Decide what a publication hides; record it in ledger and mart (`hidden_groups`).

    Needs the attached and filled `mart`. Idempotent.
    """
    for table in ("hidden_groups", "group_figures"):
        connection.execute(f"delete from ledger.{table} where publication >= ?", [publication])
    catch_up(connection, address, publication)
    measure(connection, "mart", "groups_now")
    changes = pl.DataFrame(list(_changes(_cells(connection))), schema=_COLUMNS, orient="row")
    remember(connection, publication, "groups_now")
    if changes.height:
        connection.register("changes_found", changes)
        connection.execute("insert into ledger.hidden_groups select $1, * from changes_found", [publication])
        connection.unregister("changes_found")
    connection.execute(f"create table mart.hidden_groups as {_LATEST}")


def guard(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the guarded relations of a mart of which it is decided what to hide."""
    # Kept in the mart, since a view calls them when a page asks.
    macros = scripts("macros")["30_groups"].replace("temp macro", "macro")
    within(connection, "mart", macros, "create schema guarded", *read(GUARDED))


def _cells(connection: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Return the cells of every half-year to decide about, in order of half-years.

    These are half-years in which something is or was hidden and some figures differ from the publication before.

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
                    {CELL},
                    present.layer,
                    coalesce(present.figures, [0]) as figures,
                    coalesce(present.open_base, false) as open_base,
                    present.rises,
                    present.falls,
                    present.starts,
                    present.hides,
                    past.figures as before,
                    kept.municipality_id,
                    kept.why,
                    kept.reference
                from temp.groups_now as present
                full join ({SAID_LAST}) as past using ({CELL})
                full join kept using ({CELL})
            ),

            half_years as (
                select {PERIOD}
                from cells
                group by {PERIOD}
                having
                    bool_or(is_small(figures[1]) or why is not null)
                    and bool_or(figures <> coalesce(before, [0]))
            ),

            said as (
                select
                    {CELL},
                    list(publication order by publication) as said_in,
                    list(figures order by publication) as said
                from ledger.group_figures
                semi join half_years using ({PERIOD})
                group by {CELL}
            ),

            decided as (
                select
                    {CELL},
                    list(publication order by publication) as decided_in,
                    list(why order by publication) as decided
                from ledger.hidden_groups
                semi join half_years using ({PERIOD})
                group by {CELL}
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
            semi join half_years using ({PERIOD})
            -- A condition on one side beside the equality would have every row compared with every organization.
            left join mart.organizations as organizations
                on if(cells.level = 'O', cells.territory_id, null) = organizations.organization_id
            left join said using ({CELL})
            left join decided using ({CELL})
            left join kept as beside
                on
                    cells.measure = beside.measure
                    and cells.region_id = beside.region_id
                    and cells.year = beside.year
                    and cells.half = 3 - beside.half
                    and cells.level = beside.level
                    and cells.territory_id = beside.territory_id
            order by {PERIOD}, measure, level desc, municipality_id, territory_id
            """
        )
        .pl()
        .iter_rows(named=True)
    )


def _changes(cells: Iterator[Row]) -> Iterator[tuple[object, ...]]:
    """Return the new rows of ledger.hidden_groups, without their publication."""
    before: tuple[object, ...] = ()
    found: Mapping[str, set[Key]] = {}
    for period, group in groupby(cells, itemgetter(*PERIOD.split(", "))):
        beside = found if before == (*period[:2], 3 - period[2]) else {}
        before, found = period, {}
        measures = {name: Measure.of(list(rows), beside) for name, rows in groupby(group, itemgetter("measure"))}
        found = decide_layers(measures)
        for name, one in measures.items():
            for key, why, reference in one.changes():
                yield (name, *period, *key, one.rows[key]["municipality_id"], why, reference)
