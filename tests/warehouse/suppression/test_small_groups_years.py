"""Figures hidden in one half-year follow neither from others nor from recommendations."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.golden.builder import Row, day, published
from tests.warehouse.suppression.test_small_groups import ANSWERING, Worlds, differing, organization
from warehouse.access.rights import Actor
from warehouse.changes.rounds import Round
from warehouse.marts.mart import Mart
from warehouse.queries import passport
from warehouse.queries.analysis.bounds import region_bounds
from warehouse.queries.verdicts import organizations, territory_verdicts
from warehouse.recommendations import generate, reading, whatif
from warehouse.store.scope import Scope

REGION = "41000000"
FALLEN, BETWEEN, GROWN, SECOND, MANY = "41603000", "41606000", "41609000", "41612000", "41615000"
MUNICIPALITIES = (FALLEN, BETWEEN, GROWN, SECOND, MANY)
HALF_YEARS = ((2024, 1), (2024, 2), (2025, 1), (2025, 2))
VIEWER = Actor("Комитет", "viewer")
FOREIGN = Actor("Служба", "municipal", frozenset({MANY}))
SPECIALIST = Actor("ЦНППМ", "specialist")

YOUNG = {
    FALLEN: (4, 4, 27, 27),
    BETWEEN: (20, 20, 4, 20),
    GROWN: (4, 4, 20, 20),
    SECOND: (10, 10, 10, 10),
    MANY: (40, 40, 40, 40),
}


def passports() -> list[Row]:
    return [
        {"organization_id": f"s{code}", "year": year, "half": half, "pedagogical_staff": 60, "teachers": 60,
         "managers": 0, "young_specialists": young, "management_teams": 0, "methodical_service": True}
        for code, counts in YOUNG.items()
        for (year, half), young in zip(HALF_YEARS, counts, strict=True)
    ]  # fmt: skip


def supported(code: str, year: int, first: int, second: int) -> list[Row]:
    """Return people supported from the first and from the second half of each year.

    Each year the people are the same.
    """
    return [
        {"person": f"{code}-{number}", "organization_id": f"s{code}",
         "started_on": day(f"01.0{2 if number < first else 8}.{year}"), "finished_on": day(f"31.12.{year}")}
        for number in range(first + second)
    ]  # fmt: skip


def world(other: bool) -> dict[str, list[Row]]:
    """Return three municipalities with small groups in some half-years.

    Last year in two of them, in the half-year between in one, with another hidden beside it.
    """
    one = int(other)
    return {
        "regions": [{"region_id": REGION, "name": "Область", "name_genitive": "Области"}],
        "municipalities": [
            {"municipality_id": code, "region_id": REGION, "name": f"{code} район", "short_name": code}
            for code in MUNICIPALITIES
        ],
        "organizations": [organization(f"s{code}", code) for code in MUNICIPALITIES],
        "passport_organizations": passports(),
        "young_support": [
            *supported(FALLEN, 2024, 3 + one, 0), *supported(FALLEN, 2025, 20, 0),
            *supported(BETWEEN, 2024, 10, 0), *supported(BETWEEN, 2025, 1 + one, 1 - one),
            *supported(GROWN, 2024, 1 - one, 0), *supported(GROWN, 2025, 13, 0),
            *supported(SECOND, 2024, 8, 0), *supported(SECOND, 2025, 7 - one, 1 + one),
            *supported(MANY, 2024, 30, 0), *supported(MANY, 2025, 30, 0),
        ],
        "targets": [
            {"profile": "composite", "indicator": "young_support_share", "year": year, "operator": ">=",
             "value": 80.0, "levels": "R M", "document": "приказ"}
            for year in (2024, 2025)
        ],
    }  # fmt: skip


def proposed(mart: Mart) -> dict[str, Row]:
    found = [one for half_year in HALF_YEARS for one in generate.proposed(mart, Round(REGION, *half_year))]
    return {one["recommendation"]: one for one in found if one["indicator"] == "young_support_share"}


def recommended(folder: Path, rows: list[Row]) -> None:
    """Record recommendations as sent and answered, with figures in all free texts."""
    with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
        for row in rows:
            full = {**row, "generation": 1, "publication": 1, "author": "ЦНППМ", "generated_at": "2025-07-10 09:00"}
            con.execute(
                f"insert into ledger.recommendations ({', '.join(full)}) values ({', '.join('?' * len(full))})",
                list(full.values()),
            )
            for number, event in enumerate(("drafted", "edited", "approved", "sent", "answered"), start=1):
                con.execute(
                    "insert into ledger.recommendation_events values (?, ?, ?, ?, ?, ?, '', '', '2025-07-10 09:00', 1)",
                    [
                        row["recommendation"], number, event, row["finding"] if event == "edited" else None,
                        row["due_on"] if event == "edited" else None, row["finding"] if event == "answered" else None,
                    ],
                )  # fmt: skip


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Return two publications of each world, the second with the common recommendations."""
    folders = [tmp_path_factory.mktemp("world") for _ in range(2)]
    first = [published(world(bool(number)), folder, 1) for number, folder in enumerate(folders)]
    given = [proposed(mart) for mart in first]
    for folder, mine in zip(folders, given, strict=True):
        recommended(folder, [mine[name] for name in sorted(given[0].keys() & given[1].keys())])
    second = [published(world(bool(number)), folder, 2) for number, folder in enumerate(folders)]
    return (first[0], second[0]), (first[1], second[1])


