"""Quarantine: rows kept back from a load, their findings, and how they are settled.

A row leaves the quarantine finished (corrected and loaded in a batch of its own) or dismissed with a reason. Nothing is
deleted: each step is an event, and a finished row waits again once the batch that it was loaded in is withdrawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import duckdb
import polars as pl

from checks.cells import handwritten
from checks.russian import counted, plural
from warehouse.access.rights import Action, Actor, may, require
from warehouse.changes.publishing import publishing
from warehouse.errors import Refused
from warehouse.marts.mart import Mart
from warehouse.store.address import Address

Place = tuple[int, int]
"""Place of a kept-back row in its batch: number of the file, row of the file."""

STATES = ("waiting", "finished", "dismissed", "emptied")
"""Waiting; corrected and loaded; dismissed; emptied by condensing while it waited."""

_VISIBLE: tuple[Action, ...] = ("settle_quarantine", "view_people")


class QuarantineRefused(Refused):
    """Rows cannot be finished or dismissed; the message is Russian and meant for the screen."""


def batches(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the batches with kept-back rows that the actor may see.

    Batches with waiting rows first, then the latest first. Columns: batch, dataset, region_id, loaded_at, author,
    files, and numbers of rows: waiting, finished, dismissed, emptied.
    """
    require(actor, "view_page", "quality")
    rows = _visible(actor, mart.query_as(actor, "select batch, municipality_id, state from quarantine"))
    counts = rows.group_by("batch").agg(
        *((pl.col("state") == state).sum().cast(pl.Int64).alias(state) for state in STATES)
    )
    known = mart.query_as(actor, "select batch, dataset, region_id, loaded_at, author, files from batches")
    return known.join(counts, on="batch").sort(pl.col("waiting") == 0, -pl.col("batch"))


def rows_of(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the kept-back rows of a batch that the actor may see, in the order of its files.

    Columns: file_number, file, source_row, municipality_id, cells (JSON by column code, persons as pseudonyms), state,
    finished_in, finished_row, happened_at, actor, reason.
    """
    require(actor, "view_page", "quality")
    found = mart.query_as(
        actor,
        """
        select * exclude (batch, dataset, region_id)
        from quarantine
        where batch = ?
        order by file_number, source_row
        """,
        [batch],
    )
    return _visible(actor, found)


def findings_of(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the findings at loading for the kept-back rows that the actor may see.

    Ordered by row, errors first within a row. Columns: file_number, source_row, severity, rule, column_header, value,
    message.
    """
    seen = rows_of(mart, actor, batch).select("file_number", "source_row")
    found = mart.query_as(
        actor,
        """
        select * exclude (batch)
        from quarantine_findings
        where batch = ?
        order by file_number, source_row, list_position(['error', 'warning', 'notice'], severity), column_header
        """,
        [batch],
    )
    return found.join(seen, on=["file_number", "source_row"], how="semi", maintain_order="left")


def events_of(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the events of the kept-back rows of a batch, the latest first.

    Of rows that the actor may see. Grain: one row a person's action. Columns: event (finished, dismissed), happened_at,
    actor, reason, finished_in, rows (their count), source_rows.
    """
    require(actor, "view_page", "quality")
    found = _visible(
        actor, mart.query_as(actor, "select * exclude (batch) from quarantine_events where batch = ?", [batch])
    )
    step = ["event", "happened_at", "actor", "reason", "finished_in"]
    return (
        found.group_by(step)
        .agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("source_row").sort().alias("source_rows"))
        .sort("happened_at", "event", descending=True)
    )


def _visible(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that the actor may see; rows without a municipality are the region's."""
    own = [
        municipality
        for municipality in rows.get_column("municipality_id").unique().to_list()
        if all(may(actor, action, municipality) for action in _VISIBLE)
    ]
    column = pl.col("municipality_id")
    return rows.filter(column.is_in([code for code in own if code]) | (column.is_null() & pl.lit(None in own)))


def dismiss(
    address: Address, actor: Actor, batch: int, places: Collection[Place], reason: str, now: dt.datetime
) -> int:
    """Dismiss waiting rows of a batch, publish, and return the publication's number.

    All of the rows or none. Raises `Forbidden`, `QuarantineRefused`, `WarehouseBusy`.
    """
    require(actor, "view_page", "quality")
    reason = handwritten(reason)
    if not reason:
        raise QuarantineRefused("Впишите причину: она хранится вместе с отклонённой строкой.")
    if not places:
        raise QuarantineRefused("Не отмечено ни одной строки.")
    about = {"batch": batch, "rows": len(places), "reason": reason}
    with publishing(address, actor, now, "rows_dismissed", "отклонение строк карантина", about) as change:
        events = dict.fromkeys(places, ("dismissed", reason, None, None))
        _settle(change.connection, actor, batch, events, now)
        # Everybody can read the reason of a publication; that of the dismissal is only for those who see the rows.
        said = _count(places, "отклонена", "отклонены", "отклонено")
        return change.announce(f"Карантин партии № {batch}: {said}")


def finish(
    connection: duckdb.DuckDBPyConnection,
    actor: Actor,
    batch: int,
    finished: Mapping[Place, int],
    finished_in: int,
    now: dt.datetime,
) -> None:
    """Mark rows of a batch as loaded, in the transaction that loads them.

    finished: place of a row → row of the file that it was loaded from. finished_in: the batch that was added.
    Raises `Forbidden`, `QuarantineRefused`.
    """
    _settle(connection, actor, batch, {p: ("finished", None, finished_in, row) for p, row in finished.items()}, now)


def finish_as_loaded(
    address: Address, actor: Actor, batch: int, finished: Mapping[Place, int], finished_in: int, now: dt.datetime
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
    events: Mapping[Place, tuple[str, str | None, int | None, int | None]],
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
    if gone := [place for place in events if place not in waiting]:
        said = _count(gone, "уже не ждёт", "уже не ждут", "уже не ждут")
        raise QuarantineRefused(f"{said} в карантине партии № {batch}: обновите страницу.")
    for municipality in {waiting[place] for place in events}:
        for action in _VISIBLE:
            require(actor, action, municipality)
    connection.executemany(
        """
        insert into ledger.quarantine_events
        select ?, ?, ?, coalesce(max(event_number), 0) + 1, ?, ?, ?, ?, ?, ?
        from ledger.quarantine_events
        where batch = ? and file_number = ? and source_row = ?
        """,
        [
            [batch, *place, event, now, actor.name, reason, finished_in, row, batch, *place]
            for place, (event, reason, finished_in, row) in events.items()
        ],
    )


def _count(places: Collection[Place], one: str, few: str, many: str) -> str:
    """Return the number of rows in words with a verb that agrees: «3 строки отклонены»."""
    return f"{counted(len(places), 'строка', 'строки', 'строк')} {plural(len(places), one, few, many)}"
