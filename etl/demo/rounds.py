"""Monitoring rounds of the demonstration: one a half-year, closed before the cut-off with two exceptions."""

import datetime as dt
from dataclasses import dataclass

from etl.demo.periods import half_years
from etl.demo.scale import Scale, regional

# A round closed after 31 December does not count for its year; in the first half-year there was none.
CLOSED_LATE = {(2023, 2): dt.date(2024, 1, 22)}
NOT_HELD = frozenset({(2022, 1)})


@dataclass(frozen=True)
class Round:
    """A row of the ledger of rounds; `closed_on` is None while the round is open."""

    region_id: str
    year: int
    half: int
    opened_on: dt.date
    due_on: dt.date
    closed_on: dt.date | None


def rounds(scale: Scale | None = None) -> tuple[Round, ...]:
    """Return the rounds of every region in order of time.

    The last one of a region is open: it collects the half-year after the latest one of the demonstration.
    """
    chosen = scale or regional()
    held = [(one.year, one.half) for one in half_years(chosen) if (one.year, one.half) not in NOT_HELD]
    following = (chosen.last_year, 2) if chosen.last_half == 1 else (chosen.last_year + 1, 1)
    return tuple(
        _round(region.region_id, year, half, still_open=(year, half) == following)
        for region in chosen.regions
        for year, half in [*held, following]
    )


def _round(region_id: str, year: int, half: int, *, still_open: bool) -> Round:
    if half == 1:
        opened, due, closed = dt.date(year, 5, 18), dt.date(year, 6, 24), dt.date(year, 6, 29)
    else:
        opened, due, closed = dt.date(year, 11, 16), dt.date(year, 12, 22), dt.date(year, 12, 28)
    return Round(region_id, year, half, opened, due, None if still_open else CLOSED_LATE.get((year, half), closed))
