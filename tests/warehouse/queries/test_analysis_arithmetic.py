"""Arithmetic of analyses: examples worked out by hand and properties of random cases."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.queries.analysis.bounds import bounds
from warehouse.queries.analysis.change import RegionPairs, explained
from warehouse.queries.analysis.exact import Pair, exact, made_of, meets, value_of, wilson
from warehouse.queries.analysis.path import Candidate, Step, after, cheapest, room, steps_needed
from warehouse.queries.analysis.peers import nearest, rank_ranges, size_difference

F = Fraction


def pair(numerator: int, denominator: int | None = None) -> Pair:
    return F(numerator), None if denominator is None else F(denominator)


# Bounds


def test_bounds_of_a_share_by_hand() -> None:
    # 30 of 200 have reported, 50 more people are silent: 30/250 = 12 % ... 80/250 = 32 %.
    found = bounds(pair(30, 200), {"a": 40, "b": 10}, "share", F(12), ">=")
    assert (found.lowest, found.highest, found.outcome) == (12.0, 32.0, "met")
    assert bounds(pair(30, 200), {"a": 40, "b": 10}, "share", F(33), ">=").outcome == "missed"
    # 20 % of 250 are 50: 20 more are needed, and only a has them.
    depends = bounds(pair(30, 200), {"a": 40, "b": 10}, "share", F(20), ">=")
    assert (depends.outcome, depends.needed, depends.deciding, depends.alone) == ("open", 20, ("a",), True)
    # 31 % of 250 are 77.5: 48 more are needed, which takes both.
    together = bounds(pair(30, 200), {"a": 40, "b": 10}, "share", F(31), ">=")
    assert (together.needed, together.deciding, together.alone) == (48, ("a", "b"), False)


def test_bounds_where_less_is_better_by_hand() -> None:
    # At most 20 % of 250 are 50: the 21st of the silent breaks it.
    found = bounds(pair(30, 200), {"a": 40, "b": 21}, "share", F(20), "<=")
    whole = 261
    assert found.needed == 20 * whole // 100 - 30 + 1 == 23
    assert (found.outcome, found.deciding) == ("open", ("a",))


def test_bounds_of_a_count_and_of_nothing() -> None:
    assert bounds(pair(7), {"a": 2, "b": 1}, "count").highest == 10.0
    assert bounds(pair(7), {"a": 2, "b": 1}, "count", F(9), ">=").deciding == ("a",)
    nobody = bounds(pair(0, 0), {"a": 10}, "share", F(12), ">=")
    assert (nobody.lowest, nobody.highest, nobody.outcome) == (0.0, 100.0, "open")
    assert bounds(pair(0, 0), {}, "share", F(12), ">=").lowest is None


@given(
    reported=st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted),
    sizes=st.lists(st.integers(0, 4), max_size=3),
    target=st.fractions(0, 110, max_denominator=20),
    operator=st.sampled_from([">=", "<="]),
)
def test_bounds_hold_every_outcome_and_decide_only_when_all_agree(
    reported: list[int], sizes: list[int], target: Fraction, operator: str
) -> None:
    numerator, denominator = reported
    whole = denominator + sum(sizes)
    found = bounds(pair(numerator, denominator), dict(zip("abc", sizes, strict=False)), "share", target, operator)
    if not whole:
        assert found.lowest is None
        return
    values = [F(100 * (numerator + sum(more)), whole) for more in product(*(range(size + 1) for size in sizes))]
    assert (found.lowest, found.highest) == (float(min(values)), float(max(values)))
    verdicts = {meets(value, target, operator) for value in values}
    assert found.outcome == ("open" if len(verdicts) == 2 else "met" if verdicts == {True} else "missed")
    if found.outcome == "open":
        held = {code: size for code, size in zip("abc", sizes, strict=False) if code in found.deciding}
        first = meets(values[0], target, operator)

        def flips(more: int) -> bool:
            return meets(F(100 * (numerator + more), whole), target, operator) != first

        assert all(flips(size) == found.alone for size in held.values()) or not found.alone
        assert flips(sum(held.values()))
        assert found.alone == any(flips(size) for size in sizes)
        assert not flips(found.needed - 1)


# Why it changed


def figures(
    kind: str, region: Pair | None, organizations: dict[str, Pair], municipalities: dict[str, Pair]
) -> RegionPairs:
    return RegionPairs(kind, region, municipalities, organizations)


def test_parts_of_a_change_by_hand() -> None:
    # 20/100 = 20 % becomes 33/110 = 30 %. a stays (10/50 -> 15/50), b goes (10/50), c comes (20/60), 2 are in both.
    before = figures("share", pair(20, 100), {"a": pair(10, 50), "b": pair(10, 50)}, {})
    after = figures("share", pair(33, 110), {"a": pair(15, 50), "c": pair(20, 60)}, {})
    found = {part.cause: part for part in explained(before, after).parts}
    by_one = F(100, 2) * (F(1, 100) + F(1, 110))
    by_whole = F(-100 * (20 + 33), 2 * 100 * 110)
    assert found["numerator"].effect == 5 * by_one
    assert found["denominator"].effect == 0
    assert found["joined"].effect == 20 * by_one + 60 * by_whole
    assert found["left"].effect == -10 * by_one - 50 * by_whole
    assert found["shared"].effect == -2 * by_one
    assert sum(part.effect for part in found.values()) == F(100 * 33, 110) - 20 == 10


def test_corrections_since_the_closing_come_first() -> None:
    closed, before, after = (figures("share", pair(n, 100), {}, {}) for n in (10, 12, 15))
    found = explained(before, after, closed)
    assert [(part.cause, part.effect) for part in found.parts] == [
        ("corrections", F(2)),
        ("numerator", F(3)),
        ("denominator", F(0)),
    ]
    assert (found.start, found.since, found.end) == (F(10), F(12), F(15))
    assert explained(before, after, before).parts[0].cause == "numerator"


def test_a_hidden_organization_that_came_is_told_among_the_others() -> None:
    before = figures("share", pair(20, 100), {"a": pair(20, 100)}, {})
    after = figures("share", pair(24, 104), {"a": pair(21, 100), "b": pair(3, 4)}, {})
    assert {part.cause for part in explained(before, after).parts} == {"numerator", "denominator", "joined"}
    hidden = explained(before, replace(after, hidden=frozenset({"b"})))
    assert {part.cause: part.numerator for part in hidden.parts} == {"numerator": 4, "denominator": 0}


def test_what_a_hidden_municipality_added_is_left_over() -> None:
    before = figures("share", pair(20, 200), {}, {"a": pair(10, 100), "b": pair(10, 100)})
    after = figures("share", pair(30, 200), {}, {"a": pair(14, 100), "b": pair(16, 100)})
    found = explained(before, replace(after, hidden=frozenset({"b"})))
    assert [code for code, _ in found.municipalities] == ["a"]
    assert found.elsewhere == 3


def test_contributions_leave_over_what_several_municipalities_counted() -> None:
    before = figures("share", pair(20, 200), {}, {"a": pair(10, 100), "b": pair(10, 100)})
    after = figures("share", pair(29, 200), {}, {"a": pair(20, 100), "b": pair(10, 100)})
    found = explained(before, after)
    assert found.municipalities == (("a", F(5)), ("b", F(0)))
    assert found.elsewhere == F(-1, 2)
    assert found.since is not None and found.end is not None
    assert sum(effect for _, effect in found.municipalities) + found.elsewhere == found.end - found.since


def test_nothing_is_explained_without_both_values() -> None:
    there = figures("share", pair(1, 2), {}, {})
    assert explained(figures("share", None, {}, {}), there).parts == ()
    assert explained(there, figures("share", pair(1, 0), {}, {})).end is None


pairs = st.tuples(st.integers(0, 50), st.integers(1, 60)).map(lambda drawn: pair(*drawn))
groups = st.dictionaries(st.sampled_from("abcdef"), pairs, max_size=6)
regions = st.builds(figures, st.just("share"), pairs, groups, groups)


@given(before=regions, after=regions, closed=st.none() | regions, hidden=st.frozensets(st.sampled_from("abcdef")))
def test_parts_sum_to_the_difference_exactly(
    before: RegionPairs, after: RegionPairs, closed: RegionPairs | None, hidden: frozenset[str]
) -> None:
    found = explained(before, replace(after, hidden=hidden), closed)
    assert found.start is not None and found.end is not None and found.since is not None
    assert sum(part.effect for part in found.parts) == found.end - found.start
    shown = sum(float(part.effect) for part in found.parts)
    assert shown == pytest.approx(float(found.end) - float(found.start), abs=1e-9)
    if found.municipalities:
        assert sum(effect for _, effect in found.municipalities) + found.elsewhere == found.end - found.since


@given(one=st.integers(0, 100), other=st.integers(0, 100))
def test_parts_of_a_count_sum_too(one: int, other: int) -> None:
    found = explained(figures("count", pair(one), {}, {}), figures("count", pair(other), {}, {}))
    assert [part.cause for part in found.parts] == ["numerator"]
    assert found.parts[0].effect == other - one


# The cheapest path


def test_a_path_by_hand() -> None:
    # 20 of 200 and a target of 15 %: 10 more. b is furthest below and lacks 10 to its own 15 %; c could take all alone.
    municipalities = [
        Candidate("a", pair(15, 50), F(15)),
        Candidate("b", pair(2, 80), F(15)),
        Candidate("c", pair(3, 70), F(15)),
    ]
    found = cheapest(pair(20, 200), municipalities, "share", F(15), ">=")
    assert found.needed == 10
    assert found.fewest_people == found.fewest_municipalities == (Step("b", 10, 2.5, 15.0),)
    # With 20 %: 20 more; b lacks 14, c lacks 11.
    municipalities = [Candidate(one.code, one.pair, F(20)) for one in municipalities]
    found = cheapest(pair(20, 200), municipalities, "share", F(20), ">=")
    assert [(step.code, step.steps) for step in found.fewest_people] == [("b", 14), ("c", 6)]
    assert [(step.code, step.steps) for step in found.fewest_municipalities] == [("b", 20)]


def test_a_path_of_a_load_takes_methodists() -> None:
    # 1 000 teachers on 3 methodists against 250: one more, where the load is highest.
    municipalities = [Candidate("a", pair(600, 2), F(250)), Candidate("b", pair(400, 1), F(250))]
    found = cheapest(pair(1000, 3), municipalities, "ratio", F(250), "<=")
    assert found.needed == 1
    assert found.fewest_people == found.fewest_municipalities == (Step("b", 1, 400.0, 200.0),)


def test_equally_far_municipalities_keep_their_order_and_a_met_target_needs_nothing() -> None:
    twins = [Candidate("a", pair(1, 10), F(50)), Candidate("b", pair(1, 10), F(50))]
    found = cheapest(pair(2, 20), twins, "share", F(50), ">=")
    assert [(step.code, step.steps) for step in found.fewest_people] == [("a", 4), ("b", 4)]
    assert [(step.code, step.steps) for step in found.fewest_municipalities] == [("a", 8)]
    assert cheapest(pair(10, 20), twins, "share", F(50), ">=").needed == 0


def test_an_impossible_path_says_so() -> None:
    found = cheapest(pair(2, 20), [Candidate("a", pair(2, 20), F(110))], "share", F(110), ">=")
    assert found.impossible
    assert found.fewest_people == ()


@settings(deadline=None, max_examples=60)
@given(
    given_places=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 100)), min_size=1, max_size=4),
    target=st.integers(0, 110),
    kind=st.sampled_from(["share", "ratio", "count"]),
    better=st.sampled_from([">=", "<="]),
)
def test_no_path_is_cheaper(given_places: list[tuple[int, int, int]], target: int, kind: str, better: str) -> None:
    operator = "<=" if kind == "ratio" else ">=" if kind == "count" else better
    aim = F(max(1, target), 10) if kind != "share" else F(target)
    figures_of = [
        pair(n + d if kind == "ratio" else min(n, d), None if kind == "count" else d) for n, d, _ in given_places
    ]
    municipalities = [
        Candidate("abcd"[position], figures, aim if kind == "count" else F(own))
        for position, (figures, (_, _, own)) in enumerate(zip(figures_of, given_places, strict=True))
    ]
    region = (
        sum((figures[0] for figures in figures_of), F(0)),
        None if kind == "count" else sum((figures[1] or F(0) for figures in figures_of), F(0)),
    )
    found = cheapest(region, municipalities, kind, aim, operator)
    limits = [room(figures, kind, operator) for figures in figures_of]
    ways = product(*(range(min(12 if limit is None else limit, 12) + 1) for limit in limits))

    def reached(steps: int) -> bool:
        value = value_of(after(region, kind, operator, steps), kind)
        return value is not None and meets(value, aim, operator)

    reaching = [way for way in ways if reached(sum(way))]
    if not reaching:
        assert found.impossible
        return
    assert not found.impossible
    assert found.needed == min(map(sum, reaching))
    for variant in (found.fewest_people, found.fewest_municipalities):
        assert sum(step.steps for step in variant) == found.needed
        assert all(0 < step.steps <= (limits["abcd".index(step.code)] or 12) for step in variant)
    fewest = [way for way in reaching if sum(way) == found.needed]
    assert len(found.fewest_municipalities) == min(sum(1 for steps in way if steps) for way in reaching)
    assert len(found.fewest_municipalities) == min(sum(1 for steps in way if steps) for way in fewest)


@given(n=st.integers(0, 40), d=st.integers(1, 40), target=st.integers(1, 400))
def test_steps_close_the_gap_and_one_fewer_does_not(n: int, d: int, target: int) -> None:
    for kind, operator, aim in (
        ("share", ">=", F(target, 4)),
        ("ratio", "<=", F(target, 8)),
        ("count", ">=", F(target)),
    ):
        figures_of = pair(n, None if kind == "count" else d)
        steps = steps_needed(figures_of, kind, aim, operator)
        reached = [value_of(after(figures_of, kind, operator, count), kind) for count in (steps, steps - 1)]
        assert reached[0] is not None and meets(reached[0], aim, operator)
        assert not steps or (reached[1] is not None and not meets(reached[1], aim, operator))


# Intervals, places, peers


def test_wilson_by_a_published_example_and_at_the_ends() -> None:
    # 81 of 263, the example of Newcombe (1998): 0.2553 to 0.3662.
    assert wilson(81, 263) == pytest.approx((25.53, 36.62), abs=0.005)
    assert wilson(0, 20) == pytest.approx((0.0, 16.11), abs=0.01)
    assert wilson(29, 29) == pytest.approx((88.3, 100.0), abs=0.01)
    assert wilson(5, 0) is wilson(None, 3) is wilson(7, 5) is None


@given(numbers=st.tuples(st.integers(0, 500), st.integers(1, 500)).map(sorted))
def test_wilson_holds_its_share(numbers: list[int]) -> None:
    found = wilson(*numbers)
    assert found is not None
    assert 0 <= found[0] <= 100 * numbers[0] / numbers[1] + 1e-9
    assert 100 * numbers[0] / numbers[1] - 1e-9 <= found[1] <= 100 + 1e-9


def test_places_share_ties() -> None:
    values = {"a": F(9), "b": F(7), "c": F(7), "d": F(7), "e": F(1)}
    assert rank_ranges(values) == {"a": (1, 1), "b": (2, 4), "c": (2, 4), "d": (2, 4), "e": (5, 5)}
    assert rank_ranges(values, lower_is_better=True)["e"] == (1, 1)


@given(st.dictionaries(st.sampled_from("abcdef"), st.fractions(0, 3, max_denominator=2)))
def test_places_count_who_is_ahead(values: dict[str, Fraction]) -> None:
    for code, (first, last) in rank_ranges(values).items():
        assert first == 1 + sum(other > values[code] for other in values.values())
        assert last == sum(other >= values[code] for other in values.values())


def test_peers_are_those_whose_size_and_staff_differ_least() -> None:
    sizes = {"a": (10, 1000), "b": (12, 1000), "c": (10, 1500), "d": (20, 2000), "e": (8, 1000)}
    assert size_difference((10, 1000), (20, 2000)) == 4
    assert nearest(sizes, "a", 3) == ["b", "e", "c"]


def test_exact_figures_and_what_a_region_is_made_of() -> None:
    assert exact(0.1) == F(1, 10)
    assert made_of(pair(100, 1000), [pair(60, 500), pair(50, 500)])
    assert not made_of(pair(34, 37), [pair(124, 135)])
    assert not made_of(pair(11), [pair(198)])
