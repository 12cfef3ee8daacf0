"""Which unknowns of linear rules have one possible number only, by integer programming."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ortools.sat.python import cp_model

from tests.warehouse.suppression.attack_figures import Figure
from tests.warehouse.suppression.attack_rules import Rule

MOST: Final = 2_000
"""No figure of the worlds is larger."""
SECONDS: Final = 60
"""For one answer."""
EXPLAINING: Final = 5
"""Seconds for one explanation."""


class Unknown(NamedTuple):
    """A figure while it has one number: unchanged between publications it is the same unknown."""

    figure: Figure
    value: int


@dataclass(frozen=True)
class Equation:
    """A rule of a publication with the shown figures put in. All factors are 1 or -1."""

    terms: Mapping[Unknown, int]
    low: int
    high: int
    rule: Rule
    publication: int


def equations(found: Sequence[tuple[Mapping[Figure, int], Sequence[Rule]]], known: set[Unknown]) -> list[Equation]:
    """Return rules with known figures put in; found: truth and rules of each publication.

    Raises AssertionError where a rule does not hold in truth: then it is no rule.
    """
    made: list[Equation] = []
    for number, (truth, rules) in enumerate(found, 1):
        for rule in rules:
            value = sum(factor * truth[figure] for figure, factor in rule.terms.items())
            assert rule.low <= value <= rule.high, f"«{rule.said}» does not hold: {value}, {rule}"
            terms: dict[Unknown, int] = {}
            given = 0
            for figure, factor in rule.terms.items():
                unknown = Unknown(figure, truth[figure])
                if unknown in known:
                    given += factor * unknown.value
                else:
                    terms[unknown] = factor
            if terms:
                made.append(Equation(terms, rule.low - given, rule.high - given, rule, number))
    return made


def determined(found: Sequence[Equation], wanted: set[Unknown]) -> Iterator[tuple[Unknown, list[Equation]]]:
    """Yield the wanted unknowns with one possible number, each with its equations."""
    fixed = _propagated(found)
    connected = {id(equation): group for group in _components(found) for equation in group}
    for equation in found:
        for one in equation.terms:
            if one in fixed and one in wanted:
                wanted = wanted - {one}
                yield one, connected[id(equation)]
    for group in _components(_without(found, fixed)):
        unknowns = {one for equation in group for one in equation.terms}
        left = sorted(wanted & unknowns)
        if not left:
            continue
        model, numbers = _model(group, unknowns)
        moved: set[Unknown] = set()
        for sign in (1, -1):
            extreme = model.Clone()
            extreme.Minimize(sum(sign * numbers[one] for one in left))
            moved |= _moved(extreme, numbers)
        for one in left:
            if one not in moved:
                other = model.Clone()
                other.Add(numbers[one] != one.value)
                moved |= (found_now := _moved(other, numbers))
                if not found_now:
                    model.Add(numbers[one] == one.value)
                    yield one, connected[next(id(whole) for whole in found if one in whole.terms)]


def _propagated(found: Sequence[Equation]) -> set[Unknown]:
    """Return the unknowns that bounds of single equations leave one number."""
    least: dict[Unknown, int] = {one: 0 for equation in found for one in equation.terms}
    most = dict.fromkeys(least, MOST)
    places: dict[Unknown, list[int]] = defaultdict(list)
    for place, equation in enumerate(found):
        for one in equation.terms:
            places[one].append(place)
    waiting = dict.fromkeys(range(len(found)))
    while waiting:
        place = next(iter(waiting))
        del waiting[place]
        equation = found[place]
        low = sum(factor * (least if factor > 0 else most)[one] for one, factor in equation.terms.items())
        high = sum(factor * (most if factor > 0 else least)[one] for one, factor in equation.terms.items())
        for one, factor in equation.terms.items():
            up, down = equation.high - low, high - equation.low
            rise, fall = (up, down) if factor > 0 else (down, up)
            limits = max(least[one], most[one] - fall), min(most[one], least[one] + rise)
            if limits != (least[one], most[one]):
                low += max(0, limits[0] - least[one]) if factor > 0 else max(0, most[one] - limits[1])
                high -= max(0, most[one] - limits[1]) if factor > 0 else max(0, limits[0] - least[one])
                least[one], most[one] = limits
                waiting |= dict.fromkeys(places[one])
    return {one for one, number in least.items() if number == most[one]}


def _without(found: Sequence[Equation], fixed: set[Unknown]) -> list[Equation]:
    """Return the equations with fixed unknowns put in."""
    left = []
    for equation in found:
        given = sum(factor * one.value for one, factor in equation.terms.items() if one in fixed)
        terms = {one: factor for one, factor in equation.terms.items() if one not in fixed}
        if terms:
            left.append(replace(equation, terms=terms, low=equation.low - given, high=equation.high - given))
    return left


def why(unknown: Unknown, group: Sequence[Equation]) -> list[Equation]:
    """Return few equations that determine an unknown; minimal if there was time to try."""
    near: list[Equation] = []
    reached = {unknown}
    while len(near) < len(group) and not _follows(unknown, near, SECONDS):
        near = [one for one in group if reached & one.terms.keys()]
        reached |= {other for one in near for other in one.terms}
    until = time.monotonic() + EXPLAINING
    size = len(near) // 2
    while size:
        place = 0
        while place < len(near) and time.monotonic() < until:
            fewer = near[:place] + near[place + size :]
            if _follows(unknown, fewer, 1):
                near = fewer
            else:
                place += size
        size //= 2
    return near


def _follows(unknown: Unknown, found: Sequence[Equation], seconds: float) -> bool:
    """Return whether no other number was possible; False also where time did not suffice."""
    model, numbers = _model(found, {unknown} | {one for equation in found for one in equation.terms})
    model.Add(numbers[unknown] != unknown.value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    return solver.StatusName(solver.Solve(model)) == "INFEASIBLE"


def _model(
    found: Iterable[Equation], unknowns: Iterable[Unknown]
) -> tuple[cp_model.CpModel, dict[Unknown, cp_model.IntVar]]:
    model = cp_model.CpModel()
    numbers = {one: model.NewIntVar(0, MOST, "") for one in sorted(unknowns)}
    for equation in found:
        model.AddLinearConstraint(
            sum(factor * numbers[one] for one, factor in equation.terms.items()), equation.low, equation.high
        )
    return model, numbers


def _moved(model: cp_model.CpModel, numbers: Mapping[Unknown, cp_model.IntVar]) -> set[Unknown]:
    """Return the unknowns that differ from the truth in a solution; none without a solution."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = SECONDS
    status = solver.StatusName(solver.Solve(model))
    assert status in ("OPTIMAL", "FEASIBLE", "INFEASIBLE"), status
    if status == "INFEASIBLE":
        return set()
    return {one for one, number in numbers.items() if solver.Value(number) != one.value}


def _components(found: Iterable[Equation]) -> Iterable[list[Equation]]:
    """Return the equations in groups that share no unknown."""
    parent: dict[Unknown, Unknown] = {}

    def root(one: Unknown) -> Unknown:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    kept = list(found)
    for equation in kept:
        first, *others = equation.terms
        for other in others:
            parent[root(other)] = root(first)
    groups: dict[Unknown, list[Equation]] = defaultdict(list)
    for equation in kept:
        groups[root(next(iter(equation.terms)))].append(equation)
    return groups.values()
