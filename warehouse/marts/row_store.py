"""Row stores: beside each mart a database of the current rows that it was computed from.

Pages reach it as the schema `facts` of a mart's connection, to show which rows a number came from. Publications between
which no batch came or went share one file.
"""

import contextlib
import os
import shutil
from pathlib import Path

import duckdb

from checks.catalogue import contracts
from warehouse.marts.version import columns_layout
from warehouse.store.address import Address
from warehouse.store.engine import attached_draft
from warehouse.store.sqlfile import quoted


def file_of(address: Address, publication: int) -> Path:
    """Return the path of the rows that a publication was computed from."""
    return address.marts / f"{publication:06d}.facts"


def state_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a name of the state of the facts, unique over warehouses and restored copies."""
    row = connection.execute("select arg_max(state, state_number) from ledger.fact_states").fetchone()
    assert row is not None
    return f"{row[0]}-{columns_layout()}"


def record_change(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the facts a new state in the transaction that changes them."""
    connection.execute(
        "insert into ledger.fact_states select max(state_number) + 1, gen_random_uuid() from ledger.fact_states"
    )


def write(connection: duckdb.DuckDBPyConnection, final: Path, same: Path | None) -> None:
    """Write the staged current rows into a new file, or link `same`, which holds the same rows.

    Needs the temporary tables of `warehouse.ledger.current.stage_current`. A table holds `batch`, `source_row` and the
    contract's columns, one row a natural key; `programs` also the region that its batch was loaded for.
    """
    draft = final.with_name(final.name + ".draft")
    remove(draft)
    try:
        if same is not None and same.exists():
            link(same, draft)
        else:
            with attached_draft(connection, draft, "beside"):
                for dataset in contracts():
                    connection.execute(f"create table beside.{dataset} as select * from temp.{dataset}")
        draft.replace(final)
        # Nothing is renamed where a killed run has already made the same link.
        remove(draft)
    except BaseException:
        remove(draft)
        raise


def attach(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Attach the row store of a publication as `facts`; does nothing where none is kept."""
    file = file_of(address, publication)
    if file.exists():
        connection.execute(f"attach {quoted(file)} as facts (read_only)")


def remove(file: Path) -> None:
    """Remove a database file and its log."""
    file.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        file.with_name(file.name + ".wal").unlink()


def link(source: Path, target: Path) -> None:
    """Link a file to another place, or copy it where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
