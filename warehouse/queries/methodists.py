"""Queries about regional methodists: loads, need, requirements, meetings.

Numbers of methodists and teachers of a municipality are published with the indicator; the loads of single methodists
are for those who may see people.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis import need
from warehouse.queries.analysis.exact import exact
from warehouse.queries.municipality_rights import with_own
from warehouse.store.row import Row
from warehouse.store.scope import Scope

LOAD = "teachers_per_regional_methodist"
MEETINGS = "active_meetings"
ELIGIBLE = "active_eligible_share"

CRITERIA = {
    "has_degree": ("Высшее педагогическое образование", "п. 2.5"),
    "has_experience": ("Педагогический стаж от 5 лет", "п. 2.5"),
    "has_category": ("Высшая категория или звание «педагог-методист», «педагог-наставник»", "п. 2.5"),
    "has_diagnostics": ("Пройдена диагностика компетенций", "п. 2.3.4"),
}
"""Requirements for members of the regional active: column of the mart → Russian name, clause of the regulation."""


@dataclass(frozen=True)
class Limit:
    """The most teachers per methodist by a profile of targets.

    in_force: whether the target applies in the year; False for a goal of a later year.
    """

    value: float
    year: int
    document: str
    in_force: bool

    @property
    def fraction(self) -> Fraction:
        """The limit as an exact fraction."""
        return exact(self.value)


def limit(mart: Mart, actor: Actor, scope: Scope) -> Limit | None:
    """Return the profile's limit of teachers per methodist: the year's target, else a later one.

    None without any. The region's target applies to methodists and municipalities alike; where a profile has none for
    the region, the municipalities' does. A target that is no upper limit above 0 is ignored.
    """
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        """
        select coalesce(target, goal) as value, coalesce(target_year, goal_year) as year,
            concat_ws(', ', document, clause) as document, target is not null as in_force
        from applicable_targets
        where indicator = $indicator and profile = $profile and year = $year and operator = '<='
            and coalesce(target, goal) > 0
        order by level desc
        """,
        {"indicator": LOAD, "profile": scope.profile, "year": scope.year},
    )
    return Limit(**found.row(0, named=True)) if found.height else None


def staffing(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return methodists and teachers by municipality that the actor may see, the region first.

    One row a territory: level, territory_id, municipality (short name), municipality_full, teachers (assigned to
    regional methodists), methodists (who have any there), idle (active, of that municipality, with nobody assigned),
    staff (teachers of the reporting organizations), uncovered (of them without a regional methodist), with_nobody (of
    them at least so many without any methodist), uncovered_organizations, organizations (that reported; missing figures
    where none did), assigned (whether the region sent assignments for the half-year at all).
    """
    require(actor, "view_values")
    rows = mart.query_as(
        actor,
        """
        with
        loads as (
            select
                municipality_id,
                cast(sum(teachers) as bigint) as teachers,
                count(distinct methodist_id) as methodists
            from methodist_loads
            where region_id = $region and year = $year and half = $half
            group by rollup (municipality_id)
        ),

        idle as (
            select municipality_id, count(*) filter (where load = 0) as idle
            from regional_methodists
            where region_id = $region and year = $year and half = $half
            group by rollup (municipality_id)
        ),

        covered as (
            select
                municipality_id,
                cast(sum(teachers) as bigint) as staff,
                cast(sum(uncovered) as bigint) as uncovered,
                cast(sum(with_nobody) as bigint) as with_nobody,
                cast(sum(organizations) as bigint) as organizations,
                cast(sum(uncovered_organizations) as bigint) as uncovered_organizations
            from uncovered_teachers
            where region_id = $region and year = $year and half = $half
            group by rollup (municipality_id)
        ),

        territories as (
            select municipality_id, short_name, name from municipalities where region_id = $region
            union all
            select null, name, name from regions where region_id = $region
        )

        select
            if(territories.municipality_id is null, 'R', 'M') as level,
            coalesce(territories.municipality_id, $region) as territory_id,
            territories.short_name as municipality,
            territories.name as municipality_full,
            coalesce(loads.teachers, 0) as teachers,
            coalesce(loads.methodists, 0) as methodists,
            coalesce(idle.idle, 0) as idle,
            covered.staff, covered.uncovered, covered.with_nobody, covered.organizations,
            covered.uncovered_organizations,
            exists (
                from methodist_loads where region_id = $region and year = $year and half = $half
            ) as assigned
        from territories
        left join loads on territories.municipality_id is not distinct from loads.municipality_id
        left join idle on territories.municipality_id is not distinct from idle.municipality_id
        left join covered on territories.municipality_id is not distinct from covered.municipality_id
        order by level desc, territories.short_name
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
    return with_own(actor, rows)


def needs(mart: Mart, actor: Actor, scope: Scope, most: float) -> pl.DataFrame:
    """Return the rows of `staffing` with the need for methodists at a limit of `most` teachers.

    Adds overloaded (methodists with teachers there whose load over all municipalities is above it), full_time
    (methodists there as full-time equivalents), lacking (further methodists needed for everybody to have one within the
    limit, idle ones counted as present; missing where nobody reported). The region's lacking assumes that methodists
    may be moved, so it can be less than the sum of its municipalities'. Raises `ValueError` for a limit that is not
    above 0.
    """
    bound = exact(most)
    rows = staffing(mart, actor, scope)
    loads = _loads(mart, actor, scope)
    above = need.overloaded(loads, bound)
    parts = need.full_time(loads)
    in_region = {"R": len(set().union(*above.values())), "parts": len(need.totals(loads))}
    overloaded, full_time, lacking = [], [], []
    for row in rows.iter_rows(named=True):
        whole = row["level"] == "R"
        part = Fraction(in_region["parts"]) if whole else parts.get(row["territory_id"], Fraction(0))
        overloaded.append(in_region["R"] if whole else len(above.get(row["territory_id"], ())))
        full_time.append(float(part))
        known = row["uncovered"] is not None
        lacking.append(need.lacking(row["teachers"], row["uncovered"], part + row["idle"], bound) if known else None)
    return rows.with_columns(
        pl.Series("overloaded", overloaded, pl.Int64),
        pl.Series("full_time", full_time, pl.Float64),
        pl.Series("lacking", lacking, pl.Int64),
    )


def load_bands(mart: Mart, actor: Actor, scope: Scope, most: float) -> pl.DataFrame:
    """Return the number of active regional methodists by band of load.

    It does not say whose a load is. One row a band of a fifth of the limit, from 0 on: start, end (teachers, the end
    included), methodists, above (the band is over the limit). Those with nobody assigned are the band from 0 to 0.
    """
    require(actor, "view_values")
    width = most / 5
    return mart.query_as(
        actor,
        """
        select
            greatest(0, band - 1) * $width as start,
            band * $width as end,
            count(*) as methodists,
            band > 5 as above
        from (
            select cast(ceil(load / $width) as bigint) as band
            from regional_methodists
            where region_id = $region and year = $year and half = $half
        )
        group by band
        order by band
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "width": width},
    )


