"""Synthetic road maps: the regional one from `roadmap.csv`, and short municipal ones.

Only some municipalities have approved a road map.
"""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region

HERE = Path(__file__).parent
MUNICIPAL = (
    ("Организация", "Утвердить положение о муниципальной методической службе", "Положение утверждено"),
    ("Организация", "Заключить соглашение с ЦНППМ", "Соглашение подписано"),
    ("Развитие педагогов", "Провести диагностику не менее чем в половине школ", "Справка о диагностике"),
    ("Развитие педагогов", "Назначить кураторов индивидуальных маршрутов", "Приказ о кураторах"),
    ("Развитие педагогов", "Направить управленческие команды на обучение", "Списки обученных команд"),
    ("Молодые педагоги", "Открыть школу молодого педагога", "План занятий"),
    ("Молодые педагоги", "Закрепить наставников за новыми педагогами", "Приказ о наставничестве"),
    ("Содержание", "Составить перечень лучших практик", "Перечень практик"),
    ("Содержание", "Провести обмен опытом с соседней методической службой", "Отчёт о встрече"),
    ("Содержание", "Обновить раздел методической службы на сайте", "Раздел обновлён"),
    ("Развитие педагогов", "Повторить диагностику и сравнить результаты", "Справка о динамике"),
    ("Организация", "Подвести итоги и обновить дорожную карту", "Обновлённая дорожная карта"),
)
SERVICE = "Муниципальная методическая служба"


def roadmap(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return the final state of `roadmap`, columns as in the contract."""
    rng = draw.generator(seed, region.region_id, "roadmap")
    rows = _regional(region, half_years[0].year, rng)
    last = half_years[-1].year
    for one in region.municipalities:
        if "no_roadmap" not in one.roles:
            vigour = one.pace * float(np.exp(one.trend * 2))
            rows += _municipal(one.municipality_id, vigour, half_years[0].year, last, rng)
    return pl.DataFrame(
        rows,
        schema={
            "territory": pl.String,
            "measure_id": pl.String,
            "direction": pl.String,
            "title": pl.String,
            "responsible": pl.String,
            "due_on": pl.Date,
            "done_on": pl.Date,
            "result": pl.String,
        },
        orient="row",
    )


def known_on(measures: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return the road maps as of a day; a measure has its result once it is done."""
    done = pl.col("done_on") <= day
    return measures.with_columns(pl.when(done).then(column).alias(column) for column in ("done_on", "result"))


def _regional(region: Region, first: int, rng: np.random.Generator) -> list[tuple[object, ...]]:
    measures = pl.read_csv(HERE / "roadmap.csv", separator=";", schema_overrides={"measure_id": pl.String})
    rows: list[tuple[object, ...]] = []
    for measure_id, direction, title, responsible, years_on, month, result, fate in measures.iter_rows():
        due = _last_day(first + years_on, month)
        done = _done(due, float(fate == "never"), float(fate == "late"), rng)
        rows.append((region.region_id, measure_id, direction, title, responsible, due, done, result))
    return rows


def _municipal(
    municipality_id: str, vigour: float, first: int, last: int, rng: np.random.Generator
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    months = np.linspace(4, (last - first + 1) * 12 - 1, len(MUNICIPAL)).astype(int)
    for number, (direction, title, result) in enumerate(MUNICIPAL, start=1):
        month = int(months[number - 1]) + int(rng.integers(-1, 2))
        due = _last_day(first + month // 12, month % 12 + 1)
        slack = min(0.10 / vigour, 0.3) if vigour < 1.15 else 0.0
        done = _done(due, slack * 0.7, slack, rng)
        rows.append((municipality_id, str(number), direction, title, SERVICE, due, done, result))
    return rows


def _done(due: dt.date, never: float, late: float, rng: np.random.Generator) -> dt.date | None:
    """Return the day a measure is done: mostly in time, sometimes months late or never."""
    chance = rng.random()
    early, delay = int(rng.integers(1, 45)), int(rng.integers(10, 300))
    if chance < never:
        return None
    return due + dt.timedelta(days=delay) if chance < never + late else due - dt.timedelta(days=early)


def _last_day(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)
