"""Why a value changed: exact decomposition of a difference into causes.

A value n/d changes by n and by d at once. Each is given the effect of its own change, averaged over both orders (n
first, d first), so the decomposition does not depend on an order and leaves no remainder. It is linear: when the change
of n and of d is a sum of parts (organizations that reported both times, only now, only then; municipalities), the
effects of the parts sum to the difference of the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from warehouse.access.rights import Actor, may, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import Pair, exact, made_of, scale_of, value_of
from warehouse.store.scope import Scope

Cause = Literal["corrections", "numerator", "denominator", "joined", "left", "shared"]
"""Cause of a part: corrections of the earlier half-year since its round was closed; numerator and denominator of
organizations that reported both times (of the whole region where organizations have no value or may not be shown);
organizations that reported only now, or only then; people whom several organizations counted."""


@dataclass(frozen=True)
class Part:
    """One cause of a difference: its effect on the value and the figures it comes from.

    organizations: how many organizations the cause is about, 0 where it is not about organizations.
    """

    cause: Cause
    effect: Fraction
    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    organizations: int = 0


@dataclass(frozen=True)
class Change:
    """The change of a region's value from an earlier one, with its causes.

    start and end are values as shown (shares in percent), None where there was none; `parts` sum to end - start.
    since: the value that the municipalities' contributions start from (by today's data, after corrections);
    `municipalities` and `elsewhere` (counted in several, or by the region alone) sum to end - since, and are empty
    where the region's figures are not the sum of those of its municipalities.
    """

    start: Fraction | None
    end: Fraction | None
    before: Pair | None
    after: Pair | None
    parts: tuple[Part, ...] = ()
    since: Fraction | None = None
    municipalities: tuple[tuple[str, Fraction], ...] = ()
    elsewhere: Fraction = Fraction(0)


@dataclass(frozen=True)
class RegionPairs:
    """Numerators and denominators of an indicator of a region in one half-year.

    hidden: codes of municipalities and organizations that may only be shown within sums. organizations: empty for an
    actor who may not see those of the whole region, because one that joined or left would be disclosed with its
    figures.
    """

    kind: str
    region: Pair | None
    municipalities: Mapping[str, Pair]
    organizations: Mapping[str, Pair]
    hidden: frozenset[str] = frozenset()


def weights(before: Pair, after: Pair, kind: str) -> tuple[Fraction, Fraction]:
    """Return how much one more in the numerator, and one in the denominator, adds to a value.

    Both are averaged between the two states, so that the effects sum to the whole difference. Raises `ValueError` for a
    share or ratio without a denominator.
    """
    if kind == "count":
        return Fraction(1), Fraction(0)
    (n_before, d_before), (n_after, d_after) = before, after
    if not d_before or not d_after:
        raise ValueError("a value without a denominator has no weights")
    scale = scale_of(kind)
    return (
        scale * (1 / d_before + 1 / d_after) / 2,
        -scale * (n_before + n_after) / (2 * d_before * d_after),
    )


def split(before: RegionPairs, after: RegionPairs) -> tuple[Part, ...]:
    """Return the parts of the difference of two regional values, in the order of display.

    Without figures of organizations there are two parts, numerator and denominator (a count has only the numerator).
    Hidden organizations that reported only once are counted among those that reported both times.
    """
    assert before.region is not None and after.region is not None
    numerator, denominator = _difference(before.region, after.region)
    by_one, by_whole = weights(before.region, after.region, after.kind)

    def part(cause: Cause, n: Fraction, d: Fraction, organizations: int = 0) -> Part:
        return Part(cause, by_one * n + by_whole * d, n, d, organizations)

    if not before.organizations or not after.organizations:
        parts = [part("numerator", numerator, Fraction(0)), part("denominator", Fraction(0), denominator)]
        return tuple(found for found in parts if found.cause == "numerator" or after.kind != "count")
    joined = _only_there(after, before)
    left = _only_there(before, after)
    once = {*joined, *left}
    both = _sum({code: pair for code, pair in after.organizations.items() if code not in once})
    both_before = _sum({code: pair for code, pair in before.organizations.items() if code not in once})
    came, went = _sum(joined), _sum(left)
    stayed = both[0] - both_before[0]
    parts = [
        part("numerator", stayed, Fraction(0)),
        part("denominator", Fraction(0), denominator - came[1] + went[1]),
        part("joined", *came, len(joined)),
        part("left", -went[0], -went[1], len(left)),
        part("shared", numerator - stayed - came[0] + went[0], Fraction(0)),
    ]
    return tuple(
        found
        for found in parts
        if found.cause in ("numerator", "denominator") or found.numerator or found.denominator or found.organizations
    )


def _difference(before: Pair, after: Pair) -> tuple[Fraction, Fraction]:
    return after[0] - before[0], (after[1] or Fraction(0)) - (before[1] or Fraction(0))


def _only_there(there: RegionPairs, elsewhere: RegionPairs) -> dict[str, Pair]:
    told = there.organizations.keys() - elsewhere.organizations.keys() - there.hidden - elsewhere.hidden
    return {code: pair for code, pair in there.organizations.items() if code in told}


def _sum(pairs: Mapping[str, Pair]) -> tuple[Fraction, Fraction]:
    return (
        sum((pair[0] for pair in pairs.values()), Fraction(0)),
        sum((pair[1] or Fraction(0) for pair in pairs.values()), Fraction(0)),
    )


def contributions(before: RegionPairs, after: RegionPairs) -> tuple[tuple[tuple[str, Fraction], ...], Fraction]:
    """Return each municipality's effect on the difference, largest first, and the remainder.

    Empty where the region's figures are not the sum of those of its municipalities. Hidden municipalities are part of
    the remainder.
    """
    assert before.region is not None and after.region is not None
    whole = all(
        made_of(figures.region, figures.municipalities.values()) for figures in (before, after) if figures.region
    )
    if not whole or not after.municipalities:
        return (), Fraction(0)
    by_one, by_whole = weights(before.region, after.region, after.kind)
    effects = {}
    for code in {*before.municipalities, *after.municipalities} - before.hidden - after.hidden:
        none = (Fraction(0), Fraction(0))
        n, d = _difference(before.municipalities.get(code, none), after.municipalities.get(code, none))
        effects[code] = by_one * n + by_whole * d
    n, d = _difference(before.region, after.region)
    left = by_one * n + by_whole * d - sum(effects.values())
    return tuple(sorted(effects.items(), key=lambda item: (-abs(item[1]), item[0]))), left


def explained(before: RegionPairs, after: RegionPairs, closed: RegionPairs | None = None) -> Change:
    """Return the change from `before` to `after`, or from the closed value when it is given.

    closed: figures of `before` as they were when its round was closed. If its value differs, the change starts from it
    and the first part is what was corrected since.
    """
    start, end = _value(before), _value(after)
    if before.region is None or after.region is None or start is None or end is None:
        return Change(start, end, before.region, after.region)
    parts = split(before, after)
    municipalities, elsewhere = contributions(before, after)
    frozen = _value(closed) if closed is not None else None
    if frozen is None or closed is None or closed.region is None or frozen == start:
        return Change(start, end, before.region, after.region, parts, start, municipalities, elsewhere)
    corrections = Part("corrections", start - frozen, *_difference(closed.region, before.region))
    return Change(frozen, end, closed.region, after.region, (corrections, *parts), start, municipalities, elsewhere)


def _value(figures: RegionPairs) -> Fraction | None:
    return None if figures.region is None else value_of(figures.region, figures.kind)


def since_half_year(
    mart: Mart, closing: Mart | None, actor: Actor, scope: Scope, indicator: str, year: int, half: int
) -> Change:
    """Return the change of the region's value since another half-year.

    closing: the publication that closed that half-year's round, None when there is none to compare with.
    """
    earlier = Scope(scope.region, year, half, scope.profile)
    return explained(
        region_pairs(mart, actor, earlier, indicator),
        region_pairs(mart, actor, scope, indicator),
        None if closing is None else region_pairs(closing, actor, earlier, indicator),
    )


def since_publication(mart: Mart, before: Mart, actor: Actor, scope: Scope, indicator: str) -> Change:
    """Return the change of a half-year's regional value since an earlier publication.

    mart is the later publication, before the earlier one; the difference comes from corrections and late data.
    """
    return explained(region_pairs(before, actor, scope, indicator), region_pairs(mart, actor, scope, indicator))


def closing_publication(mart: Mart, actor: Actor, region: str, year: int, half: int) -> int | None:
    """Return the publication of the latest closing of a half-year's round, None when none did."""
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        """
        select closing_publication
        from rounds
        where region_id = $region and year = $year and half = $half and closing_publication is not null
        """,
        {"region": region, "year": year, "half": half},
    )
    return int(found.item()) if found.height else None


