"""DuckDB as the product opens it: nothing from a network, and what one query of a reader may take at most."""

import contextlib
import threading
import time
from collections.abc import Iterator

import duckdb

from warehouse.errors import Refused

Settings = dict[str, str | bool | int | float | list[str]]

NO_EXTENSIONS: Settings = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
}
"""Nothing is fetched or loaded into the process beyond what DuckDB is built with."""

SECONDS = 30
"""Of one query of a reader; the slowest one of a federation takes a few."""
MEMORY_GIGABYTES = 2
"""Of all queries of one publication together. They do not spill: a reader cannot fill the disk."""

READING: Settings = NO_EXTENSIONS | {
    "memory_limit": f"{MEMORY_GIGABYTES}GB",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "python_enable_replacements": False,
    "threads": 2,
}
"""How publications are opened for reading."""


class QueryStopped(Refused):
    """A query took more than a reader's query may; the message is Russian."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Запрос занял слишком много {what} и остановлен, чтобы не мешать другим. Выберите меньше: один регион, "
            "одно полугодие, один показатель."
        )


class Watchdog:
    """Interrupts queries that run too long. Its one thread lives while queries run, whatever their number."""

    def __init__(self, seconds: float, look_every: float = 0.5) -> None:
        self._seconds = seconds
        self._look_every = look_every
        self._lock = threading.Lock()
        self._running: dict[object, tuple[float, duckdb.DuckDBPyConnection]] = {}
        self._awake = False

    @contextlib.contextmanager
    def watching(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let the cursor run a query for its time. Raises `QueryStopped` when that or the memory was not enough."""
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
