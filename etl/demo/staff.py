"""Synthetic staff of a region: posts, their holders in each half-year, staff tables.

A post is held by one person after another: each September some people leave and others are hired. A few percent of the
posts are second jobs of people of another organization.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.draw import Flags, Floats, Ints
from etl.demo.identifiers import person_ids
from etl.demo.organizations import Organizations
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region

TEACHER, PEDAGOGUE, MANAGER = 0, 1, 2
ROLES = ("учитель", "педагог", "руководитель")
LEAVING = 0.085
VACANT = 0.02
YOUNG = 0.27
YOUNG_HALVES = 6
SECOND_JOBS = 0.025
SECOND_JOBS_NEARBY = 0.7
TEAM_OF_TWO = 5
SERVICE = (0.44, 0.48, 0.52, 0.57, 0.62, 0.66, 0.71, 0.74, 0.77)
MERGED_IN = (2025, 2)
MERGED_GROWTH = 0.42
PEOPLE_OF_A_REGION = 100_000
PASSPORT = (
    "organization_id",
    "year",
    "half",
    "pedagogical_staff",
    "teachers",
    "managers",
    "young_specialists",
    "management_teams",
    "methodical_service",
)


@dataclass(frozen=True)
class Staff:
    """Staff of a region.

    posts: one row a half-year and held post: index, person (position in `people`), organization, role (number),
    young, main (false for a second job), team (number in the organization, managers only).
    people: identifiers of people by position.
    merged: position of the organization that takes over another's groups, -1 when none does.
    """

    posts: pl.DataFrame
    people: pl.Series
    merged: int


def staff(
    region: Region, number: int, all_organizations: Organizations, half_years: tuple[DemoHalfYear, ...], seed: int
) -> Staff:
    """Return the staff of all organizations in every half-year.

    number: the region's position in the scale.
    """
    rng = draw.generator(seed, region.region_id, "staff")
    merged = _merging(region, all_organizations, half_years)
    organization, role, slot, active = _posts(region, all_organizations, half_years, merged, rng)
    person, hired = _holders(half_years, len(role), rng)
    young_person = rng.random(len(hired)) < YOUNG
    second = _second_jobs(all_organizations.municipality[organization], organization, role, person, active, rng)
    managers_of = np.bincount(organization[role == MANAGER], minlength=all_organizations.size)
    teams = np.where(managers_of[organization] >= TEAM_OF_TWO, 2, 1)
    tables = []
    for half_year in half_years:
        here = np.flatnonzero(active[:, half_year.index])
        who = person[here, half_year.index]
        recent = half_year.index - hired[who] < YOUNG_HALVES
        tables.append(
            pl.DataFrame(
                {
                    "index": np.full(len(here), half_year.index),
                    "person": who,
                    "organization": organization[here],
                    "role": role[here],
                    "young": young_person[who] & recent & (role[here] != MANAGER),
                    "main": ~second[here],
                    "team": np.where(role[here] == MANAGER, slot[here] % teams[here] + 1, 0),
                }
            )
        )
    ids = person_ids(pl.Series(np.arange(len(hired)) + number * PEOPLE_OF_A_REGION))
    return Staff(pl.concat(tables), ids, merged)


def counted(table: Staff) -> pl.DataFrame:
    """Return the numbers of the passport for every organization and half-year, reported or not."""
    return (
        table.posts.group_by("index", "organization")
        .agg(
            pl.col("role").ne(MANAGER).sum().cast(pl.Int64).alias("pedagogical_staff"),
            pl.col("role").eq(TEACHER).sum().cast(pl.Int64).alias("teachers"),
            pl.col("role").eq(MANAGER).sum().cast(pl.Int64).alias("managers"),
            pl.col("young").sum().cast(pl.Int64).alias("young_specialists"),
            pl.col("team").filter(pl.col("team") > 0).n_unique().cast(pl.Int64).alias("management_teams"),
        )
        .sort("index", "organization")
    )


def passports(
    numbers: pl.DataFrame, all_organizations: Organizations, half_years: tuple[DemoHalfYear, ...]
) -> pl.DataFrame:
    """Return `passport_organizations` as reported, with `index` and `organization`."""
    years = pl.DataFrame(
        {
            "index": [one.index for one in half_years],
            "year": [one.year for one in half_years],
            "half": [one.half for one in half_years],
            "service": [draw.at(SERVICE, one.index) for one in half_years],
        }
    )
    organization, index = np.nonzero(all_organizations.reports)
    reported = pl.DataFrame(
        {
            "index": index,
            "organization": organization,
            "organization_id": all_organizations.register["organization_id"].gather(organization),
            "diligence": all_organizations.diligence[organization],
        }
    )
    return (
        numbers.join(reported, on=["index", "organization"], how="inner", maintain_order="left")
        .join(years, on="index", how="left", maintain_order="left")
        .with_columns((pl.col("diligence") < pl.col("service")).alias("methodical_service"))
        .select("index", "organization", *PASSPORT)
    )


def _merging(region: Region, table: Organizations, half_years: tuple[DemoHalfYear, ...]) -> int:
    """Return a school of median size in the municipality that corrects its files."""
    known = any((one.year, one.half) == MERGED_IN for one in half_years)
    for index, one in enumerate(region.municipalities):
        if known and "corrects" in one.roles:
            schools = np.flatnonzero(table.school & (table.municipality == index) & table.reports[:, -3:].all(axis=1))
            return int(schools[np.argsort(-table.teachers[schools], kind="stable")[len(schools) // 4]])
    return -1


def _posts(
    region: Region, table: Organizations, half_years: tuple[DemoHalfYear, ...], merged: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Flags]:
    """Return organization, role and number of each post, and in which half-years it is held."""
    growth = np.array([one.growth for one in region.municipalities])[table.municipality]
    index = np.arange(len(half_years))
    factor = (1 + growth)[:, None] ** (index[None, :] / 2)
    parts = []
    for role, base in ((TEACHER, table.teachers), (PEDAGOGUE, table.pedagogues), (MANAGER, table.managers)):
        change = factor if role != MANAGER else np.ones_like(factor)
        counts = np.rint(base[:, None] * change).astype(np.int64)
        if role == PEDAGOGUE and merged >= 0:
            after = np.array([(one.year, one.half) >= MERGED_IN for one in half_years])
            whole = int(table.teachers[merged] + table.pedagogues[merged])
            counts[merged, after] += max(14, round(whole * MERGED_GROWTH))
        counts *= table.opened[:, None] <= index[None, :]
        most = counts.max(axis=1)
        organization = np.repeat(np.arange(table.size), most)
        slot = np.arange(len(organization)) - np.repeat(np.cumsum(most) - most, most)
        parts.append((organization, np.full(len(slot), role), slot, slot[:, None] < counts[organization]))
    organization, role_of, slot, active = (np.concatenate([part[field] for part in parts]) for field in range(4))
    return organization, role_of, slot, active & (rng.random(active.shape) >= VACANT)


def _holders(half_years: tuple[DemoHalfYear, ...], posts: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the person of each post and half-year, and the half-year each was hired in.

    The half-year of hiring is an index, negative before the demonstration's first half-year.
    """
    september = np.array([one.half == 2 for one in half_years])
    changes = (rng.random((posts, len(half_years))) < LEAVING) & september[None, :]
    changes[:, 0] = True
    person = (np.cumsum(changes.ravel()) - 1).reshape(posts, len(half_years))
    starts = np.broadcast_to(np.arange(len(half_years)), changes.shape)[changes]
    years_before = np.ceil(rng.exponential(1 / LEAVING, len(starts))).astype(np.int64)
    first = np.flatnonzero(changes.ravel()) % len(half_years) == 0
    return person.astype(np.int64), np.where(first, 1 - 2 * years_before, starts)


