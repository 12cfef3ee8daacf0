"""Quality checks: each has a failing and a passing example and a Russian message."""

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from checks.findings import Finding
from checks.russian import NBSP
from tests.examples.files import assert_speaks_russian
from tests.golden.builder import day
from tests.warehouse.build.quality_rows import (
    FIRST,
    PLACES,
    Place,
    Rows,
    assigned,
    diagnosed,
    methodist,
    over,
    passport,
    people,
    places,
    region,
    round_of,
    routed,
    run,
    spread,
    supported,
    trained,
)
from warehouse.build import quality_checks

ORDINARY = [10, 11, 12, 13, 10, 11, 12, 13]


@dataclass(frozen=True)
class Example:
    """Rows that a check objects to and where, and rows alike to which it does not object."""

    failing: Rows
    findings: set[Place]
    passing: Rows
    figures: dict[str, Any] = field(default_factory=dict)
    rows: int = 0


EXAMPLES: dict[str, Example] = {
    "training_without_passport": Example(
        failing=region(
            passport_organizations=[passport("А")],
            training=[trained("я", "Б", "30.06.2025"), trained("ты", "Б", "01.05.2025")],
        ),
        findings={(FIRST, 2025, 1, "Б", None)},
        passing=region(
            passport_organizations=[passport("А"), passport("Б")],
            training=[trained("я", "Б", "30.06.2025"), trained("ты", "В", "01.07.2025")],
        ),
        figures={"trained": 2, "organizations": 1},
        rows=2,
    ),
    "young_support_above_specialists": Example(
        failing=region(
            passport_organizations=[passport("А", young_specialists=1)], young_support=map(supported, ("я", "ты"))
        ),
        findings={(FIRST, 2025, 1, "А", None)},
        passing=region(
            passport_organizations=[passport("А", young_specialists=2)], young_support=map(supported, ("я", "ты"))
        ),
        figures={"supported": 2, "specialists": 1},
        rows=2,
    ),
    "assignments_above_staff": Example(
        failing=region(
            passport_organizations=[passport("А", pedagogical_staff=10, teachers=10)],
            methodists=[methodist("М1"), methodist("М2")],
            assignments=[assigned("М1", 6), assigned("М2", 5)],
        ),
        findings={(FIRST, 2025, 1, "А", "региональный")},
        passing=region(
            passport_organizations=[passport("А", pedagogical_staff=10, teachers=10)],
            methodists=[methodist("М1"), methodist("М2", "муниципальный")],
            assignments=[assigned("М1", 6), assigned("М2", 5)],
        ),
        figures={"assigned": 11, "staff": 10},
        rows=2,
    ),
    "routes_without_diagnostics": Example(
        failing=region(
            passport_organizations=[passport("А")],
            diagnostics=[diagnosed("я", on="02.03.2025")],
            routes=[routed("я", "01.03.2025"), routed("ты", "05.05.2025")],
        ),
        findings={(FIRST, 2025, 1, None, None)},
        passing=region(
            passport_organizations=[passport("А")],
            diagnostics=[diagnosed("я", "В", on="01.03.2025")],
            routes=[routed("я", "01.03.2025")],
        ),
        figures={"routes": 2, "organizations": 1},
        rows=2,
    ),
    "share_above_hundred": Example(
        failing=region(
            passport_organizations=[passport("А", pedagogical_staff=2, teachers=2)],
            diagnostics=map(diagnosed, people("п", 3)),
        ),
        findings={
            (place, 2025, 1, None, "diagnostics_share") for place in (FIRST, "41000000")
        },
        passing=region(
            passport_organizations=[passport("А", pedagogical_staff=3, teachers=3)],
            diagnostics=map(diagnosed, people("п", 3)),
        ),
        figures={"numerator": 3.0, "denominator": 2.0, "value": 150.0},
    ),
    "second_half_missing": Example(
        failing=region(
            passport_organizations=[passport("А"), passport("Б"), passport("В"), passport("В", half=2)],
            rounds=[round_of(2, "30.12.2025")],
        ),
        findings={(FIRST, 2025, 2, None, "passport_organizations")},
        passing=region(
            passport_organizations=[passport("А"), passport("В"), passport("А", half=2), passport("В", half=2)],
        ),
        figures={"rows_before": 2},
        rows=2,
    ),
    "staff_sum_jump": Example(
        failing=region(
            passport_organizations=[passport("А", 2024, 2, pedagogical_staff=200), passport("А", pedagogical_staff=230),
                                    passport("Б", pedagogical_staff=1)],
        ),
        findings={(FIRST, 2025, 1, None, None)},
        passing=region(
            passport_organizations=[passport("А", 2024, 2, pedagogical_staff=200), passport("А", pedagogical_staff=230),
                                    passport("В", 2024, 2, pedagogical_staff=20), passport("В", pedagogical_staff=50)],
        ),
        figures={"staff": 231, "staff_before": 200, "change": 15.5, "organizations": 2, "organizations_before": 1},
        rows=2,
    ),
    "inactive_methodist_assigned": Example(
        failing=region(
            passport_organizations=[passport("А")],
            methodists=[methodist("М1", excluded="30.06.2025")],
            assignments=[assigned("М1", 7), assigned("М1", 0, "Б")],
        ),
        findings={(FIRST, 2025, 1, None, "М1")},
        passing=region(
            passport_organizations=[passport("А")],
            methodists=[methodist("М1", excluded="01.07.2025")],
            assignments=[assigned("М1", 7)],
        ),
        figures={"teachers": 7, "organizations": 1, "cutoff": "2025-06-30"},
        rows=1,
    ),
    "value_outlier": Example(
        failing=spread([*ORDINARY, 40]),
        findings={(PLACES[8], 2025, 1, None, "diagnostics_share")},
        passing=spread([*ORDINARY, 16]),
        figures={"value": 40.0, "median": 12.0, "places": 9},
    ),
    "change_outlier": Example(
        failing=over(spread([5] * 9, 2024), spread([*ORDINARY, 40])),
        findings={(PLACES[8], 2025, 1, None, "diagnostics_share")},
        passing=over(spread([5] * 8 + [30], 2024), spread([*ORDINARY, 40])),
        figures={"value": 40.0, "value_before": 5.0, "median": 7.0},
    ),
}  # fmt: skip


