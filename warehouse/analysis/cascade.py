"""The cascade: how many of the staff were diagnosed, had a deficit, got a route, were trained for it and attested.

Each step counts people who passed every earlier one, all within the window from 1 January to the cut-off; see
sql/mart/50_cascade.sql. Only the staff itself is a sum of passports, so a territory whose passports are wrong can show
more people diagnosed than employed.
"""

from __future__ import annotations

import polars as pl

from warehouse.access import Actor, require
from warehouse.mart import Mart
from warehouse.queries import Scope
from warehouse.small_groups import hide

STEPS = ("staff", "diagnosed", "deficit", "route", "trained", "attested")
PUBLISHED = ("staff", "diagnosed")
"""Steps that are published anyway for regions and municipalities, as denominator and numerator of the share of those
diagnosed; those of a small organization are not."""


def losses(steps: pl.DataFrame) -> pl.DataFrame:
    """Return the steps with what each lost against the one before: lost (people), kept (percent).

    `steps` has position and people of one territory. Both are missing at the first step and beside a hidden figure;
    kept also where nobody was left before. lost is negative where more were diagnosed than employed.
    """
    before = pl.col("people").shift(1)
    return steps.sort("position").with_columns(
        (before - pl.col("people")).alias("lost"),
        pl.when(before > 0).then(100.0 * pl.col("people") / before).alias("kept"),
    )


def largest_loss(steps: pl.DataFrame) -> dict[str, object] | None:
    """Return the step that lost most people with a deficit, the earlier one of equals; None without a loss."""
    later = steps.filter((pl.col("position") > STEPS.index("deficit")) & (pl.col("lost") > 0))
    return later.sort("lost", descending=True, maintain_order=True).row(0, named=True) if later.height else None


def cascade(mart: Mart, actor: Actor, scope: Scope, level: str, territory: str) -> pl.DataFrame:
    """The cascade of one territory in one half-year: position, step, people, lost, kept, hidden.

    level is R, M or O. Six rows, none when no organization of the territory reported. Steps of one to four people are
    hidden from roles that may not see people, with one more territory where a single one would be hidden. Raises
    `Forbidden` for an organization of another municipality.
    """
    require(actor, "view_values")
    owner = _municipality(mart, territory) if level == "O" else None
    if level == "O":
        require(actor, "view_organizations", owner)
    rows = mart.query(
        """
        select
            cascade.territory_id, cascade.position, cascade.step, cascade.people,
            case cascade.level when 'M' then cascade.territory_id else organizations.municipality_id end as municipality
        from cascade
        left join organizations
            on cascade.level = 'O' and cascade.territory_id = organizations.organization_id
        where cascade.region_id = $region and cascade.year = $year and cascade.half = $half and cascade.level = $level
            and ($owner is null or organizations.municipality_id = $owner)
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "level": level, "owner": owner},
    )
    open_steps = () if level == "O" else PUBLISHED
    guarded = hide(
        rows.with_columns(pl.when(~pl.col("step").is_in(open_steps)).then(pl.col("people")).alias("size")),
        actor,
        "municipality",
        sizes=["size"],
        figures=["people"],
        within="step",
    )
    return losses(guarded.filter(pl.col("territory_id") == territory)).select(
        "position", "step", "people", "lost", "kept", "hidden"
    )


def _municipality(mart: Mart, organization: str) -> str | None:
    found = mart.query(
        "select municipality_id from organizations where organization_id = $organization",
        {"organization": organization},
    )
    return str(found.item()) if found.height else None
