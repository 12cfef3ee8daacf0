"""What a publication changed since an earlier one, for one half-year and profile."""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.store.scope import Scope


def published_verdicts(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Values and verdicts of the region and its municipalities: level, territory_id, territory, indicator,
    short, unit, decimals, position, value, numerator, denominator, verdict.
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
    """What differs from an earlier publication for the same half-year and profile.

    One row a territory (level R or M) × indicator whose value or verdict differs: columns of
    `published_verdicts` and value_before, verdict_before, flipped (the verdict differs). An indicator or a
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
