"""What the documents of one half-year have in common: publication, scope, catalogue, authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from checks.russian import NBSP, date, half_year, sort_key
from view.documents.office import Office, office
from view.documents.refusals import NothingToReport
from warehouse.access.rights import Actor
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart
from warehouse.queries import published
from warehouse.store.row import Row
from warehouse.store.scope import Scope

OFFICE_TIME = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class Edition:
    """The documents' source: a publication, who asks, and which half-year of which region against which targets.

    annual: half 2, which stands for its year. catalogue: one row an indicator, see `published.indicators`. places: the
    region's municipalities in Russian order.
    """

    mart: Mart
    actor: Actor
    scope: Scope
    region: Row
    fresh: Row
    catalogue: Mapping[str, Row]
    places: tuple[Row, ...]
    office: Office

    @property
    def annual(self) -> bool:
        """Half 2 accumulates the whole year."""
        return self.scope.half == 2

    @property
    def period(self) -> str:
        """The period after «за»: «2025 год» or «1-е полугодие 2026 года»."""
        return f"{self.scope.year}{NBSP}год" if self.annual else half_year(self.scope.year, self.scope.half)

    @property
    def provisional(self) -> bool:
        """Half 1 is compared with the target of the whole year."""
        return self.scope.half == 1

    @property
    def published(self) -> str:
        """The publication with its moment: «№ 37 от 22.11.2026, 07:36»."""
        local = self.fresh["published_at"].replace(tzinfo=dt.UTC).astimezone(OFFICE_TIME)
        return f"№{NBSP}{self.mart.publication} от{NBSP}{date(local.date())},{NBSP}{local:%H:%M}"

    @property
    def profile(self) -> str:
        """The profile of targets in words."""
        if self.scope.profile == profiles.COMPOSITE:
            return "сводный: цели своего региона, а где их нет — цели других регионов"
        return profiles.name(self.scope.profile)

    def place(self, municipality: str) -> Row:
        """Return the row of a municipality; raises `NothingToReport` for one that the region does not have."""
        for row in self.places:
            if row["municipality_id"] == municipality:
                return row
        raise NothingToReport(f"Муниципалитета «{municipality}» нет среди муниципалитетов региона.")


def edition(
    mart: Mart, actor: Actor, region: str, year: int, half: int | None = None, profile: str = "composite"
) -> Edition:
    """Return the source of a half-year's documents; without a half, of the one that stands for the year.

    Raises `NothingToReport` when the publication has no such region, half-year or profile, and `Forbidden`.
    """
    regions = {row["region_id"]: row for row in published.regions(mart, actor).iter_rows(named=True)}
    if region not in regions:
        raise NothingToReport("По этому региону в публикации нет данных.")
    halves = published.half_years(mart, actor, region)
    chosen = half or published.annual_half(halves, year)
    if halves.filter((pl.col("year") == year) & (pl.col("half") == chosen)).is_empty():
        raise NothingToReport(f"За {half_year(year, chosen)} в публикации нет данных.")
    if profile not in published.profiles(mart, actor):
        raise NothingToReport(f"Профиля целей «{profile}» нет.")
    places = published.municipalities(mart, actor, region).to_dicts()
    return Edition(
        mart=mart,
        actor=actor,
        scope=Scope(region, year, chosen, profile),
        region=regions[region],
        fresh=published.freshness(mart, actor, region, year, chosen),
        catalogue={row["code"]: row for row in published.indicators(mart, actor).iter_rows(named=True)},
        places=tuple(sorted(places, key=lambda row: sort_key(row["short_name"]))),
        office=office(region, regions[region]["name_genitive"]),
    )
