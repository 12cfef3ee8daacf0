"""What a page is opened with (`OpenPage`), and the filters that choose it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Concatenate, Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from checks.half_year import HalfYear
from checks.russian import NBSP, date, half_year, sort_key
from view.shell import filters, session
from warehouse.access.rights import Actor, may
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart, NoPublication
from warehouse.queries import completeness, published, verdicts
from warehouse.store import clock
from warehouse.store.row import Row
from warehouse.store.scope import Scope

OFFICE_TIME = "Europe/Moscow"
DEFAULT_INDICATOR = "diagnostics_share"
WHOLE_REGION = "Вся область"
ONLY_OWN = "Другие муниципалитеты видны вам только по опубликованным значениям показателей."
"""Shown on pages about a territory to people who may see only their own municipalities."""

P = ParamSpec("P")
R = TypeVar("R")
Subject = Literal["indicator", "municipality", "territory", "round"]


@dataclass(frozen=True)
class OpenPage:
    """What the page shows: who looks, at which publication, in which scope, about which subject.

    territory: the region or one of its municipalities, on pages that show either.
    stage: how far the collection of the half-year is, in words; empty on pages that are about values.
    """

    actor: Actor
    publication: int
    pinned: bool
    scope: Scope
    annual: bool
    region: Row
    freshness: Row
    indicators: pl.DataFrame
    municipalities: pl.DataFrame
    indicator: str = ""
    municipality: str = ""
    territory: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    stage: str = ""

    def ask(self, question: Callable[Concatenate[Mart, Actor, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        """Return the answer of a query about this publication.

        question: a function that takes the mart and the actor first.
        """
        return session.ask(self.publication, self.actor, question, *arguments, **named)

    def changes(self, previous: int) -> pl.DataFrame:
        """Return what has changed since a previous publication, as `verdicts.changes_since`.

        Raises `PublicationPruned` when the previous one is gone.
        """
        return session.compare(self.publication, previous, self.actor, verdicts.changes_since, self.scope)

    def filters(self, **changed: str | int | None) -> dict[str, str | int | None]:
        """Return the filters of this page with some changed, for a link to another page."""
        return {**self.kept, **changed}

    def described(self, code: str) -> Row:
        """Return the row of the catalogue of an indicator."""
        return self.indicators.row(by_predicate=pl.col("code") == code, named=True)

    def municipality_row(self, municipality: str) -> Row:
        """Return the row of a municipality."""
        return self.municipalities.row(by_predicate=pl.col("municipality_id") == municipality, named=True)

    def choose_territory(self) -> tuple[str, str]:
        """Draw the choice of the region or a municipality and return its code and full name.

        For pages that draw it among filters of their own instead of opening with the subject `territory`.
        """
        names = dict(self.municipalities.select("municipality_id", "short_name").iter_rows())
        region = str(self.region["name"])
        chosen = _choose_territory(self.actor, self.scope.region, region, names)
        return chosen, region if chosen == self.scope.region else str(self.municipality_row(chosen)["name"])

    @property
    def whole_region(self) -> bool:
        """The territory is the region itself."""
        return self.territory == self.scope.region

    @property
    def territory_name(self) -> str:
        """Name of the territory for a heading: a municipality's short name, or «Вся область»."""
        return WHOLE_REGION if self.whole_region else str(self.municipality_row(self.territory)["short_name"])

    @property
    def provisional(self) -> bool:
        """Half 1 is compared with the target of the whole year."""
        return self.scope.half == 1

    @property
    def period(self) -> str:
        """The period in words: «2025 год» or «1-е полугодие 2026 года»."""
        if self.annual:
            return f"{self.scope.year}{NBSP}год"
        return half_year(self.scope.year, self.scope.half)


