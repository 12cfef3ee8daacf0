"""Settling rows of the quarantine: finishing them or dismissing them with a reason.

A row leaves the quarantine finished (corrected and loaded in a batch of its own) or dismissed with a reason. Nothing is
deleted: each step is an event, and a finished row waits again once the batch that it was loaded in is withdrawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import duckdb

from checks.cells import handwritten
from checks.russian import counted, plural
from warehouse.access.rights import Actor, require
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.queries.kept_back import NEEDED_RIGHTS
from warehouse.store.address import Address

SourceRow = tuple[int, int]
"""Where a row kept back stands in its batch: number of the file, row of the file."""


class QuarantineRefused(Refused):
    """Rows cannot be finished or dismissed; the message is Russian and meant for the screen."""


def dismiss(
    address: Address, actor: Actor, batch: int, source_rows: Collection[SourceRow], reason: str, now: dt.datetime
) -> int:
    """Dismiss waiting rows of a batch, publish, and return the publication's number.

    All of the rows or none. Raises `Forbidden`, `QuarantineRefused`, `WarehouseBusy`.
    """
    require(actor, "view_page", "quality")
    reason = handwritten(reason)
    if not reason:
        raise QuarantineRefused("Впишите причину: она хранится вместе с отклонённой строкой.")
    if not source_rows:
        raise QuarantineRefused("Не отмечено ни одной строки.")
    about = {"batch": batch, "rows": len(source_rows), "reason": reason}
    with publishing(address, actor, now, "rows_dismissed", "отклонение строк карантина", about) as change:
        events = dict.fromkeys(source_rows, ("dismissed", reason, None, None))
        _settle(change.connection, actor, batch, events, now)
        # The reason itself is for those who may see the rows; everybody reads what a publication is about.
        said = _count(source_rows, "отклонена", "отклонены", "отклонено")
        return change.announce(f"Карантин партии № {batch}: {said}")


def finish(
    connection: duckdb.DuckDBPyConnection,
    actor: Actor,
    batch: int,
    finished: Mapping[SourceRow, int],
    finished_in: int,
    now: dt.datetime,
) -> None:
    """Mark rows of a batch as loaded, in the transaction that loads them.

    finished: row kept back → row of the file that it was loaded from. finished_in: the batch that was added.
    Raises `Forbidden`, `QuarantineRefused`.
    """
    _settle(connection, actor, batch, {p: ("finished", None, finished_in, row) for p, row in finished.items()}, now)


def finish_as_loaded(
    address: Address, actor: Actor, batch: int, finished: Mapping[SourceRow, int], finished_in: int, now: dt.datetime
) -> int:
    """Mark rows as finished whose values an active batch already holds, and publish.

    Returns the publication's number. Arguments and errors as for `finish`, and `WarehouseBusy`.
    """
    about = {"batch": batch, "rows": len(finished), "into": finished_in}
    with publishing(address, actor, now, "rows_finished", "исправление строк карантина", about) as change:
        finish(change.connection, actor, batch, finished, finished_in, now)
        said = _count(finished, "исправлена", "исправлены", "исправлено")
        return change.announce(f"Карантин партии № {batch}: {said}")


def _settle(
    connection: duckdb.DuckDBPyConnection,
    actor: Actor,
    batch: int,
    events: Mapping[SourceRow, tuple[str, str | None, int | None, int | None]],
    now: dt.datetime,
) -> None:
    """Add one event a row, unless some row is not waiting or the actor may not settle it.

    events: by row, (event, reason, batch that it was loaded in, its row there). Raises `QuarantineRefused`,
    `Forbidden`.
    """
    found = connection.execute(
        "select file_number, source_row, municipality_id, state from rows_kept_back where batch = ?",
        [batch],
    ).fetchall()
    waiting = {(file, row): municipality for file, row, municipality, state in found if state == "waiting"}
    if gone := [source_row for source_row in events if source_row not in waiting]:
        said = _count(gone, "уже не ждёт", "уже не ждут", "уже не ждут")
        raise QuarantineRefused(f"{said} в карантине партии № {batch}: обновите страницу.")
    for municipality in {waiting[source_row] for source_row in events}:
        for action in NEEDED_RIGHTS:
            require(actor, action, municipality)
    connection.executemany(
        """
        insert into ledger.quarantine_events
        select ?, ?, ?, coalesce(max(event_number), 0) + 1, ?, ?, ?, ?, ?, ?
        from ledger.quarantine_events
        where batch = ? and file_number = ? and source_row = ?
        """,
        [
            [batch, *source_row, event, now, actor.name, reason, finished_in, row, batch, *source_row]
            for source_row, (event, reason, finished_in, row) in events.items()
        ],
    )


def _count(source_rows: Collection[SourceRow], one: str, few: str, many: str) -> str:
    """Return the number of rows in words with a verb that agrees: «3 строки отклонены»."""
    return f"{counted(len(source_rows), 'строка', 'строки', 'строк')} {plural(len(source_rows), one, few, many)}"
