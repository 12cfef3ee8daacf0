"""A database file in the making: it counts only when it is whole, so nothing of it is logged on the way."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse.store.sqlfile import quoted


@contextlib.contextmanager
def attached(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> Iterator[None]:
    """Attach a new database file while the block fills it; afterwards the file is whole on the disk."""
    connection.execute(f"attach {quoted(file)} as {name} (recovery_mode no_wal_writes)")
    try:
        yield
    finally:
        connection.execute(f"detach {name}")
