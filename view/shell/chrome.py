"""Chrome of every page: access check, title, filters, freshness badge, address."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from checks.russian import NBSP, counted, number, percent
from view.shell import account, filters, links, navigation, outline, screens, session, writing
from view.shell.page import OpenPage, Subject, choose, choose_round, moment
from view.wording.theme import stylesheet
from warehouse.access.rights import Actor, require
from warehouse.errors import Refused
from warehouse.ledger import profiles
from warehouse.marts.mart import NoPublication, PublicationPruned

IMAGES = Path(__file__).parents[1] / "images"
ICON = str(IMAGES / "icon.svg")
LOGO = str(IMAGES / "logo.svg")
PUBLICATION_CHECK = "20s"
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


def admit(code: str) -> Actor:
    """Return the actor if the page is open to them, else draw the refusal and end the page.

    It also adds the stylesheet and the handling of links. A freshly started server runs a file of `pages/` for its own
    address before the entry script has ever run. Such a run ends here: it is refused, or started once more with the
    menu and the same address.
    """
    try:
        actor = session.current_actor()
        require(actor, "view_page", code)
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


def open_page(code: str, subject: Subject | None = None, empty: Callable[[Actor], None] | None = None) -> OpenPage:
    """Draw the head of a page and return it; stops the page when there is nothing to show.

    empty: draws the page for an actor while nothing has been published, instead of the usual screen.
    """
    actor = admit(code)
    try:
        publication, pinned = _publication()
    except NoPublication:
        (empty or _nothing_on(code))(actor)
        outline.stop()
    head = st.container(key="page_head", horizontal=True, vertical_alignment="bottom", gap="small")
    asked = st.query_params.to_dict()
    bar = st.container(key="filter_bar", horizontal=True, vertical_alignment="bottom", gap="small")
    try:
        with bar:
            if subject == "round":
                page = choose_round(actor, publication, pinned)
            else:
                page = choose(actor, publication, pinned, subject)
    except NoPublication:
        _nothing_on(code)(actor)
        outline.stop()
    with head:
        title = f'<h1 class="page-title">{escape(_title(code, page))}</h1>'
        st.html(f'{title}<p class="only-paper">{_scope_in_words(page, subject)}</p>', width="content")
        st.html(_badge(code, page))
    if strange := filters.not_understood(asked, page.kept):
        st.html(
            f'<p class="notice">Ссылка понята не полностью: {", ".join(strange)}. '
            "Показано то, что выбрано раньше или по умолчанию.</p>"
        )
    _notice_newer(actor, publication, pinned)
    return page


def _nothing_on(code: str) -> Callable[[Actor], None]:
    return partial(screens.nothing_published, code)


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


def _title(code: str, page: OpenPage) -> str:
    if page.municipality:
        return str(page.municipality_row(page.municipality)["name"])
    if page.indicator:
        return str(page.described(page.indicator)["short"])
    return navigation.TITLES[code]


def _pin(code: str, page: OpenPage) -> str:
    """The publication's number as a link that opens the same page at this publication."""
    return links.anchor(
        code,
        page.filters(publication=page.publication),
        f"публикация <b>№{NBSP}{page.publication}</b>",
        label="Закрепить этот вид за публикацией: ссылка всегда откроет те же числа",
    )


def _scope_in_words(page: OpenPage, subject: Subject | None) -> str:
    """Return region, period and profile of targets as text.

    It stands on paper, where the filters are not drawn.
    """
    parts = [str(page.region["name"]), page.period]
    if page.territory:
        parts.insert(1, page.territory_name)
    if subject != "round":
        parts.append(f"профиль «{profiles.name(page.scope.profile)}»")
    return escape(" · ".join(parts))


def _badge(code: str, page: OpenPage) -> str:
    """The freshness badge: publication, completeness, provisional or final, demonstration."""
    fresh = page.freshness
    reporting, expected = fresh["reporting"] or 0, fresh["expected"] or 0
    state = page.stage or ("предварительно" if page.provisional else "окончательно")
    share = f"отчитались <b>{percent(100 * reporting / expected, 0)}</b> организаций" if expected else ""
    parts = [
        f'<span class="chip {"chip-provisional" if page.provisional and not page.stage else ""}">{state}</span>',
        f'<span title="{number(reporting)} из {counted(expected, "организации", "организаций", "организаций")}">'
        f"{share or 'за это полугодие организации ещё не отчитывались'}</span>",
        f'<span title="{escape(fresh["reason"] or "")}">{_pin(code, page)} '
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


def close_page(page: OpenPage, extra: Mapping[str, str | int | None] | None = None) -> None:
    """Write the filters of the page into the address; say when a pressed button did nothing."""
    writing.tell_unanswered()
    filters.keep({**page.kept, **(extra or {})})
