"""The type of half-years: order, neighbours, days, names."""

import datetime as dt

import polars as pl
import pytest

from checks.half_year import HalfYear, ordinals

FIRST, SECOND = HalfYear(2025, 1), HalfYear(2025, 2)


def test_half_years_stand_in_order_of_time() -> None:
    assert FIRST < SECOND < HalfYear(2026, 1)
    assert (FIRST.next, SECOND.next) == (SECOND, HalfYear(2026, 1))
    assert SECOND.next.ordinal == SECOND.ordinal + 1 == FIRST.ordinal + 2


@pytest.mark.parametrize(
    ("day", "half_year"),
    [("2025-01-01", FIRST), ("2025-06-30", FIRST), ("2025-07-01", SECOND), ("2025-12-31", SECOND)],
)
def test_a_day_lies_in_its_half_year(day: str, half_year: HalfYear) -> None:
    assert HalfYear.of(dt.date.fromisoformat(day)) == half_year
    assert dt.date.fromisoformat(day) <= half_year.last_day


def test_the_last_day_is_followed_by_the_next_half_year() -> None:
    for half_year in (FIRST, SECOND):
        assert HalfYear.of(half_year.last_day) == half_year
        assert HalfYear.of(half_year.last_day + dt.timedelta(days=1)) == half_year.next


def test_names() -> None:
    assert (SECOND.code, SECOND.words) == ("2025-2", "2-е\u00a0полугодие 2025\u00a0года")


def test_columns_have_the_same_ordinals() -> None:
    rows = pl.DataFrame([FIRST, SECOND], schema=["year", "half"], orient="row")
    assert rows.select(ordinals()).to_series().to_list() == [FIRST.ordinal, SECOND.ordinal]
