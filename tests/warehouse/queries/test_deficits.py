"""Cascade, deficits and programmes: by hand, and random cases against plain Python."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

from tests.golden.builder import Row, computed, day, published
from tests.properties import few_or_many
from tests.warehouse.build.test_indicators_properties import MUNICIPALITIES, TERRITORIES, Rows, warehouses
from warehouse.access.rights import Actor, Forbidden
from warehouse.marts.mart import Mart
from warehouse.queries import deficits
from warehouse.queries.analysis.cascade import STEPS, cascade, largest_loss, losses
from warehouse.queries.deficits import EVERY
from warehouse.store.scope import Scope

REGION, NEAR, FAR = "41000000", "41603000", "41606000"
ADMIN = Actor("Проверка", "admin")
FIRST, SECOND = Scope(REGION, 2025, 1, "composite"), Scope(REGION, 2025, 2, "composite")


def measured(person: str, organization: str, date: str, competency: str, deficit: bool) -> Row:
    return {"person": person, "organization_id": organization, "role": "учитель", "date": day(date),
            "competency": competency, "deficit": deficit}  # fmt: skip


def routed(person: str, date: str) -> Row:
    return {"person": person, "organization_id": "a1", "created_on": day(date)}


def trained(person: str, start: str, end: str | None, passed: bool | None = None) -> Row:
    return {"person": person, "organization_id": "a1", "program_id": "g1", "started_on": day(start),
            "finished_on": day(end) if end else None, "attestation_passed": passed}  # fmt: skip


BY_HAND: dict[str, list[Row]] = {
    "regions": [{"region_id": REGION, "name": "Область"}],
    "municipalities": [
        {"municipality_id": NEAR, "region_id": REGION, "name": "Ближний район", "short_name": "Ближний"},
        {"municipality_id": FAR, "region_id": REGION, "name": "Дальний район", "short_name": "Дальний"},
    ],
    "organizations": [
        {"organization_id": "a1", "municipality": NEAR, "name": "Школа 1"},
        {"organization_id": "b1", "municipality": FAR, "name": "Школа 2"},
        {"organization_id": "x1", "municipality": FAR, "name": "Школа без паспорта"},
    ],
    "competencies": [
        {"competency": "METH", "name": "методические", "position": 1},
        {"competency": "SUBJ", "name": "предметные", "position": 2},
        {"competency": "DIGI", "name": "цифровые", "position": 3},
    ],
    "passport_organizations": [
        {"organization_id": code, "year": 2025, "half": half, "pedagogical_staff": staff, "managers": managers}
        for half in (1, 2)
        for code, staff, managers in (("a1", 10, 2), ("b1", 6, 1))
    ],
    "programs": [
        {"program_id": "g1", "title": "Методика", "kind": "ПК", "hours": 36, "competencies": "METH",
         "active_from": day("01.01.2020"), "registered_on": day("01.01.2025")},
        {"program_id": "g2", "title": "Закончилась", "kind": "ПК", "hours": 36, "competencies": "SUBJ,DIGI",
         "active_from": day("01.01.2020"), "active_to": day("31.12.2024")},
        {"program_id": "g3", "title": "Чужая", "kind": "ПК", "hours": 36, "competencies": "DIGI",
         "active_from": day("01.01.2020"), "region_id": "50000000"},
    ],
    "diagnostics": [
        measured("p1", "a1", "10.02.2025", "METH", True),
        measured("p1", "a1", "01.06.2025", "METH", False),
        measured("p2", "a1", "10.02.2025", "METH", True),
        measured("p2", "a1", "01.10.2025", "METH", True),
        measured("p3", "a1", "10.02.2025", "SUBJ", False),
        measured("p4", "a1", "10.02.2025", "METH", True),
        measured("p5", "a1", "10.02.2025", "METH", True),
        measured("p6", "a1", "01.02.2025", "METH", False),
        measured("p6", "b1", "01.07.2025", "DIGI", True),
        measured("p7", "x1", "05.02.2025", "METH", True),
        measured("p8", "a1", "31.12.2024", "METH", True),
        measured("p9", "b1", "01.03.2025", "DIGI", True),
    ],
    "routes": [
        routed("p1", "15.02.2025"),
        routed("p2", "09.02.2025"),  # before the deficit was found
        routed("p4", "10.02.2025"),
        routed("p5", "11.02.2025"),
        routed("p9", "02.03.2025"),
    ],
    "training": [
        trained("p1", "01.03.2025", "01.05.2025", True),
        trained("p2", "01.03.2025", "01.05.2025", True),
        trained("p4", "09.02.2025", "01.04.2025", True),  # begun before the deficit was found
        trained("p5", "10.02.2025", "30.06.2025"),
        trained("p5", "01.09.2025", "01.12.2025", True),
        trained("p9", "01.04.2025", "01.05.2025", True),  # for another competency
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def mart() -> Mart:
    return published(BY_HAND)


@pytest.mark.parametrize(
    ("scope", "level", "territory", "expected"),
    [
        (FIRST, "R", REGION, [19, 7, 5, 4, 2, 1]),
        (FIRST, "M", NEAR, [12, 6, 4, 3, 2, 1]),
        (FIRST, "M", FAR, [7, 1, 1, 1, 0, 0]),
        (FIRST, "O", "b1", [7, 1, 1, 1, 0, 0]),
        (SECOND, "R", REGION, [19, 7, 6, 4, 2, 2]),
        (SECOND, "M", NEAR, [12, 6, 5, 3, 2, 2]),
        (SECOND, "M", FAR, [7, 2, 2, 1, 0, 0]),
        (SECOND, "O", "x1", []),
    ],
)
def test_cascade_by_hand(mart: Mart, scope: Scope, level: str, territory: str, expected: list[int]) -> None:
    found = cascade(mart, ADMIN, scope, level, territory)
    assert found["people"].to_list() == expected
    assert found["step"].to_list() == list(STEPS)[: len(expected)]


def test_losses_by_hand(mart: Mart) -> None:
    found = cascade(mart, ADMIN, FIRST, "R", REGION)
    assert found["lost"].to_list() == [None, 12, 2, 1, 2, 1]
    assert found["kept"].round(1).to_list() == [None, 36.8, 71.4, 80.0, 50.0, 50.0]
    worst = largest_loss(found)
    assert worst is not None and worst["step"] == "trained"


def test_a_lost_step_is_missing_beside_a_hidden_one_and_after_nobody() -> None:
    steps = pl.DataFrame({"position": range(4), "step": STEPS[:4], "people": [9, None, 0, 0]})
    found = losses(steps)
    assert found["lost"].to_list() == [None, None, None, 0]
    assert found["kept"].to_list() == [None] * 4
    assert largest_loss(found) is None


# competency: assessed, with deficit, trained, waiting, programmes, waiting without a programme
@pytest.mark.parametrize(
    ("scope", "territory", "expected"),
    [
        (FIRST, REGION, {EVERY: (8, 5, 2, 3, 1, 1), "METH": (6, 4, 2, 2, 1, 0), "SUBJ": (1, 0, 0, 0, 0, 0),
                         "DIGI": (1, 1, 0, 1, 0, 1)}),
        (FIRST, NEAR, {EVERY: (6, 3, 2, 1, 1, 0), "METH": (5, 3, 2, 1, 1, 0), "SUBJ": (1, 0, 0, 0, 0, 0),
                       "DIGI": (0, 0, 0, 0, 0, 0)}),
        (FIRST, FAR, {EVERY: (2, 2, 0, 2, 1, 1), "METH": (1, 1, 0, 1, 1, 0), "SUBJ": (0, 0, 0, 0, 0, 0),
                      "DIGI": (1, 1, 0, 1, 0, 1)}),
        (SECOND, REGION, {EVERY: (8, 6, 1, 5, 1, 2), "METH": (6, 4, 1, 3, 1, 0), "SUBJ": (1, 0, 0, 0, 0, 0),
                          "DIGI": (2, 2, 0, 2, 0, 2)}),
    ],
)  # fmt: skip
def test_deficits_by_hand(
    mart: Mart, scope: Scope, territory: str, expected: dict[str, tuple[int, int, int, int, int, int]]
) -> None:
    rows = deficits.deficits(mart, ADMIN, scope).filter(pl.col("territory_id") == territory)
    columns = ("assessed", "with_deficit", "trained", "waiting", "programs", "without_program")
    found = {row["competency"]: tuple(row[name] for name in columns) for row in rows.iter_rows(named=True)}
    assert found == expected


def test_a_share_has_no_value_where_nobody_was_assessed(mart: Mart) -> None:
    rows = deficits.deficits(mart, ADMIN, FIRST)
    shares = {(row["territory_id"], row["competency"]): row["share"] for row in rows.iter_rows(named=True)}
    assert shares[NEAR, "DIGI"] is None
    assert shares[REGION, "SUBJ"] == 0
    assert shares[NEAR, "METH"] == 60


def test_programmes_that_run_and_whom_they_trained(mart: Mart) -> None:
    rows = deficits.programs(mart, ADMIN, FIRST)
    assert rows.select("program_id", "trained", "matched", "registered").rows() == [("g1", 5, 3, True)]


def test_a_viewer_sees_no_step_after_fewer_than_five(mart: Mart) -> None:
    viewer = Actor("Комитет", "viewer")
    # seven were diagnosed in the region, but one in a municipality of two: so neither they nor the region tell more
    for level, territory, known in (
        ("R", REGION, [19, 7]),
        ("M", NEAR, [12, 6]),
        ("M", FAR, [7, 2]),
        ("O", "b1", [7, 2]),
    ):
        steps = cascade(mart, viewer, SECOND, level, territory)
        assert steps["people"].to_list() == [*known, None, None, None, None]
        assert steps["hidden"].to_list() == [False, False, True, True, True, True]
        assert steps["lost"].to_list()[2:] == [None] * 4
    own = Actor("Служба", "municipal", frozenset({NEAR}))
    assert cascade(mart, own, SECOND, "M", NEAR)["people"].to_list() == [12, 6, 5, 3, 2, 2]
    assert cascade(mart, own, SECOND, "M", FAR).is_empty()
    with pytest.raises(Forbidden):
        cascade(mart, own, SECOND, "O", "b1")


def test_a_viewer_sees_no_deficits_of_fewer_than_five(mart: Mart) -> None:
    figures = ("with_deficit", "share", "trained", "waiting", "without_program")
    for role in ("viewer", "municipal"):
        rows = deficits.deficits(mart, Actor("Проверка", role, frozenset({FAR})), FIRST)
        shown = rows if role == "viewer" else rows.filter(pl.col("territory_id") != FAR)
        assert shown.filter(pl.col("assessed").is_between(1, 4))["hidden"].all(), role
        assert set(rows["territory_id"]) == ({REGION, NEAR, FAR} if role == "viewer" else {REGION, FAR})
        assert shown.filter("hidden").select(pl.col(figures).is_null().all()).row(0) == (True,) * len(figures)
    assert deficits.programs(mart, Actor("Комитет", "viewer"), FIRST)["trained"].to_list() == [5]


def test_a_programme_that_few_finished_has_no_numbers_for_a_viewer() -> None:
    rows = {**BY_HAND, "training": BY_HAND["training"][:3]}
    mart = published(rows)
    assert deficits.programs(mart, ADMIN, SECOND).select("trained", "hidden").rows() == [(3, False)]
    found = deficits.programs(mart, Actor("Комитет", "viewer"), SECOND)
    assert found.select("trained", "matched", "hidden").rows() == [(None, None, True)]


def _by_plain_python(rows: Rows, level: str, territory: str, year: int, half: int) -> list[int] | None:
    window = (day(f"01.01.{year}"), day(f"30.06.{year}" if half == 1 else f"31.12.{year}"))
    inside = {
        code
        for code, place in MUNICIPALITIES.items()
        if {"R": True, "M": place == territory, "O": code == territory}[level]
    }
    reporting = [
        row for row in rows["passport_organizations"]
        if row["organization_id"] in inside and (row["year"], row["half"]) == (year, half)
    ]  # fmt: skip
    if not reporting:
        return None
    staffed = {row["organization_id"] for row in reporting}
    tests = [row for row in rows["diagnostics"] if window[0] <= row["date"] <= window[1]]
    programs = {row["program_id"]: set(row["competencies"].split(",")) for row in rows["programs"]}
    people = {row["person"] for row in tests if row["organization_id"] in staffed}
    steps = [people, set(), set(), set(), set()]
    for person in people:
        found = [row for row in tests if row["person"] == person and row["deficit"]]
        if not found:
            continue
        steps[1].add(person)
        first = min(row["date"] for row in found)
        if not any(row["person"] == person and first <= row["created_on"] <= window[1] for row in rows["routes"]):
            continue
        steps[2].add(person)
        matching = [
            row for row in rows["training"]
            if row["person"] == person and row["finished_on"] is not None and row["finished_on"] <= window[1]
            and any(lack["competency"] in programs[row["program_id"]] and lack["date"] <= row["started_on"]
                    for lack in found)
        ]  # fmt: skip
        if matching:
            steps[3].add(person)
        if any(row["attestation_passed"] for row in matching):
            steps[4].add(person)
    staff = sum(row["pedagogical_staff"] + row["managers"] for row in reporting)
    return [staff, *(len(step) for step in steps)]


@few_or_many(8, 100)
def test_the_cascade_is_that_of_plain_python_and_deficits_hold_together(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(warehouses())
    def holds(rows: Rows) -> None:
        # a course that ends before it begins does not pass the checks, and the later date is what counts
        rows = rows | {
            "training": [
                row for row in rows["training"] if row["finished_on"] is None or row["started_on"] <= row["finished_on"]
            ]
        }
        names = [
            {"competency": code, "name": code, "position": place} for place, code in enumerate(("METH", "SUBJ", "DIGI"))
        ]
        mart = computed(rows | {"competencies": names})
        _check_deficits(mart.execute("from deficits").pl())
        found: dict[tuple[Any, ...], list[int]] = {}
        query = """
            select level, territory_id, year, half, people
            from cascade
            order by level, territory_id, year, half, position
        """
        for level, territory, year, half, people in mart.execute(query).fetchall():
            found.setdefault((level, territory, year, half), []).append(people)
        for people in found.values():
            assert people[1:] == sorted(people[1:], reverse=True)
        halves = {(row["year"], row["half"]) for row in rows["passport_organizations"]}
        expected = {
            (level, territory, year, half): _by_plain_python(rows, level, territory, year, half)
            for level, territory in TERRITORIES
            for year, half in halves
        }
        assert found == {key: steps for key, steps in expected.items() if steps is not None}

    holds()


def _check_deficits(lacks: pl.DataFrame) -> None:
    assert lacks.filter(pl.col("with_deficit") > pl.col("assessed")).is_empty()
    one = lacks.filter(pl.col("competency") != EVERY)
    assert one.filter(pl.col("trained") + pl.col("waiting") != pl.col("with_deficit")).is_empty()
    assert one.filter((pl.col("programs") > 0) & (pl.col("without_program") > 0)).is_empty()
    keys = ["level", "territory_id", "year", "half"]
    sums = one.group_by(keys).agg(pl.col("assessed", "with_deficit", "waiting").sum().name.suffix("_sum"))
    largest = one.group_by(keys).agg(pl.col("assessed", "with_deficit", "waiting").max().name.suffix("_max"))
    every = lacks.filter(pl.col("competency") == EVERY).join(sums, on=keys).join(largest, on=keys)
    for name in ("assessed", "with_deficit", "waiting"):
        assert every.filter(~pl.col(name).is_between(pl.col(f"{name}_max"), pl.col(f"{name}_sum"))).is_empty(), name
