"""Rank correlation of an indicator with students' mean scores over municipalities.

The passport of the system asks for the correlation with results (Spearman's ρ). Over a few municipalities it is an
association and says nothing about causes; with fewer than `FEWEST` of them it is not computed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import NORMAL_95
from warehouse.store.scope import Scope
from warehouse.suppression.cells import SMALL_GROUP

FEWEST = 8
"""Least number of municipalities for an association."""


@dataclass(frozen=True)
class Association:
    """Spearman's ρ over `count` pairs with its 95 % confidence interval.

    rho is None when a side is constant. low and high are None then, and for |ρ| = 1, where few pairs give no interval.
    """

    count: int
    rho: float | None
    low: float | None
    high: float | None

    @property
    def established(self) -> bool:
        """Whether the interval excludes zero; without an interval, whether ρ exists."""
        if self.rho is None:
            return False
        return self.low is None or self.high is None or self.low > 0 or self.high < 0


def mid_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1 up; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=lambda position: values[position])
    ranks = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for position in order[first : last + 1]:
            ranks[position] = (first + last) / 2 + 1
        first = last + 1
    return ranks


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return Spearman's ρ of two series; None when one of them is constant.

    It is the product-moment (Pearson) correlation of mid-ranks.
    """
    ranks = mid_ranks(left), mid_ranks(right)
    middle = (len(left) + 1) / 2
    away = [[rank - middle for rank in side] for side in ranks]
    spread = [sum(value * value for value in side) for side in away]
    if not all(spread):
        return None
    together = sum(one * other for one, other in zip(*away, strict=True))
    rho: float = together / math.sqrt(spread[0] * spread[1])
    return max(-1.0, min(1.0, rho))


def interval(rho: float, count: int) -> tuple[float, float] | None:
    """Return the 95 % confidence interval of ρ by Fisher's z-transformation.

    The standard error is sqrt((1 + ρ²/2) / (n − 3)); the term ρ²/2 (Bonett and Wright, 2000) is the correction for
    ranks, without which the interval is too narrow for strong associations. None when count <= 3 or |ρ| = 1.
    """
    if count <= 3 or abs(rho) >= 1:
        return None
    reach = NORMAL_95 * math.sqrt((1 + rho * rho / 2) / (count - 3))
    middle = math.atanh(rho)
    return math.tanh(middle - reach), math.tanh(middle + reach)


def associate(left: Sequence[float], right: Sequence[float]) -> Association | None:
    """Return the association of two series of the same municipalities.

    None when there are fewer than `FEWEST`.
    """
    if len(left) < FEWEST:
        return None
    rho = spearman(left, right)
    bounds = interval(rho, len(left)) if rho is not None else None
    low, high = bounds or (None, None)
    return Association(len(left), rho, low, high)


def examinations(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the examinations of the region's year with a mean score for some municipality.

    Columns: exam, subject, municipalities (count with a mean of at least five participants). Rows with the most
    municipalities come first.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select exam, subject, count(*) as municipalities
        from outcome_means
        where region_id = $region and year = $year and level = 'M' and participants >= $fewest
        group by exam, subject
        order by municipalities desc, exam = 'ЕГЭ' desc, subject = 'русский язык' desc, exam, subject
        """,
        {"region": scope.region, "year": scope.year, "fewest": SMALL_GROUP},
    )


def pairs(mart: Mart, actor: Actor, scope: Scope, indicator: str, exam: str, subject: str) -> pl.DataFrame:
    """Return the municipalities with both a value of the indicator and a mean score in the year.

    One row a municipality: municipality_id, municipality, value (unrounded, unit of the indicator), numerator,
    denominator, mean_score (weighted by participants), participants. Means of fewer than five students are left out.
    mean_score is missing for municipalities whose passport the actor may not see.
    """
    require(actor, "view_values")
    found = _pairs(mart, actor, scope, indicator, exam, subject)
    seen = [code for code in found.get_column("municipality_id") if may(actor, "view_passport", code)]
    return found.with_columns(pl.when(pl.col("municipality_id").is_in(seen)).then(pl.col("mean_score")))


def association(mart: Mart, actor: Actor, scope: Scope, indicator: str, exam: str, subject: str) -> Association | None:
    """Return the association of an indicator with mean scores over municipalities.

    The municipalities are those of `pairs`; None when there are fewer than `FEWEST`.
    """
    require(actor, "view_values")
    found = _pairs(mart, actor, scope, indicator, exam, subject)
    return associate(found.get_column("value").to_list(), found.get_column("mean_score").to_list())


def _pairs(mart: Mart, actor: Actor, scope: Scope, indicator: str, exam: str, subject: str) -> pl.DataFrame:
    return mart.query_as(
        actor,
        """
        select
            municipalities.municipality_id,
            municipalities.short_name as municipality,
            measured.value,
            measured.numerator,
            measured.denominator,
            means.mean_score,
            means.participants
        from indicator_values as measured
        inner join outcome_means as means
            on measured.territory_id = means.territory_id and measured.year = means.year
        inner join municipalities on measured.territory_id = municipalities.municipality_id
        where
            measured.region_id = $region
            and measured.level = 'M'
            and measured.indicator = $indicator
            and measured.year = $year
            and measured.half = $half
            and measured.value is not null
            and means.level = 'M'
            and means.exam = $exam
            and means.subject = $subject
            and means.participants >= $fewest
        order by municipality
        """,
        {
            "region": scope.region,
            "year": scope.year,
            "half": scope.half,
            "indicator": indicator,
            "exam": exam,
            "subject": subject,
            "fewest": SMALL_GROUP,
        },
    )
