"""Queries about values and verdicts of territories; mart and actor come first.

Frames hold unrounded values; shares are percentages (0…100). Names are Russian, codes are those of the mart.
Levels: R region, M municipality, O organization. A half-year's *comparable past* is the same half of the
year before: values accumulate from 1 January, so neighbouring half-years do not compare.
"""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.queries.municipality_rights import municipality_of
from warehouse.store.scope import Scope

VERDICTS = ("met", "near", "missed", "no_target", "no_data", "hidden")
"""hidden: the figure is suppressed for the actor, see `warehouse.suppression.decide`."""


def territory_verdicts(mart: Mart, actor: Actor, scope: Scope, level: str, territory: str) -> pl.DataFrame:
    """Return every indicator of one territory in a half-year, with the value a year before.

    One row an indicator of the level, in the catalogue's order: code, title, short, unit, kind, better,
    decimals, theme, levels, numerator, denominator, value, reporting, expected, provisional, target,
    target_year, operator, target_profile, document, goal, goal_year, verdict, gap, past (value a year
    before), change (value less past).
    """
    _require_values(mart, actor, level, territory)
    return mart.query_as(
        actor,
        """
        with present as (
            select *
            from verdicts
            where region_id = $region and profile = $profile and year = $year and half = $half
                and level = $level and territory_id = $territory
        ),

        past as (
            select indicator, value
            from indicator_values
            where region_id = $region and year = $year - 1 and half = $half
                and level = $level and territory_id = $territory
        )

        select
            indicators.code, indicators.title, indicators.short, indicators.unit, indicators.kind,
            indicators.better, indicators.decimals, indicators.theme, indicators.levels,
            present.numerator, present.denominator, present.value, present.reporting, present.expected,
            present.provisional, present.target, present.target_year, present.operator,
            present.target_profile, present.document, present.goal, present.goal_year,
            present.verdict, present.gap,
            past.value as past,
            present.value - past.value as change
        from present
        inner join indicators on present.indicator = indicators.code
        left join past on indicators.code = past.indicator
        order by indicators.position, indicators.code
        """,
        {**scope.parameters, "level": level, "territory": territory},
    )


def _require_values(mart: Mart, actor: Actor, level: str, territory: str) -> None:
    """Raise `Forbidden` unless the actor may see the values of the territory.

    Values of an organization are for those who may see the organizations of its municipality.
    """
    if level == "O":
        require(actor, "view_organizations", municipality_of(mart, territory))
    else:
        require(actor, "view_values")


