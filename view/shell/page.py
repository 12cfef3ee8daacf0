"""The chrome of every page: access, publication, filters, freshness badge."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Concatenate, Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st
from streamlit.navigation.page import Page

from checks.russian import NBSP, counted, date, half_year, number, percent, sort_key
from view.shell import account, filters, links, navigation, outline, screens, session
from view.wording.theme import stylesheet
from warehouse.access.rights import Actor, may, require
from warehouse.errors import Refused
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart, NoPublication, PublicationPruned
from warehouse.queries import completeness, later_changes, published
from warehouse.store import clock
from warehouse.store.row import Row
from warehouse.store.scope import Scope

IMAGES = Path(__file__).parents[1] / "images"
ICON = str(IMAGES / "icon.svg")
LOGO = str(IMAGES / "logo.svg")
OFFICE_TIME = "Europe/Moscow"
PUBLICATION_CHECK = "20s"
DEFAULT_INDICATOR = "diagnostics_share"
WHOLE_REGION = "Вся область"

P = ParamSpec("P")
R = TypeVar("R")
Subject = Literal["indicator", "municipality", "territory", "round"]


@dataclass(frozen=True)
class View:
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
        """Return the answer of a question, a function that takes the mart and the actor first, at this publication."""
        return session.ask(self.publication, self.actor, question, *arguments, **named)

    def changes(self, previous: int) -> pl.DataFrame:
        """Return what this publication changed; raises `PublicationPruned` when the previous one is gone."""
        return session.compare(self.publication, previous, self.actor, later_changes.changes_since, self.scope)

    def filters(self, **changed: str | int | None) -> dict[str, str | int | None]:
        """Return the filters of this view with some changed, for a link to another page."""
        return {**self.kept, **changed}

    def described(self, code: str) -> Row:
        """Return the row of the catalogue of an indicator."""
        return self.indicators.row(by_predicate=pl.col("code") == code, named=True)

    def place(self, municipality: str) -> Row:
        """Return the row of a municipality."""
        return self.municipalities.row(by_predicate=pl.col("municipality_id") == municipality, named=True)

    @property
    def whole_region(self) -> bool:
        """The territory is the region itself."""
        return self.territory == self.scope.region

    @property
    def place_name(self) -> str:
        """The territory in a heading: the short name of a municipality, else that it is the whole region."""
        return WHOLE_REGION if self.whole_region else str(self.place(self.territory)["short_name"])

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


_menu_drawn: ContextVar[bool] = ContextVar("menu_drawn", default=False)
_BEGUN_AGAIN = "begun_again"


def run(chosen: Page, actor: Actor) -> None:
    """Run a page under the menu; the entry of the program is the only one to call this."""
    st.session_state.pop(_BEGUN_AGAIN, None)
    account.draw(actor)
    token = _menu_drawn.set(True)
    try:
        with outline.until_whole(chosen.url_path):
            chosen.run()
    finally:
        _menu_drawn.reset(token)


def admit(page: str) -> Actor:
    """Return the actor if the page is open to them, with the look of all pages, else draw the refusal and stop.

    A freshly started server runs a file of `pages/` for its own address before the entry of the program has
    ever run. Such a run ends here: refused, or begun again, once, with the menu and the same address.
    """
    try:
        actor = session.current_actor()
        require(actor, "view_page", page)
    except Refused as refusal:
        screens.refused(refusal, menu=_menu_drawn.get())
        outline.stop()
    if not _menu_drawn.get() and _BEGUN_AGAIN not in st.session_state:
        st.session_state[_BEGUN_AGAIN] = True
        navigation.build(actor)
        st.rerun()
    filters.begin()
    st.html(stylesheet())
    links.follow_clicks()
    return actor


def open_page(page: str, subject: Subject | None = None, empty: Callable[[Actor], None] | None = None) -> View:
    """Draw the head of a page and return its view; stops the page when there is nothing to show.

    empty: draws the page for an actor while nothing has been published, instead of the usual screen.
    """
    actor = admit(page)
    try:
        publication, pinned = _publication()
    except NoPublication:
        (empty or _nothing_on(page))(actor)
        outline.stop()
    head = st.container(key="page_head", horizontal=True, vertical_alignment="bottom", gap="small")
    asked = st.query_params.to_dict()
    bar = st.container(key="filter_bar", horizontal=True, vertical_alignment="bottom", gap="small")
    try:
        with bar:
            if subject == "round":
                view = _choose_round(actor, publication, pinned)
            else:
                view = _choose(actor, publication, pinned, subject)
    except NoPublication:
        _nothing_on(page)(actor)
        outline.stop()
    with head:
        title = f'<h1 class="page-title">{escape(_title(page, view))}</h1>'
        st.html(f'{title}<p class="only-paper">{_scope_in_words(view, subject)}</p>', width="content")
        st.html(_badge(page, view))
    if strange := filters.not_understood(asked, view.kept):
        st.html(
            f'<p class="notice">Ссылка понята не полностью: {", ".join(strange)}. '
            "Показано то, что выбрано раньше или по умолчанию.</p>"
        )
    _notice_newer(actor, publication, pinned)
    return view


def _nothing_on(page: str) -> Callable[[Actor], None]:
    return partial(screens.nothing_published, page)


def _publication() -> tuple[int, bool]:
    """Return the publication to show and whether the address pins it; raises `NoPublication`."""
    newest = session.newest_publication()
    if newest is None:
        raise NoPublication
    asked = st.query_params.get("publication", "")
    pinned = re.fullmatch("[0-9]{1,9}", asked) is not None
    publication = int(asked) if pinned else newest
    try:
        session.mart(publication)
    except PublicationPruned:
        screens.publication_gone(publication)
        outline.stop()
    return publication, pinned


def _choose(actor: Actor, publication: int, pinned: bool, subject: Subject | None) -> View:
    """Draw the filters of a page about figures; raises `NoPublication` when no region has organizations yet."""

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
    places = ask(published.municipalities, region)
    names = dict(places.select("municipality_id", "short_name").iter_rows())
    ordered = sorted(names, key=lambda code: sort_key(names[code]))
    if subject == "territory":
        named = {region: WHOLE_REGION, **names}
        seen = [code for code in ordered if may(actor, "view_passport", code)]
        territory = filters.choose("territory", "Территория", [region, *seen], region, lambda code: named[code])
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
    return View(
        actor=actor,
        publication=publication,
        pinned=pinned,
        scope=scope,
        annual=half == "year",
        region=regions[region],
        freshness=ask(published.freshness, region, scope.year, scope.half),
        indicators=catalogue,
        municipalities=places,
        indicator=indicator,
        municipality=municipality,
        territory=territory,
        kept=kept,
    )


ROUND_STAGES = {"open": "раунд открыт", "closed": "раунд закрыт"}
NO_ROUND = "раунда не было"


def _choose_round(actor: Actor, publication: int, pinned: bool) -> View:
    """Draw the filters of a page about rounds: the region, and a half-year that has a round or data."""

    def ask(question: Callable[Concatenate[Mart, Actor, P], R], *arguments: P.args, **named: P.kwargs) -> R:
        return session.ask(publication, actor, question, *arguments, **named)

    regions = {row["region_id"]: row for row in ask(completeness.monitored_regions).iter_rows(named=True)}
    region = filters.choose("region", "Регион", list(regions), next(iter(regions)), lambda code: regions[code]["name"])
    periods = {
        f"{row['year']}-{row['half']}": row for row in ask(completeness.collected_periods, region).iter_rows(named=True)
    }
    kept = {"region": region}
    today = clock.today()
    year, half, stage = today.year, 1 if today.month <= 6 else 2, NO_ROUND
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
    return View(
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


def choose_indicator(titles: dict[str, str], label: str = "Показатель") -> str:
    """Draw the choice of an indicator (short titles by code) and return its code."""
    default = DEFAULT_INDICATOR if DEFAULT_INDICATOR in titles else next(iter(titles))
    return filters.choose("indicator", label, list(titles), default, lambda code: titles[code])


def _title(page: str, view: View) -> str:
    if view.municipality:
        return str(view.place(view.municipality)["name"])
    if view.indicator:
        return str(view.described(view.indicator)["short"])
    return navigation.TITLES[page]


def moment(value: dt.datetime | None) -> str:
    """Return a UTC moment as «21.11.2026, 14:05» in the reader's time zone."""
    if value is None:
        return ""
    zone = ZoneInfo(st.context.timezone or OFFICE_TIME)
    local = value.replace(tzinfo=dt.UTC).astimezone(zone)
    return f"{date(local.date())},{NBSP}{local:%H:%M}"