def made(worlds: Worlds, condition: str, territory: str, year: int, half: int) -> str:
    """Return the name of the only recommendation that a condition caused."""
    found = worlds[0][1].query_unguarded(
        "select recommendation from recommendations where condition = ? and territory_id = ? and year = ? and half = ?",
        [condition, territory, year, half],
    )
    return str(found.item())


def test_the_passport_counts_the_supported_of_those_who_reported() -> None:
    """Otherwise the passport and the share together give the people of a silent school."""
    rows = world(False)
    rows["organizations"].append(organization("silent", MANY))
    rows["young_support"].append({"person": "silent", "organization_id": "silent", "started_on": day("01.02.2025")})
    mart = published(rows)
    scope = Scope(REGION, 2025, 2, "composite")
    for level, code in (("R", REGION), ("M", MANY)):
        shares = territory_verdicts(mart, VIEWER, scope, level, code)
        share = shares.filter(shares["code"] == "young_support_share").row(0, named=True)
        assert passport.figures(mart, VIEWER, scope, code)["young_supported"] == share["numerator"], level


def test_bounds_leave_out_a_size_that_was_hidden() -> None:
    """Otherwise sizes of silent schools would give the figure hidden beside a small group."""
    rows = world(False)
    here = {"a1": (3, 3), "a2": (6, None), "a3": (8, 8)}
    rows["organizations"] += [organization(code, MANY) for code in here]
    rows["passport_organizations"] += [
        {
            **rows["passport_organizations"][0],
            "organization_id": code,
            "year": 2025,
            "half": half,
            "young_specialists": n,
        }
        for code, counts in here.items()
        for half, n in enumerate(counts, start=1)
        if n is not None
    ]
    mart, scope = published(rows), Scope(REGION, 2025, 2, "composite")
    schools = organizations(mart, VIEWER, Scope(REGION, 2025, 1, "composite"), MANY, "young_support_share")
    assert set(schools.filter("hidden").get_column("name")) == {"a1", "a2"}
    known = region_bounds(mart, SPECIALIST, scope, "young_support_share")
    told = region_bounds(mart, VIEWER, scope, "young_support_share")
    assert (known.sizes, known.unknown, known.veiled) == ({MANY: 6}, 0, 0)
    assert (told.sizes, told.unknown, told.veiled, told.silent) == ({}, 1, 1, 1)


