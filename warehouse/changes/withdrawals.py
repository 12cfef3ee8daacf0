"""Withdrawing and restoring batches."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import polars as pl

from checks.cells import handwritten
from warehouse.access import audit_events
from warehouse.access.rights import Actor, require
from warehouse.build import preview
from warehouse.changes.connection import undo, writer
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.ledger import batches
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

Change = Literal["withdraw", "restore"]


class ReasonMissing(Refused):
    """A batch was to be withdrawn or restored without a reason; the message is Russian."""


_ACTS = {"withdraw": (batches.withdraw, "Отзыв"), "restore": (batches.restore, "Возврат")}
_EVENTS: dict[Change, audit_events.Event] = {"withdraw": "batch_withdrawn", "restore": "batch_restored"}


def change_preview(
    address: Address, actor: Actor, batch: int, change: Change, profile: str, now: dt.datetime
) -> pl.DataFrame:
    """Return what withdrawing or restoring a batch would change; nothing is kept.

    The frame is that of `preview.differences`. The change is made in a transaction that is rolled back. Raises
    `Forbidden`, `UnknownBatch`, `WarehouseBusy`.
    """
    require(actor, "withdraw")
    act, words = _ACTS[change]
    with writer(address, f"{words.lower()} партии, просмотр", actor, finish=False) as connection:
        connection.begin()
        try:
            act(connection, batch, actor=actor.name, reason="просмотр", at=now)
            after = preview.verdicts_after(connection, profile)
        finally:
            undo(connection)
    return preview.differences(open_mart(address).query_as(actor, preview.VERDICTS, [profile]), after)


def withdraw_or_restore(
    address: Address, actor: Actor, batch: int, change: Change, reason: str, now: dt.datetime
) -> int:
    """Withdraw or restore a batch and publish; return the publication's number.

    Raises `Forbidden`, `ReasonMissing`, `UnknownBatch`, `WarehouseBusy`.
    """
    require(actor, "withdraw")
    said = handwritten(reason)
    if not said:
        raise ReasonMissing("Впишите причину: она останется в истории партии.")
    act, words = _ACTS[change]
    # A publication that cannot be built because of this very batch must not stand in the way of its withdrawal.
    doing, about = f"{words.lower()} партии", {"batch": batch, "reason": said}
    with publishing(address, actor, now, _EVENTS[change], doing, about, finish=False) as writing:
        act(writing.connection, batch, actor=actor.name, reason=said, at=now)
        return writing.announce(f"{words} партии № {batch}")