def _pin(page: str, view: View) -> str:
    """The publication's number as a link that keeps this view at this publication."""
    return links.anchor(
        page,
        view.filters(publication=view.publication),
        f"публикация <b>№{NBSP}{view.publication}</b>",
        label="Закрепить этот вид за публикацией: ссылка всегда откроет те же числа",
    )


def _scope_in_words(view: View, subject: Subject | None) -> str:
    """What the filters say, for paper, where they are not drawn: region, period, profile of targets."""
    parts = [str(view.region["name"]), view.period]
    if view.territory:
        parts.insert(1, view.place_name)
    if subject != "round":
        parts.append(f"профиль «{profiles.name(view.scope.profile)}»")
    return escape(" · ".join(parts))


def _badge(page: str, view: View) -> str:
    """The freshness badge: publication, completeness, provisional or final, demonstration."""
    fresh = view.freshness
    reporting, expected = fresh["reporting"] or 0, fresh["expected"] or 0
    state = view.stage or ("предварительно" if view.provisional else "окончательно")
    share = f"отчитались <b>{percent(100 * reporting / expected, 0)}</b> организаций" if expected else ""
    parts = [
        f'<span class="chip {"chip-provisional" if view.provisional and not view.stage else ""}">{state}</span>',
        f'<span title="{number(reporting)} из {counted(expected, "организации", "организаций", "организаций")}">'
        f"{share or 'за это полугодие организации ещё не отчитывались'}</span>",
        f'<span title="{escape(fresh["reason"] or "")}">{_pin(page, view)} '
        f"от {moment(fresh['published_at'])}, {escape(fresh['author'] or '')}"
        f"{f', партия №{NBSP}' + str(fresh['last_batch']) if fresh['last_batch'] else ''}</span>",
    ]
    if fresh["demonstration"]:
        parts.insert(0, '<span class="chip chip-demonstration">демонстрационные данные</span>')
    return f'<div class="badge" role="note">{"".join(parts)}</div>'


