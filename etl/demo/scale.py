"""Size of the demonstration: regions, municipalities, organizations, staff, years.

The generator takes a `Scale`: one oblast for the demonstration, a whole federation for measurements of speed.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from checks.territories import REGION_ENDING, region_of

HERE = Path(__file__).parent
REFERENCE = HERE.parents[1] / "sql" / "reference"


@dataclass(frozen=True)
class Municipality:
    """A municipality of the demonstration.

    weight: share of the region's staff, in any unit. growth: change of staff a year (0.01 is 1 %).
    pace: activity relative to the region's mean; trend: its logarithmic change a year.
    served_by: municipality whose regional methodist works here too, where there is none of its own.
    roles: its parts in the stories, see `etl.demo.stories`.
    """

    municipality_id: str
    name: str
    short_name: str
    kind: str
    former_ids: tuple[str, ...]
    weight: float
    growth: float = 0.0
    pace: float = 1.0
    trend: float = 0.0
    served_by: str | None = None
    roles: frozenset[str] = frozenset()

    @property
    def district(self) -> str:
        """Everyday name, as organizations write it after their own."""
        if self.kind != "городской округ":
            return f"{self.short_name} {self.kind.removeprefix('муниципальный ')}"
        return f"{self.short_name} {self.kind}" if self.short_name.endswith("ий") else f"г. о. {self.short_name}"


@dataclass(frozen=True)
class Region:
    """A region: its municipalities and the totals that are apportioned to them.

    pedagogical_staff: all pedagogical workers, teachers included. regional_methodists: number in the last year.
    """

    region_id: str
    name: str
    municipalities: tuple[Municipality, ...]
    schools: int
    other_organizations: int
    teachers: int
    pedagogical_staff: int
    regional_methodists: int
    municipal_methodists: int


@dataclass(frozen=True)
class Scale:
    """Regions and years; the first half-year is the first one of `first_year`."""

    regions: tuple[Region, ...]
    first_year: int = 2022
    last_year: int = 2026
    last_half: int = 1


def regional() -> Scale:
    """Return the scale of one oblast with real municipalities.

    About 350 schools, 350 other organizations and 22 thousand pedagogical workers.
    """
    reference = {row["municipality_id"]: row for row in _rows(REFERENCE / "municipalities.csv")}
    municipalities = tuple(
        Municipality(
            municipality_id=row["municipality_id"],
            name=known["name"],
            short_name=known["short_name"],
            kind=known["kind"],
            former_ids=tuple(known["former_ids"].split()),
            weight=float(row["weight"]),
            growth=float(row["growth"]),
            pace=float(row["pace"]),
            trend=float(row["trend"]),
            served_by=row["served_by"] or None,
            roles=frozenset(row["roles"].split()),
        )
        for row in _rows(HERE / "municipalities.csv")
        for known in [reference[row["municipality_id"]]]
    )
    region_id = region_of(municipalities[0].municipality_id)
    names = {row["region_id"]: row["name"] for row in _rows(REFERENCE / "regions.csv")}
    region = Region(
        region_id=region_id,
        name=names[region_id],
        municipalities=municipalities,
        schools=348,
        other_organizations=352,
        teachers=11_000,
        pedagogical_staff=22_000,
        regional_methodists=50,
        municipal_methodists=150,
    )
    return Scale((region,))


def federal(regions: int = 89, municipalities: int = 26, schools: int = 472, teachers: int = 12_200) -> Scale:
    """Return the scale of a federation of invented regions; by default 89, 1.1 million teachers.

    municipalities, schools, teachers: numbers per region. Region codes run from 01000000, municipalities are 01601000
    and on, so the reference tables of the warehouse have to be filled from this scale as well.
    """
    return Scale(tuple(_invented(number, municipalities, schools, teachers) for number in range(1, regions + 1)))


def _invented(number: int, municipalities: int, schools: int, teachers: int) -> Region:
    return Region(
        region_id=f"{number:02d}{REGION_ENDING}",
        name=f"Регион {number}",
        municipalities=tuple(
            Municipality(
                municipality_id=f"{number:02d}6{serial:02d}000",
                name=f"Район {number}-{serial} муниципальный район",
                short_name=f"Район {number}-{serial}",
                kind="муниципальный район",
                former_ids=(),
                weight=100 / (serial + 2),
                pace=0.7 + 0.1 * (serial % 7),
            )
            for serial in range(1, municipalities + 1)
        ),
        schools=schools,
        other_organizations=schools,
        teachers=teachers,
        pedagogical_staff=2 * teachers,
        regional_methodists=max(1, teachers // 220),
        municipal_methodists=6 * municipalities,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
