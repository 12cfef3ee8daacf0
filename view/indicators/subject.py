"""What the page of an indicator is about: one indicator of a region in a half-year."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from view.indicators import comparison
from view.shell.page import OpenPage
from warehouse.marts.mart import PublicationOutdated
from warehouse.queries import verdicts
from warehouse.queries.analysis import bounds, path, peers
from warehouse.store.row import Row


@dataclass(frozen=True)
class Subject:
    """One indicator of a region in a half-year.

    indicator: row of `published.indicators`. region: the region's row of `verdicts.territory_verdicts`, with `low` and
    `high`. municipalities: rows of `comparison.with_ranks`. names: short names of municipalities by code. path: None
    without a target or value. missing: None for a publication of a program version without bounds.
    """

    indicator: Row
    region: Row
    municipalities: pl.DataFrame
    names: dict[str, str]
    path: path.Path | None
    missing: bounds.Missing | None


def subject_of(page: OpenPage) -> Subject:
    """Return the indicator of a page with the region's and municipalities' values."""
    scope, indicator = page.scope, page.described(page.indicator)
    rows = page.ask(verdicts.territory_verdicts, scope, "R", scope.region)
    found = rows.row(by_predicate=pl.col("code") == page.indicator, named=True)
    low, high = comparison.interval(found) or (None, None)
    municipalities = page.ask(verdicts.indicator_verdicts, scope, page.indicator)
    ranks = peers.ranking(municipalities, indicator["kind"], indicator["better"] == "lower")
    try:
        missing = page.ask(bounds.region_bounds, scope, page.indicator)
    except PublicationOutdated:
        missing = None
    return Subject(
        indicator=indicator,
        region={**found, "low": low, "high": high},
        municipalities=comparison.with_ranks(municipalities, ranks, indicator["kind"]),
        names=dict(page.municipalities.select("municipality_id", "short_name").iter_rows()),
        path=path.path_of(found, municipalities),
        missing=missing,
    )
