"""Methodical events of a region and its municipalities."""

import datetime as dt

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.organizations import silent
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region

COLUMNS = {
    "index": pl.Int64,
    "event_id": pl.String,
    "title": pl.String,
    "date": pl.Date,
    "level": pl.String,
    "territory": pl.String,
    "kind": pl.String,
    "participants": pl.Int64,
}
# Months of the regional methodical active's meetings by half-year: all four quarters only in 2024.
MEETINGS = ((5,), (11,), (2, 5), (10,), (3, 4, 6), (9, 11), (2, 5), (10, 11), (3, 6))
SERVICES = (1, 2, 2, 2, 2, 3, 2, 3, 3)
YOUNG = (0, 2, 1, 2, 1, 3, 2, 3, 2)
COMMUNITIES = (1, 2, 2, 3, 2, 4, 3, 4, 4)
MUNICIPAL_COMMUNITIES = (0.3, 0.6, 0.6, 0.9, 0.8, 1.2, 1.0, 1.5, 1.4)
MUNICIPAL_YOUNG = (0.2, 0.4, 0.35, 0.6, 0.5, 0.8, 0.6, 0.9, 0.7)
TITLES = {
    "методические службы": (
        "Совещание руководителей муниципальных методических служб",
        "Семинар «Методическая служба: от плана к поддержке учителя»",
        "Практикум «Маршрут педагога: как помочь не потеряться»",
        "Вебинар «Читаем результаты диагностики вместе»",
    ),
    "сообщества": (
        "Встреча сообщества учителей математики",
        "Мастерская учителей начальных классов",
        "Клуб учителей-словесников",
        "Лаборатория естественных наук",
        "Форум педагогических сообществ",
    ),
    "молодые педагоги": (
        "Слёт молодых педагогов",
        "Школа первого урока",
        "Вечер наставников",
        "Педагогический квест «Первые три года»",
    ),
    "взаимообучение": ("Методический десант", "Обмен опытом методических служб", "День открытых уроков"),
    "заседание РМА": ("Заседание регионального методического актива",),
    "иное": ("Методическое совещание", "Ярмарка педагогических идей", "Неделя открытых дверей"),
}
PLANNED = 12


def events(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return `events` with `index`, the half-year in which they are sent."""
    rng = draw.generator(seed, region.region_id, "events")
    rows: list[tuple[object, ...]] = []
    for half_year in half_years:
        start = len(rows)
        _regional(rows, region, half_year, rng)
        quiet = set(silent(region, half_year).tolist())
        for index, one in enumerate(region.municipalities):
            if index in quiet:
                continue
            lively = one.weight**0.25 * one.pace**0.5
            counts = {
                "сообщества": rng.poisson(draw.at(MUNICIPAL_COMMUNITIES, half_year.index) * lively),
                "молодые педагоги": rng.poisson(draw.at(MUNICIPAL_YOUNG, half_year.index) * lively),
                "взаимообучение": rng.poisson(0.3 * lively),
                "иное": rng.poisson(0.5 * lively),
            }
            for kind, count in counts.items():
                for _ in range(int(count)):
                    level = "институциональный" if rng.random() < 0.2 else "муниципальный"
                    rows.append(_event(half_year, level, one.municipality_id, kind, rng))
        rows[start:] = [
            (row[0], f"EV-{region.region_id[:2]}-{half_year.label}-{number:03d}", *row[2:])
            for number, row in enumerate(sorted(rows[start:], key=lambda row: (str(row[3]), str(row[2]))), start=1)
        ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def planned_as_done(region: Region, index: int, half_year: DemoHalfYear, seed: int) -> pl.DataFrame:
    """Return a municipality's plan of the year, sent as events held by mistake."""
    rng = draw.generator(seed, region.region_id, "planned_as_done")
    one = region.municipalities[index]
    days = [dt.date(half_year.year, month, 15) for month in range(1, 13)]
    kinds = ["сообщества", "молодые педагоги", "сообщества", "взаимообучение"]
    rows = [
        (
            half_year.index,
            f"PLAN-{one.municipality_id[:5]}-{half_year.year}-{number + 1:03d}",
            f"{TITLES[kinds[number % 4]][number % 3]} (по плану)",
            days[number],
            "муниципальный",
            one.municipality_id,
            kinds[number % 4],
            int(rng.integers(15, 60)),
        )
        for number in range(PLANNED)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _regional(
    rows: list[tuple[object, ...]], region: Region, half_year: DemoHalfYear, rng: np.random.Generator
) -> None:
    for month in draw.at(MEETINGS, half_year.index):
        on = draw.workday(np.array([f"{half_year.year}-{month:02d}-14"], dtype="datetime64[D]"))[0].item()
        rows.append(_event(half_year, "региональный", region.region_id, "заседание РМА", rng, on))
    for kind, counts in (("методические службы", SERVICES), ("молодые педагоги", YOUNG), ("сообщества", COMMUNITIES)):
        for _ in range(draw.at(counts, half_year.index)):
            rows.append(_event(half_year, "региональный", region.region_id, kind, rng))
    rows.append(_event(half_year, "региональный", region.region_id, "иное", rng))


def _event(
    half_year: DemoHalfYear,
    level: str,
    territory: str,
    kind: str,
    rng: np.random.Generator,
    on: dt.date | None = None,
) -> tuple[object, ...]:
    day = on or draw.workdays(rng, half_year.first_workday, half_year.last_workday, 1)[0].item()
    size = {"региональный": 110, "муниципальный": 40, "институциональный": 18}[level]
    participants = int(rng.poisson(size)) if rng.random() < 0.94 else None
    return half_year.index, "", str(rng.choice(TITLES[kind])), day, level, territory, kind, participants
