"""Methodist need against hand-made cases and against exhaustive search."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.queries.analysis.need import (
    Staffing,
    full_time,
    lacking,
    overloaded,
    proposal,
    rehearse,
    totals,
    value,
    verdict,
    whole,
)

LIMIT = Fraction(250)
# m1 works in two municipalities and is over the limit only by both together
LOADS = [("m1", "A", 150), ("m1", "B", 150), ("m2", "A", 250), ("m3", "B", 300), ("m4", "B", 0)]

COUNTS = st.integers(0, 40)
PLACES = st.lists(
    st.builds(Staffing, st.just(""), COUNTS, st.integers(0, 4), COUNTS), min_size=1, max_size=4
).map(lambda found: [Staffing(f"p{n}", p.teachers if p.methodists else 0, p.methodists, p.uncovered)
                     for n, p in enumerate(found)])  # fmt: skip


def test_a_load_is_the_total_over_all_municipalities() -> None:
    assert totals(LOADS) == {"m1": 300, "m2": 250, "m3": 300, "m4": 0}
    assert overloaded(LOADS, LIMIT) == {"A": {"m1"}, "B": {"m1", "m3"}}


def test_a_methodist_of_several_municipalities_is_shared_in_proportion() -> None:
    assert full_time(LOADS) == {"A": Fraction(3, 2), "B": Fraction(3, 2)}


@given(
    st.lists(
        st.tuples(st.sampled_from("mno"), st.sampled_from("ABC"), st.integers(0, 9)),
        max_size=9,
        unique_by=lambda load: load[:2],
    )
)
def test_parts_of_methodists_sum_to_the_methodists(loads: list[tuple[str, str, int]]) -> None:
    busy = sum(1 for load in totals(loads).values() if load)
    assert sum(full_time(loads).values()) == busy


@pytest.mark.parametrize(
    ("teachers", "uncovered", "present", "expected"),
    [
        (500, 0, 2, 0),
        (501, 0, 2, 1),
        (500, 1, 2, 1),
        (500, 251, 2, 2),
        (0, 0, 0, 0),
        (0, 1, 0, 1),
        (400, 0, Fraction(3, 2), 1),
        (375, 0, Fraction(3, 2), 0),
        (100, 100, 5, 0),
    ],
)
def test_lacking_by_hand(teachers: int, uncovered: int, present: Fraction | int, expected: int) -> None:
    assert lacking(teachers, uncovered, present, LIMIT) == expected


@given(COUNTS, COUNTS, st.fractions(0, 5, max_denominator=4), st.integers(1, 15))
def test_lacking_is_the_least_number_that_suffices(teachers: int, uncovered: int, present: Fraction, most: int) -> None:
    tried = next(k for k in range(100) if (present + k) * most >= teachers + uncovered)
    assert lacking(teachers, uncovered, present, Fraction(most)) == tried


@pytest.mark.parametrize("limit", [Fraction(0), Fraction(-1)])
def test_a_limit_is_above_zero(limit: Fraction) -> None:
    with pytest.raises(ValueError, match="above 0"):
        lacking(1, 0, 0, limit)


@pytest.mark.parametrize(
    ("teachers", "methodists", "limit", "expected"),
    [
        (500, 2, LIMIT, "met"),
        (501, 2, LIMIT, "near"),
        (550, 2, LIMIT, "near"),
        (551, 2, LIMIT, "missed"),
        (0, 0, LIMIT, "no_data"),
        (0, 0, None, "no_data"),
        (500, 2, None, "no_target"),
    ],
)
def test_verdict(teachers: int, methodists: int, limit: Fraction | None, expected: str) -> None:
    assert verdict(Staffing("A", teachers, methodists, 0), limit) == expected


def test_adding_and_moving_by_hand() -> None:
    before = [Staffing("A", 600, 2, 100), Staffing("B", 200, 4, 0), Staffing("C", 90, 1, 10)]
    region = Staffing("R", 890, 6, 110)  # one methodist works both in A and in B

    after = rehearse(before, {"A": 4, "B": 3})
    assert after == [Staffing("A", 600, 4, 100), Staffing("B", 200, 3, 0), before[2]]
    changed = whole(region, before, after)
    assert changed == Staffing("R", 890, 7, 110)
    assert (value(before[0]), value(after[0]), value(changed)) == (Fraction(300), Fraction(150), Fraction(890, 7))

    covering = rehearse(before, {"A": 4}, cover=True)
    assert covering[0] == Staffing("A", 700, 4, 0)
    assert covering[2] == Staffing("C", 100, 1, 0)
    assert whole(region, before, covering) == Staffing("R", 1000, 8, 0)

    emptied = rehearse(before, {"C": 0}, cover=True)
    assert emptied[2] == Staffing("C", 0, 0, 100)
    assert value(emptied[2]) is None
    with pytest.raises(ValueError, match="fewer than 0"):
        rehearse(before, {"A": -1})


@given(PLACES, st.dictionaries(st.sampled_from(["p0", "p1", "p2"]), st.integers(0, 5)), st.booleans())
def test_nobody_is_lost_and_a_plan_that_changes_nothing_changes_nothing(
    places: list[Staffing], plan: dict[str, int], cover: bool
) -> None:
    after = rehearse(places, plan, cover)
    for old, new in zip(places, after, strict=True):
        assert new.teachers + new.uncovered == old.teachers + old.uncovered
        assert new.methodists == plan.get(old.code, old.methodists)
    assert rehearse(places, {}) == places
    region = Staffing("R", sum(p.teachers for p in places), sum(p.methodists for p in places), 0)
    assert whole(region, places, after).teachers == sum(place.teachers for place in after)


FEW = st.integers(0, 9)
TOWNS = st.lists(st.tuples(FEW, st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=3).map(
    lambda found: [
        Staffing(f"p{place}", teachers if methodists else 0, methodists, uncovered)
        for place, (teachers, methodists, uncovered) in enumerate(found)
    ]
)


@given(TOWNS, st.integers(2, 6), st.booleans(), st.booleans())
def test_a_proposal_keeps_the_limit_everywhere_with_the_fewest_new_methodists(
    places: list[Staffing], most: int, move: bool, cover: bool
) -> None:
    limit = Fraction(most)
    after = rehearse(places, proposal(places, limit, move, cover), cover)
    present = sum(place.methodists for place in places)
    hired = sum(place.methodists for place in after) - present
    for old, new in zip(places, after, strict=True):
        assert new.teachers <= most * new.methodists
        assert new.uncovered == (0 if cover else old.uncovered)
        assert move or new.methodists >= old.methodists
    tried = (
        sum(counts) - present
        for counts in product(range(10), repeat=len(places))
        if sum(counts) >= present
        and all(
            (place.teachers + place.uncovered * cover) <= most * count and (move or count >= place.methodists)
            for place, count in zip(places, counts, strict=True)
        )
    )
    assert hired == min(tried)


def test_who_can_spare_most_gives_first() -> None:
    places = [Staffing("A", 600, 1, 0), Staffing("B", 100, 2, 0), Staffing("C", 100, 4, 0)]
    assert proposal(places, LIMIT, move=False, cover=False) == {"A": 3}
    assert proposal(places, LIMIT, move=True, cover=False) == {"A": 3, "C": 2}
    assert proposal(places[1:], LIMIT, move=True, cover=False) == {}
