"""Bounds of a region's value under missing data, while some organizations have not reported.

A silent organization (one without a passport of the half-year) adds its last known denominator, and to the numerator
anything from zero to that whole denominator. People already counted elsewhere could only narrow the range, so the
bounds are the widest possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import Pair, exact, meets, scale_of, whole_above
from warehouse.store.scope import Scope
from warehouse.suppression.cells import SMALL_GROUP

Outcome = Literal["met", "missed", "open"]


@dataclass(frozen=True)
class Bounds:
    """The bounds of a value and what they mean for the target.

    lowest, highest: in the unit of display (shares in percent), None without anything to count. outcome: met or missed
    whatever is still sent, or open; None without a target. needed: when open, how many of the silent organizations'
    people in the numerator decide the outcome. deciding: the municipalities that can decide it, largest first; each on
    its own when `alone`, else only all of them together.
    """

    lowest: float | None
    highest: float | None
    outcome: Outcome | None
    needed: int = 0
    deciding: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True)
class Missing:
    """Bounds of a region with the figures that they are computed from.

    counted_by_passports: whether silent organizations can change the value at all. silent: organizations without a
    passport of the half-year. unknown: those of them without a size, left out of the bounds; veiled: those of the
    unknown whose size is hidden from the actor in every half-year, the others never sent one. sizes: last known
    denominators of the silent organizations by municipality; silent_by_municipality: how many are silent there. hidden:
    bounds and sizes are hidden from the actor, because they depend on few people. sizes_hidden: no size of a single
    municipality may be shown, since some have few people.
    """

    counted_by_passports: bool
    silent: int
    unknown: int
    sizes: dict[str, int]
    silent_by_municipality: dict[str, int]
    bounds: Bounds | None
    hidden: bool = False
    sizes_hidden: bool = False
    veiled: int = 0


def bounds(
    present: Pair, sizes: Mapping[str, int], kind: str, target: Fraction | None = None, operator: str | None = None
) -> Bounds:
    """Return the bounds of a value when silent organizations add at most their size.

    Args:
        present: numerator and denominator of the organizations that have reported.
        sizes: people that silent organizations add, by municipality code.
        kind: kind of the indicator; for a count, sizes are added to the numerator only.
        target, operator: the target to judge both bounds by, if any.

    While the outcome is open, the deciding municipalities are those whose silent organizations alone hold the people
    needed; if there are none, the fewest municipalities that hold them together, the largest first.
    """
    numerator, denominator = present
    more = sum(sizes.values())
    scale = scale_of(kind)
    whole = Fraction(1) if kind == "count" else (denominator or Fraction(0)) + more
    if not whole:
        return Bounds(None, None, None)
    low, high = scale * numerator / whole, scale * (numerator + more) / whole
    ends = float(low), float(high)
    if target is None or operator is None:
        return Bounds(*ends, None)
    at_low, at_high = meets(low, target, operator), meets(high, target, operator)
    if at_low == at_high:
        return Bounds(*ends, "met" if at_low else "missed")
    limit = target * whole / scale - numerator
    needed = whole_above(limit) if operator == ">=" else limit.numerator // limit.denominator + 1
    deciding, alone = _deciding(sizes, needed)
    return Bounds(*ends, "open", needed, deciding, alone)


def _deciding(sizes: Mapping[str, int], needed: int) -> tuple[tuple[str, ...], bool]:
    largest = sorted((code for code in sizes if sizes[code]), key=lambda code: (-sizes[code], code))
    alone = tuple(code for code in largest if sizes[code] >= needed)
    if alone:
        return alone, True
    together: list[str] = []
    for code in largest:
        together.append(code)
        if sum(sizes[chosen] for chosen in together) >= needed:
            break
    return tuple(together), False


def region_bounds(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> Missing:
    """Return the bounds of a region's value in a half-year.

    The last known denominator of an organization is that of its latest earlier half-year, else of its first later one.
    There are no bounds for indicators that passports of silent organizations cannot change, such as loads
    (`counted_by_passports` is False). Raises `PublicationOutdated` for a publication that was made before the mart held
    the staff of organizations.
    """
    require(actor, "view_values")
    described = mart.query_as(
        actor, "select kind, levels, passport from indicators where code = $code", {"code": indicator}
    )
    head = described.row(0, named=True)
    by_organization = head["kind"] == "share" and "O" in head["levels"].split()
    if not by_organization and not head["passport"]:
        return Missing(False, 0, 0, {}, {}, None)
    rows = _silent(mart, actor, scope, indicator, None if by_organization else head["passport"])
    known = rows.filter(pl.col("size").is_not_null())
    unknown, veiled = rows.height - known.height, rows.filter("veiled").height
    sizes = {code: int(size) for code, size in known.group_by("municipality_id").agg(pl.col("size").sum()).iter_rows()}
    where = dict(rows.group_by("municipality_id").len().iter_rows())
    region = mart.query_as(
        actor,
        """
        select numerator, denominator, target, operator, hidden
        from verdicts
        where region_id = $region and profile = $profile and year = $year and half = $half
            and indicator = $indicator and level = 'R'
        """,
        {**scope.parameters, "indicator": indicator},
    ).row(0, named=True)
    foreign = [size for code, size in sizes.items() if not may(actor, "view_people", code)]
    if region["hidden"] or 0 < sum(foreign) < SMALL_GROUP:
        return Missing(True, rows.height, unknown, {}, where, None, hidden=True, veiled=veiled)
    sizes_hidden = any(0 < size < SMALL_GROUP for size in foreign)
    found = bounds(
        (exact(region["numerator"] or 0), exact(region["denominator"] or 0)),
        sizes,
        head["kind"],
        None if region["target"] is None else exact(region["target"]),
        region["operator"],
    )
    return Missing(
        True, rows.height, unknown, dict(sorted(sizes.items())), where, found, sizes_hidden=sizes_hidden, veiled=veiled
    )


_SIZES = {
    None: """
        select territory_id as organization_id, year, half, denominator as size, hidden
        from indicator_values
        where region_id = $region and indicator = $indicator and level = 'O' and (denominator is not null or hidden)
    """,
    "management_teams": """
        select organization_id, year, half, management_teams as size, false as hidden
        from organization_staff
        where region_id = $region and $indicator is not null
    """,
    "organizations": """
        select organization_id, year, half, 1 as size, false as hidden
        from half_years
        inner join organizations on half_years.region_id = organizations.region_id
        where half_years.region_id = $region and $indicator is not null
    """,
}


def _silent(mart: Mart, actor: Actor, scope: Scope, indicator: str, passport: str | None) -> pl.DataFrame:
    """Return the organizations without a passport of the half-year.

    One row an organization: municipality_id, size (the latest that the actor may see, may be missing), veiled (the size
    is missing because it is hidden).
    """
    return mart.query_as(
        actor,
        f"""
        with sizes as ({_SIZES[passport]}),

        reported as (
            select organization_id
            from organization_staff
            where region_id = $region and year = $year and half = $half
        ),

        last_known as (
            select
                organization_id,
                arg_min(
                    size,
                    case
                        when (year, half) <= ($year, $half) then 2 * ($year - year) + $half - half
                        else 1000000 + 2 * (year - $year) + half - $half
                    end
                ) filter (where size is not null) as size,
                bool_or(hidden) as hidden
            from sizes
            group by organization_id
        )

        select
            organizations.municipality_id, last_known.size,
            last_known.size is null and coalesce(last_known.hidden, false) as veiled
        from organizations
        anti join reported on organizations.organization_id = reported.organization_id
        left join last_known on organizations.organization_id = last_known.organization_id
        where organizations.region_id = $region
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half, "indicator": indicator},
    )
