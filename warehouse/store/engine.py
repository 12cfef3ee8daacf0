"""DuckDB as the product runs it: settings, attached databases, limits of a reader's query."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from warehouse.errors import Refused
from warehouse.store.sqlfile import quoted

Settings = dict[str, str | bool | int | float | list[str]]

NO_EXTENSIONS: Settings = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
}
"""Nothing is fetched or loaded into the process beyond what DuckDB is built with."""

SECONDS = 30
"""Time limit of one query of a reader; the slowest one over many regions takes a few seconds."""
MEMORY_GIGABYTES = 2
"""Memory limit of all queries of one publication together. They do not spill to disk, so cannot fill it."""

READING: Settings = NO_EXTENSIONS | {
    "memory_limit": f"{MEMORY_GIGABYTES}GB",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "python_enable_replacements": False,
    "threads": 2,
}
"""How publications are opened for reading."""

FEW_ROWS: Final = 5_000
"""Below this many loaded rows the time goes into planning statements, not into running them."""

# One thread, no optimizer, no compression, small blocks: such a mart has hundreds of columns with a few values each.
_FOR_FEW_ROWS: Final = (
    "set threads = 1",
    "pragma disable_optimizer",
    "set force_compression = 'uncompressed'",
    "set default_block_size = 16384",
)
_USUAL: Final = ("reset threads", "pragma enable_optimizer", "reset force_compression", "reset default_block_size")


def holds_few_rows(warehouse: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether fewer than `FEW_ROWS` rows were ever loaded into a warehouse."""
    row = warehouse.execute("select coalesce(sum(rows_loaded), 0) from ledger.batches").fetchone()
    return row is not None and row[0] < FEW_ROWS


@contextlib.contextmanager
def tuned(connection: duckdb.DuckDBPyConnection, *, few_rows: bool) -> Iterator[None]:
    """Disable threads and optimizer for small warehouses; the results are the same.

    few_rows: whether the warehouse is small, see `holds_few_rows`.
    """
    if not few_rows:
        yield
        return
    for statement in _FOR_FEW_ROWS:
        connection.execute(statement)
    try:
        yield
    finally:
        for statement in _USUAL:
            connection.execute(statement)


@contextlib.contextmanager
def attached_draft(connection: duckdb.DuckDBPyConnection, file: Path, name: str) -> Iterator[None]:
    """Attach a new database file while the block fills it; afterwards it is complete on disk.

    No write-ahead log: an incomplete file is deleted, never recovered.
    """
    connection.execute(f"attach {quoted(file)} as {name} (recovery_mode no_wal_writes)")
    try:
        yield
    finally:
        connection.execute(f"detach {name}")


@contextlib.contextmanager
def using(connection: duckdb.DuckDBPyConnection, database: str) -> Iterator[None]:
    """Resolve unqualified names in an attached database while the block runs."""
    former, schema = connection.execute("select current_database(), current_schema()").fetchall()[0]
    connection.execute(f'use "{database}"')
    try:
        yield
    finally:
        connection.execute(f'use "{former}"."{schema}"')


class QueryStopped(Refused):
    """A reader's query exceeded its time or memory; the message is Russian."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Запрос занял слишком много {what} и остановлен, чтобы не мешать другим. Выберите меньше: один регион, "
            "одно полугодие, один показатель."
        )


class Watchdog:
    """Interrupts queries that run too long; one thread for all, alive while queries run."""

    def __init__(self, seconds: float, look_every: float = 0.5) -> None:
        self._seconds = seconds
        self._look_every = look_every
        self._lock = threading.Lock()
        self._running: dict[object, tuple[float, duckdb.DuckDBPyConnection]] = {}
        self._awake = False

    @contextlib.contextmanager
    def watching(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Limit the time of queries of a cursor. Raises `QueryStopped` on timeout or lack of memory."""
        ticket = object()
        with self._lock:
            self._running[ticket] = time.monotonic() + self._seconds, cursor
            if not self._awake:
                self._awake = True
                threading.Thread(target=self._watch, name="query watchdog", daemon=True).start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise QueryStopped("времени") from error
        except duckdb.OutOfMemoryException as error:
            raise QueryStopped("памяти") from error
        finally:
            with self._lock:
                del self._running[ticket]

    def _watch(self) -> None:
        while True:
            time.sleep(self._look_every)
            with self._lock:
                if not self._running:
                    self._awake = False
                    return
                now = time.monotonic()
                for deadline, cursor in self._running.values():
                    if deadline < now:
                        cursor.interrupt()


watchdog = Watchdog(SECONDS)
