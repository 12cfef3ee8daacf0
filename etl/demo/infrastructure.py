"""Synthetic municipal passports, finance, information resources and bank of practices."""

import datetime as dt

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.organizations import Organizations, silent
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region

LEARNS_TOGETHER = (0.08, 0.14, 0.16, 0.25, 0.22, 0.34, 0.33, 0.48, 0.38)
NO_SERVICE_UNTIL = (2025, 1)
REGIONAL_ARTICLES = {
    "Повышение квалификации педагогических работников": 14_500_000,
    "Диагностика профессиональных компетенций": 3_200_000,
    "Сопровождение индивидуальных образовательных маршрутов": 2_600_000,
    "Оплата труда региональных методистов": 18_400_000,
    "Конкурсы профессионального мастерства": 1_900_000,
}
FEDERAL_ARTICLES = {"Субсидия на обеспечение деятельности ЦНППМ": 9_800_000}
MUNICIPAL_ARTICLES = {
    "Содержание муниципальной методической службы": 3_600_000,
    "Поддержка молодых педагогов": 900_000,
    "Методические мероприятия": 420_000,
}
OWN_ARTICLES = {"Платные образовательные услуги": 260_000}
FIRST_HALF_SPENT = 0.41
REGISTRY_KINDS = ("практика", "стажировочная площадка", "профессиональное сообщество", "инновационная площадка")
REGISTRY_SHARES = (0.5, 0.18, 0.22, 0.10)
REGISTRY_PER_HALF = 22
SUBJECTS = (
    "уроки чтения", "школьный музей", "математические игры", "наставничество", "инженерный класс", "сельская школа",
    "работа с семьёй", "проектная мастерская", "цифровые уроки", "функциональная грамотность", "лесная школа",
    "театр и речь", "инклюзивный класс", "юные исследователи", "школьный медиацентр", "ранняя профориентация",
)  # fmt: skip
REGISTRY_TITLES = {
    "практика": "Практика «{subject}» (демонстрация)",
    "стажировочная площадка": "Стажировочная площадка по теме «{subject}» (демонстрация)",
    "профессиональное сообщество": "Сообщество педагогов «{subject}» (демонстрация)",
    "инновационная площадка": "Инновационная площадка «{subject}: новое содержание» (демонстрация)",
}


