"""What stays of old rows about people, and what goes when they are condensed (`warehouse.retention.condensing`).

One file a dataset in sql/condensing says it: its head names the day by which a row belongs to a year (`dated`; missing:
the row is not over and stays) and what is kept in words, its select returns the rows that later half-years still need,
with whatever nobody needs emptied. Everything else dated in the condensed years goes: rows that count, were superseded
or withdrawn, and cells of the quarantine.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from checks import cells
from checks.catalogue import contracts
from warehouse.build import indicators, pipeline
from warehouse.ledger import frozen_figures
from warehouse.ledger.frozen_figures import people_datasets
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import metadata, only_select

CONDENSING: Final = SQL / "condensing"


@dataclass(frozen=True)
class Residue:
    """What stays of a dataset's rows of condensed years.

    dated: the column by which a row belongs to a year; keeps: Russian, what stays; sql: the select of what stays.
    """

    dataset: str
    dated: str
    keeps: str
    sql: str

    def over(self, last_day: dt.date) -> str:
        """Return the condition that a row belongs to a condensed year."""
        return f"{self.dated} <= date '{last_day}'"


@dataclass(frozen=True)
class Counted:
    """Rows of one dataset: removed; kept of the condensed years, and of these still to be stripped; emptied of the
    quarantine.
    """

    dataset: str
    removed: int
    kept: int
    emptied: int
    stripped: int


@cache
def residues(folder: Path = CONDENSING) -> Mapping[str, Residue]:
    """Return what stays of each dataset with persons, by its code. Raises `ValueError` for a bad or missing file."""
    found = {}
    for dataset in people_datasets():
        path = folder / f"{dataset}.sql"
        text = path.read_text(encoding="utf-8")
        head = metadata(path.name, text, ("dated", "keeps"), (), ValueError)
        found[dataset] = Residue(dataset, head["dated"], head["keeps"], only_select(path.name, text, ValueError))
    return found


def sort_out(connection: duckdb.DuckDBPyConnection, through: int) -> list[Counted]:
    """Tell the rows that go through a year from those that stay, and count them by dataset.

    Makes temporary tables of each dataset: `ended_…`, keys whose current row belongs to a condensed year, `residue_…`,
    the rows that stay of them, `surviving_…`, those that condensing does not concern, and `touched_…`, what happens to
    each batch; and `emptied`, places in the quarantine.
    """
    pipeline.stage(connection)
    days = {"first_day": _first_day(through), "last_day": dt.date(through, 12, 31)}
    _find_emptied(connection, days["last_day"])
    return [_sort_out_one(connection, residue, days) for residue in residues().values()]


def _first_day(through: int) -> dt.date:
    """Return the first day that a cumulative indicator counts people from; none does: the day after the last year."""
    years = [
        indicator.base_year
        for indicator in indicators.catalogue()
        if indicator.base_year is not None and frozen_figures.reads_people(indicator.sql)
    ]
    return dt.date(min(years, default=through + 1), 1, 1)


def _sort_out_one(connection: duckdb.DuckDBPyConnection, residue: Residue, days: Mapping[str, dt.date]) -> Counted:
    dataset, over = residue.dataset, residue.over(days["last_day"])
    key = ", ".join(contracts()[dataset].key)
    same = " and ".join(f"stored.{code} is not distinct from ended.{code}" for code in contracts()[dataset].key)
    columns = ", ".join(["batch", "source_row", *contracts()[dataset].columns])
    connection.execute(f"create or replace temp table ended_{dataset} as select {key} from temp.{dataset} where {over}")
    connection.execute(f"create or replace temp table residue_{dataset} as from facts.{dataset} limit 0")
    connection.execute(
        f"insert into temp.residue_{dataset} by name {residue.sql}",
        {name: day for name, day in days.items() if f"${name}" in residue.sql},
    )
    connection.execute(
        f"""
        create or replace temp table surviving_{dataset} as
        select *
        from facts.{dataset} as stored
        where not coalesce({over}, false) and not exists (from temp.ended_{dataset} as ended where {same})
        """
    )
    connection.execute(
        f"""
        create or replace temp table touched_{dataset} as
        with
        changed as (
            select batch, count(*) as removed, 0 as kept, 0 as emptied from facts.{dataset} group by batch
            union all
            select batch, -count(*), 0, 0 from temp.surviving_{dataset} group by batch
            union all
            select batch, -count(*), count(*), 0 from temp.residue_{dataset} group by batch
            union all
            select emptied.batch, 0, 0, count(*)
            from temp.emptied
            inner join ledger.batches as batches on emptied.batch = batches.batch
            where batches.dataset = '{dataset}'
            group by emptied.batch
        ),

        -- Taken back, they would leave a key without the row that they had superseded.
        superseding as (
            select batch
            from temp.surviving_{dataset}
            where ({key}) in (select ({key}) from facts.{dataset} where {over})
        )

        select
            batch, '{dataset}' as dataset, cast(sum(removed) as bigint) as removed, cast(sum(kept) as bigint) as kept,
            cast(sum(emptied) as bigint) as emptied
        from changed
        group by batch
        having sum(removed) + sum(kept) + sum(emptied) > 0 or batch in (from superseding)
        """
    )
    row = connection.execute(
        f"""
        select
            coalesce(sum(removed), 0), coalesce(sum(kept), 0), coalesce(sum(emptied), 0),
            (select count(*) from (select {columns} from temp.residue_{dataset} except
                select {columns} from facts.{dataset}))
        from temp.touched_{dataset}
        """
    ).fetchone()
    assert row is not None
    return Counted(dataset, *map(int, row))


def _find_emptied(connection: duckdb.DuckDBPyConnection, last_day: dt.date) -> None:
    """Find rows of the quarantine of condensed years: by their latest day that can be read, else their batch's.

    Makes the temporary table `emptied`: batch, file_number, source_row.
    """
    connection.execute("create or replace temp table emptied (batch integer, file_number integer, source_row bigint)")
    found = []
    for residue in residues().values():
        dates = [column.code for column in contracts()[residue.dataset].columns.values() if column.kind == "date"]
        for *place, text, latest in connection.execute(
            f"""
            select kept.batch, kept.file_number, kept.source_row, kept.cells, latest.day
            from ledger.quarantine as kept
            inner join ledger.batches as batches on kept.batch = batches.batch
            left join (
                select batch, max(greatest({", ".join(dates)})) as day from facts.{residue.dataset} group by batch
            ) as latest on kept.batch = latest.batch
            where batches.dataset = ? and kept.cells <> ?
            """,
            [residue.dataset, frozen_figures.EMPTY],
        ).fetchall():
            read = [cells.date(cell) for code in dates if (cell := json.loads(text).get(code))]
            day = max((day for day in read if isinstance(day, dt.date)), default=latest)
            if day is None or day <= last_day:
                found.append(place)
    places = pl.DataFrame(found, schema=["batch", "file_number", "source_row"], orient="row")
    connection.register("places", places)
    connection.execute("insert into temp.emptied from places")
    connection.unregister("places")
