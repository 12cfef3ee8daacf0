"""Opening a warehouse for writing."""

import contextlib
from collections.abc import Iterator

import duckdb

from warehouse.access import audit, people
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.errors import Refused
from warehouse.ledger import deliveries
from warehouse.ledger.current import define_views
from warehouse.store import clock, engine, swap
from warehouse.store.address import Address
from warehouse.store.lock import write_lock
from warehouse.store.schema import migrate


class WarehouseDamaged(Refused):
    """The file exists and is not a warehouse that can be opened."""


@contextlib.contextmanager
def writer(
    address: Address, doing: str, actor: Actor | None, *, finish: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing under the cross-process lock, with the current schema.

    doing: Russian, what the lock is held for. actor, finish, and what it raises: see `opened`. Raises `WarehouseBusy`.
    """
    with write_lock(address, doing):
        swap.settle(address)
        with opened(address, actor, finish=finish) as connection:
            yield connection


@contextlib.contextmanager
def opened(address: Address, actor: Actor | None, *, finish: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing; the caller holds the write lock.

    The caller has also called `swap.settle`.

    Args:
        actor: on whose behalf; refused if their role changed since the page was drawn. None: the program itself.
        finish: first finish a publication that a killed process left; False when the caller announces another one.

    Raises `Forbidden`, `WarehouseDamaged`.
    """
    try:
        connection = duckdb.connect(str(address.database), config=engine.NO_EXTENSIONS)
    except duckdb.Error as error:
        raise WarehouseDamaged(f"Файл {address.database} не открывается как хранилище: {error}") from error
    with contextlib.closing(connection):
        migrate(connection)
        define_views(connection)
        deliveries.infer_missing(connection)
        people.renew_copy(connection, address)
        audit.anchor(address, connection, clock.now())
        if actor is not None:
            people.check_unchanged(connection, actor)
        if finish:
            publish.finish_interrupted(connection, address)
        yield connection


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or undo all of it when it raises."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        undo(connection)
        raise


def undo(connection: duckdb.DuckDBPyConnection) -> None:
    """Roll back the transaction after an error.

    A failed commit has rolled back already; the error of a second rollback is ignored so that the first one is raised.
    """
    with contextlib.suppress(duckdb.TransactionException):
        connection.rollback()
