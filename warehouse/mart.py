"""Published marts, read-only: what pages and exports see."""

import contextlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.address import Address

_POINTER = "current.json"
_OPEN_MARTS = 8
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 2,
    "lock_configuration": True,
}


class NoPublication(LookupError):
    """Nothing has been published yet."""


class PublicationPruned(LookupError):
    """The publication that a link asks for is no longer kept, or never was."""


@dataclass(frozen=True)
class Mart:
    """One publication, open for reading. Safe to share between threads: every query has its own cursor."""

    publication: int
    connection: duckdb.DuckDBPyConnection

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Return the rows of a query as a frame."""
        with contextlib.closing(self.connection.cursor()) as cursor:
            return cursor.execute(sql, parameters).pl()


def file_of(address: Address, publication: int) -> Path:
    """Return the path of a publication's mart file."""
    return address.marts / f"{publication:06d}.duckdb"


def current_publication(address: Address) -> int | None:
    """Return the number of the current publication, None when there is none. Costs one small read."""
    try:
        return int(json.loads((address.marts / _POINTER).read_text(encoding="utf-8"))["publication"])
    except FileNotFoundError:
        return None


def point_to(address: Address, publication: int) -> None:
    """Make a publication the current one, atomically and durably."""
    draft = address.marts / f"{_POINTER}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"publication": publication}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(address.marts / _POINTER)


_marts: OrderedDict[tuple[Path, int, int], Mart] = OrderedDict()
_marts_lock = threading.Lock()


def open_mart(address: Address, publication: int | None = None) -> Mart:
    """Return the mart of a publication, the current one when none is named.

    The connection is read-only, has no access to other files, and its settings are locked. Raises
    `NoPublication` or `PublicationPruned`.
    """
    if publication is None:
        publication = current_publication(address)
        if publication is None:
            raise NoPublication("В хранилище ещё нет ни одной публикации.")
    path = file_of(address, publication)
    try:
        status = path.stat()
    except FileNotFoundError:
        raise PublicationPruned(f"Публикация № {publication} не хранится.") from None
    identity = (path, status.st_ino, status.st_mtime_ns)
    with _marts_lock:
        mart = _marts.get(identity)
        if mart is None:
            mart = Mart(publication, duckdb.connect(str(path), read_only=True, config=_SETTINGS))
            _marts[identity] = mart
            if len(_marts) > _OPEN_MARTS:
                _marts.popitem(last=False)
        _marts.move_to_end(identity)
        return mart
