"""Ledger of batches: add, compare with current rows, withdraw, restore."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from checks.cells import mask_persons
from checks.contract import Contract
from checks.findings import Finding
from checks.parse import FILE, ROW
from warehouse.errors import Refused
from warehouse.ledger import deliveries, frozen_figures
from warehouse.ledger.current import current_rows
from warehouse.ledger.deliveries import Deliveries
from warehouse.marts import row_store
from warehouse.store.sqlfile import registered


class UnknownBatch(Refused):
    """No batch of that number, or it is not in the state that the request needs."""


@dataclass(frozen=True)
class SourceFile:
    """One file of a batch, as recorded in the ledger."""

    name: str
    sha256: str
    bytes: int
    format: str


@dataclass(frozen=True)
class RowCounts:
    """Numbers of rows of a load; superseded and unchanged are parts of loaded."""

    read: int = 0
    loaded: int = 0
    superseded: int = 0
    unchanged: int = 0
    quarantined: int = 0
    left_out: int = 0


@dataclass(frozen=True)
class NewBatch:
    """A checked batch to be added to the facts.

    rows: typed rows to load, columns `file_number`, `source_row` and the contract's codes.
    kept_back: rows for the quarantine (`quarantine_rows`). reasons: why a warning stands. deliveries: what the batch
    makes complete; None: inferred when the warehouse is next opened.
    """

    contract: Contract
    rows: pl.DataFrame
    kept_back: pl.DataFrame
    files: Sequence[SourceFile]
    findings: Sequence[Finding]
    reasons: Mapping[Finding, str]
    counts: RowCounts
    author: str
    at: datetime
    confirmation: str | None
    region_id: str | None
    deliveries: Deliveries | None = None


def keys_of(connection: duckdb.DuckDBPyConnection, contract: Contract) -> pl.Series:
    """Return the current key values of a register (a dataset whose key is one column)."""
    (key,) = contract.key
    return values_of(connection, contract, key)


def values_of(connection: duckdb.DuckDBPyConnection, contract: Contract, column: str) -> pl.Series:
    """Return the distinct current values of a dataset's column."""
    return connection.execute(f"select distinct {column} from ({current_rows(contract)})").pl()[column]


def current_frame(connection: duckdb.DuckDBPyConnection, contract: Contract) -> pl.DataFrame:
    """Return a dataset's current rows."""
    return connection.execute(current_rows(contract)).pl()


def compare(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pl.DataFrame) -> tuple[int, int]:
    """Count rows that supersede a current row, and rows that repeat one unchanged."""
    key = ", ".join(contract.key)
    same = " and ".join(
        f"incoming.{code} is not distinct from present.{code}" for code in contract.columns if code not in contract.key
    )
    with registered(connection, "incoming_rows", rows):
        found = connection.execute(
            f"""
            with present as (
                select * from facts.{contract.code}
                where batch in (from active_batches) and ({key}) in (select ({key}) from incoming_rows)
                qualify row_number() over (partition by {key} order by batch desc) = 1
            )
            select count(*), count(*) filter (where {same or "true"})
            from incoming_rows as incoming
            inner join present using ({key})
            """
        ).fetchone()
    assert found is not None
    total, unchanged = found
    return total - unchanged, unchanged


def same_files(
    connection: duckdb.DuckDBPyConnection, dataset: str, hashes: Iterable[str]
) -> tuple[int, datetime, bool] | None:
    """Return the latest active batch of exactly these files; None where there is none.

    A batch is given as its number, the moment of loading, and whether any of its rows was loaded. hashes: SHA-256 of
    the files.
    """
    rows = connection.execute(
        """
        select batch, loaded_at, rows_loaded > 0, list_sort(list(sha256))
        from ledger.batches
        inner join ledger.files using (batch)
        where dataset = ? and batch in (from active_batches)
        group by batch, loaded_at, rows_loaded
        order by batch desc
        """,
        [dataset],
    ).fetchall()
    wanted = sorted(hashes)
    return next(((batch, at, has_rows) for batch, at, has_rows, found in rows if found == wanted), None)


