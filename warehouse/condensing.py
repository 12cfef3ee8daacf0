"""Condensing: rows about people of old years go, and the figures that they gave stay (152-ФЗ, статья 5 часть 7).

What later half-years still need of old rows is said by one file a dataset in sql/condensing: its head names the day by
which a row belongs to a year (`dated`; missing: the row is not over and stays) and what is kept in words, its select
returns the rows that stay with whatever nobody needs emptied. Everything else dated in the condensed years goes: rows
that count, were superseded or withdrawn, cells of the quarantine, rows behind the figures of all publications.

The warehouse and its marts are written into new files without those rows, all figures are computed from the new
warehouse and compared with those of the old one, and only then do the new files take the place of the old ones, all
together (`warehouse.swap`). What a kill interrupts is either not begun or carried out by the next writer.
"""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa

from checks import cells
from checks.catalogue import contracts
from warehouse import (
    audit,
    condensed,
    conditions,
    crosschecks,
    engine,
    facts,
    indicators,
    preview,
    publish,
    rewriting,
    swap,
)
from warehouse.access import Actor, require
from warehouse.address import Address
from warehouse.condensed import people_datasets
from warehouse.connection import opened, transaction
from warehouse.current import stage_current
from warehouse.lock import write_lock
from warehouse.rewriting import CELLS
from warehouse.schema import SQL
from warehouse.sqlfile import metadata, only_select

CONDENSING: Final = SQL / "condensing"
LEAST_YEARS: Final = 2
"""So many full years before the running one stay as they were loaded."""

_DOING: Final = "сжатие старых строк"
_EMPTY: Final = "{}"


class CondensingRefused(RuntimeError):
    """Old rows cannot be condensed so; the message is Russian and meant for the screen."""


@dataclass(frozen=True)
class Residue:
    """What stays of a dataset's rows of condensed years.

    dated: the column by which a row belongs to a year; keeps: Russian, what stays; sql: the select of what stays.
    """

    dataset: str
    dated: str
    keeps: str
    sql: str


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


@dataclass(frozen=True)
class Condensed:
    """What condensing does or did. publication: the first one after it, None when nothing is done."""

    through_year: int
    datasets: list[Counted]
    publication: int | None = None

    @property
    def removed(self) -> int:
        """How many rows of all datasets are removed."""
        return sum(counted.removed for counted in self.datasets)

    @property
    def has_work(self) -> bool:
        """Whether there is anything to remove."""
        return any(counted.removed or counted.emptied or counted.stripped for counted in self.datasets)


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


def last_year(older_than: int, now: dt.datetime) -> int:
    """Return the last year to condense so that this many full years stay. Raises `CondensingRefused`."""
    if older_than < LEAST_YEARS:
        raise CondensingRefused(
            f"Сжимаются только строки старше {LEAST_YEARS} полных лет: последние годы ещё исправляют и сверяют."
        )
    return now.year - older_than - 1


def plan(address: Address, actor: Actor, through: int) -> Condensed:
    """Return what condensing through a year would remove and keep; nothing is changed.

    Raises `Forbidden`, `CondensingRefused`, `WarehouseBusy`, `WarehouseDamaged`.
    """
    require(actor, "maintain")
    with write_lock(address, _DOING), _present(address, actor) as connection:
        return Condensed(through, _sort_out(connection, through))


def condense(address: Address, actor: Actor, through: int, reason: str, now: dt.datetime) -> Condensed:
    """Condense everything about people through a year, and publish; nothing is done where nothing is left to do.

    Raises `Forbidden`, `CondensingRefused` (also when a figure would change), `WarehouseBusy`, `WarehouseDamaged`,
    `NotPublished`.
    """
    require(actor, "maintain")
    said = reason.strip()
    if not said:
        raise CondensingRefused("Впишите причину: она останется в истории сжатий.")
    with (
        audit.operation(address, actor, "condensed", through=through, reason=said) as entry,
        write_lock(address, _DOING),
    ):
        with _present(address, actor) as connection:
            done = Condensed(through, _sort_out(connection, through))
            entry["removed"] = done.removed
            if not done.has_work:
                return done
            folder = swap.begin(address)
            try:
                publication = _prepare(connection, address, folder, through, actor, said, now)
            except BaseException:
                swap.settle(address)
                raise
        place = {folder / address.database.name: address.database}
        place |= {file: address.marts / file.name for file in sorted((folder / address.marts.name).iterdir())}
        swap.commit(address, place, [address.database.with_name(address.database.name + ".wal")])
        with opened(address, actor):
            entry["publication"] = publication
    return replace(done, publication=publication)


