"""Roadmaps («комплексы мер») as of the last day of a half-year: measures and comparison.

A roadmap belongs to its own territory alone: measures of municipalities are no part of the region's. The rule of
execution is that of the indicator `roadmap_execution`: of the measures due by the day, those done by the day.
"""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.store.scope import Scope

STATES = ("overdue", "late", "on_time", "ahead")
"""Due and not done; done after due_on; done by due_on; not due yet. In order of urgency."""


def measures(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return the measures of a territory as of the last day of the half-year, overdue first.

    One row a measure, the earliest due first within a state: measure_id, direction, title, responsible, due_on, done_on
    (missing when later than the last day), result, state (of STATES), days_late (days from due_on to done_on, or to the
    last day while not done; missing when in time), cutoff.
    """
    require_territory(actor, scope, territory)
    return mart.query_as(
        actor,
        """
        with standing as (
            select
                roadmap.measure_id,
                roadmap.direction,
                roadmap.title,
                roadmap.responsible,
                roadmap.due_on,
                half_years.cutoff,
                case when roadmap.done_on <= half_years.cutoff then roadmap.done_on end as done_on,
                case when roadmap.done_on <= half_years.cutoff then roadmap.result end as result
            from facts.roadmap as roadmap
            inner join half_years
                on half_years.region_id = $region and half_years.year = $year and half_years.half = $half
            where roadmap.territory = $territory
        ),

        judged as (
            select
                *,
                case
                    when done_on is null and due_on <= cutoff then 'overdue'
                    when done_on is null then 'ahead'
                    when done_on <= due_on then 'on_time'
                    else 'late'
                end as state
            from standing
        )

        select
            *,
            case state when 'overdue' then cutoff - due_on when 'late' then done_on - due_on end as days_late
        from judged
        order by list_position(['overdue', 'late', 'on_time', 'ahead'], state), due_on, measure_id
        """,
        {**_parameters(scope), "territory": territory},
    )


def comparison(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the roadmaps of the region and its municipalities side by side, the region first.

    As of the last day of the half-year. One row a territory, also without a roadmap: territory_id, territory, level (R,
    M), measures, due, done (of those due), overdue, execution (percent, unrounded; missing when nothing was due).
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        with territories as (
            select region_id as territory_id, name as territory, 'R' as level
            from regions
            where region_id = $region
            union all
            select municipality_id as territory_id, short_name as territory, 'M' as level
            from municipalities
            where region_id = $region
        ),

        counted as (
            select
                roadmap.territory as territory_id,
                count(*) as measures,
                count(*) filter (where roadmap.due_on <= half_years.cutoff) as due,
                count(*) filter (
                    where roadmap.due_on <= half_years.cutoff and roadmap.done_on <= half_years.cutoff
                ) as done
            from facts.roadmap as roadmap
            inner join half_years
                on half_years.region_id = $region and half_years.year = $year and half_years.half = $half
            group by roadmap.territory
        )

        select
            territories.territory_id,
            territories.territory,
            territories.level,
            coalesce(counted.measures, 0) as measures,
            coalesce(counted.due, 0) as due,
            coalesce(counted.done, 0) as done,
            coalesce(counted.due - counted.done, 0) as overdue,
            100.0 * counted.done / nullif(counted.due, 0) as execution
        from territories
        left join counted using (territory_id)
        order by territories.level desc, territories.territory
        """,
        _parameters(scope),
    )


def require_territory(actor: Actor, scope: Scope, territory: str) -> None:
    """Raise `Forbidden` unless the actor may see the data rows of the territory.

    territory: the scope's region, or a municipality.
    """
    if territory == scope.region:
        require(actor, "view_values")
    else:
        require(actor, "view_passport", territory)


def _parameters(scope: Scope) -> dict[str, object]:
    return {"region": scope.region, "year": scope.year, "half": scope.half}
