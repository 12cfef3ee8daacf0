"""Macros that SQL shares, and the numbers that order its files."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.golden.builder import warehouse
from warehouse.build import pipeline
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import define_macros
from warehouse.suppression.cells import SMALL_GROUP

NUMBERED = [folder for folder in sorted(SQL.iterdir()) if any(folder.glob("[0-9]*.sql"))]
TYUMEN, KHANTY_MANSI, NENETS = "71000000", "71800000", "11800000"


def test_a_small_group_is_the_same_in_sql_and_in_python() -> None:
    with duckdb.connect() as connection:
        define_macros(connection)
        found = connection.execute("select n, is_small(n) from range(-1, 10) as numbers (n)").fetchall()
    assert dict(found) == {number: 0 < number < SMALL_GROUP for number, _ in found}


def test_a_recommendation_about_no_competency_tells_of_its_indicator_alone() -> None:
    """Else it would be hidden where the deficits of all competencies together are."""
    with duckdb.connect() as connection:
        define_macros(connection)
        found = connection.execute("select measures_of_case('a', ''), measures_of_case('a', 'METH')").fetchone()
    assert found == (["a"], ["a", "deficits:METH", "deficits_trained:METH"])


def test_an_autonomous_okrug_is_a_region_of_its_own() -> None:
    places = {"71701000": TYUMEN, "71824000": KHANTY_MANSI, "11811000": NENETS, "41601000": "41000000"}
    rows = {
        "regions": [{"region_id": region, "name": region} for region in places.values()],
        "municipalities": [{"municipality_id": place, "region_id": region} for place, region in places.items()],
        "organizations": [{"organization_id": f"школа {place}", "municipality": place} for place in places],
    }
    with warehouse(rows) as connection:
        pipeline.derive(connection)
        found = connection.execute("select territory_id, region_id from territories where level <> 'R'").fetchall()
    assert dict(found) == places | {f"школа {place}": region for place, region in places.items()}


def test_codes_are_taken_as_they_are_where_the_reference_has_no_okrug() -> None:
    with warehouse({"regions": [{"region_id": TYUMEN}]}) as connection:
        pipeline.derive(connection)
        assert connection.execute("select region_of('71824000'), region_of(null)").fetchone() == (TYUMEN, None)


@pytest.mark.parametrize("folder", NUMBERED, ids=lambda folder: folder.name)
def test_files_that_run_in_order_have_numbers_of_their_own(folder: Path) -> None:
    numbers = Counter(path.stem.partition("_")[0] for path in folder.glob("*.sql"))
    assert [number for number, files in numbers.items() if files > 1] == []