def test_every_check_has_examples() -> None:
    assert set(EXAMPLES) == {check.code for check in quality_checks.catalogue()}


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_failing_example_is_found_where_it_is(code: str) -> None:
    example = EXAMPLES[code]
    con = run(example.failing)
    assert places(con, code) == example.findings
    finding, figures, row_count, message = con.execute(
        "select finding, figures, row_count, message from quality_present where check_code = ? "
        "order by territory_id desc limit 1",
        [code],
    ).fetchall()[0]
    shown = json.loads(figures)
    assert {name: shown[name] for name in example.figures} == example.figures
    assert row_count == example.rows
    assert con.execute("select count(*) from quality_evidence where finding = ?", [finding]).fetchall() == [
        (row_count,)
    ]
    assert_speaks_russian(Finding("warning", code, None, None, None, message))
    assert "{" not in message and "[[" not in message


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_a_passing_example_is_left_alone(code: str) -> None:
    assert places(run(EXAMPLES[code].passing), code) == set()


def test_a_municipality_that_is_silent_as_a_whole_is_one_finding() -> None:
    con = run(
        region(
            passport_organizations=[passport("В")],
            training=[trained("я", "А", "01.03.2025"), trained("ты", "Б", "01.03.2025")],
        )
    )
    assert places(con, "training_without_passport") == {(FIRST, 2025, 1, None, None)}
    (message,) = con.execute("select message from quality_present").fetchall()[0]
    assert message == (
        f"Район {FIRST}: кадровый состав за 1-е{NBSP}полугодие 2025{NBSP}года не прислала ни одна организация, а в "
        f"2{NBSP}организациях обучены 2{NBSP}человека; в показатели эти сведения не входят."
    )


def test_a_half_year_is_not_missing_while_its_round_is_open() -> None:
    rows = EXAMPLES["second_half_missing"].failing | {"rounds": [round_of(2, None)]}
    assert places(run(rows), "second_half_missing") == set()


def test_no_outliers_when_most_values_are_the_same() -> None:
    con = run(over(spread([5] * 9, 2024), spread([10] * 8 + [40])))
    assert places(con, "value_outlier") == places(con, "change_outlier") == set()


@pytest.mark.parametrize(("count", "found"), [(7, 0), (8, 1)])
def test_no_outliers_among_fewer_than_eight(count: int, found: int) -> None:
    con = run(over(spread([5] * count, 2024), spread([*ORDINARY[: count - 1], 40])))
    for check in ("value_outlier", "change_outlier"):
        assert len(places(con, check)) == found, check


def test_counts_without_a_denominator_are_never_outliers() -> None:
    held = {(place, year): count for year, last in ((2024, 5), (2025, 40)) for place, count in
            zip(PLACES, [*(number % (2028 - year) + 4 for number in range(8)), last], strict=False)}  # fmt: skip
    events = [
        {"event_id": f"{place}-{year}-{number}", "date": day(f"01.03.{year}"), "level": "муниципальный",
         "territory": place, "kind": "сообщества"}
        for (place, year), count in held.items() for number in range(count)
    ]  # fmt: skip
    con = run(over(spread([10] * 9, 2024), spread([10] * 9)) | {"events": events})
    measured = "from mart.indicator_values select max(value) where indicator = 'community_events' and level = 'M'"
    assert con.execute(measured).fetchone() == (40,)
    assert places(con, "value_outlier") == places(con, "change_outlier") == set()


def test_a_finding_keeps_its_identity_when_its_figures_change() -> None:
    def identity(supporters: int) -> tuple[str, str]:
        con = run(
            region(
                passport_organizations=[passport("А", young_specialists=1)],
                young_support=[supported(person) for person in people("п", supporters)],
            )
        )
        rows: list[tuple[str, str]] = con.execute(
            "select finding, fingerprint from quality_present where check_code = 'young_support_above_specialists'"
        ).fetchall()
        return rows[0]

    (finding, figures), (same, changed) = identity(2), identity(3)
    assert finding == same
    assert figures != changed


def test_nothing_is_found_in_nothing() -> None:
    con = run(region(passport_organizations=[passport("А")]))
    assert con.execute("select count(*) from quality_present").fetchall() == [(0,)]
    assert con.execute("select count(*) from quality_catalogue").fetchall() == [(len(EXAMPLES),)]


def test_every_head_is_plain_russian() -> None:
    for check in quality_checks.catalogue():
        for text in (check.title + ".", check.why, check.advice):
            assert_speaks_russian(Finding("notice", check.code, None, None, None, text))
        assert check.position % 10 == 0


def test_dates_in_messages_are_russian() -> None:
    con = run(EXAMPLES["inactive_methodist_assigned"].failing)
    (message,) = con.execute("select message from quality_present").fetchall()[0]
    assert message == (
        "Методист М1 на 30.06.2025 не действует (включён 01.01.2024, исключён 30.06.2025), а за ним закреплено "
        f"7{NBSP}педагогов в 1{NBSP}организации."
    )
    assert dt.date(2025, 6, 30).isoformat() not in message
