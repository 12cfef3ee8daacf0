"""Quarantine: rows kept back from a load, their findings, and what became of them."""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Action, Actor, may, require
from warehouse.marts.mart import Mart

STATES = ("waiting", "finished", "dismissed", "emptied")
"""What became of a row: it waits, was mended and loaded, was dismissed, or was condensed before any of these."""
NEEDED_RIGHTS: tuple[Action, ...] = ("settle_quarantine", "view_people")
"""Rights that it takes to see and to settle a row."""


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
        if all(may(actor, action, municipality) for action in NEEDED_RIGHTS)
    ]
    column = pl.col("municipality_id")
    return rows.filter(column.is_in([code for code in own if code]) | (column.is_null() & pl.lit(None in own)))
