"""Organizations of a region: the register, and who does not report in which half-year."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from etl.demo import draw, names
from etl.demo.draw import Flags, Floats, Ints
from etl.demo.periods import DemoHalfYear
from etl.demo.scale import Region

KINDS = {"детский сад": 0.80, "СПО": 0.045, "дополнительное образование": 0.13, "иное": 0.025}
TEACHERS_LEAST = 6
OTHER_STAFF_LEAST = 5
SCHOOL_PEDAGOGUES = 0.24
OPENS = 3
OPENS_IN = (2024, 2)
SILENT_IN = frozenset({(2023, 1), (2025, 2), (2026, 1)})
REPORTING = (0.955, 0.965, 0.97, 0.978, 0.982, 0.985, 0.988, 0.99)


@dataclass(frozen=True)
class Organizations:
    """Organizations of a region, one element an organization, in the order of the register.

    municipality: position of the municipality in the region. opened: index of the first half-year that the
    organization works in. teachers, pedagogues, managers: posts in the first half-year.
    reports: organization × half-year, false where its passport never comes. diligence: between 0 and 1.
    """

    register: pl.DataFrame
    municipality: Ints
    school: Flags
    opened: Ints
    teachers: Ints
    pedagogues: Ints
    managers: Ints
    diligence: Floats
    reports: Flags

    @property
    def size(self) -> int:
        """Number of organizations."""
        return len(self.municipality)


def organizations(region: Region, half_years: tuple[DemoHalfYear, ...], seed: int) -> Organizations:
    """Return the organizations of a region with the region's staff apportioned to them."""
    rng = draw.generator(seed, region.region_id, "organizations")
    municipalities = region.municipalities
    weights = np.array([one.weight for one in municipalities])
    schools = draw.apportion(region.schools, weights**0.8, least=3)
    others = draw.apportion(region.other_organizations, weights**0.85, least=3)
    position = np.arange(len(municipalities))
    municipality = np.concatenate([np.repeat(position, schools), np.repeat(position, others)])
    kinds = ["школа"] * int(schools.sum()) + rng.choice(
        list(KINDS), p=np.array(list(KINDS.values())), size=int(others.sum())
    ).tolist()
    order = np.argsort(municipality, kind="stable")
    municipality = municipality[order]
    kinds = [kinds[index] for index in order]
    school = np.array(kinds) == "школа"

    opened = np.zeros(len(municipality), dtype=np.int64)
    opening = _opening(half_years)
    for index in [index for index, one in enumerate(municipalities) if "opens_schools" in one.roles and opening]:
        opened[np.flatnonzero(school & (municipality == index))[-OPENS:]] = opening

    teachers = _shared(region.teachers, weights, municipality, school, TEACHERS_LEAST, 0.75, rng)
    beside = rng.binomial(teachers, SCHOOL_PEDAGOGUES)
    left = region.pedagogical_staff - region.teachers - int(beside.sum())
    pedagogues = beside + _shared(left, weights, municipality, ~school, OTHER_STAFF_LEAST, 0.5, rng)
    managers = np.where(school, 1 + teachers // 11, 1 + pedagogues // 18)
    managers = np.minimum(managers, 9)

    diligence = rng.random(len(municipality))
    numbers = _numbers(municipality)
    register = pl.DataFrame(
        {
            "organization_id": [
                f"{municipalities[index].municipality_id[:5]}-{number:03d}"
                for index, number in zip(municipality.tolist(), numbers.tolist(), strict=True)
            ],
            "name": names.organization_names(municipalities, municipality, kinds, rng),
            "municipality": [municipalities[index].municipality_id for index in municipality.tolist()],
            "kind": kinds,
            "low_results": school & (rng.random(len(kinds)) < 0.09),
            "difficult_conditions": school & (rng.random(len(kinds)) < 0.13),
        }
    )
    return Organizations(
        register=register,
        municipality=municipality,
        school=school,
        opened=opened,
        teachers=teachers,
        pedagogues=pedagogues,
        managers=managers,
        diligence=diligence,
        reports=_reports(region, half_years, municipality, opened, rng),
    )


def silent(region: Region, half_year: DemoHalfYear) -> Ints:
    """Return positions of the municipalities that send nothing for a half-year."""
    quiet = (half_year.year, half_year.half) in SILENT_IN
    return np.array([i for i, one in enumerate(region.municipalities) if quiet and "silent" in one.roles], dtype=int)


def _opening(half_years: tuple[DemoHalfYear, ...]) -> int:
    return next((one.index for one in half_years if (one.year, one.half) == OPENS_IN), 0)


def _numbers(municipality: Ints) -> Ints:
    first = np.searchsorted(municipality, municipality)
    return np.arange(len(municipality)) - first + 1


def _shared(
    total: int,
    weights: Floats,
    municipality: Ints,
    chosen: Flags,
    least: int,
    spread: float,
    rng: np.random.Generator,
) -> Ints:
    """Apportion staff to municipalities by weight, then to the chosen organizations of each."""
    result = np.zeros(len(municipality), dtype=np.int64)
    size = draw.lognormal(rng, spread, len(municipality))
    for index, amount in enumerate(draw.apportion(total, weights).tolist()):
        members = np.flatnonzero(chosen & (municipality == index))
        result[members] = draw.apportion(amount, size[members], least)
    return result


def _reports(
    region: Region, half_years: tuple[DemoHalfYear, ...], municipality: Ints, opened: Ints, rng: np.random.Generator
) -> Flags:
    result = np.zeros((len(municipality), len(half_years)), dtype=bool)
    for one in half_years:
        sends = rng.random(len(municipality)) < draw.at(REPORTING, one.index)
        result[:, one.index] = sends & (opened <= one.index) & ~np.isin(municipality, silent(region, one))
    return result
