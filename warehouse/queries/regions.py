"""Regions of one warehouse side by side."""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.store.scope import Scope


def comparison(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> pl.DataFrame:
    """One indicator over all regions in the half-year and profile of the scope, the scope's own region among them.

    One row a region with half-years: region_id, name, numerator, denominator, value, reporting, expected, target,
    target_year, operator, verdict, gap, past (same half of the year before), change. A region without that
    half-year has no value and the verdict no_data.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        with present as (
            select *
            from verdicts
            where level = 'R' and indicator = $indicator and profile = $profile and year = $year and half = $half
        ),

        past as (
            select region_id, value
            from indicator_values
            where level = 'R' and indicator = $indicator and year = $year - 1 and half = $half
        )

        select
            regions.region_id, regions.name,
            present.numerator, present.denominator, present.value, present.reporting, present.expected,
            present.target, present.target_year, present.operator,
            coalesce(present.verdict, 'no_data') as verdict,
            present.gap,
            past.value as past,
            present.value - past.value as change
        from regions
        left join present on regions.region_id = present.region_id
        left join past on regions.region_id = past.region_id
        where regions.region_id in (select region_id from half_years)
        order by regions.name
        """,
        {"indicator": indicator, "profile": scope.profile, "year": scope.year, "half": scope.half},
    )
