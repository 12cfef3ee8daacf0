"""Condensing: delete old rows about people, keep their figures (152-ФЗ, статья 5 часть 7).

`residue` says which rows are deleted; row stores of all publications lose them, too.

The warehouse and its marts are written into new files without those rows; all figures are computed from the new
warehouse and compared with those of the old one; then the new files replace the old ones all at once
(`warehouse.store.swap`). After a kill nothing is begun, or the next writer completes it.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from checks.catalogue import contracts
from checks.cells import handwritten
from checks.russian import listed
from warehouse.access import audit
from warehouse.access.rights import Actor, require
from warehouse.build import conditions, indicators, pipeline, publish, quality_checks
from warehouse.changes import rounds
from warehouse.changes.connection import opened, transaction
from warehouse.errors import Refused
from warehouse.ledger import frozen_figures
from warehouse.ledger.current import stage_current
from warehouse.ledger.frozen_figures import people_datasets
from warehouse.marts import row_store
from warehouse.retention import residue
from warehouse.retention.residue import Counted
from warehouse.store import engine, rewriting, swap
from warehouse.store.address import Address
from warehouse.store.lock import write_lock
from warehouse.store.rewriting import CELLS
from warehouse.store.sqlfile import registered, script

LEAST_YEARS: Final = 2
"""Full years before the present one that are never condensed."""

_DOING: Final = "сжатие старых строк"


class CondensingRefused(Refused):
    """The condensing is refused; the message is Russian and meant for the screen."""


@dataclass(frozen=True)
class Condensed:
    """Result or plan of condensing. publication: the first one after it, None for a plan."""

    through_year: int
    datasets: list[Counted]
    publication: int | None = None

    @property
    def removed(self) -> int:
        """Return the number of removed rows of all datasets."""
        return sum(counted.removed for counted in self.datasets)

    @property
    def has_work(self) -> bool:
        """Tell whether there is anything to remove."""
        return any(counted.removed or counted.emptied or counted.stripped for counted in self.datasets)


def last_year(older_than: int, now: dt.datetime) -> int:
    """Return the last year to condense so that `older_than` full years stay.

    Raises `CondensingRefused`.
    """
    if older_than < LEAST_YEARS:
        raise CondensingRefused(
            f"Сжимаются только строки старше {LEAST_YEARS} полных лет: последние годы ещё исправляют и сверяют."
        )
    return now.year - older_than - 1


def plan(address: Address, actor: Actor, through: int) -> Condensed:
    """Return what condensing through a year would remove and keep; changes nothing.

    Raises `Forbidden`, `CondensingRefused`, `WarehouseBusy`, `WarehouseDamaged`.
    """
    require(actor, "maintain")
    with write_lock(address, _DOING), _present(address, actor) as connection:
        return Condensed(through, _sort_out(connection, through))


def condense(address: Address, actor: Actor, through: int, reason: str, now: dt.datetime) -> Condensed:
    """Condense rows about people through a year, and publish; do nothing where none are left.

    Raises `Forbidden`, `CondensingRefused` (also when a figure would change), `WarehouseBusy`, `WarehouseDamaged`,
    `NotPublished`.
    """
    require(actor, "maintain")
    said = handwritten(reason)
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
        moves = {folder / address.database.name: address.database}
        moves |= {file: address.marts / file.name for file in sorted((folder / address.marts.name).iterdir())}
        swap.commit(address, moves, [address.database.with_name(address.database.name + ".wal")])
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
    """Divide the rows by `residue.sort_out`. Raises `CondensingRefused`."""
    known = frozen_figures.through_year(connection)
    if known is not None and through < known:
        raise CondensingRefused(f"Строки по {known} год включительно уже сжаты.")
    if waiting := dict.fromkeys(f"раунд за {one.period}" for one in rounds.open_through(connection, through)):
        raise CondensingRefused(f"Сначала закройте {listed(list(waiting))}: строки сжатых лет больше не принимаются.")
    return residue.sort_out(connection, through)


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    address: Address,
    folder: Path,
    through: int,
    actor: Actor,
    reason: str,
    now: dt.datetime,
) -> int:
    """Write the new warehouse and marts, compare the figures, return the new publication."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    target = folder / address.database.name
    rewriting.rewrite(connection, database, target, _written)
    with duckdb.connect(str(target), config=engine.NO_EXTENSIONS) as rewritten:
        with _figures(connection) as before:
            with transaction(rewritten):
                _enter(rewritten, connection, through, actor, reason, now)
                _keep_figures(rewritten, before, connection, through)
                row_store.record_change(rewritten)
                publication = publish.announce(
                    rewritten, author=actor.name, reason=f"Сжатие строк о людях по {through} год", at=now
                )
            with _figures(rewritten) as after:
                _compare(before, after)
        with registered(connection, "entered", _entered(rewritten)):
            connection.execute("create or replace temp table condensations as from entered")
    rewriting.rewrite_marts(connection, address.marts, folder / address.marts.name, _written)
    return publication