def _second_jobs(
    municipality: Ints, organization: Ints, role: Ints, person: Ints, active: Flags, rng: np.random.Generator
) -> Flags:
    """Give some posts to people who hold another post; changes `person` and `active` in place."""
    second = (rng.random(len(role)) < SECOND_JOBS) & (role != MANAGER)
    takers = np.flatnonzero(second)
    givers = np.flatnonzero(~second & (role != MANAGER))
    givers = givers[np.argsort(municipality[givers], kind="stable")]
    start = np.searchsorted(municipality[givers], np.arange(municipality.max() + 2))
    anywhere = rng.integers(0, len(givers), len(takers))
    lower, upper = start[municipality[takers]], start[municipality[takers] + 1]
    nearby = lower + np.floor(rng.random(len(takers)) * (upper - lower)).astype(np.int64)
    near = rng.random(len(takers)) < SECOND_JOBS_NEARBY
    partner = givers[np.where(near, nearby, anywhere)]
    apart = organization[partner] != organization[takers]
    takers, partner = takers[apart], partner[apart]
    _, once = np.unique(partner, return_index=True)
    takers, partner = takers[once], partner[once]
    person[takers] = person[partner]
    active[takers] &= active[partner]
    result = np.zeros(len(role), dtype=bool)
    result[takers] = True
    return result


def paces(region: Region, table: Organizations, half_years: tuple[DemoHalfYear, ...], seed: int) -> Floats:
    """Return the activity of each organization in each half-year relative to the region's mean.

    Shape organization × half-year, mean about 1 over people: pace and trend of the municipality, random variation of
    its half-years and of the organization's years.
    """
    rng = draw.generator(seed, region.region_id, "paces")
    years = np.array([one.year for one in half_years])
    years_on = years - years[0] + 0.25 * np.array([one.half - 1 for one in half_years])
    pace = np.array([one.pace for one in region.municipalities])
    trend = np.array([one.trend for one in region.municipalities])
    level = pace[:, None] * np.exp(trend[:, None] * years_on[None, :])
    level *= np.exp(rng.normal(0, 0.06, level.shape))
    own = draw.lognormal(rng, 0.35, table.size)[:, None]
    yearly = draw.lognormal(rng, 0.35, table.size * (years[-1] - years[0] + 1)).reshape(table.size, -1)
    return np.asarray(level[table.municipality] * own * yearly[:, years - years[0]])
