"""Applicable target, verdict and gap for every kind of indicator and both operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.golden.builder import computed, day
from tests.warehouse.build.test_indicators_data import REGISTER

HEAD = """/*
title: {code}
short: {code}
unit: ед.
kind: {kind}
better: higher
levels: R
decimals: 1
theme: Прочее
position: 1
sources: L 6.1
numerator: То
denominator: Всё
note: Пояснение
*/
select year, half, level, territory_id, {numerator} as numerator, {denominator} as denominator
from territory_half_years
where level = 'R' and region_id = '41000000'
"""


@dataclass(frozen=True)
class Case:
    """An indicator's numbers in one region, and its target."""

    kind: str
    numerator: str
    denominator: str
    operator: str
    target: float


def _judged(cases: Sequence[Case]) -> list[tuple[str, int | None]]:
    """Verdict and gap of each case, all computed in one mart."""
    targets = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, case in enumerate(cases):
            code = f"case_{number:03}"
            (folder / f"{code}.sql").write_text(
                HEAD.format(code=code, kind=case.kind, numerator=case.numerator, denominator=case.denominator),
                encoding="utf-8",
            )
            targets.append(_target(indicator=code, operator=case.operator, value=case.target))
        mart = computed(REGISTER | {"targets": targets}, folder)
    return mart.execute(
        """
        select verdict, gap from verdicts
        where profile = 'own' and territory_id = '41000000' order by indicator
        """
    ).fetchall()


def _target(**given: Any) -> dict[str, Any]:
    return {
        "profile": "own",
        "year": 2024,
        "operator": ">=",
        "value": 10.0,
        "levels": "R",
        "document": "Приказ",
    } | given


EXAMPLES = [
    # shares, >=: 0.12 · 2500 = 300
    (Case("share", "300", "2500", ">=", 12), "met", 0),
    (Case("share", "299", "2500", ">=", 12), "near", 1),  # 11.96 % prints as 12,0 % and does not meet 12 %
    (Case("share", "270", "2500", ">=", 12), "near", 30),  # exactly 0.9 · 12 %
    (Case("share", "269", "2500", ">=", 12), "missed", 31),
    (Case("share", "0", "2500", ">=", 12), "missed", 300),
    (Case("share", "0", "2500", ">=", 0), "met", 0),
    (Case("share", "3", "3", ">=", 100), "met", 0),
    (Case("share", "2", "3", ">=", 66.666666), "met", 0),
    (Case("share", "2", "3", ">=", 66.666667), "near", 1),
    (Case("share", "1", "3", ">=", 33.3), "met", 0),
    # 0.07 · 100 is 7.000000000000001 in floating point, whose ceiling would be 8
    (Case("share", "6", "100", ">=", 7), "missed", 1),
    (Case("share", "28", "100", ">=", 29), "near", 1),
    (Case("share", "5", "0", ">=", 12), "no_data", None),
    (Case("share", "null", "10", ">=", 12), "no_data", None),
    (Case("share", "5", "null", ">=", 12), "no_data", None),
    # a share that should be low: fewer in the numerator; 0.20 · 50 = 10
    (Case("share", "10", "50", "<=", 20), "met", 0),
    (Case("share", "11", "50", "<=", 20), "near", 1),  # exactly 1.1 · 20 %
    (Case("share", "12", "50", "<=", 20), "missed", 2),
    # a load, <=: further methodists; 750 / 3 = 250
    (Case("ratio", "750", "3", "<=", 250), "met", 0),
    (Case("ratio", "751", "3", "<=", 250), "near", 1),
    (Case("ratio", "825", "3", "<=", 250), "near", 1),  # exactly 1.1 · 250; 825 / 4
    (Case("ratio", "826", "3", "<=", 250), "missed", 1),
    (Case("ratio", "1251", "1", "<=", 250), "missed", 5),  # 1251 / 5 = 250.2, 1251 / 6
    (Case("ratio", "1250", "1", "<=", 250), "missed", 4),
    (Case("ratio", "5", "1", "<=", 0), "missed", None),  # no number of methodists brings a load to nothing
    (Case("ratio", "5", "0", "<=", 250), "no_data", None),
    # a ratio that should be high: more in the numerator; 1.5 · 4 = 6
    (Case("ratio", "6", "4", ">=", 1.5), "met", 0),
    (Case("ratio", "5", "4", ">=", 1.5), "missed", 1),
    (Case("ratio", "5.4", "4", ">=", 1.5), "near", 1),  # exactly 0.9 · 1.5; a sum of scores need not be whole
    # counts
    (Case("count", "4", "null", ">=", 4), "met", 0),
    (Case("count", "3", "null", ">=", 4), "missed", 1),
    (Case("count", "9", "null", ">=", 10), "near", 1),
    (Case("count", "9", "null", ">=", 9.5), "near", 1),
    (Case("count", "0", "null", ">=", 70), "missed", 70),
    (Case("count", "11", "null", "<=", 10), "near", 1),
    (Case("count", "12", "null", "<=", 10), "missed", 2),
    (Case("count", "null", "null", ">=", 4), "no_data", None),
    # a country's worth of roubles stays exact
    (Case("share", "999999999999", "1000000000000", ">=", 100), "near", 1),
]