@st.fragment(run_every=PUBLICATION_CHECK)
def _notice_newer(actor: Actor, publication: int, pinned: bool) -> None:
    """Say that a newer publication exists; the screen changes only when its reader asks.

    A screen whose reader has signed out, or has lost the role, closes by itself.
    """
    try:
        present = session.current_actor()
    except Refused:
        present = None
    if present != actor:
        st.rerun(scope="app")
    newest = session.newest_publication()
    if newest is None or newest == publication:
        return
    with st.container(key="newer_publication", horizontal=True, vertical_alignment="center"):
        text = (
            f"Ссылка закрепляет публикацию № {publication}. Текущая — № {newest}."
            if pinned
            else f"Опубликованы новые данные: № {newest}. На экране — № {publication}."
        )
        st.html(f'<p class="notice">{text}</p>', width="content")
        if st.button(f"Показать № {newest}", key="show_newest", type="primary"):
            if pinned:
                del st.query_params["publication"]
            st.rerun(scope="app")


def close_page(view: View, extra: Mapping[str, str | int | None] | None = None) -> None:
    """Write the filters of the page into the address."""
    filters.keep({**view.kept, **(extra or {})})


def ordered(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows in the order of Russian names of the given column."""
    names: Sequence[str] = rows.get_column(name).to_list()
    order = sorted(range(len(names)), key=lambda position: sort_key(names[position]))
    return rows[order]