def choices(worlds: Worlds) -> dict[str, list[Any]]:
    names = worlds[0][1].query_unguarded("select recommendation from recommendations order by all")
    return {
        "scope": [Scope(REGION, year, half, "composite") for year, half in HALF_YEARS[1:]],
        "region": [REGION],
        "year": [2024, 2025],
        "half": [1, 2],
        "profile": ["composite"],
        "municipality": list(MUNICIPALITIES),
        "organization": [f"s{FALLEN}"],
        "indicator": ["young_support_share"],
        "exam": ["ЕГЭ"],
        "subject": ["русский язык"],
        "most": [250.0],
        "limit": [5],
        "only": ["all"],
        "chosen": [reading.Filter(REGION), reading.Filter(REGION, urgency="urgent")],
        "recommendation": names.get_column("recommendation").to_list(),
        "steps": [None, 1],
    }


PLACES = [("R", REGION), *(("M", code) for code in MUNICIPALITIES), ("O", f"s{FALLEN}")]


@pytest.mark.parametrize("name", sorted(ANSWERING))
@pytest.mark.parametrize("actor", [VIEWER, FOREIGN], ids=["viewer", "another municipality"])
def test_hidden_figures_change_no_answer_about_other_half_years(name: str, actor: Actor, worlds: Worlds) -> None:
    told = differing(name, worlds, actor, choices(worlds), PLACES)
    assert not told, {key: value for key, value in told[0].items() if not isinstance(value, Mart)}


def test_who_may_see_people_sees_what_recommendations_say(worlds: Worlds) -> None:
    for name in ("find", "events", "tests"):
        assert differing(f"recommendations.reading.{name}", worlds, SPECIALIST, choices(worlds), PLACES), name


def test_what_is_hidden_in_these_half_years(worlds: Worlds) -> None:
    """In the worlds these municipalities are hidden in these half-years, and no others."""
    hidden = set()
    for year, half in HALF_YEARS:
        for code in MUNICIPALITIES:
            rows = territory_verdicts(worlds[0][1], VIEWER, Scope(REGION, year, half, "composite"), "M", code)
            if "hidden" in rows.get_column("verdict"):
                hidden.add((year, half, code))
    assert hidden == {
        (2024, 1, FALLEN), (2024, 1, GROWN), (2024, 1, SECOND), (2024, 2, FALLEN), (2024, 2, GROWN),
        (2024, 2, SECOND), (2025, 1, BETWEEN), (2025, 1, GROWN), (2025, 1, SECOND),
    }  # fmt: skip


def test_a_recommendation_does_not_print_the_hidden_year_before(worlds: Worlds) -> None:
    name = made(worlds, "near_and_falling", FALLEN, 2025, 2)
    everything = reading.find(worlds[0][1], SPECIALIST, name)
    assert everything is not None and "годом раньше было 75,0" in everything["finding"]
    shown = reading.find(worlds[0][1], VIEWER, name)
    assert shown is not None and shown["finding"] == reading.UNTOLD
    assert (shown["figures"], shown["value"], shown["text"], shown["hidden"]) == ("{}", None, None, True)


def test_tests_of_a_recommendation_do_not_print_a_hidden_half_year(worlds: Worlds) -> None:
    name = made(worlds, "missed", BETWEEN, 2024, 2)
    everything = reading.tests(worlds[0][1], SPECIALIST, name)
    assert everything.select("year", "half", "numerator").rows() == [(2025, 1, 1.0), (2025, 2, 2.0)]
    assert reading.tests(worlds[0][1], VIEWER, name).is_empty()


def test_a_hidden_recommendation_tells_nothing_that_its_figures_decide(worlds: Worlds) -> None:
    name = made(worlds, "missed", GROWN, 2024, 2)
    told = ("urgency", "outcome", "due_on", "rounds_in_row", "tested_year", "rounds_to_closure")
    outcomes = [reading.find(second, SPECIALIST, name) for _, second in worlds]
    assert [row and row["outcome"] for row in outcomes] == ["recurring", "improving"]
    shown = reading.find(worlds[0][1], VIEWER, name)
    assert shown is not None
    assert [shown[column] for column in told] == ["hidden", "hidden", None, None, None, None]
    assert whatif.what_if(worlds[0][1], VIEWER, name) is None