@pytest.fixture(scope="module")
def judged_examples() -> list[tuple[str, int | None]]:
    return _judged([case for case, _, _ in EXAMPLES])


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=lambda number: str(EXAMPLES[number][0]))
def test_verdict_and_gap(judged_examples: list[tuple[str, int | None]], number: int) -> None:
    _, verdict, gap = EXAMPLES[number]
    assert judged_examples[number] == (verdict, gap)


def _reaches(case: Case, numerator: int, denominator: int, factor: Fraction = Fraction(1)) -> bool:
    value = Fraction(numerator * (100 if case.kind == "share" else 1), denominator)
    target = Fraction(str(case.target)) * factor
    return value >= target if case.operator == ">=" else value <= target


def _with_gap(case: Case, gap: int) -> tuple[int, int]:
    numerator, denominator = int(case.numerator), 1 if case.kind == "count" else int(case.denominator)
    if case.operator == ">=":
        return numerator + gap, denominator
    return (numerator, denominator + gap) if case.kind == "ratio" else (numerator - gap, denominator)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from(["share", "ratio", "count"]))
    denominator = draw(st.integers(1, 5000))
    target = draw(st.integers(1, 20_000)) / 100
    scale = {"share": denominator / 100, "ratio": denominator, "count": 1}[kind]
    # numerators around the target and around the bounds of «near» are the ones that go wrong
    around = draw(st.sampled_from([0.0, 0.9, 1.0, 1.1, 2.0]))
    numerator = max(0, int(target * scale * around) + draw(st.integers(-2, 2)))
    return Case(
        kind,
        str(numerator),
        "null" if kind == "count" else str(denominator),
        draw(st.sampled_from([">=", "<="])),
        target,
    )


@settings(max_examples=8, deadline=None)
@given(st.lists(cases(), min_size=20, max_size=40))
def test_the_verdict_follows_the_operator_and_the_gap_is_the_least_that_closes(drawn: list[Case]) -> None:
    for case, (verdict, gap) in zip(drawn, _judged(drawn), strict=True):
        bound = Fraction(9, 10) if case.operator == ">=" else Fraction(11, 10)
        numerator, denominator = _with_gap(case, 0)
        if _reaches(case, numerator, denominator):
            assert (verdict, gap) == ("met", 0)
            continue
        assert verdict == ("near" if _reaches(case, numerator, denominator, bound) else "missed")
        assert gap is not None and gap >= 1
        assert _reaches(case, *_with_gap(case, gap))
        assert not _reaches(case, *_with_gap(case, gap - 1))


def _applicable(targets: list[dict[str, Any]], indicator: str = "diagnostics_share") -> duckdb.DuckDBPyConnection:
    passports = [
        REGISTER["passport_organizations"][0] | {"year": year, "half": half}
        for year, half in ((2022, 1), (2023, 1), (2023, 2), (2024, 1))
    ]
    given = [{"indicator": indicator} | _target(**target) for target in targets]
    return computed(REGISTER | {"passport_organizations": passports, "targets": given})


