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

    results: the outcome of each dataset. cells: changed cells by dataset (`warehouse.preview.changed_cells`).
    indicators: values and verdicts that would change (`warehouse.preview.differences`).
    """

    results: list[LoadResult]
    cells: dict[str, pl.DataFrame]
    indicators: pl.DataFrame


def impact(address: Address, submission: Submission, options: Options, profile: str) -> Impact:
    """Rehearse a submission: add it, compute the indicators, and undo all of it.

    Warnings are taken as confirmed, so that they do not stand in the way of seeing what they lead to.
    """
    cells: dict[str, pl.DataFrame] = {}
    after: list[pl.DataFrame] = []

    def look(connection: duckdb.DuckDBPyConnection, results: list[LoadResult]) -> None:
        added = [result for result in results if result.status == "loaded" and result.rows.loaded]
        for result in added:
            assert result.batch is not None
            cells[result.dataset] = preview.changed_cells(connection, contracts()[result.dataset], result.batch)
        if added:
            after.append(preview.verdicts_as_they_would_be(connection, profile))

    rehearsal = dataclasses.replace(options, dry_run=True, confirm=options.confirm or "просмотр")
    results = add_submission(address, submission, rehearsal, look)
    try:
        before = open_mart(address).query(preview.VERDICTS, [profile])
    except NoPublication:
        before = after[0].clear() if after else pl.DataFrame()
    changed = preview.differences(before, after[0]) if after else before.clear()
    return Impact(results, cells, changed)
