"""Methodists, regional and municipal, and the teachers assigned to them.

A municipality has about one regional methodist for two hundred teachers; an «overloaded» one has too few, and one
served by a neighbour has none.
"""

import datetime as dt

import numpy as np
import polars as pl

from checks.half_year import HalfYear
from etl.demo import draw
from etl.demo.draw import Ints
from etl.demo.organizations import Organizations, silent
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Municipality, Region

REGIONAL, MUNICIPAL = "региональный", "муниципальный"
GROWTH = (0.58, 0.64, 0.70, 0.76, 0.82, 0.88, 0.93, 0.97, 1.0)
COVERED = (0.62, 0.68, 0.73, 0.78, 0.83, 0.87, 0.90, 0.92, 0.94)
OVERLOADED = 0.62
ELIGIBLE_AT_FIRST, ELIGIBLE_LATER = 0.76, 0.95
LEAVES_IF_ELIGIBLE, LEAVES_OTHERWISE = 0.06, 0.60
TEACHERS_OF_MUNICIPAL = (12, 38)

SCHEMA: dict[str, pl.DataType] = {
    "methodist_id": pl.String(),
    "level": pl.String(),
    "municipality": pl.String(),
    "employment": pl.String(),
    "pedagogical_degree": pl.Boolean(),
    "experience_years": pl.Float64(),
    "category": pl.String(),
    "title": pl.String(),
    "diagnostics_passed": pl.Boolean(),
    "included_on": pl.Date(),
    "excluded_on": pl.Date(),
}


