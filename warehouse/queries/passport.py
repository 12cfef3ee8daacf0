"""Passport of the system («паспорт РС НМС»): figures, tables and completeness by section.

It describes one territory: the region (all its municipalities together, and what is recorded for the region itself) or
one of its municipalities. Counts that accumulate over a year are from 1 January to the last day of the half-year.
"""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.marts.mart import Mart
from warehouse.queries.roadmap import require_territory
from warehouse.store.row import Row
from warehouse.store.scope import Scope
from warehouse.suppression.cells import SMALL_GROUP

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
"""Parts of the expected data → section that each belongs to."""

_WITHIN = """(
    territory = $territory
    or ($territory = $region and territory in (select municipality_id from municipalities where region_id = $region))
)"""
_PERIOD = """
    period as (
        select window_start, cutoff
        from half_years
        where region_id = $region and year = $year and half = $half
    )
"""


def figures(mart: Mart, actor: Actor, scope: Scope, territory: str) -> dict[str, float | None]:
    """Return the totals of all sections but results, by name; None: nothing was sent.

    Names are the columns of the mart's passport_totals. Money is in roubles, spent_share in percent, program_hours the
    mean of running programmes; the rest are counts of people, organizations, municipalities or records. Programmes are
    those of the region in every passport.
    """
    require_territory(actor, scope, territory)
    rows = _ask(
        mart,
        actor,
        """
        select * exclude (region_id, level, territory_id, year, half)
        from passport_totals
        where region_id = $region and territory_id = $territory and year = $year and half = $half
        """,
        scope,
        territory,
    )
    return rows.row(0, named=True) if rows.height else dict.fromkeys(rows.columns)