def choose(actor: Actor, publication: int, pinned: bool, subject: Subject | None) -> OpenPage:
    """Draw the filters of a page about figures and return what they choose.

    subject: what the page is about besides region, half-year and profile. Raises `NoPublication` when no region has
    organizations yet.
    """

    def ask(question: Callable[Concatenate[Mart, Actor, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        return session.ask(publication, actor, question, *arguments, **named)

    regions = {row["region_id"]: row for row in ask(published.regions).iter_rows(named=True)}
    if not regions:
        raise NoPublication
    catalogue = ask(published.indicators)
    indicator = municipality = territory = ""
    if subject == "indicator":
        titles = dict(catalogue.select("code", "short").iter_rows())
        indicator = choose_indicator(titles)
    region = filters.choose("region", "Регион", list(regions), next(iter(regions)), lambda code: regions[code]["name"])
    municipalities = ask(published.municipalities, region)
    names = dict(municipalities.select("municipality_id", "short_name").iter_rows())
    ordered = sorted(names, key=lambda code: sort_key(names[code]))
    if subject == "territory":
        territory = _choose_territory(actor, region, WHOLE_REGION, names)
    if subject == "municipality":
        municipality = filters.choose("municipality", "Муниципалитет", ordered, ordered[0], lambda code: names[code])
    halves = ask(published.half_years, region)
    years = [str(year) for year in halves.get_column("year").unique().sort(descending=True)]
    year = filters.choose("year", "Год", years, years[0])
    existing = halves.filter(pl.col("year") == int(year)).get_column("half").sort()
    options = ["year", *(str(half) for half in existing)]
    half = filters.choose(
        "half",
        "Период",
        options,
        "year",
        lambda code: "Весь год" if code == "year" else f"{code}-е{NBSP}полугодие",
        control="buttons",
    )
    offered = ask(published.profiles)
    profile = filters.choose("profile", "Профиль целей", offered, offered[0], profiles.name)
    number_of_half = published.annual_half(halves, int(year)) if half == "year" else int(half)
    scope = Scope(region, int(year), number_of_half, profile)
    kept = {"region": region, "year": year, "half": half, "profile": profile}
    if indicator:
        kept["indicator"] = indicator
    if municipality:
        kept["municipality"] = municipality
    if territory:
        kept["territory"] = territory
    if pinned:
        kept["publication"] = str(publication)
    return OpenPage(
        actor=actor,
        publication=publication,
        pinned=pinned,
        scope=scope,
        annual=half == "year",
        region=regions[region],
        freshness=ask(published.freshness, region, scope.year, scope.half),
        indicators=catalogue,
        municipalities=municipalities,
        indicator=indicator,
        municipality=municipality,
        territory=territory,
        kept=kept,
    )


ROUND_STAGES = {"open": "раунд открыт", "closed": "раунд закрыт"}
NO_ROUND = "раунда не было"


def choose_round(actor: Actor, publication: int, pinned: bool) -> OpenPage:
    """Draw the filters of a page about rounds and return what they choose.

    They are the region, and a half-year that has a round or data.
    """

    def ask(question: Callable[Concatenate[Mart, Actor, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        return session.ask(publication, actor, question, *arguments, **named)

    regions = {row["region_id"]: row for row in ask(completeness.monitored_regions).iter_rows(named=True)}
    region = filters.choose("region", "Регион", list(regions), next(iter(regions)), lambda code: regions[code]["name"])
    periods = {
        f"{row['year']}-{row['half']}": row for row in ask(completeness.collected_periods, region).iter_rows(named=True)
    }
    kept = {"region": region}
    (year, half), stage = HalfYear.of(clock.today()), NO_ROUND
    if periods:
        first_open = next((code for code, row in periods.items() if row["state"] == "open"), next(iter(periods)))
        code = filters.choose("round", "Раунд", list(periods), first_open, lambda code: _round_name(periods[code]))
        year, half = periods[code]["year"], periods[code]["half"]
        stage = ROUND_STAGES.get(periods[code]["state"], NO_ROUND)
        kept["round"] = code
    offered = ask(published.profiles)
    profile = filters.choose("profile", "", offered, offered[0], control="hidden") if offered else profiles.COMPOSITE
    if pinned:
        kept["publication"] = str(publication)
    return OpenPage(
        actor=actor,
        publication=publication,
        pinned=pinned,
        scope=Scope(region, year, half, profile),
        annual=False,
        region=regions[region],
        freshness=ask(published.freshness, region, year, half),
        indicators=ask(published.indicators),
        municipalities=ask(completeness.round_municipalities, region),
        kept=kept,
        stage=stage,
    )


def _round_name(row: Row) -> str:
    stage = {"open": "открыт", "closed": "закрыт"}.get(row["state"], "не проводился")
    return f"{row['half']}-е{NBSP}полугодие {row['year']}{NBSP}— {stage}"


def _choose_territory(actor: Actor, region: str, region_name: str, names: dict[str, str]) -> str:
    """Draw the choice of the region or a municipality and return its code.

    Only municipalities whose passport the actor may see are offered.
    """
    seen = [code for code in names if may(actor, "view_passport", code)]
    known = {region: region_name} | {code: names[code] for code in sorted(seen, key=lambda code: sort_key(names[code]))}
    return filters.choose("territory", "Территория", list(known), region, known.__getitem__)


def choose_indicator(titles: dict[str, str], label: str = "Показатель") -> str:
    """Draw the choice of an indicator (short titles by code) and return its code."""
    default = DEFAULT_INDICATOR if DEFAULT_INDICATOR in titles else next(iter(titles))
    return filters.choose("indicator", label, list(titles), default, lambda code: titles[code])


def moment(value: dt.datetime | None) -> str:
    """Return a UTC moment as «21.11.2026, 14:05» in the reader's time zone."""
    if value is None:
        return ""
    zone = ZoneInfo(st.context.timezone or OFFICE_TIME)
    local = value.replace(tzinfo=dt.UTC).astimezone(zone)
    return f"{date(local.date())},{NBSP}{local:%H:%M}"


def ordered(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows in the order of Russian names of the given column."""
    names: Sequence[str] = rows.get_column(name).to_list()
    order = sorted(range(len(names)), key=lambda position: sort_key(names[position]))
    return rows[order]
