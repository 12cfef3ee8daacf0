"""Impact of a load before it is confirmed.

It covers changed rows, cells, values, verdicts and recommendations.
"""

import dataclasses
from dataclasses import dataclass, field

import duckdb
import polars as pl

from checks.catalogue import contracts
from etl.intake import load
from etl.intake.load import Submission
from etl.intake.prepare import Options
from etl.intake.result import LoadResult
from warehouse.build import preview
from warehouse.marts.mart import Mart, NoPublication, PublicationOutdated, open_mart
from warehouse.recommendations.whatif import Foretold, foretell
from warehouse.store.address import Address


@dataclass(frozen=True)
class Impact:
    """What would happen if a checked submission were confirmed now.

    results: the outcome of each file. cells: its changed cells (`preview.changed_cells`), None when it
    would not be loaded.
    indicators: values and verdicts that would change (`preview.differences`). recommendations: those that
    would appear or close, of the sender's own municipalities where the sender speaks for some only.
    """

    results: list[LoadResult]
    cells: list[pl.DataFrame | None]
    indicators: pl.DataFrame
    recommendations: Foretold = field(default_factory=Foretold)


def impact(address: Address, submission: Submission, options: Options, profile: str) -> Impact:
    """Rehearse a submission: add it, compute the indicators, and undo all of it.

    Warnings count as confirmed, so that the impact of rows with warnings is shown.
    """
    cells: list[pl.DataFrame | None] = []
    after: list[tuple[pl.DataFrame, pl.DataFrame]] = []

    def look(connection: duckdb.DuckDBPyConnection, results: list[LoadResult]) -> None:
        for result in results:
            contract = contracts()[result.dataset]
            added = result.batch if result.rows.loaded else None
            cells.append(None if added is None else preview.changed_cells(connection, contract, added))
        if any(table is not None for table in cells):
            options.tell("impact", "")
            after.append(preview.verdicts_and_states_after(connection, profile))

    confirmed = dataclasses.replace(options, confirm=options.confirm or "просмотр")
    results = load.rehearse(address, submission, confirmed, look)
    if not after:
        return Impact(results, cells, preview.differences(preview.NO_VERDICTS, preview.NO_VERDICTS))
    mart = _present(address)
    verdicts, states = after[0]
    before = mart.query_unguarded(preview.VERDICTS, [profile]) if mart else preview.NO_VERDICTS
    if options.own is not None:
        states = states.filter(pl.col("territory_id").is_in(list(options.own)))
    return Impact(results, cells, preview.differences(before, verdicts), _recommendations(mart, states))


def _present(address: Address) -> Mart | None:
    try:
        return open_mart(address)
    except NoPublication:
        return None


def _recommendations(mart: Mart | None, states: pl.DataFrame) -> Foretold:
    """Return changes of recommendations, none from a publication of an earlier version."""
    try:
        return foretell(mart, states)
    except PublicationOutdated:
        return Foretold()
