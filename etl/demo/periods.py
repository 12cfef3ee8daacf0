"""Calendar of the demonstration: half-years, working days, sending days, rounds."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from checks.half_year import HalfYear
from etl.demo.scale import Scale

MOSCOW = dt.timezone(dt.timedelta(hours=3))
OPENING_TIME, CLOSING_TIME = dt.time(10, 0), dt.time(17, 30)

# A round closed after 31 December does not count for its year; the first half-year had none.
CLOSED_LATE = {(2023, 2): dt.date(2024, 1, 22)}
NOT_HELD = frozenset({(2022, 1)})
# A form sent back after the due day and not sent again.
SENT_BACK = (2026, 1)
SENT_BACK_FORM, SENT_BACK_FROM = "events", "slides"
SENT_BACK_AT = dt.datetime(2026, 6, 25, 12, 30, tzinfo=MOSCOW)
SENT_BACK_COMMENT = "У трёх мероприятий не указано направление, сверьте со списком проведённых."


@dataclass(frozen=True)
class DemoHalfYear:
    """A half-year with its days of work; `index` counts from 0 at the demonstration's first."""

    year: int
    half: int
    index: int

    @property
    def first_workday(self) -> np.datetime64:
        """First day with activities."""
        return np.datetime64(f"{self.year}-01-12" if self.half == 1 else f"{self.year}-08-25", "D")

    @property
    def last_workday(self) -> np.datetime64:
        """Last day with activities: before the half-year's files are sent."""
        return np.datetime64(f"{self.year}-06-15" if self.half == 1 else f"{self.year}-12-14", "D")

    @property
    def sent_at(self) -> dt.datetime:
        """Moment at which the region sends the half-year's files."""
        day = dt.date(self.year, 6, 23) if self.half == 1 else dt.date(self.year, 12, 21)
        return dt.datetime.combine(day, dt.time(11, 20), MOSCOW)

    @property
    def label(self) -> str:
        """Short name, e.g. 2025-2."""
        return HalfYear(self.year, self.half).code


def half_years(scale: Scale) -> tuple[DemoHalfYear, ...]:
    """Return the half-years of a scale in order of time."""
    labels = [
        (year, half)
        for year in range(scale.first_year, scale.last_year + 1)
        for half in (1, 2)
        if (year, half) <= (scale.last_year, scale.last_half)
    ]
    return tuple(DemoHalfYear(year, half, index) for index, (year, half) in enumerate(labels))


def rounds(scale: Scale) -> pl.DataFrame:
    """Return monitoring rounds, one row a region and half-year.

    Columns region_id, year, half, opened_on, due_on, closed_on. The last round of a region is open: it collects
    the half-year after the latest one of the demonstration.
    """
    held = [(one.year, one.half) for one in half_years(scale) if (one.year, one.half) not in NOT_HELD]
    following = HalfYear(scale.last_year, scale.last_half).next
    rows = [
        (region.region_id, year, half, *_days(year, half, still_open=(year, half) == following))
        for region in scale.regions
        for year, half in [*held, following]
    ]
    dates = {"opened_on": pl.Date, "due_on": pl.Date, "closed_on": pl.Date}
    return pl.DataFrame(
        rows, schema={"region_id": pl.String, "year": pl.Int64, "half": pl.Int64, **dates}, orient="row"
    )


def _days(year: int, half: int, *, still_open: bool) -> tuple[dt.date, dt.date, dt.date | None]:
    """Return the days on which a round is opened, its data are due, and it is closed."""
    if half == 1:
        opened, due, closed = dt.date(year, 5, 18), dt.date(year, 6, 24), dt.date(year, 6, 29)
    else:
        opened, due, closed = dt.date(year, 11, 16), dt.date(year, 12, 22), dt.date(year, 12, 28)
    return opened, due, None if still_open else CLOSED_LATE.get((year, half), closed)