def methodists(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the active regional methodists whom the actor may see, the highest load first.

    One row a methodist: methodist_id, municipality_id and municipality (their own), load (over all municipalities),
    assigned_to (short names of the municipalities where they have teachers, with how many), working (codes of those),
    and for each of `CRITERIA` whether it is met. A role bound to municipalities sees those who belong to one of its own
    or work there; an actor who may not see people anywhere gets no rows.
    """
    require(actor, "view_values")
    rows = mart.query_as(
        actor,
        """
        with assigned as (
            select
                loads.methodist_id,
                string_agg(municipalities.short_name || ' — ' || loads.teachers, ', ' order by loads.teachers desc)
                    as assigned_to,
                list(loads.municipality_id) as working
            from methodist_loads as loads
            inner join municipalities on loads.municipality_id = municipalities.municipality_id
            where loads.region_id = $region and loads.year = $year and loads.half = $half
            group by loads.methodist_id
        )

        select
            people.methodist_id, people.municipality_id,
            coalesce(municipalities.short_name, people.municipality_id) as municipality,
            people.load, coalesce(assigned.assigned_to, '') as assigned_to, coalesce(assigned.working, []) as working,
            people.has_degree, people.has_experience, people.has_category, people.has_diagnostics
        from regional_methodists as people
        left join municipalities on people.municipality_id = municipalities.municipality_id
        left join assigned on people.methodist_id = assigned.methodist_id
        where people.region_id = $region and people.year = $year and people.half = $half
        order by people.load desc, people.methodist_id
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
    if may(actor, "view_people"):
        return rows
    own = [code for code in sorted(actor.municipalities) if may(actor, "view_people", code)]
    return rows.filter(
        pl.col("municipality_id").is_in(own) | (pl.col("working").list.set_intersection(own).list.len() > 0)
    )


def requirements(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return how many active regional methodists of a territory fail each requirement.

    territory: region or municipality. One row a requirement of `CRITERIA`, and a last one for any of them: criterion
    (empty: any), words, clause, methodists, failing, only (fail this requirement alone; missing in the last row),
    hidden. failing and only are hidden where the share of those who meet all requirements is, and for another
    municipality from a municipal role.
    """
    require(actor, "view_values")
    flags = ", ".join(CRITERIA)
    rows = mart.query_as(
        actor,
        f"""
        select {flags}
        from regional_methodists
        where region_id = $region and year = $year and half = $half and $territory in (region_id, municipality_id)
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "territory": territory},
    )
    failed = pl.sum_horizontal(~pl.col(name) for name in CRITERIA)
    found: list[Row] = [
        {
            "criterion": name,
            "words": words,
            "clause": clause,
            "methodists": rows.height,
            "failing": rows.filter(~pl.col(name)).height,
            "only": rows.filter(~pl.col(name) & (failed == 1)).height,
        }
        for name, (words, clause) in CRITERIA.items()
    ]
    total = {"criterion": "", "words": "Хотя бы одно требование", "clause": "", "methodists": rows.height}
    found.append({**total, "failing": rows.filter(failed > 0).height, "only": None})
    frame = pl.DataFrame(found, infer_schema_length=None)
    foreign = territory != scope.region and not may(actor, "view_passport", territory)
    hidden = (
        foreign
        or not mart.query_as(
            actor,
            """
        select 1 from indicator_values
        where indicator = $indicator and year = $year and half = $half and territory_id = $territory and hidden
        """,
            {"indicator": ELIGIBLE, "year": scope.year, "half": scope.half, "territory": territory},
        ).is_empty()
    )
    shown = pl.lit(not hidden)
    return frame.with_columns(
        pl.when(shown).then("failing"), pl.when(shown).then("only"), pl.lit(hidden).alias("hidden")
    )


def meetings(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the meetings of the regional active by quarter up to the cut-off.

    Four rows: quarter, meetings, first_on, last_on, past (False for quarters after the half-year's cut-off). No rows
    when the indicator of meetings has no value in the half-year.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select
            quarters.quarter,
            coalesce(held.meetings, 0) as meetings,
            held.first_on,
            held.last_on,
            quarters.quarter <= 2 * $half as past
        from (select unnest([1, 2, 3, 4]) as quarter) as quarters
        left join active_meetings as held
            on quarters.quarter = held.quarter and held.region_id = $region and held.year = $year
                and held.quarter <= 2 * $half
        where exists (
            from indicator_values
            where region_id = $region and level = 'R' and year = $year and half = $half
                and indicator = $indicator and value is not null
        )
        order by quarters.quarter
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "indicator": MEETINGS},
    )


def _loads(mart: Mart, actor: Actor, scope: Scope) -> list[need.Load]:
    found = mart.query_as(
        actor,
        """
        select methodist_id, municipality_id, teachers
        from methodist_loads
        where region_id = $region and year = $year and half = $half
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
    return [tuple(row) for row in found.iter_rows()]
