"""Quality findings: the list, the rows and values behind a finding, the decisions about it.

A finding keeps its identity over publications. Its state: `open`; `accepted` with a reason; `sent_back` with a comment;
`returned` (the figures behind an accepted one changed, or one that was sent back is there again); `resolved` by itself
when the data no longer show it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.access.rights import UNKNOWN_TERRITORY, Actor, may, require, resource_of
from warehouse.marts.mart import Mart

STATES = ("open", "returned", "sent_back", "accepted", "resolved")
UNSETTLED = ("open", "returned", "sent_back")
"""States of findings that somebody still has to do something about."""


@dataclass(frozen=True)
class Filter:
    """Selection of findings of a region and year: half, state, check, municipality when given.

    state: one of STATES, or «unsettled» for all that somebody still has to act on.
    """

    region: str
    year: int
    half: int | None = None
    state: str = ""
    check: str = ""
    municipality: str = ""


def checks(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the quality checks in their order.

    One row a check: code, title, why, advice, severity, position, subject, datasets.
    """
    require(actor, "view_page", "quality")
    return mart.query_as(actor, "select * from quality_checks order by position, code")


def findings(mart: Mart, actor: Actor, chosen: Filter) -> pl.DataFrame:
    """Return the selected findings that the actor may see, unsettled ones first.

    One row a finding: finding, check_code, title, severity, level, territory_id, municipality (short name, «область»
    for the region), organization_id, organization, subject, year, half, figures (JSON), row_count, message, state,
    first_publication, resolved_in, decision, reason, decided_by, decided_at.
    """
    require(actor, "view_page", "quality")
    found = mart.query_as(
        actor,
        """
        select
            findings.finding, findings.check_code, checks.title, checks.severity, findings.level,
            findings.territory_id, coalesce(municipalities.short_name, 'Область') as municipality,
            findings.organization_id, organizations.name as organization, findings.subject,
            findings.year, findings.half, findings.figures, findings.row_count, findings.message, findings.state,
            findings.first_publication, findings.resolved_in, findings.decision, findings.reason,
            findings.decided_by, findings.decided_at
        from quality_findings as findings
        inner join quality_checks as checks on findings.check_code = checks.code
        left join municipalities on findings.territory_id = municipalities.municipality_id
        left join organizations on findings.organization_id = organizations.organization_id
        where findings.region_id = $region and findings.year = $year
            and ($half is null or findings.half = $half)
            and ($check = '' or findings.check_code = $check)
            and ($municipality = '' or findings.territory_id = $municipality)
        order by list_position($states, findings.state), checks.position, findings.half desc, municipality,
            organization nulls first, findings.message
        """,
        {
            "region": chosen.region,
            "year": chosen.year,
            "half": chosen.half,
            "check": chosen.check,
            "municipality": chosen.municipality,
            "states": list(STATES),
        },
    )
    wanted = UNSETTLED if chosen.state == "unsettled" else (chosen.state,) if chosen.state else STATES
    seen = [
        territory
        for territory in found.get_column("territory_id").unique().to_list()
        if may(actor, "view_findings", resource_of(territory))
    ]
    return found.filter(pl.col("territory_id").is_in(seen) & pl.col("state").is_in(list(wanted)))


def counts(found: pl.DataFrame) -> dict[str, int]:
    """Return the number of findings in each state; every state is a key."""
    present = dict(found.group_by("state").len().iter_rows())
    return {state: present.get(state, 0) for state in STATES}


def rows_behind(mart: Mart, actor: Actor, finding: str) -> pl.DataFrame:
    """Return the source rows behind a finding of this publication.

    Columns: dataset, batch, files, loaded_at, source_row, organization, person (pseudonym; missing for roles that may
    not see people).
    """
    territory = _territory_of(mart, actor, finding)
    require(actor, "view_findings", resource_of(territory))
    found = mart.query_as(
        actor,
        """
        select
            rows.dataset, rows.batch, batches.files, batches.loaded_at, rows.source_row,
            organizations.name as organization, rows.person
        from quality_rows as rows
        left join batches on rows.batch = batches.batch
        left join organizations on rows.organization_id = organizations.organization_id
        where rows.finding = $finding
        order by rows.dataset, rows.batch, rows.source_row
        """,
        {"finding": finding},
    )
    if may(actor, "view_people", resource_of(territory)):
        return found
    return found.with_columns(pl.lit(None, dtype=pl.String).alias("person"))


def values_behind(mart: Mart, actor: Actor, finding: str) -> pl.DataFrame:
    """Return the published values that a finding about an indicator compares.

    One row a territory, the region first: municipality_id, municipality, numerator, denominator, value, value_before (a
    year ago), unit, decimals.
    """
    require(actor, "view_findings", resource_of(_territory_of(mart, actor, finding)))
    return mart.query_as(
        actor,
        """
        select
            present.level, present.territory_id as municipality_id,
            coalesce(municipalities.name, regions.name) as municipality,
            present.numerator, present.denominator, present.value, past.value as value_before,
            indicators.unit, indicators.decimals
        from quality_findings as findings
        inner join quality_checks as checks on findings.check_code = checks.code and checks.subject = 'indicator'
        inner join indicators on findings.subject = indicators.code
        inner join indicator_values as present
            on findings.region_id = present.region_id and findings.subject = present.indicator
            and findings.year = present.year and findings.half = present.half and present.level in ('R', 'M')
        left join indicator_values as past
            on present.level = past.level and present.territory_id = past.territory_id
            and present.indicator = past.indicator and present.half = past.half and present.year = past.year + 1
        left join municipalities on present.territory_id = municipalities.municipality_id
        left join regions on present.territory_id = regions.region_id
        where findings.finding = $finding
        order by present.level desc, municipality
        """,
        {"finding": finding},
    )


def decisions(mart: Mart, actor: Actor, finding: str) -> pl.DataFrame:
    """Return the decisions about a finding, the latest first.

    Columns: decision, reason, actor, happened_at, publication.
    """
    require(actor, "view_findings", resource_of(_territory_of(mart, actor, finding)))
    return mart.query_as(
        actor,
        """
        select decision, reason, actor, happened_at, publication
        from quality_decisions
        where finding = $finding
        order by decision_number desc
        """,
        {"finding": finding},
    )


def _territory_of(mart: Mart, actor: Actor, finding: str) -> str:
    """Return the territory of a finding; `UNKNOWN_TERRITORY` when there is no such finding."""
    found = mart.query_as(actor, "select territory_id from quality_findings where finding = ?", [finding])
    return str(found.item()) if found.height else UNKNOWN_TERRITORY