def region_pairs(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> RegionPairs:
    """Return the figures of an indicator in a half-year: region, municipalities, organizations.

    Organizations that have reported are included even when nobody is in their denominator. Figures of organizations and
    figures hidden from the actor may be used for sums over many of them only, never shown.
    """
    require(actor, "view_values")
    kind = mart.query_as(actor, "select kind from indicators where code = $code", {"code": indicator})
    period = {"region": scope.region, "indicator": indicator, "year": scope.year, "half": scope.half}
    rows = mart.query_unguarded(
        """
        select level, territory_id, numerator, denominator
        from indicator_values
        where region_id = $region and indicator = $indicator and year = $year and half = $half and numerator is not null
            and (value is not null or level = 'O')
        """,
        period,
    )
    hidden = mart.query_as(
        actor,
        """
        select territory_id
        from indicator_values
        where region_id = $region and indicator = $indicator and year = $year and half = $half and hidden
        """,
        period,
    ).get_column("territory_id")
    levels: dict[str, dict[str, Pair]] = {"R": {}, "M": {}, "O": {}}
    for level, territory, numerator, denominator in rows.iter_rows():
        levels[level][territory] = exact(numerator), None if denominator is None else exact(denominator)
    region = None if scope.region in hidden else levels["R"].get(scope.region)
    organizations = levels["O"] if may(actor, "view_organizations") else {}
    return RegionPairs(
        kind.item() if kind.height else "count", region, levels["M"], organizations, frozenset(hidden.to_list())
    )
