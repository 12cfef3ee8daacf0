"""Cheapest path to a target: how many steps, and in which municipalities.

A step is one more in the numerator (a person, a team, an event), one fewer where lower is better, and for a load one
more methodist to share it. The denominator of a share does not change and each step counts in the region once, so every
path needs the same least number of steps; the rules below say which municipalities take them.

Fewest people: the municipalities furthest below their own target come first, and each takes what it lacks to its own
target; remaining steps are distributed in a second pass in that order, up to what each can take. Fewest municipalities:
of all smallest sets that can take every step, the one whose members come first in that order; steps are distributed as
before. Equally far municipalities keep the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import Pair, exact, made_of, meets, scale_of, value_of, whole_above
from warehouse.queries.verdicts import indicator_verdicts, territory_verdicts
from warehouse.store.row import Row
from warehouse.store.scope import Scope


@dataclass(frozen=True)
class Candidate:
    """A municipality that may take steps: its figures and the target it is judged by."""

    code: str
    pair: Pair
    target: Fraction


@dataclass(frozen=True)
class Step:
    """Steps that a municipality takes, and its value before and after (shares in percent)."""

    code: str
    steps: int
    before: float
    after: float


@dataclass(frozen=True)
class Path:
    """Steps to the target: how many are needed and possible, and who takes them.

    fewest_people, fewest_municipalities: the steps in either variant. regional: the region's
    figures are not the sum of those of its municipalities, so the steps cannot be distributed; hidden: the reason is
    that figures of municipalities are hidden. behind: municipalities below their own targets with the steps each lacks,
    the furthest first, whether or not the region has reached its own target.
    """

    needed: int
    possible: int | None
    fewest_people: tuple[Step, ...]
    fewest_municipalities: tuple[Step, ...]
    regional: bool = False
    behind: tuple[Step, ...] = ()
    hidden: bool = False

    @property
    def impossible(self) -> bool:
        """Whether the target is out of reach even when every possible step is taken."""
        return self.possible is not None and self.possible < self.needed


def steps_needed(pair: Pair, kind: str, target: Fraction, operator: str) -> int:
    """Return the least number of steps to the target, 0 when it is met already."""
    numerator, denominator = pair
    value = value_of(pair, kind)
    if value is None or meets(value, target, operator):
        return 0
    whole = Fraction(1) if kind == "count" else denominator or Fraction(0)
    limit = target * whole / scale_of(kind)
    if operator == ">=":
        return whole_above(limit - numerator)
    if kind == "ratio":
        return whole_above(numerator / target - whole) if target > 0 else 0
    return whole_above(numerator - limit)


def reserve(pair: Pair, kind: str, target: Fraction, operator: str) -> int:
    """Return how many the numerator may worsen by with the target still met; 0 if it is not."""
    value, (numerator, denominator) = value_of(pair, kind), pair
    if value is None or not meets(value, target, operator):
        return 0
    limit = target * (denominator if denominator is not None and kind != "count" else 1) / scale_of(kind)
    return abs(int(numerator - limit))


def room(pair: Pair, kind: str, operator: str) -> int | None:
    """Return the most steps that a territory can take; None: no limit.

    A share can grow to everybody in its denominator and fall to nobody; a load is shared by at most one methodist for
    each of the assigned teachers.
    """
    numerator, denominator = pair
    if operator == "<=" and kind != "ratio":
        return max(0, int(numerator))
    if kind == "count" or (operator == ">=" and kind == "ratio"):
        return None
    if kind == "ratio":
        return max(0, int(numerator - (denominator or 0)))
    return max(0, int((denominator or Fraction(0)) - numerator))


def after(pair: Pair, kind: str, operator: str, steps: int) -> Pair:
    """Return numerator and denominator after a number of steps."""
    numerator, denominator = pair
    if operator == ">=":
        return numerator + steps, denominator
    if kind == "ratio" and denominator is not None:
        return numerator, denominator + steps
    return numerator - steps, denominator


def cheapest(region: Pair, candidates: Sequence[Candidate], kind: str, target: Fraction, operator: str) -> Path:
    """Return the cheapest path of a region to its target through its municipalities."""
    needed = steps_needed(region, kind, target, operator)
    rooms = {candidate.code: room(candidate.pair, kind, operator) for candidate in candidates}
    limits = {code: needed if limit is None else min(limit, needed) for code, limit in rooms.items()}
    whole = room(region, kind, operator)
    possible = None if kind == "count" and operator == ">=" else sum(limits.values())
    if whole is not None and possible is not None:
        possible = min(possible, whole)
    if not needed or (possible is not None and possible < needed) or not candidates:
        return Path(needed, possible, (), (), regional=not candidates)
    lacking = {one.code: steps_needed(one.pair, kind, one.target, operator) for one in candidates}
    order = sorted(candidates, key=lambda candidate: -_distance(candidate, kind, operator))
    codes = [candidate.code for candidate in order]
    figures = {candidate.code: candidate for candidate in candidates}

    def steps(chosen: Sequence[str]) -> tuple[Step, ...]:
        taken = share_out(needed, chosen, lacking, limits)
        return tuple(_step(figures[code], kind, operator, count) for code, count in taken.items() if count)

    return Path(needed, possible, steps(codes), steps(smallest_set(needed, codes, limits)))


def _distance(candidate: Candidate, kind: str, operator: str) -> Fraction:
    value = value_of(candidate.pair, kind) or Fraction(0)
    return candidate.target - value if operator == ">=" else value - candidate.target


def share_out(
    needed: int, order: Sequence[str], lacking: Mapping[str, int], limits: Mapping[str, int]
) -> dict[str, int]:
    """Distribute the steps: first up to each one's own target, then up to its limit.

    Both passes follow the given order. Returns steps by code.
    """
    taken = dict.fromkeys(order, 0)
    for ceiling in (lacking, limits):
        for code in order:
            more = min(ceiling[code], limits[code]) - taken[code]
            more = max(0, min(more, needed - sum(taken.values())))
            taken[code] += more
    return taken


def smallest_set(needed: int, order: Sequence[str], limits: Mapping[str, int]) -> list[str]:
    """Return the smallest set of codes whose limits together hold the needed steps.

    Of several such sets, the one whose members come first in the given order.
    """
    largest = sorted((limits[code] for code in order), reverse=True)
    size = next(count for count in range(len(largest) + 1) if sum(largest[:count]) >= needed)
    chosen: list[str] = []
    for position, code in enumerate(order):
        left = size - len(chosen)
        rest = sorted((limits[other] for other in order[position + 1 :]), reverse=True)
        held = sum(limits[other] for other in chosen) + limits[code]
        if left and held + sum(rest[: left - 1]) >= needed:
            chosen.append(code)
    return chosen


def region_path(mart: Mart, actor: Actor, scope: Scope, indicator: str) -> Path | None:
    """Return the cheapest path of the region to its target in a half-year.

    None without a target or a value.
    """
    require(actor, "view_values")
    region = territory_verdicts(mart, actor, scope, "R", scope.region)
    row = next((row for row in region.iter_rows(named=True) if row["code"] == indicator), None)
    return None if row is None else path_of(row, indicator_verdicts(mart, actor, scope, indicator))


def path_of(region: Row, municipalities: pl.DataFrame) -> Path | None:
    """Return the cheapest path of a region through its municipalities.

    None without a target or a value. region: its row of `verdicts.territory_verdicts`; municipalities: the frame of
    `verdicts.indicator_verdicts`. A municipality without a target of its own is judged by the region's; one without
    data takes no steps.
    """
    if region["value"] is None or region["target"] is None:
        return None
    target, operator, kind = exact(region["target"]), region["operator"], region["kind"]
    pair = _pair(region)
    candidates = [
        Candidate(
            row["municipality_id"],
            _pair(row),
            target if row["target"] is None or row["operator"] != operator else exact(row["target"]),
        )
        for row in municipalities.iter_rows(named=True)
        if row["value"] is not None
    ]
    if made_of(pair, [candidate.pair for candidate in candidates]):
        found = cheapest(pair, candidates, kind, target, operator)
    else:
        hidden = (municipalities.get_column("verdict") == "hidden").any()
        needed = steps_needed(pair, kind, target, operator)
        found = Path(needed, room(pair, kind, operator), (), (), regional=True, hidden=hidden)
    judged = {row["municipality_id"] for row in municipalities.iter_rows(named=True) if row["target"] is not None}
    return replace(found, behind=behind([one for one in candidates if one.code in judged], kind, operator))


def behind(candidates: Sequence[Candidate], kind: str, operator: str) -> tuple[Step, ...]:
    """Return the municipalities below their own target with the steps they lack.

    The furthest below comes first.
    """
    order = sorted(candidates, key=lambda candidate: -_distance(candidate, kind, operator))
    lacking = [(candidate, steps_needed(candidate.pair, kind, candidate.target, operator)) for candidate in order]
    return tuple(_step(candidate, kind, operator, count) for candidate, count in lacking if count)


def _step(candidate: Candidate, kind: str, operator: str, count: int) -> Step:
    before, later = value_of(candidate.pair, kind), value_of(after(candidate.pair, kind, operator, count), kind)
    return Step(candidate.code, count, float(before or 0), float(later or 0))


def _pair(row: Row) -> Pair:
    return exact(row["numerator"]), None if row["denominator"] is None else exact(row["denominator"])
