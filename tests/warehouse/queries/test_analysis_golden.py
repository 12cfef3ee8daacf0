"""Analyses of the golden warehouse against answers worked out by hand."""

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from tests.golden.builder import published, rows_of
from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart
from warehouse.queries.analysis import bounds, change, path, peers
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[3]
ACTOR = Actor("Проверка", "admin")
FIRST_2024 = Scope("41000000", 2024, 1, "composite")
SECOND_2023 = Scope("41000000", 2023, 2, "composite")


@pytest.fixture(scope="module")
def mart() -> Mart:
    targets = pl.read_csv(
        ROOT / "sql/reference/targets.csv", schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date}
    )
    rows = rows_of(ROOT / "tests/golden/warehouse.md")
    return published(rows | {"targets": targets.to_dicts()})


def test_bounds_take_the_last_known_staff_of_the_silent(mart: Mart) -> None:
    # 1/35 are reported; b1 is silent and had 30 + 3 people in 2023-2: 1/68 ... 34/68, and 12 % of 68 are 8.16.
    found = bounds.region_bounds(mart, ACTOR, FIRST_2024, "diagnostics_share")
    assert (found.silent, found.unknown, found.sizes) == (1, 0, {"41B00000": 33})
    assert found.bounds == bounds.Bounds(100 / 68, 50.0, "open", 8, ("41B00000",), True)


def test_bounds_of_teams_and_services_come_from_passports(mart: Mart) -> None:
    # 2024-1: 1/3 teams, b1 had 2: 1/5 ... 3/5, both above 10 %. One service, b1 could have another.
    teams = bounds.region_bounds(mart, ACTOR, FIRST_2024, "management_teams_share")
    assert teams.bounds == bounds.Bounds(20.0, 60.0, "met")
    services = bounds.region_bounds(mart, ACTOR, FIRST_2024, "methodical_services")
    assert services.bounds == bounds.Bounds(1.0, 2.0, None)


def test_a_load_has_no_bounds(mart: Mart) -> None:
    found = bounds.region_bounds(mart, ACTOR, FIRST_2024, "teachers_per_regional_methodist")
    assert not found.counted_by_passports
    assert found.bounds is None


def test_who_reported_before_is_known_from_the_nearest_half_year(mart: Mart) -> None:
    # In 2023-2 a2 is silent; it had 10 + 1 in 2023-1 and 12 + 1 in 2024-1.
    assert bounds.region_bounds(mart, ACTOR, SECOND_2023, "diagnostics_share").sizes == {"41A00000": 11}


def test_a_change_is_told_by_who_reported_when(mart: Mart) -> None:
    # 5/57 becomes 1/35. a1: 4/24 -> 0/22; a2 comes with 1/13; b1 goes with 2/33; one person less was in two schools.
    found = change.since_half_year(mart, None, ACTOR, FIRST_2024, "diagnostics_share", 2023, 2)
    parts = {part.cause: (int(part.numerator), int(part.denominator), part.organizations) for part in found.parts}
    assert parts == {
        "numerator": (-4, 0, 0),
        "denominator": (0, -2, 0),
        "joined": (1, 13, 1),
        "left": (-2, -33, 1),
        "shared": (1, 0, 0),
    }
    assert sum(part.effect for part in found.parts) == Fraction(100, 35) - Fraction(500, 57)
    assert not found.municipalities, "6 people of two municipalities are not the region's 5"


def test_a_municipality_is_not_told_of_single_organizations_that_came_or_left(mart: Mart) -> None:
    """It may not ask for those of others, and its own would give the others by subtraction."""
    own = Actor("Служба", "municipal", frozenset({"41A00000"}))
    found = change.since_half_year(mart, None, own, FIRST_2024, "diagnostics_share", 2023, 2)
    parts = {part.cause: (int(part.numerator), int(part.denominator), part.organizations) for part in found.parts}
    assert parts == {"numerator": (-4, 0, 0), "denominator": (0, -22, 0)}
    assert sum(part.effect for part in found.parts) == Fraction(100, 35) - Fraction(500, 57)


def test_the_same_figures_are_no_correction(mart: Mart) -> None:
    same = change.since_half_year(mart, mart, ACTOR, FIRST_2024, "diagnostics_share", 2023, 2)
    assert "corrections" not in {part.cause for part in same.parts}
    assert change.since_publication(mart, mart, ACTOR, SECOND_2023, "diagnostics_share").parts[0].effect == 0


def test_a_half_year_without_a_value_is_not_compared(mart: Mart) -> None:
    found = change.since_half_year(mart, None, ACTOR, FIRST_2024, "diagnostics_share", 2019, 2)
    assert (found.start, found.parts) == (None, ())


def test_the_path_of_the_golden_region(mart: Mart) -> None:
    # 12 % of 35 are 4.2: 4 more, and only A has reported.
    found = path.region_path(mart, ACTOR, FIRST_2024, "diagnostics_share")
    assert found is not None
    assert found.needed == 4
    assert [(step.code, step.steps) for step in found.fewest_people] == [("41A00000", 4)]
    assert path.region_path(mart, ACTOR, FIRST_2024, "management_teams_trained") is None


def test_sizes_are_the_register_and_the_nearest_passports(mart: Mart) -> None:
    # 2024-1: a1 20 and a2 12; b1 is silent and had 30; nobody is registered in C.
    assert peers.sizes(mart, ACTOR, "41000000", 2024, 1) == {"41A00000": (2, 32), "41B00000": (1, 30)}
