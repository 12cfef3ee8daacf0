"""Steps of a recommendation's life cycle: labels, and those that the actor may take."""

from __future__ import annotations

import polars as pl

from view.shell.page import OpenPage
from warehouse.access.rights import may, resource_of
from warehouse.recommendations.flow import STEPS, steps_from
from warehouse.store.row import Row


def allowed(page: OpenPage, row: Row) -> list[str]:
    """Return the steps that the actor may take with a recommendation now."""
    resource = resource_of(row["territory_id"])
    return [name for name in steps_from(row["state"]) if may(page.actor, STEPS[name].action, resource)]


def allowed_for_all(page: OpenPage, rows: pl.DataFrame) -> list[str]:
    """Return the steps but editing that the actor may take with each of the recommendations."""
    every = [set(allowed(page, row)) for row in rows.iter_rows(named=True)]
    common = set.intersection(*every) if every else set()
    return [name for name in STEPS if name in common and name != "edit"]
