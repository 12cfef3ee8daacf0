"""Published marts, read-only: what pages and exports see."""

import contextlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import polars as pl

from warehouse.access.rights import Actor, may
from warehouse.errors import Refused
from warehouse.marts import row_store
from warehouse.marts.version import layout
from warehouse.store import engine
from warehouse.store.address import Address

_POINTER = "current.json"
_OPEN_MARTS = 8


class NoPublication(Refused):
    """Nothing has been published yet."""


class PublicationPruned(Refused):
    """The publication that a link asks for is no longer kept, or never was."""


class PublicationOutdated(PublicationPruned):
    """The publication was built by another version and lacks a relation or column."""


@dataclass(frozen=True)
class Mart:
    """One publication, open for reading; threads may share it, every query has its own cursor."""

    publication: int
    connection: duckdb.DuckDBPyConnection
    layout: str = ""

    def query_unguarded(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] | None = None
    ) -> pl.DataFrame:
        """Return the rows of a query with nothing hidden, for the program itself.

        Raises `PublicationOutdated` when a mart of another version lacks what the query names, and `QueryStopped`
        when the query exceeds the limits of a reader.
        """
        return self._run(None, sql, parameters)

    def query_as(
        self, actor: Actor, sql: str, parameters: Sequence[object] | Mapping[str, object] | None = None
    ) -> pl.DataFrame:
        """Return the rows of a query as the actor may see them, by the relations of sql/guarded.

        Raises `PublicationOutdated` and `QueryStopped` as `query_unguarded` does.
        """
        return self._run(actor, sql, parameters)

    def _run(
        self, actor: Actor | None, sql: str, parameters: Sequence[object] | Mapping[str, object] | None
    ) -> pl.DataFrame:
        with contextlib.closing(self.connection.cursor()) as cursor, engine.watchdog.watching(cursor):
            try:
                if actor is not None:
                    _look_as(cursor, actor)
                return cursor.execute(sql, parameters).pl()
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                if self.layout == layout():
                    raise
                raise PublicationOutdated(
                    f"Публикация № {self.publication} построена другой версией программы, и этой страницы в ней нет."
                ) from error


def _look_as(cursor: duckdb.DuckDBPyConnection, actor: Actor) -> None:
    own = [code for code in actor.municipalities if may(actor, "view_people", code)]
    cursor.execute(f"set variable everything = {may(actor, 'view_people')}")
    cursor.execute("set variable own = ?", [own])
    cursor.execute("set search_path = 'guarded,main'")


def file_of(address: Address, publication: int) -> Path:
    """Return the path of a publication's mart file."""
    return address.marts / f"{publication:06d}.duckdb"


def file_identity(address: Address, publication: int) -> tuple[int, int] | None:
    """Return inode and mtime of a publication's mart; they change when the file is replaced.

    None when it is not kept. Rotation of keys and condensing replace marts. Costs one `stat`.
    """
    try:
        status = file_of(address, publication).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


@dataclass(frozen=True)
class Pointer:
    """The current publication: number, state of its facts (`row_store.state_of`), layout."""

    publication: int
    facts: str
    layout: str


def pointer(address: Address) -> Pointer | None:
    """Return which publication is the current one; None when nothing has been published."""
    try:
        said = json.loads((address.marts / _POINTER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Pointer(int(said["publication"]), said.get("facts", ""), said.get("layout", ""))


def current_publication(address: Address) -> int | None:
    """Return the number of the current publication, None when there is none."""
    present = pointer(address)
    return present.publication if present else None


def point_to(address: Address, present: Pointer) -> None:
    """Make a publication the current one, atomically and durably."""
    draft = address.marts / f"{_POINTER}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(present), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(address.marts / _POINTER)


_marts: OrderedDict[tuple[Path, int, int], Mart] = OrderedDict()
_marts_lock = threading.Lock()


def open_mart(address: Address, publication: int | None = None) -> Mart:
    """Return the mart of a publication, the current one when none is named.

    The rows behind it are attached as `facts`. The connection is read-only, has no access to other files, its memory
    is limited, and its settings are locked. Raises `NoPublication` or `PublicationPruned`.
    """
    if publication is None:
        publication = current_publication(address)
        if publication is None:
            raise NoPublication("В хранилище ещё нет ни одной публикации.")
    path = file_of(address, publication)
    present = file_identity(address, publication)
    if present is None:
        raise PublicationPruned(f"Публикация № {publication} не хранится.")
    identity = (path, *present)
    with _marts_lock:
        mart = _marts.get(identity)
        if mart is None:
            _forget_former(path)
            mart = _opened(address, publication, path)
            _marts[identity] = mart
            if len(_marts) > _OPEN_MARTS:
                _marts.popitem(last=False)
        _marts.move_to_end(identity)
        return mart


def _forget_former(path: Path) -> None:
    """Close marts opened before the file was replaced: DuckDB would return them for the new one."""
    for identity in [known for known in _marts if known[0] == path]:
        _marts.pop(identity).connection.close()


def _opened(address: Address, publication: int, path: Path) -> Mart:
    connection = duckdb.connect(str(path), read_only=True, config=engine.READING)
    row_store.attach(connection, address, publication)
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return Mart(publication, connection, _layout_of(connection))


def _layout_of(connection: duckdb.DuckDBPyConnection) -> str:
    try:
        row = connection.execute("select layout from publication").fetchone()
    except duckdb.BinderException:
        return ""
    return str(row[0]) if row else ""