def methodists(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> pl.DataFrame:
    """Return the final state of the register, columns as in the contract."""
    rng = draw.generator(seed, region.region_id, "methodists")
    weights = np.array([one.weight for one in region.municipalities])
    served = np.array([one.served_by is not None for one in region.municipalities])
    overloaded = np.array(["overloaded" in one.roles for one in region.municipalities])
    regional = draw.apportion(
        region.regional_methodists, weights * np.where(overloaded, OVERLOADED, 1) * ~served + 1e-9
    )
    regional = np.maximum(regional, np.where(served, 0, 1))
    municipal = draw.apportion(region.municipal_methodists, weights**0.7, least=2)
    rows: list[tuple[object, ...]] = []
    for index, one in enumerate(region.municipalities):
        rows += _group(one, REGIONAL, "RM", int(regional[index]), half_years, rng)
        rows += _group(one, MUNICIPAL, "MM", int(municipal[index]), half_years, rng)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def known_on(register: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return the register as it stood on a day."""
    return register.filter(pl.col("included_on") <= day).with_columns(
        pl.when(pl.col("excluded_on") <= day).then("excluded_on").alias("excluded_on")
    )


def assignments(
    region: Region,
    register: pl.DataFrame,
    passports: pl.DataFrame,
    table: Organizations,
    half_years: tuple[DemoHalfYear, ...],
    seed: int,
) -> pl.DataFrame:
    """Return `assignments` with `index`: each school is assigned to one regional methodist.

    passports: all staff tables, also of organizations that do not report, see `etl.demo.staff`.
    """
    rng = draw.generator(seed, region.region_id, "assignments")
    reach = rng.random(table.size)
    parts: list[pl.DataFrame] = []
    for half_year in half_years:
        teachers = np.zeros(table.size, dtype=np.int64)
        staff = np.zeros(table.size, dtype=np.int64)
        present = passports.filter(pl.col("index") == half_year.index)
        teachers[present["organization"].to_numpy()] = present["teachers"].to_numpy()
        staff[present["organization"].to_numpy()] = present["pedagogical_staff"].to_numpy()
        active = _active(register, half_year)
        quiet = set(silent(region, half_year).tolist())
        covered = reach < draw.at(COVERED, half_year.index)
        for index, one in enumerate(region.municipalities):
            if index in quiet:
                continue
            schools = np.flatnonzero((table.municipality == index) & covered & (teachers > 0))
            own = active.get((REGIONAL, one.municipality_id), [])
            lent = active.get((REGIONAL, one.served_by or ""), [])[:1]
            parts.append(_assigned(schools, teachers[schools], own or lent, half_year, table))
            members = np.flatnonzero((table.municipality == index) & (staff > 0))
            helpers = active.get((MUNICIPAL, one.municipality_id), [])
            busy = helpers[: max(1, round(len(helpers) * 0.88))]
            load = np.minimum(rng.integers(*TEACHERS_OF_MUNICIPAL, len(busy)), staff[members].max(initial=1))
            organizations = _large_enough(members, staff, load, rng)
            parts.append(_rows(busy, organizations, load, half_year, table))
    return pl.concat(parts)


def _group(
    one: Municipality,
    level: str,
    prefix: str,
    size: int,
    half_years: tuple[DemoHalfYear, ...],
    rng: np.random.Generator,
) -> list[tuple[object, ...]]:
    """Return the methodists of one level of a municipality.

    The successor of a methodist who leaves follows in the next row.
    """
    rows: list[tuple[object, ...]] = []
    last = len(half_years) - 1
    for position in range(size):
        start = next((h.index for h in half_years if position < max(1, round(size * draw.at(GROWTH, h.index)))), 0)
        eligible = rng.random() < (ELIGIBLE_AT_FIRST if start == 0 else ELIGIBLE_LATER)
        leaves = rng.random() < (LEAVES_IF_ELIGIBLE if eligible else LEAVES_OTHERWISE)
        end = half_years[int(rng.integers(start + 2, last + 1))] if leaves and start + 2 <= last else None
        code = f"{prefix}-{one.municipality_id[:5]}-"
        joined = _joined(half_years[start], rng)
        rows.append(_methodist(one, level, f"{code}{len(rows) + 1:02d}", eligible, joined, end, rng))
        if end is not None:
            eligible, joined = rng.random() < ELIGIBLE_LATER, _joined(end, rng)
            rows.append(_methodist(one, level, f"{code}{len(rows) + 1:02d}", eligible, joined, None, rng))
    return rows


def _joined(half_year: DemoHalfYear, rng: np.random.Generator) -> dt.date:
    if half_year.index == 0:
        return dt.date(half_year.year - 1, int(rng.integers(9, 13)), int(rng.integers(1, 29)))
    month = 2 if half_year.half == 1 else 9
    return dt.date(half_year.year, month + int(rng.integers(0, 2)), int(rng.integers(1, 29)))


def _methodist(
    one: Municipality,
    level: str,
    methodist_id: str,
    eligible: bool,
    included: dt.date,
    leaves: DemoHalfYear | None,
    rng: np.random.Generator,
) -> tuple[object, ...]:
    faults, shares = ("category", "diagnostics", "years", "degree"), (0.5, 0.28, 0.14, 0.08)
    fault = "" if eligible else str(rng.choice(faults, p=np.array(shares)))
    titles = ["педагог-методист", "педагог-наставник", "педагог-методист,педагог-наставник", None]
    if fault == "category":
        category, title = str(rng.choice(["первая", "соответствие", "нет"], p=[0.7, 0.2, 0.1])), None
    elif rng.random() < 0.85:
        category, title = "высшая", titles[int(rng.choice(4, p=[0.08, 0.05, 0.02, 0.85]))]
    else:
        category, title = "первая", titles[int(rng.choice(3, p=[0.6, 0.3, 0.1]))]
    years = rng.uniform(2, 4.8) if fault == "years" else rng.uniform(6, 38)
    excluded = None if leaves is None else dt.date(leaves.year, 2 if leaves.half == 1 else 9, int(rng.integers(1, 20)))
    return (
        methodist_id,
        level,
        one.municipality_id,
        str(rng.choice(["штат", "ГПХ", "иное"], p=[0.35, 0.5, 0.15] if level == REGIONAL else [0.7, 0.2, 0.1])),
        fault != "degree",
        round(float(years), 1),
        category,
        title,
        fault != "diagnostics",
        included,
        excluded,
    )


def _active(register: pl.DataFrame, half_year: DemoHalfYear) -> dict[tuple[str, str], list[str]]:
    cutoff = HalfYear(half_year.year, half_year.half).last_day
    here = register.filter(
        pl.col("included_on") <= cutoff, pl.col("excluded_on").is_null() | (pl.col("excluded_on") > cutoff)
    )
    groups = here.group_by("level", "municipality", maintain_order=True).agg("methodist_id")
    return {(level, municipality): ids for level, municipality, ids in groups.iter_rows()}


def _assigned(
    schools: Ints, teachers: Ints, who: list[str], half_year: DemoHalfYear, table: Organizations
) -> pl.DataFrame:
    """Return assignments of schools to methodists, with about as many teachers for each.

    Schools are taken in the order of the register.
    """
    if not len(schools) or not who:
        return _rows([], schools[:0], teachers[:0], half_year, table)
    middle = np.cumsum(teachers) - teachers / 2
    turn = np.minimum((middle / teachers.sum() * len(who)).astype(np.int64), len(who) - 1)
    return _rows([who[one] for one in turn.tolist()], schools, teachers, half_year, table)


def _large_enough(members: Ints, staff: Ints, load: Ints, rng: np.random.Generator) -> Ints:
    """Return for each load an organization with at least as many workers, different ones first."""
    order = members[np.argsort(-staff[members] * rng.uniform(0.6, 1.0, len(members)), kind="stable")]
    organizations = order[np.arange(len(load)) % len(order)]
    np.minimum(load, staff[organizations], out=load)
    return np.asarray(organizations)


def _rows(
    who: list[str], organizations: Ints, load: Ints, half_year: DemoHalfYear, table: Organizations
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "index": np.full(len(who), half_year.index, dtype=np.int64),
            "organization": organizations,
            "methodist_id": pl.Series(who, dtype=pl.String),
            "organization_id": table.register["organization_id"].gather(organizations),
            "year": np.full(len(who), half_year.year, dtype=np.int64),
            "half": np.full(len(who), half_year.half, dtype=np.int64),
            "teachers_assigned": load,
        }
    )
