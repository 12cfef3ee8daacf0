"""The passport of the system («паспорт РС НМС»): its sections' figures, tables and completeness for one territory.

A territory is the region (all its municipalities together, and what is recorded for the region itself) or one of its
municipalities. Counts that gather over a year are taken from 1 January to the last day of the half-year.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from warehouse.access import Actor, may, require
from warehouse.mart import Mart
from warehouse.queries import SMALL_GROUP, Scope
from warehouse.roadmap import require_territory

SECTIONS = ("staff", "programs", "infrastructure", "finance", "events", "resources", "results")
"""Sections in the order of the passport's definition."""

PARTS: dict[str, str] = {
    "staff_reports": "staff",
    "municipal_methodists": "staff",
    "assignments": "staff",
    "program_list": "programs",
    "program_developers": "programs",
    "training": "programs",
    "infrastructure_reports": "infrastructure",
    "infrastructure_fields": "infrastructure",
    "registry": "infrastructure",
    "finance": "finance",
    "events": "events",
    "event_participants": "events",
    "young_support": "events",
    "resources": "resources",
    "indicators": "results",
    "outcomes": "results",
    "roadmap": "results",
}
"""What is expected, and the section that it belongs to."""

_WITHIN = "(territory = $territory or ($territory = $region and left(territory, 2) || '000000' = $region))"
_PERIOD = """
    period as (
        select window_start, cutoff
        from half_years
        where region_id = $region and year = $year and half = $half
    )
"""


def figures(mart: Mart, actor: Actor, scope: Scope, territory: str) -> dict[str, float | None]:
    """The figures of all sections but results, by name; None where nothing was sent.

    Money is in roubles, `program_hours` the mean of running programmes, the rest are counts of people,
    organizations, municipalities or records. Programmes are those of the region in every passport.
    """
    require_territory(actor, scope, territory)
    asked = _parameters(scope, territory)
    found: dict[str, float | None] = {}
    for question in _FIGURES:
        rows = mart.query(question, asked)
        found |= rows.row(0, named=True) if rows.height else dict.fromkeys(rows.columns)
    return found


