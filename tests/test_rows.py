"""The rows behind every value: they explain the numerator exactly (issue of the leadership: two clicks to the rows)."""

import pytest

from warehouse import rows
from warehouse.access import Actor
from warehouse.address import Address
from warehouse.indicators import catalogue
from warehouse.mart import Mart, open_mart

ADMIN = Actor("Проверка", "admin")
REGION = "41000000"


@pytest.fixture(scope="module")
def mart(demo_warehouse: Address) -> Mart:
    return open_mart(demo_warehouse)


@pytest.mark.parametrize("indicator", [indicator.code for indicator in catalogue()])
def test_counted_rows_add_up_to_the_numerator_everywhere(mart: Mart, indicator: str) -> None:
    asked = mart.query(
        """
        select year, half, level, territory_id, numerator
        from indicator_values
        where indicator = $indicator and region_id = $region and numerator is not null
            and (level = 'R' or (level = 'M' and (year, half) in ((2025, 2), (2026, 1)))
                or (level = 'O' and year = 2025 and hash(territory_id) % 40 = 0))
        """,
        {"indicator": indicator, "region": REGION},
    )
    assert asked.height > 0
    for year, half, level, territory, numerator in asked.iter_rows():
        found = rows.behind(mart, ADMIN, REGION, year, half, indicator, level, territory)
        assert found is not None
        assert found.numerator == numerator, (year, half, level, territory)