def municipality_verdicts(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the matrix of verdicts, municipality × indicator, of one half-year.

    One row a municipality and indicator of municipal level: municipality_id, municipality (short name),
    municipality_full, tile_row, tile_column, indicator, short, theme, unit, better, decimals, position, people (the
    indicator counts staff), numerator, denominator, value, reporting, expected, target, target_year, operator, verdict,
    gap. Indicators that have values of organizations count members of their staff, so their gaps are people.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select
            municipalities.municipality_id,
            municipalities.short_name as municipality,
            municipalities.name as municipality_full,
            municipalities.tile_row, municipalities.tile_column,
            verdicts.indicator, indicators.short, indicators.theme, indicators.unit, indicators.better,
            indicators.decimals, indicators.position,
            list_contains(string_split(indicators.levels, ' '), 'O') as people,
            verdicts.numerator, verdicts.denominator, verdicts.value, verdicts.reporting, verdicts.expected,
            verdicts.target, verdicts.target_year, verdicts.operator, verdicts.verdict, verdicts.gap
        from verdicts
        inner join indicators on verdicts.indicator = indicators.code
        inner join municipalities on verdicts.territory_id = municipalities.municipality_id
        where verdicts.region_id = $region and verdicts.profile = $profile
            and verdicts.year = $year and verdicts.half = $half and verdicts.level = 'M'
        order by municipalities.short_name, indicators.position
        """,
        scope.parameters,
    )


def largest_gaps(mart: Mart, actor: Actor, scope: Scope, limit: int = 5) -> pl.DataFrame:
    """Return the largest gaps in people: rows of `municipality_verdicts` that count staff."""
    return (
        municipality_verdicts(mart, actor, scope)
        .filter(pl.col("people") & (pl.col("gap") > 0))
        .sort("gap", "municipality", descending=[True, False])
        .head(limit)
    )


def indicator_verdicts(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> pl.DataFrame:
    """Return one indicator over the municipalities of a region in one half-year.

    One row a municipality: municipality_id, municipality (short name), municipality_full, tile_row, tile_column,
    numerator, denominator, value, reporting, expected, target, target_year, operator, verdict, gap, past (value a year
    before), change (value less past).
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        with past as (
            select territory_id, value
            from indicator_values
            where region_id = $region and indicator = $indicator and level = 'M'
                and year = $year - 1 and half = $half
        )

        select
            municipalities.municipality_id,
            municipalities.short_name as municipality,
            municipalities.name as municipality_full,
            municipalities.tile_row, municipalities.tile_column,
            verdicts.numerator, verdicts.denominator, verdicts.value, verdicts.reporting, verdicts.expected,
            verdicts.target, verdicts.target_year, verdicts.operator, verdicts.verdict, verdicts.gap,
            past.value as past,
            verdicts.value - past.value as change
        from verdicts
        inner join municipalities on verdicts.territory_id = municipalities.municipality_id
        left join past on verdicts.territory_id = past.territory_id
        where verdicts.region_id = $region and verdicts.profile = $profile and verdicts.indicator = $indicator
            and verdicts.year = $year and verdicts.half = $half and verdicts.level = 'M'
        order by municipalities.short_name
        """,
        {**scope.parameters, "indicator": indicator},
    )


def trends(mart: Mart, actor: Actor, region: str, profile: str, level: str, territory: str) -> pl.DataFrame:
    """Return all half-years of one territory, oldest first.

    One row an indicator and half-year: indicator, year, half, numerator, denominator, value, target, target_year,
    operator, verdict.
    """
    _require_values(mart, actor, level, territory)
    return mart.query_as(
        actor,
        """
        select
            indicator, year, half, numerator, denominator, value, target, target_year, operator, verdict
        from verdicts
        where region_id = $region and profile = $profile and level = $level and territory_id = $territory
        order by indicator, year, half
        """,
        {"region": region, "profile": profile, "level": level, "territory": territory},
    )


def ranks(mart: Mart, actor: Actor, scope: Scope, municipality: str) -> pl.DataFrame:
    """Return the municipality's rank by each indicator among municipalities with data.

    One row an indicator: indicator, rank (1 is best), last, ranked (municipalities with data). Ties share the ranks
    from rank to last.
    """
    worth = pl.when(pl.col("better") == "lower").then(pl.col("value")).otherwise(-pl.col("value"))
    return (
        municipality_verdicts(mart, actor, scope)
        .filter(pl.col("value").is_not_null())
        .with_columns(
            worth.rank("min").over("indicator").cast(pl.Int64).alias("rank"),
            worth.rank("max").over("indicator").cast(pl.Int64).alias("last"),
            pl.len().over("indicator").cast(pl.Int64).alias("ranked"),
        )
        .filter(pl.col("municipality_id") == municipality)
        .select("indicator", "rank", "last", "ranked")
    )


def organizations(mart: Mart, actor: Actor, scope: Scope, municipality: str, indicator: str) -> pl.DataFrame:
    """Return one indicator over the organizations of a municipality in one half-year.

    One row an organization: organization_id, name, kind, low_results, difficult_conditions, numerator,
    denominator, value, past, change, reported (has a passport of the half-year), hidden.
    """
    require(actor, "view_organizations", municipality)
    return mart.query_as(
        actor,
        """
        with present as (
            select territory_id, numerator, denominator, value, reporting, hidden
            from indicator_values
            where region_id = $region and indicator = $indicator and level = 'O'
                and year = $year and half = $half
        ),

        past as (
            select territory_id, value
            from indicator_values
            where region_id = $region and indicator = $indicator and level = 'O'
                and year = $year - 1 and half = $half
        )

        select
            organizations.organization_id, organizations.name, organizations.kind,
            organizations.low_results, organizations.difficult_conditions,
            present.numerator, present.denominator, present.value,
            past.value as past,
            present.value - past.value as change,
            coalesce(present.reporting, 0) > 0 as reported,
            coalesce(present.hidden, false) as hidden
        from organizations
        left join present on organizations.organization_id = present.territory_id
        left join past on organizations.organization_id = past.territory_id
        where organizations.municipality_id = $municipality
        order by organizations.name
        """,
        {
            "region": scope.region,
            "year": scope.year,
            "half": scope.half,
            "indicator": indicator,
            "municipality": municipality,
        },
    )


def silent_organizations(mart: Mart, actor: Actor, scope: Scope, municipality: str) -> list[str]:
    """Return the names of a municipality's organizations without a passport of the half-year."""
    require(actor, "view_organizations", municipality)
    return (
        mart.query_as(
            actor,
            """
            select name
            from organizations
            where municipality_id = $municipality
                and organization_id not in (
                    select organization_id
                    from facts.passport_organizations
                    where year = $year and half = $half
                )
            order by name
            """,
            {"municipality": municipality, "year": scope.year, "half": scope.half},
        )
        .get_column("name")
        .to_list()
    )


def region_verdicts(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> pl.DataFrame:
    """Return one indicator over all regions in the half-year and profile of the scope.

    One row a region with half-years, the scope's own included: region_id, name, numerator, denominator, value,
    reporting, expected, target, target_year, operator, verdict, gap, past (same half of the year before), change. A
    region without that half-year has no value and the verdict no_data.
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


def published_verdicts(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the values and verdicts of the region and its municipalities.

    One row a territory and indicator: level, territory_id, territory, indicator, short, unit, decimals, position,
    value, numerator, denominator, verdict.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select
            verdicts.level, verdicts.territory_id, verdicts.indicator, indicators.short, indicators.unit,
            coalesce(municipalities.short_name, verdicts.territory) as territory,
            indicators.decimals, indicators.better, indicators.position, verdicts.value, verdicts.numerator,
            verdicts.denominator, verdicts.target, verdicts.operator, verdicts.verdict
        from verdicts
        inner join indicators on verdicts.indicator = indicators.code
        left join municipalities
            on verdicts.level = 'M' and verdicts.territory_id = municipalities.municipality_id
        where verdicts.region_id = $region and verdicts.profile = $profile
            and verdicts.year = $year and verdicts.half = $half and verdicts.level in ('R', 'M')
        order by verdicts.level desc, indicators.position, territory
        """,
        scope.parameters,
    )


def changes_since(mart: Mart, before: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the values and verdicts that differ from an earlier publication.

    For the same half-year and profile. One row a territory (level R or M) × indicator whose value or verdict differs:
    columns of `published_verdicts` and value_before, verdict_before, flipped (the verdict differs). An indicator or a
    territory that the earlier publication did not have counts as changed from «no_data».
    """
    keys = ["level", "territory_id", "indicator"]
    earlier = published_verdicts(before, actor, scope).select(
        *keys, pl.col("value").alias("value_before"), pl.col("verdict").alias("verdict_before")
    )
    return (
        published_verdicts(mart, actor, scope)
        .join(earlier, on=keys, how="left", maintain_order="left")
        .with_columns(pl.col("verdict_before").fill_null("no_data"))
        .with_columns((pl.col("verdict") != pl.col("verdict_before")).alias("flipped"))
        .filter(pl.col("flipped") | pl.col("value").ne_missing(pl.col("value_before")))
    )


def verdict_counts(rows: pl.DataFrame) -> dict[str, int]:
    """Return the number of rows with each verdict; every verdict is a key."""
    found = dict(rows.group_by("verdict").len().iter_rows())
    return {verdict: found.get(verdict, 0) for verdict in VERDICTS}
