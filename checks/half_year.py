"""A half-year: the period that figures are collected and published for."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import polars as pl

from checks.russian import half_year


class HalfYear(NamedTuple):
    """A year and its half (1 or 2); half-years sort in order of time."""

    year: int
    half: int

    @classmethod
    def of(cls, day: dt.date) -> HalfYear:
        """Return the half-year that a day lies in."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def next(self) -> HalfYear:
        """The half-year after this one."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the half-year, which is its cut-off."""
        return dt.date(self.year, 6, 30) if self.half == 1 else dt.date(self.year, 12, 31)

    @property
    def ordinal(self) -> int:
        """The half-year as a whole number, 1 more than that of the half-year before."""
        return 2 * self.year + self.half

    @property
    def words(self) -> str:
        """The half-year in Russian: «1-е полугодие 2026 года»."""
        return half_year(self.year, self.half)

    @property
    def code(self) -> str:
        """The half-year in links and file names: «2026-1»."""
        return f"{self.year}-{self.half}"


def ordinals(year: str = "year", half: str = "half") -> pl.Expr:
    """Return the ordinals of the half-years that two columns hold, see `HalfYear.ordinal`."""
    return pl.col(year) * 2 + pl.col(half)