@contextlib.contextmanager
def _present(address: Address, actor: Actor) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, whose write lock is held."""
    swap.settle(address)
    if not address.database.exists():
        raise CondensingRefused(f"Хранилища {address.database} нет: сжимать нечего.")
    with opened(address, actor, finish=False) as connection:
        yield connection


def _sort_out(connection: duckdb.DuckDBPyConnection, through: int) -> list[Counted]:
    """Tell the rows that go from those that stay, and count them.

    Makes temporary tables of each dataset: `ended_…`, keys whose current row belongs to a condensed year, `residue_…`,
    the rows that stay of them, and `touched_…`, what happens to each batch; and `emptied`, places in the quarantine.
    """
    known = condensed.through_year(connection)
    if known is not None and through < known:
        raise CondensingRefused(f"Строки по {known} год включительно уже сжаты.")
    stage_current(connection)
    indicators.stage(connection)
    days = {"first_day": _first_day(through), "last_day": dt.date(through, 12, 31)}
    _find_emptied(connection, days["last_day"])
    return [_sort_out_one(connection, residue, days) for residue in residues().values()]


def _first_day(through: int) -> dt.date:
    """Return the first day that a cumulative indicator counts people from; none does: the day after the last year."""
    years = [
        indicator.base_year
        for indicator in indicators.catalogue()
        if indicator.base_year is not None and condensed.reads_people(indicator.sql)
    ]
    return dt.date(min(years, default=through + 1), 1, 1)


def _sort_out_one(connection: duckdb.DuckDBPyConnection, residue: Residue, days: Mapping[str, dt.date]) -> Counted:
    dataset, over = residue.dataset, _over(residue, days["last_day"])
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


def _over(residue: Residue, last_day: dt.date) -> str:
    """Return the condition that a row belongs to a condensed year."""
    return f"{residue.dated} <= date '{last_day}'"


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
            [residue.dataset, _EMPTY],
        ).fetchall():
            read = [cells.date(cell) for code in dates if (cell := json.loads(text).get(code))]
            day = max((day for day in read if isinstance(day, dt.date)), default=latest)
            if day is None or day <= last_day:
                found.append(place)
    places = pl.DataFrame(found, schema=["batch", "file_number", "source_row"], orient="row")
    connection.register("places", places)
    connection.execute("insert into temp.emptied from places")
    connection.unregister("places")


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    address: Address,
    folder: Path,
    through: int,
    actor: Actor,
    reason: str,
    now: dt.datetime,
) -> int:
    """Make the new files: the warehouse with a publication announced, the marts and their rows. Compare the figures."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    target = folder / address.database.name
    rewriting.rewrite(connection, database, target, _written)
    with duckdb.connect(str(target), config=engine.NO_EXTENSIONS) as rewritten:
        with _figures(connection) as before:
            with transaction(rewritten):
                _enter(rewritten, connection, through, actor, reason, now)
                _keep_figures(rewritten, before, connection, through)
                facts.note_change(rewritten)
                publication = publish.announce(
                    rewritten, author=actor.name, reason=f"Сжатие строк о людях по {through} год", at=now
                )
            with _figures(rewritten) as after:
                _compare(before, after)
        connection.register("entered", _entered(rewritten))
        connection.execute("create or replace temp table condensations as from entered")
        connection.unregister("entered")
    rewriting.rewrite_marts(connection, address.marts, folder / address.marts.name, _written)
    return publication


def _written(database: str, schema: str, table: str, columns: Mapping[str, str]) -> str:
    """Say what is written of a table: of the warehouse, of a mart or of the rows beside it."""
    source = f'"{database}"."{schema}"."{table}"'
    listed = ", ".join(f'"{name}"' for name in columns)
    if table in people_datasets() and schema == "facts":
        return f"select {listed} from temp.surviving_{table} union all select {listed} from temp.residue_{table}"
    if table in people_datasets():
        key = ", ".join(["batch", *contracts()[table].key])
        return f"select {listed} from {source} where ({key}) in (select ({key}) from temp.surviving_{table})"
    if table == "quality_rows":
        place = "dataset, batch, source_row, person"
        surviving = " union all ".join(
            f"select '{dataset}' as dataset, batch, source_row, person from temp.surviving_{dataset}"
            for dataset in people_datasets()
        )
        return (
            f"select {listed} from {source} where person is null or ({place}) in (select ({place}) from ({surviving}))"
        )
    if table == "quarantine" and CELLS in columns:
        return (
            f"select * replace (case when (batch, file_number, source_row) in "
            f"(select (batch, file_number, source_row) from temp.emptied) then '{_EMPTY}' else {CELLS} end as {CELLS}) "
            f"from {source}"
        )
    if table == "condensations" and schema == "main":
        return f"select {listed} from temp.condensations"
    return f"select {listed} from {source}"


def _enter(
    rewritten: duckdb.DuckDBPyConnection,
    connection: duckdb.DuckDBPyConnection,
    through: int,
    actor: Actor,
    reason: str,
    now: dt.datetime,
) -> None:
    """Enter the condensation and the batches that it touched into the ledger."""
    row = rewritten.execute("select coalesce(max(number), 0) + 1 from ledger.condensations").fetchone()
    assert row is not None
    rewritten.execute(
        "insert into ledger.condensations values (?, ?, ?, ?, ?)", [row[0], through, now, actor.name, reason]
    )
    for dataset in people_datasets():
        touched = connection.execute(f"select batch, dataset, removed, kept, emptied from temp.touched_{dataset}")
        rewritten.register("touched", touched.to_arrow_table())
        rewritten.execute(f"insert into ledger.condensed_batches select {row[0]}, * from touched")
        rewritten.unregister("touched")


