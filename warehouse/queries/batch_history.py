"""History of batches and publications, and the difference of two publications."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.build import preview
from warehouse.marts.mart import Mart, file_of
from warehouse.store.address import Address
from warehouse.store.row import Row


@dataclass(frozen=True)
class Difference:
    """Differences between two publications.

    values: rows of `warehouse.build.preview.differences` with the column `flipped` (the verdict differs).
    batches: batch, dataset, author, files, rows_loaded, change (added, withdrawn, restored).
    publications: those after the first up to the second: publication, published_at, author, reason.
    """

    values: pl.DataFrame
    batches: pl.DataFrame
    publications: pl.DataFrame


def batch_list(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return all batches, the latest first.

    One row a batch: batch, dataset, loaded_at, author, files, rows_loaded, rows_superseded, state (active, withdrawn),
    reason, and counts of findings in the current publication: warnings, notices (rows with errors are never loaded).
    """
    require(actor, "view_history")
    return mart.query_as(
        actor,
        """
        select
            batches.*,
            coalesce(found.warnings, 0) as warnings,
            coalesce(found.notices, 0) as notices
        from batches
        left join (
            select
                batch,
                cast(sum(findings) filter (where severity = 'warning') as bigint) as warnings,
                cast(sum(findings) filter (where severity = 'notice') as bigint) as notices
            from batch_findings
            group by batch
        ) as found on batches.batch = found.batch
        order by batches.batch desc
        """,
    )


def batch_details(mart: Mart, actor: Actor, batch: int) -> Row | None:
    """Return counts of one batch and why its warnings were accepted; None for an unknown batch.

    Keys: submission, rows_read, rows_loaded, rows_superseded, rows_unchanged, rows_quarantined, rows_left_out,
    confirmation, condensed_through (the year through which its rows about people are condensed, where any are).
    """
    require(actor, "view_history")
    found = mart.query_as(actor, "select * exclude (batch) from batch_details where batch = ?", [batch])
    return found.row(0, named=True) if found.height else None


def condensations(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the condensings of old rows about people, the latest first.

    One row a condensing and dataset: number, through_year, condensed_at, actor, reason, dataset, removed, kept, emptied
    (of the quarantine).
    """
    require(actor, "view_history")
    return mart.query_as(actor, "select * from condensations order by number desc, dataset")


def batch_files(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the files of a batch: name, bytes, format, sha256."""
    require(actor, "view_history")
    return mart.query_as(
        actor, "select name, bytes, format, sha256 from batch_files where batch = ? order by file_number", [batch]
    )


def batch_events(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the events of a batch, oldest first.

    Columns: event (loaded, withdrawn, restored), happened_at, actor, reason.
    """
    require(actor, "view_history")
    return mart.query_as(
        actor,
        "select event, happened_at, actor, reason from batch_events where batch = ? order by event_number",
        [batch],
    )


def batch_findings(mart: Mart, actor: Actor, batch: int) -> pl.DataFrame:
    """Return the findings of a batch at loading, grouped by rule and column.

    Columns: severity, rule, column_header, findings (count), source_rows (the first 20 rows of the file), message (one
    example).
    """
    require(actor, "view_history")
    return mart.query_as(
        actor,
        "select severity, rule, column_header, findings, source_rows, message from batch_findings where batch = ?",
        [batch],
    )


def publications(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return all publications up to this one, the latest first.

    Columns: publication, published_at, author, reason, kept.
    """
    require(actor, "view_values")
    return mart.query_as(actor, "select * from publications order by publication desc")


def openable(address: Address, listed: pl.DataFrame) -> pl.DataFrame:
    """Return the publications whose marts are still kept, so that they can be compared."""
    there = [file_of(address, number).exists() for number in listed.get_column("publication").to_list()]
    return listed.filter(pl.Series(there, dtype=pl.Boolean))


def difference(before: Mart, after: Mart, actor: Actor, region: str, profile: str) -> Difference:
    """Return the difference of two publications, for a region and a profile of targets.

    before, after: marts of the earlier and the later publication. Batches, with their files and authors, are listed
    only for those who may see the whole history.
    """
    require(actor, "view_values")
    values = preview.differences(_verdicts(before, actor, region, profile), _verdicts(after, actor, region, profile))
    return Difference(
        values.with_columns(pl.col("verdict_before").ne_missing(pl.col("verdict_after")).alias("flipped")),
        _batches_between(before, after, actor),
        after.query_as(
            actor,
            """
            select publication, published_at, author, reason
            from publications
            where publication > ?
            order by publication
            """,
            [before.publication],
        ),
    )


def _verdicts(mart: Mart, actor: Actor, region: str, profile: str) -> pl.DataFrame:
    return mart.query_as(actor, f"{preview.VERDICTS} and region_id = ?", [profile, region])


def _batches_between(before: Mart, after: Mart, actor: Actor) -> pl.DataFrame:
    columns = "batch, dataset, author, files, rows_loaded, state"
    then = before.query_as(actor, "select batch, state as state_before from batches")
    change = (
        pl.when(pl.col("state_before").is_null())
        .then(pl.lit("added"))
        .when(pl.col("state") == "withdrawn")
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("restored"))
    )
    found = (
        after.query_as(actor, f"select {columns} from batches order by batch")
        .join(then, on="batch", how="left", maintain_order="left")
        .filter(pl.col("state_before").ne_missing(pl.col("state")))
        .with_columns(change.alias("change"))
    )
    return found if may(actor, "view_history") else found.clear()
