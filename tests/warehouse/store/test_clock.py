"""Moments in UTC and the days of the wall clock."""

import datetime as dt
import time
from collections.abc import Iterator

import pytest

from warehouse.store.clock import end_of_day, local_day, now, today, utc

UTC_EVENING = dt.datetime.fromisoformat("2025-06-24 21:00")
"""Midnight in Moscow, as the ledger keeps it."""


@pytest.fixture
def moscow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Moscow")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("moscow")
def test_a_day_ends_at_midnight_of_the_wall_clock() -> None:
    assert end_of_day(dt.date(2025, 6, 24)) == UTC_EVENING
    assert local_day(UTC_EVENING - dt.timedelta(hours=1)) == dt.date(2025, 6, 24)
    assert local_day(UTC_EVENING) == dt.date(2025, 6, 25)


def test_moments_have_no_zone_and_are_utc() -> None:
    moscow = dt.timezone(dt.timedelta(hours=3))
    assert utc(dt.datetime(2025, 6, 25, 0, 30, tzinfo=moscow)) == UTC_EVENING + dt.timedelta(minutes=30)
    assert now().tzinfo is None
    assert abs(now() - utc(dt.datetime.now(moscow))) < dt.timedelta(minutes=1)
    assert abs(today() - dt.datetime.now(moscow).date()) <= dt.timedelta(days=1)
