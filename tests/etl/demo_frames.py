"""Submissions of the demonstration as frames, for tests of `etl.demo`."""

import datetime as dt
import functools
import hashlib

import polars as pl

from checks.catalogue import contracts
from etl.demo.periods import half_years
from etl.demo.scale import regional
from etl.demo.stories import stories
from etl.demo.submissions import Submission, generate

SCALE = regional()
REGION = SCALE.regions[0]
PERIODS = half_years(SCALE)


@functools.cache
def submissions() -> tuple[Submission, ...]:
    return tuple(generate())


@functools.cache
def current(dataset: str, before: dt.datetime | None = None) -> pl.DataFrame:
    """Return the current rows of a dataset: the latest of each key, nothing withdrawn."""
    frames = [
        one.frames[dataset]
        for one in submissions()
        if dataset in one.frames and not one.withdrawn_at and (before is None or one.sent_at < before)
    ]
    return pl.concat(frames).unique(list(contracts()[dataset].key), keep="last", maintain_order=True)


def submission(name: str) -> Submission:
    return next(one for one in submissions() if name in one.name)


def played_by(code: str) -> list[str]:
    return list(next(one for one in stories() if one.code == code).municipalities)


def places() -> pl.DataFrame:
    return current("organizations").select("organization_id", "municipality")


def diagnosed_share(year: int, half: int, before: dt.datetime | None = None) -> dict[str, float]:
    """Return municipality → percent of staff diagnosed, over organizations that reported."""
    cutoff = dt.date(year, 6, 30) if half == 1 else dt.date(year, 12, 31)
    reported = (
        current("passport_organizations", before)
        .filter(pl.col("year") == year, pl.col("half") == half)
        .join(places(), on="organization_id")
    )
    staff = reported.group_by("municipality").agg((pl.col("pedagogical_staff") + pl.col("managers")).sum())
    people = (
        current("diagnostics", before)
        .filter(pl.col("date").is_between(dt.date(year, 1, 1), cutoff))
        .join(reported.select("organization_id", "municipality"), on="organization_id")
        .group_by("municipality")
        .agg(pl.col("person").n_unique())
    )
    joined = staff.join(people, on="municipality", how="left")
    return {place: 100 * (people or 0) / total for place, total, people in joined.iter_rows()}


def loads(year: int, half: int) -> pl.DataFrame:
    """Return assignments of regional methodists with the municipality, in one half-year."""
    regional_ones = current("methodists").filter(pl.col("level") == "региональный").select("methodist_id")
    return (
        current("assignments")
        .filter(pl.col("year") == year, pl.col("half") == half)
        .join(regional_ones, on="methodist_id", how="semi")
        .join(places(), on="organization_id")
    )


def digest(frames: list[pl.DataFrame]) -> str:
    content = hashlib.sha256()
    for frame in frames:
        content.update(frame.write_csv().encode())
    return content.hexdigest()


def all_frames(made: tuple[Submission, ...]) -> list[pl.DataFrame]:
    return [frame for one in made for frame in one.frames.values()]
