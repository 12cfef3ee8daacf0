"""The source of a half-year's documents: publication, actor, scope, catalogue, authority."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from checks.russian import NBSP, date, half_year, sort_key
from view.documents.authority import Authority, authority_of
from view.documents.refusals import NothingToReport
from warehouse.access.rights import Actor
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart
from warehouse.queries import published
from warehouse.store.row import Row
from warehouse.store.scope import Scope

MOSCOW_TIME = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True)
class DocumentSource:
    """A publication, who asks, and which half-year of which region against which targets.

    region: its row of `published.regions`. freshness: see `published.freshness`. catalogue: rows of
    `published.indicators` by code. municipalities: those of the region, in Russian order.
    """

    mart: Mart
    actor: Actor
    scope: Scope
    region: Row
    freshness: Row
    catalogue: Mapping[str, Row]
    municipalities: tuple[Row, ...]
    authority: Authority

    @property
    def period(self) -> str:
        """The period in the accusative: «2025 год» for half 2, else «1-е полугодие 2026 года»."""
        return half_year(self.scope.year, self.scope.half) if self.provisional else f"{self.scope.year}{NBSP}год"

    @property
    def provisional(self) -> bool:
        """Whether verdicts are provisional: half 1 is compared with the target of the whole year."""
        return self.scope.half == 1

    @property
    def publication_name(self) -> str:
        """The publication's number and Moscow time: «№ 37 от 22.11.2026, 07:36»."""
        local = self.freshness["published_at"].replace(tzinfo=dt.UTC).astimezone(MOSCOW_TIME)
        return f"№{NBSP}{self.mart.publication} от{NBSP}{date(local.date())},{NBSP}{local:%H:%M}"

    @property
    def profile_name(self) -> str:
        """The profile of targets in words."""
        if self.scope.profile == profiles.COMPOSITE:
            return "сводный: цели своего региона, а где их нет — цели других регионов"
        return profiles.name(self.scope.profile)

    def municipality(self, code: str) -> Row:
        """Return the row of a municipality; raises `NothingToReport` for an unknown one."""
        for row in self.municipalities:
            if row["municipality_id"] == code:
                return row
        raise NothingToReport(f"Муниципалитета «{code}» нет среди муниципалитетов региона.")


def document_source(
    mart: Mart, actor: Actor, region: str, year: int, half: int | None = None, profile: str = "composite"
) -> DocumentSource:
    """Return the source of documents of a half-year; without a half, of the latest of the year.

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
    municipalities = published.municipalities(mart, actor, region).to_dicts()
    return DocumentSource(
        mart=mart,
        actor=actor,
        scope=Scope(region, year, chosen, profile),
        region=regions[region],
        freshness=published.freshness(mart, actor, region, year, chosen),
        catalogue={row["code"]: row for row in published.indicators(mart, actor).iter_rows(named=True)},
        municipalities=tuple(sorted(municipalities, key=lambda row: sort_key(row["short_name"]))),
        authority=authority_of(region, regions[region]["name_genitive"]),
    )
