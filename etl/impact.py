"""The impact of a load before it is confirmed: rows, cells, indicator values and verdicts that would change."""

import dataclasses
from dataclasses import dataclass

import duckdb
import polars as pl

from checks.catalogue import contracts
from etl.load import LoadResult, Submission, add_submission
from etl.prepare import Options
from warehouse import preview
from warehouse.address import Address
from warehouse.mart import NoPublication, open_mart


@dataclass(frozen=True)
class Impact:
    """What would happen if a checked submission were confirmed now.

    results: the outcome of each file. cells: its changed cells (`warehouse.preview.changed_cells`), None when it
    would not be loaded.
    indicators: values and verdicts that would change (`warehouse.preview.differences`).
    """

    results: list[LoadResult]
    cells: list[pl.DataFrame | None]
    indicators: pl.DataFrame


def impact(address: Address, submission: Submission, options: Options, profile: str) -> Impact:
    """Rehearse a submission: add it, compute the indicators, and undo all of it.

    Warnings are taken as confirmed, so that they do not stand in the way of seeing what they lead to.
    """
    cells: list[pl.DataFrame | None] = []
    after: list[pl.DataFrame] = []

    def look(connection: duckdb.DuckDBPyConnection, results: list[LoadResult]) -> None:
        for result in results:
            contract = contracts()[result.dataset]
            added = result.batch is not None and result.rows.loaded > 0
            cells.append(preview.changed_cells(connection, contract, result.batch or 0) if added else None)
        if any(table is not None for table in cells):
            options.tell("impact", "")
            after.append(preview.verdicts_as_they_would_be(connection, profile))

    rehearsal = dataclasses.replace(options, dry_run=True, confirm=options.confirm or "просмотр")
    results = add_submission(address, submission, rehearsal, look)
    try:
        before = open_mart(address).query(preview.VERDICTS, [profile])
    except NoPublication:
        before = after[0].clear() if after else pl.DataFrame()
    changed = preview.differences(before, after[0]) if after else before.clear()
    return Impact(results, cells, changed)