def _by_year(mart: duckdb.DuckDBPyConnection, profile: str, level: str = "R") -> dict[int, tuple[Any, ...]]:
    rows = mart.execute(
        """
        select year, target, target_year, goal, goal_year from applicable_targets
        where indicator = 'diagnostics_share' and profile = ? and level = ?
        """,
        [profile, level],
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_the_target_of_the_year_else_the_latest_earlier_one_else_the_first_future_goal() -> None:
    mart = _applicable([{"year": 2023, "value": 9.0}, {"year": 2025, "value": 12.0}, {"year": 2026, "value": 15.0}])
    assert _by_year(mart, "own") == {
        2022: (None, None, 9, 2023),
        2023: (9, 2023, None, None),
        2024: (9, 2023, None, None),
    }


def test_a_target_holds_for_its_levels_only() -> None:
    mart = _applicable([{"value": 9.0, "year": 2022, "levels": "R"}, {"value": 7.0, "year": 2022, "levels": "M O"}])
    assert {level: _by_year(mart, "own", level)[2023][0] for level in "RMO"} == {"R": 9, "M": 7, "O": 7}


def test_a_target_applies_while_it_is_valid_at_the_end_of_the_year() -> None:
    mart = _applicable(
        [
            {"year": 2022, "value": 9.0, "valid_to": day("31.12.2022")},
            {"year": 2022, "value": 10.0, "valid_from": day("01.01.2023"), "valid_to": day("30.06.2023")},
            {"year": 2022, "value": 11.0, "valid_from": day("01.07.2023"), "valid_to": day("30.12.2024")},
        ]
    )
    assert {year: row[0] for year, row in _by_year(mart, "own").items()} == {2022: 9, 2023: 11, 2024: None}


def test_of_two_targets_valid_at_once_the_later_made_applies() -> None:
    mart = _applicable(
        [
            {"year": 2023, "value": 9.0, "valid_from": day("01.01.2023")},
            {"year": 2023, "value": 10.0, "valid_from": day("01.09.2023")},
            {"year": 2023, "value": 8.0},
        ]
    )
    assert _by_year(mart, "own")[2023] == (10, 2023, None, None)


def test_composite_takes_leningrad_then_moscow_then_ivanovo_and_says_whose_it_is() -> None:
    profiles = ["ivanovo", "moscow", "leningrad"]
    for number in range(1, 4):
        mart = _applicable([{"profile": profile, "year": 2023} for profile in profiles[:number]])
        assert mart.execute(
            """
            select distinct target_profile from applicable_targets
            where profile = 'composite' and indicator = 'diagnostics_share' and level = 'R' and year = 2023
            """
        ).fetchall() == [(profiles[number - 1],)]


def test_composite_takes_one_profile_for_all_years_of_an_indicator() -> None:
    mart = _applicable(
        [{"profile": "moscow", "year": 2022, "value": 5.0}, {"profile": "leningrad", "year": 2024, "value": 8.0}]
    )
    assert _by_year(mart, "composite") == {
        2022: (None, None, 8, 2024),
        2023: (None, None, 8, 2024),
        2024: (8, 2024, None, None),
    }


def test_composite_leaves_a_profile_of_ones_own_aside() -> None:
    mart = _applicable([{"profile": "own", "year": 2022}])
    assert _by_year(mart, "composite")[2023] == (None, None, None, None)
    assert _by_year(mart, "own")[2023] == (10, 2022, None, None)


def test_every_profile_has_a_row_for_every_indicator_level_and_year() -> None:
    mart = _applicable([])
    # 23 indicators at R, 18 at M, 6 at O; 4 profiles; 3 years
    assert mart.execute("select count(*), count(target) from applicable_targets").fetchone() == (47 * 4 * 3, 0)


def test_the_mart_opens_under_another_name(tmp_path: Path) -> None:
    mart = _applicable([{"year": 2022}])
    mart.execute(f"attach '{tmp_path / 'first.duckdb'}' as copied")
    mart.execute("copy from database mart to copied")
    mart.execute("detach copied")
    moved = (tmp_path / "first.duckdb").rename(tmp_path / "17.duckdb")
    with duckdb.connect(str(moved), read_only=True) as reader:
        assert reader.execute("select count(*) > 0 from verdicts").fetchone() == (True,)
