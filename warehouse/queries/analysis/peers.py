"""Ranks that show ties, and the municipalities nearest in size and staff."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import exact

NEAREST = 5

Size = tuple[int, int]
"""Number of organizations in the register, pedagogical staff by their latest passports."""


def rank_ranges(values: Mapping[str, Fraction], lower_is_better: bool = False) -> dict[str, tuple[int, int]]:
    """Return the rank of each as a range (first, last), 1 the best.

    Three that share the third value all have (3, 5).
    """
    ordered = sorted(values.values(), reverse=not lower_is_better)
    first = {value: rank for rank, value in reversed(list(enumerate(ordered, start=1)))}
    last = {value: rank for rank, value in enumerate(ordered, start=1)}
    return {code: (first[value], last[value]) for code, value in values.items()}


def size_difference(one: Size, other: Size) -> Fraction:
    """Return the ratio of organizations multiplied by the ratio of staff; 1 means alike.

    Each ratio is the larger by the smaller. Zero organizations or unknown staff count as one.
    """
    ratios = [Fraction(max(a, b, 1), max(min(a, b), 1)) for a, b in zip(one, other, strict=True)]
    return ratios[0] * ratios[1]


def nearest(sizes: Mapping[str, Size], subject: str, limit: int = NEAREST) -> list[str]:
    """Return the municipalities most like the subject, the most like it first; ties by code."""
    others = (code for code in sizes if code != subject)
    return sorted(others, key=lambda code: (size_difference(sizes[subject], sizes[code]), code))[:limit]


def sizes(mart: Mart, actor: Actor, region: str, year: int, half: int) -> dict[str, Size]:
    """Return the size of every municipality of a region at a half-year, by code.

    The staff of an organization is that of its latest passport up to the half-year, or of its first later one.
    Raises `PublicationOutdated` for a publication that was made before the mart held the staff of organizations.
    """
    require(actor, "view_values")
    rows = mart.query_as(
        actor,
        """
        with latest as (
            select
                organization_id,
                arg_min(
                    pedagogical_staff,
                    case
                        when (year, half) <= ($year, $half) then 2 * ($year - year) + $half - half
                        else 1000000 + 2 * (year - $year) + half - $half
                    end
                ) as staff
            from organization_staff
            where region_id = $region
            group by organization_id
        )

        select
            organizations.municipality_id,
            count(*) as organizations,
            cast(coalesce(sum(latest.staff), 0) as bigint) as staff
        from organizations
        left join latest on organizations.organization_id = latest.organization_id
        where organizations.region_id = $region
        group by organizations.municipality_id
        """,
        {"region": region, "year": year, "half": half},
    )
    return {row["municipality_id"]: (row["organizations"], row["staff"]) for row in rows.iter_rows(named=True)}


def ranking(rows: pl.DataFrame, kind: str, lower_is_better: bool) -> dict[str, tuple[int, int]]:
    """Return the rank ranges of municipalities that have a value, by exact values.

    rows: frame of `verdicts.indicator_verdicts`.
    """
    known = rows.filter(pl.col("value").is_not_null())
    return rank_ranges(
        {
            row["municipality_id"]: exact(row["numerator"])
            if kind == "count"
            else exact(row["numerator"]) / exact(row["denominator"])
            for row in known.iter_rows(named=True)
        },
        lower_is_better,
    )