def next_submission(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the next number of a submission."""
    row = connection.execute("select coalesce(max(submission), 0) + 1 from ledger.batches").fetchone()
    assert row is not None
    return int(row[0])


def add(connection: duckdb.DuckDBPyConnection, new: NewBatch, submission: int) -> int:
    """Write a batch with its ledger entry, files, findings and quarantine; return its number."""
    row = connection.execute("select coalesce(max(batch), 0) + 1 from ledger.batches").fetchone()
    assert row is not None
    batch = int(row[0])
    columns = ", ".join(new.contract.columns)
    with registered(connection, "incoming_rows", new.rows):
        connection.execute(
            f"insert into facts.{new.contract.code} by name "
            f"select {batch} as batch, {ROW}, {columns} from incoming_rows"
        )
    counts = new.counts
    connection.execute(
        "insert into ledger.batches values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            batch,
            new.contract.code,
            new.region_id,
            submission,
            new.author,
            new.at,
            counts.read,
            counts.loaded,
            counts.superseded,
            counts.unchanged,
            counts.quarantined,
            counts.left_out,
            new.confirmation,
        ],
    )
    _insert(
        connection,
        "ledger.files",
        [(batch, number, f.name, f.sha256, f.bytes, f.format) for number, f in enumerate(new.files)],
    )
    _insert(
        connection,
        "ledger.findings",
        [
            (batch, f.file, f.severity, f.rule, f.row, f.column, f.value, f.message, new.reasons.get(f))
            for f in new.findings
        ],
    )
    _insert(
        connection,
        "ledger.quarantine",
        [(batch, *values) for values in new.kept_back.select(FILE, ROW, "cells", "municipality_id").iter_rows()],
    )
    if new.deliveries is not None:
        deliveries.state(connection, batch, new.deliveries, actor=new.author, at=new.at)
    _add_event(connection, batch, "loaded", new.at, new.author, new.confirmation)
    return batch


def remember_layout(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    layout: str,
    mapping: Mapping[str, int],
    author: str,
    at: datetime,
    municipalities: Iterable[str] | None,
) -> None:
    """Record how a person matched the columns of a file, for later files of the same layout.

    municipalities: those whose later files it is for; None: the region's, for everybody.
    """
    row = [dataset, layout, json.dumps(dict(mapping)), author, at]
    for owner in [None] if municipalities is None else sorted(municipalities):
        connection.execute("insert into ledger.layouts values (?, ?, ?, ?, ?, ?)", [*row, owner])


def quarantine_rows(
    contract: Contract, typed: pl.DataFrame, written: pl.DataFrame, municipalities: pl.Series
) -> pl.DataFrame:
    """Return rows for the quarantine: file_number, source_row, cells, municipality_id.

    typed, written: the same rows as values and as written in the file. municipalities: the one of each row, missing
    where unknown. cells: as written, JSON by column code; persons as pseudonyms, and masked in other columns.
    """
    persons = [column.code for column in contract.columns.values() if column.kind == "person"]
    others = pl.exclude(persons).map_elements(mask_persons, return_dtype=pl.String)
    shown = written.with_columns(others, *(typed[code] for code in persons))
    cells = [json.dumps(row, ensure_ascii=False) for row in shown.iter_rows(named=True)]
    return typed.select(FILE, ROW).with_columns(
        pl.Series("cells", cells, dtype=pl.String), municipalities.alias("municipality_id")
    )


def withdraw(connection: duckdb.DuckDBPyConnection, batch: int, *, actor: str, reason: str, at: datetime) -> None:
    """Withdraw a batch: its rows are no longer current, those that it superseded are again."""
    _change_state(connection, batch, "withdrawn", actor=actor, reason=reason, at=at)


def restore(connection: duckdb.DuckDBPyConnection, batch: int, *, actor: str, reason: str, at: datetime) -> None:
    """Restore a withdrawn batch at its own place in the order of batches."""
    _change_state(connection, batch, "restored", actor=actor, reason=reason, at=at)


def _change_state(
    connection: duckdb.DuckDBPyConnection, batch: int, event: str, *, actor: str, reason: str, at: datetime
) -> None:
    row = connection.execute(
        "select arg_max(event, event_number) from ledger.batch_events where batch = ?", [batch]
    ).fetchone()
    latest = row[0] if row else None
    if latest is None:
        raise UnknownBatch(f"Партии № {batch} нет; номера партий показывает команда batches.")
    if (latest == "withdrawn") == (event == "withdrawn"):
        state = "уже отозвана" if event == "withdrawn" else "не отозвана"
        raise UnknownBatch(f"Партия № {batch} {state}.")
    through = frozen_figures.through_year_of(connection, batch)
    if through is not None:
        raise UnknownBatch(
            f"Партию № {batch} нельзя ни отозвать, ни вернуть: её строки о людях по {through} год включительно сжаты, "
            "прежних строк в хранилище нет. Исправления за следующие годы загрузите новой партией."
        )
    _add_event(connection, batch, event, at, actor, reason)


def _add_event(
    connection: duckdb.DuckDBPyConnection, batch: int, event: str, at: datetime, actor: str, reason: str | None
) -> None:
    connection.execute(
        """
        insert into ledger.batch_events
        select ?, coalesce(max(event_number), 0) + 1, ?, ?, ?, ? from ledger.batch_events where batch = ?
        """,
        [batch, event, at, actor, reason, batch],
    )
    row_store.record_change(connection)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        frame = pl.DataFrame(rows, orient="row", infer_schema_length=None)
        with registered(connection, "incoming_rows", frame):
            connection.execute(f"insert into {table} select * from incoming_rows")