def passport_municipalities(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return `passport_municipalities` as reported, with `index` of the half-year."""
    rng = draw.generator(seed, region.region_id, "passport_municipalities")
    municipalities = region.municipalities
    sociable = rng.permutation(len(municipalities)) / len(municipalities)
    agreed = [
        dt.date(half_years[0].year, 2, 1) + dt.timedelta(days=int(day))
        for day in rng.integers(0, 900, len(municipalities))
    ]
    council = rng.random(len(municipalities))
    rows = []
    for half_year in half_years:
        quiet = set(silent(region, half_year).tolist())
        for index, one in enumerate(municipalities):
            if index in quiet:
                continue
            service = "no_service" not in one.roles or (half_year.year, half_year.half) >= NO_SERVICE_UNTIL
            size = one.weight**0.5
            rows.append(
                {
                    "index": half_year.index,
                    "municipality": one.municipality_id,
                    "year": half_year.year,
                    "half": half_year.half,
                    "methodical_service": service,
                    "service_staff": round(2 + 2.2 * size + half_year.index // 3) if service else 0,
                    "methodical_council": bool(council[index] < 0.7 + 0.03 * half_year.index),
                    "resource_centers": round(size * (0.6 + 0.12 * half_year.index)),
                    "methodical_associations": round(6 + 4 * size + half_year.index // 2) if index % 11 else None,
                    "mutual_learning": bool(service and sociable[index] < draw.at(LEARNS_TOGETHER, half_year.index)),
                    "roadmap_approved": "no_roadmap" not in one.roles,
                    "agreement_on": agreed[index] if np.datetime64(agreed[index]) <= half_year.last_workday else None,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def passport_finance(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return `passport_finance` with `index`, the half-year in which a row is sent.

    The first half-year has the amount spent so far, the second the year's result.
    """
    rng = draw.generator(seed, region.region_id, "passport_finance")
    total = sum(one.weight for one in region.municipalities)
    plans: list[tuple[str, str, str, float]] = []
    plans += [(region.region_id, "региональный", article, float(rub)) for article, rub in REGIONAL_ARTICLES.items()]
    plans += [(region.region_id, "федеральный", article, float(rub)) for article, rub in FEDERAL_ARTICLES.items()]
    for one in region.municipalities:
        share = one.weight / total * len(region.municipalities)
        plans += [
            (one.municipality_id, "муниципальный", article, rub * share**0.8)
            for article, rub in MUNICIPAL_ARTICLES.items()
        ]
        if share > 0.9:
            own = OWN_ARTICLES.items()
            plans += [(one.municipality_id, "внебюджетный", article, rub * share) for article, rub in own]
    parts = []
    frame = pl.DataFrame(plans, schema=["territory", "source", "article", "rub"], orient="row")
    first = half_years[0].year
    for year in sorted({one.year for one in half_years}):
        growth = 1.07 ** (year - first) * rng.uniform(0.95, 1.05, frame.height)
        planned = np.round(frame["rub"].to_numpy() * growth / 100) * 100
        spent = np.minimum(rng.uniform(0.86, 1.02, frame.height), 1.0)
        so_far = np.minimum(FIRST_HALF_SPENT * rng.uniform(0.7, 1.2, frame.height), spent)
        for half_year in (one for one in half_years if one.year == year):
            parts.append(
                frame.select(
                    pl.lit(half_year.index, dtype=pl.Int64).alias("index"),
                    "territory",
                    pl.lit(year, dtype=pl.Int64).alias("year"),
                    "source",
                    "article",
                    pl.Series("planned_rub", planned),
                    pl.Series("spent_rub", np.round(planned * (so_far if half_year.half == 1 else spent), 2)),
                )
            )
    return pl.concat(parts)


def passport_resources(region: Region) -> pl.DataFrame:
    """Return `passport_resources`; the addresses end in «.example», which no real site does."""
    code = region.region_id[:2]
    rows = [
        (region.region_id, "сайт", "Сайт ЦНППМ (демонстрация)", f"https://cnppm-{code}.example/"),
        (region.region_id, "СДО", "Дистанционное обучение педагогов (демонстрация)", f"https://sdo-{code}.example/"),
        (region.region_id, "база данных", "Банк лучших практик (демонстрация)", f"https://praktiki-{code}.example/"),
        (region.region_id, "сайт", "Региональный методический актив (демонстрация)", f"https://rma-{code}.example/"),
        (region.region_id, "иное", "Телеканал педагогических мастерских (демонстрация)", f"https://tv-{code}.example/"),
    ]
    for index, one in enumerate(region.municipalities):
        address = f"https://metod-{one.municipality_id[:5]}.example/"
        rows.append((one.municipality_id, "сайт", f"Методическая служба, {one.district} (демонстрация)", address))
        if index % 3 == 0:
            name = f"Методическая копилка, {one.district} (демонстрация)"
            rows.append((one.municipality_id, "база данных", name, f"{address}bank"))
    return pl.DataFrame(rows, schema=["territory", "kind", "name", "url"], orient="row")


def registry(region: Region, table: Organizations, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return `registry` with `index`, the half-year in which an item appears."""
    rng = draw.generator(seed, region.region_id, "registry")
    weights = np.array([one.weight**0.6 * one.pace for one in region.municipalities])
    rows: list[tuple[object, ...]] = []
    for half_year in half_years:
        for number in range(1, REGISTRY_PER_HALF + 1):
            kind = str(rng.choice(REGISTRY_KINDS, p=np.array(REGISTRY_SHARES)))
            index = int(rng.choice(len(weights), p=weights / weights.sum()))
            of_region = rng.random() < 0.15
            own = np.flatnonzero((table.municipality == index) & (table.opened == 0))
            since = draw.workdays(rng, half_year.first_workday, half_year.last_workday, 1)[0].item()
            ends = rng.random() < (0.2 if kind == "профессиональное сообщество" else 0.65)
            item = f"REG-{region.region_id[:2]}-{half_year.year}{half_year.half}-{number:03d}"
            rows.append(
                (
                    half_year.index,
                    item,
                    region.region_id if of_region else region.municipalities[index].municipality_id,
                    kind,
                    REGISTRY_TITLES[kind].format(subject=rng.choice(SUBJECTS)),
                    None if of_region else table.register["organization_id"][int(rng.choice(own))],
                    since,
                    since + dt.timedelta(days=365 * int(rng.integers(1, 4))) if ends else None,
                    f"https://praktiki-{region.region_id[:2]}.example/{item.lower()}" if rng.random() < 0.7 else None,
                )
            )
    return pl.DataFrame(
        rows,
        schema={
            "index": pl.Int64,
            "item_id": pl.String,
            "territory": pl.String,
            "kind": pl.String,
            "title": pl.String,
            "organization_id": pl.String,
            "since": pl.Date,
            "until": pl.Date,
            "url": pl.String,
        },
        orient="row",
    )