def completeness(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return how much of the expected data is present, by part and territory that owes it.

    One row a part and territory: section, part (of PARTS), municipality_id (the region's code where the region owes
    it), municipality, expected, present (organizations, records, fields or the territory itself: 1). A role bound to
    municipalities gets the names of its own; the others are summed in one row per part without a name.
    """
    require_territory(actor, scope, territory)
    found = _ask(
        mart,
        actor,
        """
        select
            owed.part, owed.territory_id as municipality_id, names.territory as municipality,
            owed.expected, owed.present
        from passport_completeness as owed
        inner join (
            select region_id as territory_id, name as territory from regions
            union all
            select municipality_id as territory_id, short_name as territory from municipalities
        ) as names using (territory_id)
        where owed.region_id = $region and owed.year = $year and owed.half = $half
            and (owed.territory_id = $territory or ($territory = $region and owed.part <> 'indicators'))
        order by owed.part, owed.territory_id <> $region, names.territory
        """,
        scope,
        territory,
    ).with_columns(pl.col("part").replace_strict(PARTS, return_dtype=pl.String).alias("section"))
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
    """Return the completeness of each section in percent: the mean of its parts' shares.

    None for a section of which nothing is expected. parts: frame of `completeness`.
    """
    by_part = part_shares(parts)
    found = dict(by_part.group_by("section").agg(pl.col("share").mean()).iter_rows())
    return {section: found.get(section) for section in SECTIONS}


def part_shares(parts: pl.DataFrame) -> pl.DataFrame:
    """Return the completeness of each part of which anything is expected.

    One row a part: section, part, expected, present, share (percent).
    """
    order = {part: position for position, part in enumerate(PARTS)}
    return (
        parts.group_by("section", "part")
        .agg(pl.col("expected").sum(), pl.col("present").sum())
        .filter(pl.col("expected") > 0)
        .with_columns((100.0 * pl.col("present") / pl.col("expected")).alias("share"))
        .sort(pl.col("part").replace_strict(order, return_dtype=pl.Int64))
    )


def staff_by_municipality(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the staff of the municipalities that the actor may see.

    One row a municipality: municipality_id, municipality, expected, reporting (organizations), pedagogical_staff,
    teachers, managers, young_specialists, management_teams, municipal_methodists. Figures are missing where nobody
    reported.
    """
    require(actor, "view_values")
    found = _ask(
        mart,
        actor,
        """
        select
            municipalities.municipality_id, municipalities.short_name as municipality, totals.organizations as expected,
            coalesce(totals.reporting, 0) as reporting, totals.pedagogical_staff, totals.teachers, totals.managers,
            totals.young_specialists, totals.management_teams,
            coalesce(totals.municipal_methodists, 0) as municipal_methodists
        from municipalities
        left join passport_totals as totals
            on municipalities.municipality_id = totals.territory_id and totals.year = $year and totals.half = $half
        where municipalities.region_id = $region
        order by municipality
        """,
        scope,
        scope.region,
    )
    return _seen(actor, found)


def programs_by_competency(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the number of the region's running programmes by competency.

    One row a competency of the reference: competency, name, programs, registered (in the Federal register on the last
    day of the half-year). A programme counts once for each of its competencies.
    """
    require(actor, "view_values")
    return _ask(
        mart,
        actor,
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
        scope,
        scope.region,
    )


def infrastructure_by_municipality(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the infrastructure of the municipalities that the actor may see.

    One row a municipality: municipality_id, municipality and the columns of the dataset `passport_municipalities` as
    sent for the half-year; missing where nothing was sent.
    """
    require(actor, "view_values")
    found = _ask(
        mart,
        actor,
        """
        select
            municipalities.municipality_id, municipalities.short_name as municipality, sent.methodical_service,
            sent.service_staff, sent.methodical_council, sent.resource_centers, sent.methodical_associations,
            sent.mutual_learning, sent.roadmap_approved, sent.agreement_on
        from municipalities
        left join facts.passport_municipalities as sent
            on municipalities.municipality_id = sent.municipality and sent.year = $year and sent.half = $half
        where municipalities.region_id = $region
        order by municipalities.short_name
        """,
        scope,
        scope.region,
    )
    return _seen(actor, found)


def finance(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return the money of the year by source and article, sources from federal down.

    One row a source and article: source, article, planned_rub, spent_rub (roubles).
    """
    require_territory(actor, scope, territory)
    return _ask(
        mart,
        actor,
        f"""
        select source, article, sum(planned_rub) as planned_rub, sum(spent_rub) as spent_rub
        from facts.passport_finance
        where year = $year and {_WITHIN}
        group by source, article
        order by
            list_position(['федеральный', 'региональный', 'муниципальный', 'внебюджетный'], source),
            planned_rub desc, article
        """,
        scope,
        territory,
    )


def events(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return the number of events from 1 January by kind and level.

    One row a kind and level: kind, level, events, participants (missing when no event gives them).
    """
    require_territory(actor, scope, territory)
    return _ask(
        mart,
        actor,
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
        scope,
        territory,
    )


def resources(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return the information resources of a territory, the region's own first.

    One row an address: territory_id, territory, kind, name, url. Resources have no date: the list is that of the
    publication.
    """
    require_territory(actor, scope, territory)
    found = _ask(
        mart,
        actor,
        f"""
        select
            resources.territory as territory_id, coalesce(municipalities.short_name, regions.name) as territory,
            resources.kind, resources.name, resources.url
        from facts.passport_resources as resources
        left join municipalities on resources.territory = municipalities.municipality_id
        left join regions on resources.territory = regions.region_id
        where {_WITHIN.replace("territory", "resources.territory").replace("$resources.", "$")}
        order by resources.territory <> $region, 2, resources.kind, resources.name
        """,
        scope,
        territory,
    )
    own = [
        code
        for code in found.get_column("territory_id").unique()
        if code == scope.region or may(actor, "view_passport", code)
    ]
    return found.filter(pl.col("territory_id").is_in(own))


def mean_scores(mart: Mart, actor: Actor, scope: Scope, territory: str) -> pl.DataFrame:
    """Return the mean scores of a year, with the region's and those of the year before.

    One row an examination and subject: exam, subject, participants, organizations, mean_score (weighted by
    participants), regional, past (missing where there was none). Means of fewer than five students are left out.
    """
    require_territory(actor, scope, territory)
    return _ask(
        mart,
        actor,
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
        scope,
        territory,
    )


def _seen(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the municipalities whose passport the actor may see."""
    codes = [code for code in rows.get_column("municipality_id") if may(actor, "view_passport", code)]
    return rows.filter(pl.col("municipality_id").is_in(codes))


def _ask(mart: Mart, actor: Actor, sql: str, scope: Scope, territory: str) -> pl.DataFrame:
    """Run a query with those of the scope's parameters that its text names.

    Parameters: region, year, half, territory, fewest.
    """
    known: Row = {
        "region": scope.region,
        "year": scope.year,
        "half": scope.half,
        "territory": territory,
        "fewest": SMALL_GROUP,
    }
    return mart.query_as(actor, sql, {name: value for name, value in known.items() if f"${name}" in sql})
