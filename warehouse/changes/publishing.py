"""The steps common to every published change: audit entry, write lock, transaction, mart."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import duckdb

from warehouse.access import audit, audit_events
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.changes.connection import transaction, writer
from warehouse.store.address import Address


@dataclass
class Change:
    """A change in progress.

    connection: writes in the change's transaction. entry: content of the closing entry of the audit trail; the block
    adds to it. publication: the number announced, None before `announce`.
    """

    connection: duckdb.DuckDBPyConnection
    actor: Actor
    at: dt.datetime
    entry: dict[str, object]
    publication: int | None = None

    def announce(self, reason: str, *, kept: bool = False) -> int:
        """Record the publication that shows the change and return its number.

        It is part of the change's transaction.

        reason: Russian, read by everybody who sees the publication. kept: its mart is never pruned.
        """
        number = publish.announce(self.connection, author=self.actor.name, reason=reason, at=self.at, kept=kept)
        self.publication = self.entry["publication"] = number
        return number


@contextlib.contextmanager
def publishing(
    address: Address,
    actor: Actor,
    now: dt.datetime,
    event: audit_events.Event,
    doing: str,
    about: Mapping[str, object] = MappingProxyType({}),
    *,
    build: bool = True,
    finish: bool = True,
) -> Iterator[Change]:
    """Run the block as one audited transaction under the write lock, then build its mart.

    The block checks, writes through `Change.connection` and calls `Change.announce`; it raises to undo everything.

    Args:
        now: UTC without a zone.
        event, about: code and content of the audit entry, see `audit.record`.
        doing: Russian, what the lock is held for.
        build: build the mart; without it the next publication shows the change too.
        finish: first finish a publication that a killed process left; false where it may be what cannot be built.

    Raises `Forbidden`, `WarehouseBusy`, `WarehouseDamaged`, `NotPublished`, and what the block raises.
    """
    with (
        audit.operation(address, actor, event, **about) as entry,
        writer(address, doing, actor, finish=finish and build) as connection,
    ):
        change = Change(connection, actor, now, entry)
        with transaction(connection):
            yield change
        if build:
            # Builds the latest publication: this change's, else one that a killed process left.
            publish.finish_interrupted(connection, address)
