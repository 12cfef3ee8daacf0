"""Residue: the rows about people that condensing keeps because later half-years need them.

One file a dataset in sql/condensing. Its head names the column that dates a row (`dated`; a row without a date is not
over and stays) and says in words what is kept; its select returns the kept rows with unneeded cells empty. Every other
row dated in the condensed years is deleted, current or not, and cells of the quarantine are emptied.
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
from warehouse.store.sqlfile import metadata, only_select, registered

CONDENSING: Final = SQL / "condensing"


@dataclass(frozen=True)
class Residue:
    """One file of sql/condensing.

    dated: the column that dates a row. keeps: Russian, what is kept. sql: the select of the kept rows.
    """

    dataset: str
    dated: str
    keeps: str
    sql: str

    def over(self, last_day: dt.date) -> str:
        """Return the SQL condition that a row is dated on or before the last condensed day."""
        return f"{self.dated} <= date '{last_day}'"


@dataclass(frozen=True)
class Counted:
    """Numbers of rows of one dataset.

    removed: deleted. kept: of condensed years. emptied: of the quarantine. stripped: kept rows that lose cells now.
    """

    dataset: str
    removed: int
    kept: int
    emptied: int
    stripped: int


@cache
def residues(folder: Path = CONDENSING) -> Mapping[str, Residue]:
    """Return the residue of each dataset with persons by code.

    Raises `ValueError` for a bad file.
    """
    found = {}
    for dataset in people_datasets():
        path = folder / f"{dataset}.sql"
        text = path.read_text(encoding="utf-8")
        head = metadata(path.name, text, ("dated", "keeps"), (), ValueError)
        found[dataset] = Residue(dataset, head["dated"], head["keeps"], only_select(path.name, text, ValueError))
    return found


def sort_out(connection: duckdb.DuckDBPyConnection, through: int) -> list[Counted]:
    """Divide rows of years through `through` into deleted and kept ones; count them by dataset.

    Makes temporary tables of each dataset: `ended_…`, keys whose current row belongs to a condensed year, `residue_…`,
    the rows that stay of them, `surviving_…`, those that condensing does not concern, and `touched_…`, what happens to
    each batch; and `emptied`, rows of the quarantine.
    """
    pipeline.stage(connection)
    days = {"first_day": _first_day(connection, through), "last_day": dt.date(through, 12, 31)}
    _find_emptied(connection, days["last_day"])
    return [_sort_out_one(connection, residue, days) for residue in residues().values()]


def _first_day(connection: duckdb.DuckDBPyConnection, through: int) -> dt.date:
    """Return the first day of the period of cumulative indicators of people.

    Without any such indicator, 1 January after `through`.
    """
    years = [
        indicator.base_year
        for indicator in indicators.catalogue()
        if indicator.base_year is not None and frozen_figures.reads_people(connection, indicator.sql)
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
    """Find rows of the quarantine of condensed years, dated by their latest readable day.

    A row without one is dated by its batch, and one without any date belongs to a condensed year.

    Makes the temporary table `emptied`: batch, file_number, source_row.
    """
    connection.execute("create or replace temp table emptied (batch integer, file_number integer, source_row bigint)")
    found = []
    for residue in residues().values():
        dates = [column.code for column in contracts()[residue.dataset].columns.values() if column.kind == "date"]
        for *source_row, text, latest in connection.execute(
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
                found.append(source_row)
    emptied = pl.DataFrame(found, schema=["batch", "file_number", "source_row"], orient="row")
    with registered(connection, "newly_emptied", emptied):
        connection.execute("insert into temp.emptied from newly_emptied")
