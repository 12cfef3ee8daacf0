"""Training cascade of staff: diagnosed, with a deficit, with a route, trained, attested.

Each step counts people who passed every earlier one, all within the window from 1 January to the cut-off; see
sql/mart/50_cascade.sql. Only the first step, the staff, is a sum of passports, so a territory whose passports are
wrong can show more people diagnosed than employed.
"""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.queries.municipality_rights import municipality_of, with_own
from warehouse.store.scope import Scope

STEPS = ("staff", "diagnosed", "deficit", "route", "trained", "attested")


def losses(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the steps with their loss from the step before: lost (people), kept (percent).

    steps: position and people of one territory. Both columns are missing at the first step and next to a hidden figure;
    kept also where the step before has nobody. lost is negative where more were diagnosed than employed.
    """
    before = pl.col("people").shift(1)
    return steps.sort("position").with_columns(
        (before - pl.col("people")).alias("lost"),
        pl.when(before > 0).then(100.0 * pl.col("people") / before).alias("kept"),
    )


def largest_loss(steps: pl.DataFrame) -> dict[str, object] | None:
    """Return the step after the deficit that lost the most people; None without a loss.

    Of steps with equal losses the earlier one is returned.
    """
    later = steps.filter((pl.col("position") > STEPS.index("deficit")) & (pl.col("lost") > 0))
    return later.sort("lost", descending=True, maintain_order=True).row(0, named=True) if later.height else None


def cascade(mart: Mart, actor: Actor, scope: Scope, level: str, territory: str) -> pl.DataFrame:
    """Return the training cascade of one territory in one half-year.

    One row a step: position, step, people, lost, kept, hidden. level is R, M or O. No rows when no organization of the
    territory reported, nor for another municipality from a role that is bound to its own. Raises `Forbidden` for an
    organization of another municipality.
    """
    require(actor, "view_values")
    if level == "O":
        require(actor, "view_organizations", municipality_of(mart, territory))
    steps = mart.query_as(
        actor,
        """
        select level, territory_id, position, step, people, hidden
        from cascade
        where region_id = $region and year = $year and half = $half and level = $level and territory_id = $territory
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "level": level, "territory": territory},
    )
    return losses(with_own(actor, steps)).select("position", "step", "people", "lost", "kept", "hidden")