def completeness(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """What is there of what is expected, by part and territory that owes it.

    One row a part and territory: section, part (of PARTS), municipality_id (the region's code where the region owes
    it), municipality, expected, present (organizations, records, fields or the territory itself: 1). A role bound to
    municipalities gets the names of its own; the others are one row without a name.
    """
    require_territory(actor, scope, territory)
    found = mart.query(_COMPLETENESS, _parameters(scope, territory)).with_columns(
        pl.col("part").replace_strict(PARTS).alias("section")
    )
    named = [
        code
        for code in found.get_column("municipality_id").unique()
        if code == scope.region or may(actor, "view_completeness", code)
    ]
    seen = pl.col("municipality_id").is_in(named)
    hidden = (
        found.filter(~seen)
        .group_by("section", "part", maintain_order=True)
        .agg(
            pl.lit(None, pl.String).alias("municipality_id"),
            pl.lit(None, pl.String).alias("municipality"),
            pl.col("expected").sum(),
            pl.col("present").sum(),
        )
        .select(found.columns)
    )
    return pl.concat([found.filter(seen), hidden])


def shares(parts: pl.DataFrame) -> dict[str, float | None]:
    """Return how complete each section is, in percent: the mean over its parts of present among expected.

    None for a section of which nothing is expected. parts: frame of `completeness`.
    """
    by_part = part_shares(parts)
    found = dict(by_part.group_by("section").agg(pl.col("share").mean()).iter_rows())
    return {section: found.get(section) for section in SECTIONS}


def part_shares(parts: pl.DataFrame) -> pl.DataFrame:
    """Return one row a part of which anything is expected: section, part, expected, present, share (percent)."""
    order = {part: place for place, part in enumerate(PARTS)}
    return (
        parts.group_by("section", "part")
        .agg(pl.col("expected").sum(), pl.col("present").sum())
        .filter(pl.col("expected") > 0)
        .with_columns((100.0 * pl.col("present") / pl.col("expected")).alias("share"))
        .sort(pl.col("part").replace_strict(order, return_dtype=pl.Int64))
    )


def silent_organizations(mart: Mart, actor: Actor, scope: Scope, municipality: str) -> list[str]:
    """Names of the organizations of a municipality without a passport row for the half-year."""
    require(actor, "view_organizations", municipality)
    found = mart.query(
        """
        select organizations.name
        from organizations
        where organizations.municipality_id = $municipality and not exists (
            select 1
            from facts.passport_organizations as sent
            where sent.organization_id = organizations.organization_id and sent.year = $year and sent.half = $half
        )
        order by organizations.name
        """,
        {"municipality": municipality, "year": scope.year, "half": scope.half},
    )
    return found.get_column("name").to_list()


def staff_by_municipality(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Staff of the municipalities that the actor may see: municipality_id, municipality, expected, reporting
    (organizations), pedagogical_staff, teachers, managers, young_specialists, management_teams,
    municipal_methodists. Figures are missing where nobody reported. One row a municipality.
    """
    require(actor, "view_values")
    found = mart.query(
        f"""
        with {_PERIOD},

        registered as (
            select municipality_id, count(*) as expected
            from organizations
            where region_id = $region
            group by municipality_id
        ),

        active as (
            select municipality as municipality_id, count(*) as municipal_methodists
            from facts.methodists, period
            where level = 'муниципальный' and included_on <= cutoff and (excluded_on is null or excluded_on > cutoff)
            group by municipality
        )

        select
            places.municipality_id, places.short_name as municipality,
            coalesce(registered.expected, 0) as expected, coalesce(staff.reporting, 0) as reporting,
            staff.pedagogical_staff, staff.teachers, staff.managers, staff.young_specialists,
            staff.management_teams, coalesce(active.municipal_methodists, 0) as municipal_methodists
        from municipalities as places
        left join registered using (municipality_id)
        left join active using (municipality_id)
        left join staff_totals as staff
            on places.municipality_id = staff.territory_id and staff.level = 'M'
            and staff.year = $year and staff.half = $half
        where places.region_id = $region
        order by municipality
        """,
        _parameters(scope, scope.region),
    )
    return _seen(actor, found)


def programs_by_competency(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Running programmes of the region by competency: competency, name, programs, registered (in the Federal
    register on the last day). One row a competency of the reference; a programme counts for each of its own.
    """
    require(actor, "view_values")
    return mart.query(
        f"""
        with {_PERIOD},

        running as (
            select trim(taught.competency) as competency, registered_on <= cutoff as registered
            from facts.programs, period, unnest(string_split(competencies, ',')) as taught (competency)
            where coalesce(region_id, $region) = $region
                and active_from <= cutoff and (active_to is null or active_to >= window_start)
        )

        select
            competencies.competency, competencies.name, count(running.competency) as programs,
            count(*) filter (where running.registered) as registered
        from competencies
        left join running using (competency)
        group by competencies.competency, competencies.name, competencies.position
        order by competencies.position
        """,
        _parameters(scope, scope.region),
    )


def infrastructure_by_municipality(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Municipal infrastructure as sent for the half-year: municipality_id, municipality and the columns of the
    dataset `passport_municipalities`; missing where nothing was sent. One row a municipality that the actor may see.
    """
    require(actor, "view_values")
    found = mart.query(
        """
        select
            places.municipality_id, places.short_name as municipality, sent.methodical_service, sent.service_staff,
            sent.methodical_council, sent.resource_centers, sent.methodical_associations, sent.mutual_learning,
            sent.roadmap_approved, sent.agreement_on
        from municipalities as places
        left join facts.passport_municipalities as sent
            on places.municipality_id = sent.municipality and sent.year = $year and sent.half = $half
        where places.region_id = $region
        order by places.short_name
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
    return _seen(actor, found)


def finance(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Money of the year by source and article: source, article, planned_rub, spent_rub. Sources from federal down."""
    require_territory(actor, scope, territory)
    return mart.query(
        f"""
        select source, article, sum(planned_rub) as planned_rub, sum(spent_rub) as spent_rub
        from facts.passport_finance
        where year = $year and {_WITHIN}
        group by source, article
        order by
            list_position(['федеральный', 'региональный', 'муниципальный', 'внебюджетный'], source),
            planned_rub desc, article
        """,
        _parameters(scope, territory),
    )


def events(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Events from 1 January by kind and level: kind, level, events, participants (missing when none said so)."""
    require_territory(actor, scope, territory)
    return mart.query(
        f"""
        with {_PERIOD}

        select
            kind, level, count(*) as events,
            cast(sum(participants) as bigint) as participants
        from facts.events, period
        where date between window_start and cutoff and {_WITHIN}
        group by kind, level
        order by kind, list_position(['региональный', 'муниципальный', 'институциональный'], level)
        """,
        _parameters(scope, territory),
    )


def resources(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Information resources, the region's own first: territory_id, territory, kind, name, url. One row an address.

    They have no date: the list is that of the publication.
    """
    require_territory(actor, scope, territory)
    found = mart.query(
        f"""
        select
            resources.territory as territory_id, coalesce(places.short_name, regions.name) as territory,
            resources.kind, resources.name, resources.url
        from facts.passport_resources as resources
        left join municipalities as places on resources.territory = places.municipality_id
        left join regions on resources.territory = regions.region_id
        where {_WITHIN.replace("territory", "resources.territory").replace("$resources.", "$")}
        order by resources.territory <> $region, 2, resources.kind, resources.name
        """,
        {"region": scope.region, "territory": territory},
    )
    own = [
        code
        for code in found.get_column("territory_id").unique()
        if code == scope.region or may(actor, "view_passport", code)
    ]
    return found.filter(pl.col("territory_id").is_in(own))


def mean_scores(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Mean scores of the year, weighted by participants, beside the region's and the year before.

    One row an examination and subject: exam, subject, participants, organizations, mean_score, regional, past
    (missing where there was none). Means of fewer than five students are left out.
    """
    require_territory(actor, scope, territory)
    return mart.query(
        """
        with known as (
            select * from outcome_means
            where region_id = $region and participants >= $fewest
        )

        select
            now.exam, now.subject, now.participants, now.organizations, now.mean_score,
            whole.mean_score as regional, past.mean_score as past
        from known as now
        left join known as whole
            on whole.level = 'R' and now.year = whole.year and now.exam = whole.exam and now.subject = whole.subject
        left join known as past
            on now.territory_id = past.territory_id and now.year = past.year + 1
            and now.exam = past.exam and now.subject = past.subject
        where now.territory_id = $territory and now.year = $year
        order by list_position(['ЕГЭ', 'ОГЭ', 'ВПР'], now.exam), now.participants desc, now.subject
        """,
        {"region": scope.region, "territory": territory, "year": scope.year, "fewest": SMALL_GROUP},
    )


def _seen(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the municipalities whose passport the actor may see."""
    codes = [code for code in rows.get_column("municipality_id") if may(actor, "view_passport", code)]
    return rows.filter(pl.col("municipality_id").is_in(codes))


def _parameters(scope: Scope, territory: str) -> dict[str, Any]:
    return {"region": scope.region, "year": scope.year, "half": scope.half, "territory": territory}


_PLACE = "($territory = $region or municipality = $territory) and left(municipality, 2) || '000000' = $region"

_FIGURES = (
    """
    select
        reporting, pedagogical_staff, teachers, managers, young_specialists, management_teams,
        methodical_services as organization_services
    from staff_totals
    where region_id = $region and territory_id = $territory and year = $year and half = $half
    """,
    f"""
    with {_PERIOD}
    select
        count(*) filter (where level = 'региональный') as regional_methodists,
        count(*) filter (where level = 'муниципальный') as municipal_methodists
    from facts.methodists, period
    where included_on <= cutoff and (excluded_on is null or excluded_on > cutoff) and {_PLACE}
    """,
    f"""
    with {_PERIOD}
    select
        count(*) as programs,
        count(*) filter (where kind = 'ПК') as programs_short,
        count(*) filter (where kind = 'ПП') as programs_long,
        count(*) filter (where registered_on <= cutoff) as programs_registered,
        count(*) filter (where lms_on <= cutoff) as programs_distant,
        avg(hours) as program_hours
    from facts.programs, period
    where coalesce(region_id, $region) = $region
        and active_from <= cutoff and (active_to is null or active_to >= window_start)
    """,
    """
    select trained, attested, programs as programs_studied
    from training_totals
    where region_id = $region and territory_id = $territory and year = $year and half = $half
    """,
    f"""
    select
        nullif(count(*), 0) as infrastructure_reports,
        cast(sum(methodical_service::integer) as bigint) as municipal_services,
        cast(sum(service_staff) as bigint) as service_staff,
        cast(sum(methodical_council::integer) as bigint) as councils,
        cast(sum(resource_centers) as bigint) as resource_centers,
        cast(sum(methodical_associations) as bigint) as associations,
        cast(sum(mutual_learning::integer) as bigint) as mutual_learning,
        cast(sum(roadmap_approved::integer) as bigint) as roadmaps_approved,
        count(agreement_on) as agreements
    from facts.passport_municipalities
    where year = $year and half = $half and {_PLACE}
    """,
    f"""
    with {_PERIOD}
    select
        count(*) filter (where kind = 'практика') as practices,
        count(*) filter (where kind = 'стажировочная площадка') as training_sites,
        count(*) filter (where kind = 'профессиональное сообщество') as communities,
        count(*) filter (where kind = 'инновационная площадка') as innovation_sites
    from facts.registry, period
    where since <= cutoff and (until is null or until > cutoff) and {_WITHIN}
    """,
    f"""
    select
        sum(planned_rub) as planned_rub, sum(spent_rub) as spent_rub,
        100.0 * sum(spent_rub) / nullif(sum(planned_rub), 0) as spent_share
    from facts.passport_finance
    where year = $year and {_WITHIN}
    """,
    f"""
    with {_PERIOD}
    select
        count(*) as events,
        cast(sum(participants) as bigint) as participants
    from facts.events, period
    where date between window_start and cutoff and {_WITHIN}
    """,
    f"""
    with {_PERIOD}
    select count(distinct support.person) as young_supported
    from facts.young_support as support
    inner join organizations using (organization_id)
    cross join period
    where organizations.region_id = $region
        and ($territory = $region or organizations.municipality_id = $territory)
        and support.started_on <= cutoff and (support.finished_on is null or support.finished_on >= window_start)
    """,
    f"""
    select
        count(*) as resources,
        count(*) filter (where kind = 'сайт') as sites,
        count(*) filter (where kind = 'СДО') as learning_systems,
        count(*) filter (where kind = 'база данных') as databases
    from facts.passport_resources
    where {_WITHIN}
    """,
)

_COMPLETENESS = f"""
    with {_PERIOD},

    places as (
        select municipality_id, short_name as municipality
        from municipalities
        where region_id = $region and ($territory = $region or municipality_id = $territory)
    ),

    holders as (
        from places
        union all
        select region_id as municipality_id, name as municipality
        from regions
        where region_id = $region and $territory = $region
    ),

    registered as (
        select organization_id, municipality_id, kind
        from organizations
        where region_id = $region and ($territory = $region or municipality_id = $territory)
    ),

    sent as (
        select 'staff_reports' as part, municipality_id, count(*) as expected, count(reports.organization_id) as present
        from registered
        left join (
            from facts.passport_organizations where year = $year and half = $half
        ) as reports using (organization_id)
        group by municipality_id
        union all
        select
            'outcomes' as part, municipality_id, count(*) as expected, count(results.organization_id) as present
        from registered
        left join (
            select distinct organization_id from facts.outcomes where year = $year
        ) as results using (organization_id)
        where kind = 'школа'
        group by municipality_id
        union all
        select 'program_developers' as part, $region as municipality_id, count(*) as expected, count(developer) as present
        from facts.programs, period
        where $territory = $region and coalesce(region_id, $region) = $region
            and active_from <= cutoff and (active_to is null or active_to >= window_start)
        union all
        select
            'infrastructure_fields' as part, municipality as municipality_id, 3 as expected,
            (service_staff is not null)::integer + (resource_centers is not null)::integer
            + (methodical_associations is not null)::integer as present
        from facts.passport_municipalities
        where year = $year and half = $half and {_PLACE}
        union all
        select
            'event_participants' as part, territory as municipality_id, count(*) as expected,
            count(participants) as present
        from facts.events, period
        where date between window_start and cutoff and {_WITHIN}
        group by territory
        union all
        select
            'indicators' as part, territory_id as municipality_id, count(*) as expected, count(value) as present
        from indicator_values
        where region_id = $region and year = $year and half = $half and territory_id = $territory
            and level in ('R', 'M')
        group by territory_id
    ),

    filled as (
        select distinct 'municipal_methodists' as part, municipality as municipality_id
        from facts.methodists, period
        where level = 'муниципальный' and included_on <= cutoff and (excluded_on is null or excluded_on > cutoff)
        union all
        select distinct 'assignments' as part, registered.municipality_id
        from facts.assignments as assignments
        inner join registered using (organization_id)
        where assignments.year = $year and assignments.half = $half
        union all
        select distinct 'training' as part, territory_id as municipality_id
        from training_totals
        where region_id = $region and level = 'M' and year = $year and half = $half
        union all
        select distinct 'infrastructure_reports' as part, municipality as municipality_id
        from facts.passport_municipalities
        where year = $year and half = $half
        union all
        select distinct 'registry' as part, territory as municipality_id
        from facts.registry, period
        where since <= cutoff and (until is null or until > cutoff)
        union all
        select distinct 'events' as part, territory as municipality_id
        from facts.events, period
        where date between window_start and cutoff
        union all
        select distinct 'young_support' as part, registered.municipality_id
        from facts.young_support as support
        inner join registered using (organization_id)
        cross join period
        where started_on <= cutoff and (finished_on is null or finished_on >= window_start)
        union all
        select distinct 'finance' as part, territory as municipality_id
        from facts.passport_finance
        where year = $year
        union all
        select distinct 'resources' as part, territory as municipality_id
        from facts.passport_resources
        union all
        select distinct 'roadmap' as part, territory as municipality_id
        from facts.roadmap
        union all
        select 'program_list' as part, $region as municipality_id
        where exists (
            select 1 from facts.programs, period
            where coalesce(region_id, $region) = $region
                and active_from <= cutoff and (active_to is null or active_to >= window_start)
        )
    ),

    asked as (
        select unnest([
            'municipal_methodists', 'assignments', 'training', 'infrastructure_reports', 'registry', 'events',
            'young_support'
        ]) as part, municipality_id
        from places
        union all
        select unnest(['finance', 'resources', 'roadmap']) as part, municipality_id
        from holders
        union all
        select 'program_list' as part, $region as municipality_id
        where $territory = $region
    ),

    owed as (
        select
            asked.part, asked.municipality_id, 1 as expected,
            (filled.municipality_id is not null)::integer as present
        from asked
        left join filled using (part, municipality_id)
        union all
        from sent
    )

    select owed.part, owed.municipality_id, holders.municipality, owed.expected, owed.present
    from owed
    left join (
        from holders
        union
        select region_id as municipality_id, name as municipality from regions where region_id = $region
    ) as holders using (municipality_id)
    order by owed.part, owed.municipality_id = $region desc, holders.municipality
"""
