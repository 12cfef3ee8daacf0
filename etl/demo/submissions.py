"""Submissions of the demonstration in order of time, each with the frames of its datasets.

A frame has what was known on the day of sending: courses and routes that end later are sent again when they have ended,
registers are sent whole each half-year.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from checks.catalogue import contracts
from etl.demo import draw, events, infrastructure, methodists, programs, roadmap, staff
from etl.demo.development import development
from etl.demo.organizations import OPENS_IN, Organizations, organizations, silent
from etl.demo.outcomes import outcomes
from etl.demo.periods import MOSCOW, DemoHalfYear, half_years
from etl.demo.scale import Region, Scale, regional

SEED = 20220110
CORRECTED = (2025, 2)
CORRECTION_SENT = dt.datetime(2026, 3, 17, 15, 5, tzinfo=MOSCOW)
CORRECTION_REASON = (
    "Уточнённые сведения за второе полугодие 2025 года: численность сверена с кадровым учётом, к одной из школ "
    "присоединены дошкольные группы, внесены результаты диагностики, которых не было в первом файле."
)
FORGOTTEN_SHARE, UNMARKED_SHARE = 0.45, 0.10
INFLATED_STAFF, MISSED_YOUNG = 1.07, 0.8
MISTAKE_SENT = dt.datetime(2025, 3, 12, 10, 40, tzinfo=MOSCOW)
MISTAKE_WITHDRAWN = dt.datetime(2025, 3, 14, 9, 15, tzinfo=MOSCOW)
MISTAKE_REASON = "Отправлен план мероприятий на год вместо списка проведённых."
OUTCOMES_MONTH, OUTCOMES_DAY = 8, 20


@dataclass(frozen=True)
class Submission:
    """Files that one sender sends at one moment.

    number: in the region's order of time, from 1. name: of its folder. title: Russian.
    municipality_id: the sender, None for the region itself.
    sent_at: moment of loading. frames: dataset code → frame with the columns and types of its contract.
    confirm: reason with which its warnings are accepted. withdrawn_at, withdraw_reason: when set, every
    batch of the submission is withdrawn at that moment for that reason.
    """

    name: str
    title: str
    region_id: str
    municipality_id: str | None
    sent_at: dt.datetime
    frames: dict[str, pl.DataFrame] = field(repr=False)
    number: int = 0
    confirm: str | None = None
    withdrawn_at: dt.datetime | None = None
    withdraw_reason: str | None = None


def generate(seed: int = SEED, scale: Scale | None = None) -> Iterator[Submission]:
    """Yield the submissions of the demonstration, region by region in order of time.

    The same seed and scale give the same frames. Only one region is in memory at a time.
    """
    chosen = scale or regional()
    for number, region in enumerate(chosen.regions):
        sent = sorted(_of_region(number, region, half_years(chosen), seed), key=lambda one: one.sent_at)
        for number, submission in enumerate(sent, start=1):
            yield replace(submission, number=number)


def _of_region(number: int, region: Region, periods: tuple[DemoHalfYear, ...], seed: int) -> list[Submission]:
    table = organizations(region, periods, seed)
    people = staff.staff(region, number, table, periods, seed)
    numbers = staff.counted(people)
    offered = programs.programs()
    register = methodists.methodists(region, periods, seed)
    activity = development(region, people, table, offered, periods, seed)
    measures = roadmap.roadmap(region, periods, seed)
    passports = staff.passports(numbers, table, periods)
    first_passports, first_diagnostics, correction = _corrected(
        region, table, passports, activity.diagnostics, people.merged, periods, seed
    )
    by_half_year = {
        "passport_organizations": first_passports,
        "passport_municipalities": infrastructure.passport_municipalities(region, periods, seed),
        "passport_finance": infrastructure.passport_finance(region, periods, seed),
        "assignments": methodists.assignments(region, register, numbers, table, periods, seed),
        "registry": infrastructure.registry(region, table, periods, seed),
        "events": events.events(region, periods, seed),
        "diagnostics": first_diagnostics,
    }
    result = [_registers(region, table, offered, register, periods[0])]
    previous = result[0].sent_at.date()
    for period in periods:
        day = period.sent_at.date()
        frames = {code: frame.filter(pl.col("index") == period.index) for code, frame in by_half_year.items()}
        frames["routes"] = _news(activity.routes, "created_on", "closed_on", period, previous, day, ("closed_on",))
        frames["routes"] = frames["routes"].with_columns(
            pl.when(pl.col("closed_on").is_null()).then(pl.lit("в работе")).otherwise("status").alias("status")
        )
        ended = ("finished_on", "attestation_passed")
        frames["training"] = _news(activity.training, "started_on", "finished_on", period, previous, day, ended)
        frames["young_support"] = _news(
            activity.young_support, "started_on", "finished_on", period, previous, day, ("finished_on",)
        )
        frames = {code: _without_silent(frame, table, region, period) for code, frame in frames.items()}
        frames["methodists"] = methodists.known_on(register, day)
        frames["programs"] = programs.known_on(offered, day)
        frames["roadmap"] = roadmap.known_on(measures, day)
        if (period.year, period.half) == OPENS_IN:
            frames["organizations"] = table.register
        result.append(
            Submission(
                name=f"{period.label}-{region.region_id[:2]}",
                title=f"Сведения за {period.half}-е полугодие {period.year} года",
                region_id=region.region_id,
                municipality_id=None,
                sent_at=period.sent_at,
                frames=_typed(frames),
            )
        )
        previous = day
    result += _outcomes(region, table, periods, seed)
    result += _mistakes(region, periods, seed)
    return result + correction


def _registers(
    region: Region, table: Organizations, offered: pl.DataFrame, register: pl.DataFrame, first: DemoHalfYear
) -> Submission:
    sent_at = dt.datetime(first.year, 1, 17, 9, 30, tzinfo=MOSCOW)
    frames = {
        "organizations": table.register.filter(pl.Series(table.opened == 0)),
        "programs": programs.known_on(offered, sent_at.date()),
        "methodists": methodists.known_on(register, sent_at.date()),
        "passport_resources": infrastructure.passport_resources(region),
    }
    return Submission(
        name=f"registers-{region.region_id[:2]}",
        title="Реестры: организации, программы, методисты, ресурсы",
        region_id=region.region_id,
        municipality_id=None,
        sent_at=sent_at,
        frames=_typed(frames),
    )


def _outcomes(region: Region, table: Organizations, periods: tuple[DemoHalfYear, ...], seed: int) -> list[Submission]:
    years = tuple(sorted({one.year for one in periods}))
    results = outcomes(region, table, years, seed)
    return [
        Submission(
            name=f"{year}-outcomes-{region.region_id[:2]}",
            title=f"Результаты обучающихся за {year} год",
            region_id=region.region_id,
            municipality_id=None,
            sent_at=dt.datetime(year, OUTCOMES_MONTH, OUTCOMES_DAY, 12, 0, tzinfo=MOSCOW),
            frames=_typed({"outcomes": results.filter(pl.col("year") == year)}),
        )
        for year in years
    ]


def _mistakes(region: Region, periods: tuple[DemoHalfYear, ...], seed: int) -> list[Submission]:
    period = next((one for one in periods if (one.year, one.half) == (MISTAKE_SENT.year, 1)), None)
    return [
        Submission(
            name=f"{period.year}-mistake-{one.municipality_id[:5]}",
            title=f"Мероприятия, {one.name}: отправлен план вместо списка проведённых",
            region_id=region.region_id,
            municipality_id=one.municipality_id,
            sent_at=MISTAKE_SENT,
            frames=_typed({"events": events.planned_as_done(region, index, period, seed)}),
            withdrawn_at=MISTAKE_WITHDRAWN,
            withdraw_reason=MISTAKE_REASON,
        )
        for index, one in enumerate(region.municipalities)
        if period and "mistakes" in one.roles
    ]


def _corrected(
    region: Region,
    table: Organizations,
    passports: pl.DataFrame,
    diagnostics: pl.DataFrame,
    merged: int,
    periods: tuple[DemoHalfYear, ...],
    seed: int,
) -> tuple[pl.DataFrame, pl.DataFrame, list[Submission]]:
    """Return faulty first files of the municipality that corrects itself, and their correction."""
    period = next((one for one in periods if (one.year, one.half) == CORRECTED), None)
    index = next((i for i, one in enumerate(region.municipalities) if "corrects" in one.roles), None)
    if period is None or index is None:
        return passports, diagnostics, []
    own = pl.col("organization").is_in(np.flatnonzero(table.municipality == index).tolist())
    concerned = own & (pl.col("index") == period.index)
    sender = region.municipalities[index]
    correction = Submission(
        name=f"{period.label}-correction-{sender.municipality_id[:5]}",
        title=f"Уточнённые сведения за {period.half}-е полугодие {period.year} года, {sender.name}",
        region_id=region.region_id,
        municipality_id=sender.municipality_id,
        sent_at=CORRECTION_SENT,
        frames=_typed(
            {
                "passport_organizations": passports.filter(concerned),
                "diagnostics": diagnostics.filter(concerned),
            }
        ),
        confirm=CORRECTION_REASON,
    )
    return (
        _first_passports(passports, concerned, merged, period),
        _first_diagnostics(diagnostics, concerned, region, seed),
        [correction],
    )


def _first_passports(passports: pl.DataFrame, concerned: pl.Expr, merged: int, period: DemoHalfYear) -> pl.DataFrame:
    """Return passports as first sent, before their correction.

    They have too many workers and too few young specialists, and the school that grew by a merger as it was before.
    """
    numbers = ("pedagogical_staff", "teachers", "managers", "young_specialists", "management_teams")
    before = passports.filter((pl.col("organization") == merged) & (pl.col("index") == period.index - 1)).select(
        "organization", pl.lit(period.index, dtype=pl.Int64).alias("index"), *numbers
    )
    wrong = passports.with_columns(
        pl.when(concerned).then((pl.col(column) * factor).round().cast(pl.Int64)).otherwise(column).alias(column)
        for column, factor in (
            ("pedagogical_staff", INFLATED_STAFF),
            ("teachers", INFLATED_STAFF),
            ("young_specialists", MISSED_YOUNG),
        )
    ).with_columns(pl.min_horizontal("teachers", "pedagogical_staff").alias("teachers"))
    return wrong.update(before, on=["organization", "index"], how="left", maintain_order="left")


def _first_diagnostics(diagnostics: pl.DataFrame, concerned: pl.Expr, region: Region, seed: int) -> pl.DataFrame:
    """Return diagnostics without a part of the people and with some deficits unmarked."""
    rng = draw.generator(seed, region.region_id, "correction")
    lots = (
        diagnostics.filter(concerned)
        .select(pl.col("person").unique(maintain_order=True))
        .with_columns(pl.Series("lot", rng.random(diagnostics.filter(concerned)["person"].n_unique())))
    )
    marked = diagnostics.join(lots, on="person", how="left", maintain_order="left")
    unmarked = concerned & pl.col("deficit") & (pl.col("lot") > 1 - UNMARKED_SHARE)
    return (
        marked.filter(~concerned | (pl.col("lot") >= FORGOTTEN_SHARE))
        .with_columns(
            pl.when(unmarked).then(80.0).otherwise("score").alias("score"),
            (pl.col("deficit") & ~unmarked).alias("deficit"),
        )
        .drop("lot")
    )


def _news(
    frame: pl.DataFrame,
    begins: str,
    ends: str,
    period: DemoHalfYear,
    previous: dt.date,
    day: dt.date,
    hidden: tuple[str, ...],
) -> pl.DataFrame:
    """Return rows that began in a half-year, or ended since the last sending."""
    new = pl.col("index") == period.index
    ended = (pl.col("index") < period.index) & (pl.col(ends) > previous) & (pl.col(ends) <= day)
    return (
        frame.filter(new | ended)
        .sort("organization", begins, maintain_order=True)
        .with_columns(pl.when(pl.col(ends) <= day).then(column).alias(column) for column in (*hidden,))
    )


def _without_silent(frame: pl.DataFrame, table: Organizations, region: Region, period: DemoHalfYear) -> pl.DataFrame:
    quiet = silent(region, period)
    if "organization" not in frame.columns or not len(quiet):
        return frame
    return frame.filter(~pl.col("organization").is_in(np.flatnonzero(np.isin(table.municipality, quiet)).tolist()))


def _typed(frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return the frames with columns and types of their contracts, referenced datasets first."""
    return {
        code: frames[code].select(pl.col(column.code).cast(column.polars_type) for column in contract.columns.values())
        for code, contract in contracts().items()
        if code in frames
    }
