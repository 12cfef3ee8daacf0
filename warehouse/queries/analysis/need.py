"""Need for regional methodists: overload, teachers without one, and what-if plans.

The limit is the target of `teachers_per_regional_methodist`. A methodist's load is their total over all
municipalities; one who works in several is divided among them in proportion to the teachers there, so that the parts of
all municipalities sum to the whole methodist. All arithmetic is in fractions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from warehouse.queries.analysis.exact import meets, whole_above

NEAR = Fraction(11, 10)
"""A load up to a tenth above the limit is near to it."""

Load = tuple[str, str, int]
"""Methodist, municipality, teachers assigned to them there."""


@dataclass(frozen=True)
class Staffing:
    """Teachers and methodists of a territory.

    teachers: assigned to methodists; methodists: those with teachers there; uncovered: teachers without a methodist.
    """

    code: str
    teachers: int
    methodists: int
    uncovered: int


def totals(loads: Iterable[Load]) -> dict[str, int]:
    """Return each methodist's load over all municipalities."""
    found: dict[str, int] = defaultdict(int)
    for methodist, _, teachers in loads:
        found[methodist] += teachers
    return dict(found)


def overloaded(loads: Sequence[Load], limit: Fraction) -> dict[str, set[str]]:
    """Return the methodists above the limit by each municipality where they have teachers."""
    load = totals(loads)
    found: dict[str, set[str]] = defaultdict(set)
    for methodist, municipality, teachers in loads:
        if teachers and load[methodist] > limit:
            found[municipality].add(methodist)
    return dict(found)


def full_time(loads: Sequence[Load]) -> dict[str, Fraction]:
    """Return each municipality's methodists as full-time equivalents, by code.

    A methodist of several municipalities is divided among them by teachers; the sum is the number of methodists with a
    load.
    """
    load = totals(loads)
    found: dict[str, Fraction] = defaultdict(Fraction)
    for methodist, municipality, teachers in loads:
        if teachers:
            found[municipality] += Fraction(teachers, load[methodist])
    return dict(found)


def lacking(teachers: int, uncovered: int, present: Fraction | int, limit: Fraction) -> int:
    """Return the least number of further methodists that covers everybody within the limit.

    Args:
        teachers: teachers who are assigned already.
        uncovered: teachers without a methodist.
        present: full-time equivalents of methodists there.
        limit: the most teachers per methodist.

    Assumes that a territory may redistribute its teachers among its methodists. Raises `ValueError` for a limit that is
    not above 0.
    """
    if limit <= 0:
        raise ValueError("the limit is above 0")
    return max(0, whole_above((teachers + uncovered) / limit - present))


def value(territory: Staffing) -> Fraction | None:
    """Return the indicator of a territory: teachers to a methodist, None without methodists."""
    return Fraction(territory.teachers, territory.methodists) if territory.methodists else None


def verdict(territory: Staffing, limit: Fraction | None) -> str:
    """Return the verdict on a territory's load: met, near, missed, no_target or no_data."""
    load = value(territory)
    if load is None:
        return "no_data"
    if limit is None:
        return "no_target"
    if meets(load, limit, "<="):
        return "met"
    return "near" if meets(load, limit * NEAR, "<=") else "missed"


def rehearse(territories: Sequence[Staffing], plan: Mapping[str, int], cover: bool = False) -> list[Staffing]:
    """Return the territories as they would be after a plan.

    Args:
        territories: the territories as they are.
        plan: number of methodists by code; territories left out keep theirs.
        cover: also assign uncovered teachers wherever there is a methodist.

    Where no methodist is left, all teachers become uncovered. Raises `ValueError` for a number below 0.
    """
    if any(count < 0 for count in plan.values()):
        raise ValueError("a municipality cannot have fewer than 0 methodists")
    changed = []
    for territory in territories:
        methodists = plan.get(territory.code, territory.methodists)
        if not methodists:
            changed.append(Staffing(territory.code, 0, 0, territory.uncovered + territory.teachers))
            continue
        taken = territory.uncovered if cover else 0
        changed.append(Staffing(territory.code, territory.teachers + taken, methodists, territory.uncovered - taken))
    return changed


def whole(region: Staffing, before: Sequence[Staffing], after: Sequence[Staffing]) -> Staffing:
    """Return the region after its municipalities changed, by adding their changes.

    The region is no sum of its municipalities, because a methodist who works in several counts in it once; so it is
    changed by the differences. Moving a methodist between municipalities changes nothing for the region.
    """
    return replace(
        region,
        teachers=region.teachers + sum(one.teachers for one in after) - sum(one.teachers for one in before),
        methodists=max(
            0,
            region.methodists + sum(one.methodists for one in after) - sum(one.methodists for one in before),
        ),
        uncovered=region.uncovered + sum(one.uncovered for one in after) - sum(one.uncovered for one in before),
    )


def proposal(territories: Sequence[Staffing], limit: Fraction, move: bool, cover: bool) -> dict[str, int]:
    """Return the plan with the fewest new methodists that keeps every load within the limit.

    Args:
        limit: the most teachers per methodist.
        move: first use methodists whom other municipalities can spare while staying within the limit; those that can
            spare most give first, equal ones in the given order.
        cover: count uncovered teachers as well.

    Raises `ValueError` for a limit that is not above 0.
    """
    spare: dict[str, int] = {}
    plan: dict[str, int] = {}
    for territory in territories:
        needed = lacking(territory.teachers, territory.uncovered if cover else 0, 0, limit)
        if needed > territory.methodists:
            plan[territory.code] = needed
        elif needed < territory.methodists:
            spare[territory.code] = territory.methodists - needed
    if not move:
        return plan
    present = {territory.code: territory.methodists for territory in territories}
    wanted = sum(needed - present[code] for code, needed in plan.items())
    for code in sorted(spare, key=lambda code: -spare[code]):
        given = min(spare[code], wanted)
        if given:
            plan[code] = present[code] - given
            wanted -= given
    return plan
