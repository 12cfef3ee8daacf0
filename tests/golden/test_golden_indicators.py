"""Every indicator of the golden warehouse against answers worked out by hand."""

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.golden.builder import computed, rows_of, sections
from warehouse.build.indicators import SQL, Indicator, catalogue

GOLDEN = Path(__file__).parent
ANSWERS = sections(GOLDEN / "indicators.md")
VERDICTS = sections(GOLDEN / "verdicts.md")["verdicts"]

Key = tuple[str, str, int, int]  # level, territory, year, half


@pytest.fixture(scope="module")
def mart() -> duckdb.DuckDBPyConnection:
    rows = rows_of(GOLDEN / "warehouse.md")
    with (SQL / "reference" / "targets.csv").open(encoding="utf-8") as file:
        rows["targets"] = [_target(row) for row in csv.DictReader(file)]
    return computed(rows)


def _target(row: dict[str, str]) -> dict[str, Any]:
    given = {name: cell or None for name, cell in row.items()}
    return given | {"year": int(row["year"]), "value": float(row["value"])}


def _answers(section: str) -> dict[Key, str]:
    return {
        (row["territory"][0], row["territory"][2:], int(half_year[:4]), int(half_year[5])): cell
        for row in ANSWERS[section]
        for half_year, cell in row.items()
        if half_year != "territory" and cell
    }


def test_every_indicator_has_answers_by_hand() -> None:
    assert {indicator.code for indicator in catalogue()} == set(ANSWERS) - {"staff", "coverage"}


@pytest.mark.parametrize("indicator", catalogue(), ids=lambda indicator: indicator.code)
def test_indicator_gives_the_answers_worked_out_by_hand(mart: duckdb.DuckDBPyConnection, indicator: Indicator) -> None:
    found = {
        tuple(key): (numerator, denominator, value)
        for *key, numerator, denominator, value in mart.execute(
            """
            select level, territory_id, year, half, numerator, denominator, value
            from indicator_values where indicator = ?
            """,
            [indicator.code],
        ).fetchall()
    }
    assert found == {key: _numbers(cell, indicator.kind) for key, cell in _answers(indicator.code).items()}


def _numbers(cell: str, kind: str) -> tuple[int | None, int | None, float | None]:
    """Return numerator, denominator and value of a cell «3/66», «4» or «–»."""
    if cell == "–":
        return None, None, None
    if kind == "count":
        return int(cell), None, float(cell)
    numerator, denominator = (int(part) for part in cell.split("/"))
    if denominator == 0:
        return numerator, 0, None
    scale = 100 if kind == "share" else 1
    return numerator, denominator, float(Fraction(numerator * scale, denominator))


def test_reporting_and_expected_stand_beside_every_value(mart: duckdb.DuckDBPyConnection) -> None:
    expected = {key: tuple(map(int, cell.split("/"))) for key, cell in _answers("coverage").items()}
    found = mart.execute(
        "select distinct level, territory_id, year, half, reporting, expected from indicator_values"
    ).fetchall()
    assert {tuple(row[:4]): tuple(row[4:]) for row in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    "row", VERDICTS, ids=lambda row: f"{row['indicator']} {row['territory']} {row['half-year']} {row['profile']}"
)
def test_verdict_and_gap_worked_out_by_hand(mart: duckdb.DuckDBPyConnection, row: dict[str, str]) -> None:
    found = mart.execute(
        """
        select verdict, gap, target, target_year, goal, goal_year from verdicts
        where indicator = ? and profile = ? and level = ? and territory_id = ? and year = ? and half = ?
        """,
        [
            row["indicator"],
            row["profile"],
            row["territory"][0],
            row["territory"][2:],
            int(row["half-year"][:4]),
            int(row["half-year"][5]),
        ],
    ).fetchall()
    numbers = [
        float(row[name]) if row[name] else None for name in ("gap", "target", "target_year", "goal", "goal_year")
    ]
    assert found == [(row["verdict"], *numbers)]


def test_half_1_is_provisional_and_half_2_is_not(mart: duckdb.DuckDBPyConnection) -> None:
    assert mart.execute("select distinct half, provisional from verdicts order by half").fetchall() == [
        (1, True),
        (2, False),
    ]


def test_verdicts_name_their_territory(mart: duckdb.DuckDBPyConnection) -> None:
    names = dict(mart.execute("select distinct territory_id, territory from verdicts").fetchall())
    assert (names["41000000"], names["41C00000"], names["a1"]) == ("Ленинградская область", "Синий район", "Школа 1")
