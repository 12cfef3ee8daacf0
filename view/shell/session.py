"""Who is looking and at which publication; answers of the query layer, cached by publication."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from view.shell import sign_in
from warehouse.access import audit, people, rights
from warehouse.access.rights import Actor, Forbidden, local_actor
from warehouse.changes import history
from warehouse.marts.mart import Mart, current_publication, edition, open_mart
from warehouse.queries import later_changes
from warehouse.store import address
from warehouse.store.scope import Scope

FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""Headers by which a request shows that it came from elsewhere through a proxy on this computer."""


def current_actor() -> Actor:
    """Return the person at the screen; raises `Forbidden` when nobody may be assumed."""
    place = address.resolve()
    if sign_in.configured():
        return sign_in.admitted(place, sign_in.claims_of_session(), sign_in.present_second())
    open_to_network = sign_in.is_open_to_network()
    if not open_to_network and FORWARDED & {name.lower() for name in st.context.headers}:
        raise Forbidden("Запрос пришёл через посредника, а вход по учётным записям не настроен: так сюда нельзя.")
    actor = local_actor(st.get_option("server.address"), open_to_network)
    return sign_in.entered_locally(place) if actor is rights.LOCAL else actor


def check_still(actor: Actor) -> None:
    """Raise `Forbidden` when an actor has lost the role that a page was drawn for."""
    if not people.still(address.resolve(), actor):
        raise Forbidden("Ваши права изменились: обновите страницу.")


rights.on_refusal(lambda actor, action, resource: audit.refused(address.resolve(), actor, action, resource))


def newest_publication() -> int | None:
    """Return the number of the current publication, None when nothing has been published."""
    return current_publication(address.resolve())


def mart(publication: int) -> Mart:
    """Return an open mart; raises `PublicationPruned` when its file is no longer kept."""
    return open_mart(address.resolve(), publication)


_Editions = tuple[tuple[int, int] | None, ...]


def _kept(*publications: int) -> tuple[str, _Editions]:
    """Return the warehouse and the editions of marts: the part of a cache's key that says what was asked."""
    place = address.resolve()
    return str(place.database), tuple(edition(place, number) for number in publications)


def ask(publication: int, actor: Actor, question: Callable[..., Any], *arguments: Any) -> Any:
    """Return the answer of a function of the query layer, computed once for a publication.

    The key is the warehouse, the publication and the edition of its mart, the actor and the arguments; a mart never
    changes, so neither does the answer. Raises `Forbidden` when the actor has lost the role meanwhile.
    """
    check_still(actor)
    return _answer(*_kept(publication), publication, actor, question.__module__, question.__name__, arguments)


@st.cache_data(max_entries=4000, show_spinner=False)
def _answer(
    where: str,
    editions: _Editions,
    publication: int,
    actor: Actor,
    module: str,
    question: str,
    arguments: tuple[Any, ...],
) -> Any:
    function: Callable[..., Any] = getattr(importlib.import_module(module), question)
    return function(open_mart(address.resolve(where), publication), actor, *arguments)


def changes(publication: int, previous: int, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return what one publication changed since an earlier one, see `later_changes.changes_since`."""
    check_still(actor)
    return _changes(*_kept(publication, previous), publication, previous, actor, scope)


@st.cache_data(max_entries=500, show_spinner=False)
def _changes(
    where: str, editions: _Editions, publication: int, previous: int, actor: Actor, scope: Scope
) -> pl.DataFrame:
    place = address.resolve(where)
    return later_changes.changes_since(open_mart(place, publication), open_mart(place, previous), actor, scope)


def difference(before: int, after: int, actor: Actor, region: str, profile: str) -> history.Difference:
    """Return what changed between two publications, see `history.difference`; raises `PublicationPruned`."""
    check_still(actor)
    return _difference(*_kept(before, after), before, after, actor, region, profile)


@st.cache_data(max_entries=100, show_spinner=False)
def _difference(
    where: str, editions: _Editions, before: int, after: int, actor: Actor, region: str, profile: str
) -> history.Difference:
    place = address.resolve(where)
    return history.difference(open_mart(place, before), open_mart(place, after), actor, region, profile)


def compare(publication: int, other: int | None, actor: Actor, question: Callable[..., Any], *arguments: Any) -> Any:
    """Return the answer of a function that takes the mart of another publication (None: none) after its own.

    Raises `PublicationPruned` when the other one is no longer kept.
    """
    check_still(actor)
    kept = _kept(publication) if other is None else _kept(publication, other)
    return _comparison(*kept, publication, other, actor, question.__module__, question.__name__, arguments)


@st.cache_data(max_entries=1000, show_spinner=False)
def _comparison(
    where: str,
    editions: _Editions,
    publication: int,
    other: int | None,
    actor: Actor,
    module: str,
    question: str,
    arguments: tuple[Any, ...],
) -> Any:
    place = address.resolve(where)
    function: Callable[..., Any] = getattr(importlib.import_module(module), question)
    return function(
        open_mart(place, publication), None if other is None else open_mart(place, other), actor, *arguments
    )