def _written(database: str, schema: str, table: str, columns: Mapping[str, str]) -> str:
    """Return the query of the kept rows of a table of the warehouse, a mart or a row store."""
    source = f'"{database}"."{schema}"."{table}"'
    listed = ", ".join(f'"{name}"' for name in columns)
    if table in people_datasets() and schema == "facts":
        return f"select {listed} from temp.surviving_{table} union all select {listed} from temp.residue_{table}"
    if table in people_datasets():
        key = ", ".join(["batch", *contracts()[table].key])
        return f"select {listed} from {source} where ({key}) in (select ({key}) from temp.surviving_{table})"
    if table == "quality_rows":
        key = "dataset, batch, source_row, person"
        surviving = " union all ".join(
            f"select '{dataset}' as dataset, batch, source_row, person from temp.surviving_{dataset}"
            for dataset in people_datasets()
        )
        return f"select {listed} from {source} where person is null or ({key}) in (select ({key}) from ({surviving}))"
    if table == "quarantine" and CELLS in columns:
        emptied = "(batch, file_number, source_row) in (select (batch, file_number, source_row) from temp.emptied)"
        replaced = f"if({emptied}, '{frozen_figures.EMPTY}', {CELLS}) as {CELLS}"
        if "state" in columns:
            replaced += f", if({emptied} and state = 'waiting', 'emptied', state) as state"
        return f"select * replace ({replaced}) from {source}"
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
    """Record the condensation and the batches that lost rows in the ledger."""
    row = rewritten.execute("select coalesce(max(number), 0) + 1 from ledger.condensations").fetchone()
    assert row is not None
    rewritten.execute(
        "insert into ledger.condensations values (?, ?, ?, ?, ?)", [row[0], through, now, actor.name, reason]
    )
    for dataset in people_datasets():
        touched = connection.execute(f"select batch, dataset, removed, kept, emptied from temp.touched_{dataset}")
        with registered(rewritten, "touched", touched.to_arrow_table()):
            rewritten.execute(f"insert into ledger.condensed_batches select {row[0]}, * from touched")


def _keep_figures(
    rewritten: duckdb.DuckDBPyConnection,
    before: duckdb.DuckDBPyConnection,
    connection: duckdb.DuckDBPyConnection,
    through: int,
) -> None:
    """Freeze figures counted from people in the schema `condensed`.

    They replace those frozen before.
    """
    for (table,) in rewritten.execute(
        "select table_name from duckdb_tables() where schema_name = 'condensed'"
    ).fetchall():
        rewritten.execute(f"drop table condensed.{table}")
    for relation, which in frozen_figures.relations_to_freeze(
        before, indicators.catalogue(), quality_checks.catalogue(), conditions.catalogue()
    ).items():
        kept = before.execute(f"select * from {relation} where year <= {through} and {which}").to_arrow_table()
        _store(rewritten, relation.rpartition(".")[2], kept)
    _store(rewritten, "loaded_datasets", _once_loaded(connection, through))
    stage_current(rewritten)
    with registered(rewritten, "formerly_submitted", before.execute("from temp.submitted").to_arrow_table()):
        rewritten.execute(script("build/condensed_submitted"))


def _store(rewritten: duckdb.DuckDBPyConnection, table: str, kept: pa.Table) -> None:
    with registered(rewritten, "kept", kept):
        rewritten.execute(f"create table condensed.{table} as from kept")


def _once_loaded(connection: duckdb.DuckDBPyConnection, through: int) -> pa.Table:
    """Return dataset and region of condensed rows, in the shape of `loaded_datasets`."""
    sent = [
        f"select '{one.dataset}' as dataset, territories.region_id from temp.{one.dataset} as sent "
        "inner join temp.organization_territories as territories on sent.organization_id = territories.organization_id "
        f"where {one.over(dt.date(through, 12, 31))}"
        for one in residue.residues().values()
    ]
    if frozen_figures.through_year(connection) is not None:
        sent.append("from condensed.loaded_datasets")
    return connection.execute(" union ".join(sent)).to_arrow_table()


def _entered(rewritten: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the mart's table `condensations` of the new warehouse."""
    rewritten.execute("attach ':memory:' as mart")
    rewritten.execute(script("mart_ledger/11_condensations"))
    return rewritten.execute("from mart.condensations").to_arrow_table()


@contextlib.contextmanager
def _figures(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build a mart in memory with quality checks and conditions; yield a connection to it."""
    with pipeline.aside(connection) as aside:
        pipeline.judge(aside)
        yield aside


def _compare(before: duckdb.DuckDBPyConnection, after: duckdb.DuckDBPyConnection) -> None:
    """Raise `CondensingRefused` when any figure differs between the two connections."""
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
        was, now = f"select {columns} from former", f"select {columns} from {relation}"
        with registered(after, "former", former):
            gone = after.execute(f"{was} except all {now} order by all limit 1").pl().to_dicts()
            come = after.execute(f"{now} except all {was} order by all limit 1").pl().to_dicts()
        if gone or come:
            raise CondensingRefused(
                f"Сжатие отменено, ничего не изменилось: вместе со строками изменились бы показатели. Первое отличие — "
                f"{relation.rpartition('.')[2]}: было {_told(gone)}, стало {_told(come)}."
            )


def _told(rows: list[dict[str, object]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in rows[0].items()) if rows else "нет строки"
