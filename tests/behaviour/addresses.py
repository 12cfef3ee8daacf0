"""Addresses of pages to record, made from what the warehouse holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.behaviour.commands import Facts, some
from tests.behaviour.record import PAGES

Visit = tuple[str, str, dict[str, str]]
"""A page as somebody opens it: the name of the record, the page, its address."""


def to_page(page: str, **address: object) -> Visit:
    given = {name: str(value) for name, value in address.items()}
    name = " ".join(f"{name}={value}" for name, value in given.items())
    return re.sub(r"[^\w=. -]", "_", name)[:150] or "default", page, given


def visits(facts: Facts) -> Iterator[Visit]:
    """Yield the addresses to open with every right."""
    yield from _of_periods(facts)
    yield from _of_indicators(facts)
    yield from _of_municipalities(facts)
    yield from _of_collection(facts)
    yield from _of_settings(facts)


def _earlier(facts: Facts) -> dict[str, int]:
    """Return an earlier half-year as filters of an address."""
    return {"year": facts.years[-2] if len(facts.years) > 1 else facts.halves[-1][0], "half": 1}


def _of_periods(facts: Facts) -> Iterator[Visit]:
    """Yield every page as it opens, of other half-years, regions and publications."""
    period = _earlier(facts)
    for page in PAGES:
        yield to_page(page)
    for page in ("overview", "indicator", "municipality", "methodists", "passport", "recommendations", "quality"):
        yield to_page(page, **period)
    for other in facts.regions[1:]:
        for page in PAGES:
            yield to_page(page, region=other)
    for past, number in some(facts.halves, 4):
        profile = facts.profiles[(past + number) % len(facts.profiles)]
        yield to_page("overview", year=past, half=number, profile=profile)
    yield to_page("overview", publication=facts.publications[0])
    yield to_page("overview", publication=999999)
    yield to_page("overview", year=1899, profile="<script>")


def _of_indicators(facts: Facts) -> Iterator[Visit]:
    """Yield the pages of indicators and of the rows behind them."""
    indicators, places, years = facts.indicators, facts.municipalities, facts.years
    region, (year, half), period = facts.regions[0], facts.halves[-1], _earlier(facts)
    for code in indicators:
        yield to_page("indicator", indicator=code)
        yield to_page("rows", indicator=code, region=region)
        for part in ("peers", "spread", "method"):
            yield to_page("indicator", indicator=code, part=part, **period)
    for number, code in enumerate(some(indicators, 12)):
        yield to_page("indicator", indicator=code, compare=f"{years[0]}-1", path="places", municipality=places[0])
        yield to_page("rows", indicator=code, place=places[number % len(places)], year=year, half=half)
        yield to_page("rows", indicator=code, place=facts.organizations[number % len(facts.organizations)], **period)
        yield to_page("rows", indicator=code, only="counted")
    for publication in some(facts.publications, 3):
        yield to_page("indicator", compare=f"p{publication}")


def _of_municipalities(facts: Facts) -> Iterator[Visit]:
    """Yield the pages that show one municipality, and recommendations."""
    indicators, places, period = facts.indicators, facts.municipalities, _earlier(facts)
    for place in places:
        yield to_page("municipality", municipality=place)
    for place in some(places, 6):
        code = indicators[places.index(place) % len(indicators)]
        yield to_page("municipality", municipality=place, indicator=code, **period)
        yield to_page("deficits", territory=place)
        yield to_page("methodists", territory=place, **period)
        yield to_page("roadmap", territory=place)
        yield to_page("passport", territory=place)
        yield to_page("recommendations", place=place)
    yield to_page("deficits", competency="METH", **period)
    yield to_page("methodists", plan=f"{places[0]}:3,{places[-1]}:1", cover=1)
    yield to_page("passport", linked=indicators[0])
    for part in ("achieved", "rules"):
        yield to_page("recommendations", part=part)
    for row in some(facts.recommendations, 6):
        yield to_page("recommendations", year=row["year"], half=row["half"], recommendation=row["recommendation"])


def _of_collection(facts: Facts) -> Iterator[Visit]:
    """Yield the pages of rounds and of data quality."""
    year = facts.halves[-1][0]
    for row in facts.rounds:
        yield to_page("rounds", round=f"{row['year']}-{row['half']}")
    yield to_page("rounds", municipality=facts.municipalities[0], form="diagnostics")
    for part in ("quarantine", "batches", "compare"):
        yield to_page("quality", part=part)
    yield to_page("quality", state="all", year=year, half="year")
    yield to_page("quality", part="batches", extent="all")
    yield to_page("quality", part="batches", extent="withdrawn")
    yield to_page("quality", part="compare", before=facts.publications[0], after=facts.publication, shown="all")
    for row in some(facts.batches, 4):
        yield to_page("quality", part="batches", batch=row["batch"])
    for batch in facts.held:
        yield to_page("quality", part="quarantine", held=batch)
    for row in some(facts.findings, 5):
        yield to_page("quality", year=row["year"], half=row["half"], finding=row["finding"])


def _of_settings(facts: Facts) -> Iterator[Visit]:
    """Yield the pages of targets, method and access."""
    for target in some(facts.targets, 3):
        yield to_page("targets", target=target, profile="leningrad")
    for profile in facts.profiles:
        yield to_page("targets", profile=profile)
    yield to_page("method", indicator=facts.indicators[-1])
    yield to_page("method", search="аттестация")
    yield to_page("access", part="audit", period="all")


def visits_of_others(facts: Facts, own: str) -> Iterator[Visit]:
    """Yield addresses for roles with fewer rights: the region, own and foreign municipalities."""
    other = next(place for place in facts.municipalities if place != own)
    for page in PAGES:
        yield to_page(page)
    for place in (own, other):
        yield to_page("municipality", municipality=place)
        for page in ("deficits", "methodists", "roadmap", "passport"):
            yield to_page(page, territory=place)
        yield to_page("rows", place=place, indicator="diagnostics_share")
        yield to_page("recommendations", place=place)
        yield to_page("rounds", municipality=place, form="diagnostics")
    for code in some(facts.indicators, 10):
        yield to_page("indicator", indicator=code)
        yield to_page("rows", indicator=code)
    for part in ("quarantine", "batches", "compare"):
        yield to_page("quality", part=part)
