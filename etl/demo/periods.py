"""The calendar of the demonstration: half-years, their working days and sending days."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from etl.demo.scale import Scale

MOSCOW = dt.timezone(dt.timedelta(hours=3))


@dataclass(frozen=True)
class HalfYear:
    """A half-year; `index` counts from 0 at the first one of the demonstration."""

    year: int
    half: int
    index: int

    @property
    def first_workday(self) -> np.datetime64:
        """First day on which people are diagnosed, taught and met."""
        return np.datetime64(f"{self.year}-01-12" if self.half == 1 else f"{self.year}-08-25", "D")

    @property
    def last_workday(self) -> np.datetime64:
        """Last such day: everything that is sent has happened before it is sent."""
        return np.datetime64(f"{self.year}-06-15" if self.half == 1 else f"{self.year}-12-14", "D")

    @property
    def sent_at(self) -> dt.datetime:
        """Moment at which the region sends the half-year's files."""
        day = dt.date(self.year, 6, 23) if self.half == 1 else dt.date(self.year, 12, 21)
        return dt.datetime.combine(day, dt.time(11, 20), MOSCOW)

    @property
    def label(self) -> str:
        """Short name, e.g. 2025-2."""
        return f"{self.year}-{self.half}"


def half_years(scale: Scale) -> tuple[HalfYear, ...]:
    """Return the half-years of a scale in order of time."""
    labels = [
        (year, half)
        for year in range(scale.first_year, scale.last_year + 1)
        for half in (1, 2)
        if (year, half) <= (scale.last_year, scale.last_half)
    ]
    return tuple(HalfYear(year, half, index) for index, (year, half) in enumerate(labels))