def _keep_figures(
    rewritten: duckdb.DuckDBPyConnection,
    before: duckdb.DuckDBPyConnection,
    connection: duckdb.DuckDBPyConnection,
    through: int,
) -> None:
    """Keep in the schema `condensed` what was counted from people, in place of what an earlier condensation kept."""
    for (table,) in rewritten.execute(
        "select table_name from duckdb_tables() where schema_name = 'condensed'"
    ).fetchall():
        rewritten.execute(f"drop table condensed.{table}")
    for relation, which in condensed.figures(
        indicators.catalogue(), crosschecks.catalogue(), conditions.catalogue()
    ).items():
        kept = before.execute(f"select * from {relation} where year <= {through} and {which}").to_arrow_table()
        _store(rewritten, relation.rpartition(".")[2], kept)
    _store(rewritten, "loaded_datasets", _once_loaded(connection, through))
    stage_current(rewritten)
    rewritten.register("formerly", before.execute("from temp.submitted").to_arrow_table())
    rewritten.execute(
        """
        create table condensed.submitted as
        select
            formerly.* replace (
                formerly.rows - coalesce(present.rows, 0) as rows,
                formerly.current_rows - coalesce(present.current_rows, 0) as current_rows
            )
        from formerly
        left join temp.submitted as present
            on formerly.dataset = present.dataset
            and formerly.batch = present.batch
            and formerly.municipality_id = present.municipality_id
            and formerly.year is not distinct from present.year
            and formerly.half is not distinct from present.half
        where formerly.rows > coalesce(present.rows, 0) or formerly.current_rows > coalesce(present.current_rows, 0)
        """
    )
    rewritten.unregister("formerly")


def _store(rewritten: duckdb.DuckDBPyConnection, table: str, kept: pa.Table) -> None:
    rewritten.register("kept", kept)
    rewritten.execute(f"create table condensed.{table} as from kept")
    rewritten.unregister("kept")


def _once_loaded(connection: duckdb.DuckDBPyConnection, through: int) -> pa.Table:
    """Return which region had sent rows of which dataset that are now condensed, as `loaded_datasets` has them."""
    sent = [
        f"select '{residue.dataset}' as dataset, territories.region_id from temp.{residue.dataset} as sent "
        "inner join temp.organization_territories as territories on sent.organization_id = territories.organization_id "
        f"where {_over(residue, dt.date(through, 12, 31))}"
        for residue in residues().values()
    ]
    if condensed.through_year(connection) is not None:
        sent.append("from condensed.loaded_datasets")
    return connection.execute(" union ".join(sent)).to_arrow_table()


def _entered(rewritten: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the condensations as a mart has them."""
    rewritten.execute("attach ':memory:' as mart")
    rewritten.execute((SQL / "ledger" / "11_condensations.sql").read_text(encoding="utf-8"))
    return rewritten.execute("from mart.condensations").to_arrow_table()


@contextlib.contextmanager
def _figures(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Compute every figure of a publication in memory."""
    with preview.mart_aside(connection) as aside:
        conditions.run(aside)
        crosschecks.run(aside)
        yield aside


def _compare(before: duckdb.DuckDBPyConnection, after: duckdb.DuckDBPyConnection) -> None:
    """Raise `CondensingRefused` when any figure is not what it was."""
    tables = before.execute(
        "select table_name from duckdb_tables() where database_name = 'mart' order by table_name"
    ).fetchall()
    for relation in [*(f"mart.main.{table}" for (table,) in tables), "temp.quality_present", "temp.condition_states"]:
        former = before.execute(f"from {relation}").to_arrow_table()
        if former.equals(after.execute(f"from {relation}").to_arrow_table()):
            continue
        # What a sum of parts makes of its last digits depends on the order that they were added in.
        columns = ", ".join(
            f'round("{name}", 6) as "{name}"' if kind == "DOUBLE" else f'"{name}"'
            for name, kind, *_ in before.execute(f"describe {relation}").fetchall()
        )
        after.register("former", former)
        was, now = f"select {columns} from former", f"select {columns} from {relation}"
        gone = after.execute(f"{was} except all {now} order by all limit 1").pl().to_dicts()
        come = after.execute(f"{now} except all {was} order by all limit 1").pl().to_dicts()
        after.unregister("former")
        if gone or come:
            raise CondensingRefused(
                f"Сжатие отменено, ничего не изменилось: вместе со строками изменились бы показатели. Первое отличие — "
                f"{relation.rpartition('.')[2]}: было {_told(gone)}, стало {_told(come)}."
            )


def _told(rows: list[dict[str, object]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in rows[0].items()) if rows else "нет строки"
