"""Missing or zero: a count over a dataset never sent is missing, over one sent may be zero."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.golden.builder import Row, computed, day

REGISTER: dict[str, list[dict[str, Any]]] = {
    "regions": [{"region_id": "41000000", "name": "Первая"}, {"region_id": "24000000", "name": "Вторая"}],
    "municipalities": [
        {"municipality_id": "41A00000", "region_id": "41000000", "name": "А"},
        {"municipality_id": "24D00000", "region_id": "24000000", "name": "Д"},
    ],
    "organizations": [
        {"organization_id": "a1", "municipality": "41A00000", "name": "а1"},
        {"organization_id": "d1", "municipality": "24D00000", "name": "д1"},
    ],
    "passport_organizations": [
        {
            "organization_id": organization,
            "year": 2024,
            "half": 1,
            "pedagogical_staff": 10,
            "teachers": 10,
            "managers": 0,
            "young_specialists": 0,
            "management_teams": 0,
            "methodical_service": False,
        }
        for organization in ("a1", "d1")
    ],
}


def _numerators(indicator: str, rows: dict[str, Iterable[Row]]) -> dict[str, float | None]:
    mart = computed(REGISTER | rows)
    return dict(
        mart.execute("select territory_id, numerator from indicator_values where indicator = ?", [indicator]).fetchall()
    )


EVENT = {"event_id": "e", "date": day("01.03.2020"), "level": "региональный", "territory": "41A00000", "kind": "иное"}


@pytest.mark.parametrize("indicator", ["community_events", "young_events"])
def test_events_are_missing_where_the_region_sent_none_and_zero_where_it_sent_others(indicator: str) -> None:
    assert _numerators(indicator, {"events": [EVENT]}) == {
        "41000000": 0,
        "41A00000": 0,
        "24000000": None,
        "24D00000": None,
    }


@pytest.mark.parametrize("indicator", ["service_events", "active_meetings"])
def test_regional_events_likewise(indicator: str) -> None:
    assert _numerators(indicator, {"events": [EVENT]}) == {"41000000": 0, "24000000": None}


@pytest.mark.parametrize("indicator", ["management_teams_trained", "improved_competencies"])
def test_counts_of_training_likewise(indicator: str) -> None:
    programs = [{"program_id": "g", "competencies": "METH", "active_from": day("01.01.2020")}]
    training = [{"person": "p", "organization_id": "a1", "program_id": "g", "started_on": day("01.02.2020")}]
    assert _numerators(indicator, {"programs": programs, "training": training}) == {
        "41000000": 0,
        "41A00000": 0,
        "24000000": None,
        "24D00000": None,
    }


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("24000000", {"41000000": None, "24000000": 1}),
        (None, {"41000000": 1, "24000000": 1}),
    ],
)
def test_a_programme_belongs_to_the_region_that_loaded_it_or_to_all(
    region: str | None, expected: dict[str, int | None]
) -> None:
    program = {
        "program_id": "g",
        "competencies": "METH",
        "active_from": day("01.01.2020"),
        "lms_on": day("30.06.2024"),
        "region_id": region,
    }
    assert _numerators("lms_programs", {"programs": [program]}) == expected
    assert _numerators("register_programs_share", {"programs": [program]}) == {
        region_id: None if number is None else 0 for region_id, number in expected.items()
    }


@pytest.mark.parametrize(
    "indicator",
    ["fr_attested_share_cumulative", "management_teams_share_cumulative", "young_support_share_cumulative"],
)
def test_a_cumulative_indicator_has_values_from_the_base_year_on(indicator: str) -> None:
    passports = [REGISTER["passport_organizations"][0] | {"year": year} for year in (2021, 2022)]
    mart = computed(REGISTER | {"passport_organizations": passports})
    assert mart.execute(
        "select year, numerator from indicator_values where indicator = ? and level = 'R' order by year", [indicator]
    ).fetchall() == [(2021, None), (2022, 0)]


def test_monitoring_rounds_are_always_a_number() -> None:
    assert _numerators("monitoring_rounds", {}) == {"41000000": 0, "24000000": 0}


def test_the_universe_is_full_without_any_event_training_or_methodist() -> None:
    mart = computed(REGISTER)
    # 23 indicators at R, 18 of them at M, 6 of them at O, each for two territories and one half-year
    assert mart.execute("select count(*), count(distinct indicator) from indicator_values").fetchone() == (94, 23)


def test_a_municipality_without_organizations_is_in_the_universe_and_a_region_without_them_is_not() -> None:
    rows = REGISTER | {
        "regions": [*REGISTER["regions"], {"region_id": "46000000", "name": "Третья"}],
        "municipalities": [
            *REGISTER["municipalities"],
            {"municipality_id": "41B00000", "region_id": "41000000", "name": "Б"},
            {"municipality_id": "46E00000", "region_id": "46000000", "name": "Е"},
        ],
    }
    mart = computed(rows)
    found = mart.execute("select distinct territory_id from indicator_values where level <> 'O'").fetchall()
    assert {territory for (territory,) in found} == {"41000000", "41A00000", "41B00000", "24000000", "24D00000"}
    assert mart.execute("select region_id from regions order by all").fetchall() == [("24000000",), ("41000000",)]


def test_an_organization_named_like_a_territory_does_not_mix_with_it() -> None:
    rows = REGISTER | {
        "organizations": [{"organization_id": "41A00000", "municipality": "41A00000", "name": "а1"}],
        "passport_organizations": [
            REGISTER["passport_organizations"][0] | {"organization_id": "41A00000"},
        ],
        "roadmap": [{"territory": "41A00000", "measure_id": "1", "due_on": day("01.02.2024")}],
    }
    mart = computed(rows)
    found = mart.execute(
        """
        select level, numerator, denominator from indicator_values
        where territory_id = '41A00000' and indicator in ('roadmap_execution', 'diagnostics_share')
        order by indicator, level
        """
    ).fetchall()
    assert found == [("M", 0, 10), ("O", 0, 10), ("M", 0, 1)]
