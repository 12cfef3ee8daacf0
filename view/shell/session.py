"""The actor and publication of a session, and queries cached by publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Concatenate, ParamSpec, TypeVar, cast, overload

import streamlit as st

from view.shell import ownership, sign_in, streamlit_internals
from warehouse.access import audit, people, rights
from warehouse.access.rights import Actor, Forbidden, local_actor
from warehouse.marts.mart import Mart, current_publication, file_identity, open_mart
from warehouse.store import fair_queue
from warehouse.store.address import resolve

P = ParamSpec("P")
R = TypeVar("R")

FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"})
"""Headers by which a request shows that it came from elsewhere through a proxy on this computer."""


def current_actor() -> Actor:
    """Return the person at the screen and make the session theirs.

    The session's work is queued in this person's turn. Raises `Forbidden` when nobody may be assumed.
    """
    actor = _present_actor()
    ownership.claim_session(streamlit_internals.session_of_page(), actor)
    fair_queue.whose.set(actor.person)
    return actor


def _present_actor() -> Actor:
    address = resolve()
    if sign_in.configured():
        return sign_in.admitted(address, sign_in.claims_of_session(), sign_in.present_second())
    open_to_network = sign_in.is_open_to_network()
    if not open_to_network and FORWARDED & {name.lower() for name in st.context.headers}:
        raise Forbidden("Запрос пришёл через посредника, а вход по учётным записям не настроен: так сюда нельзя.")
    actor = local_actor(st.get_option("server.address"), open_to_network)
    return sign_in.entered_locally(address) if actor is rights.LOCAL else actor


def check_access_unchanged(actor: Actor) -> None:
    """Raise `Forbidden` when an actor has lost the role that a page was drawn for."""
    if not people.has_same_access(resolve(), actor):
        raise Forbidden("Ваши права изменились: обновите страницу.")


rights.on_refusal(lambda actor, action, resource: audit.refused(resolve(), actor, action, resource))


def newest_publication() -> int | None:
    """Return the number of the current publication, None when nothing has been published."""
    return current_publication(resolve())


def mart(publication: int) -> Mart:
    """Return an open mart; raises `PublicationPruned` when its file is no longer kept."""
    return open_mart(resolve(), publication)


_Identities = tuple[tuple[int, int] | None, ...]


def ask(
    publication: int,
    actor: Actor,
    question: Callable[Concatenate[Mart, Actor, P], R],
    *arguments: P.args,
    **named: P.kwargs,
) -> R:
    """Return the answer of a query about one publication, from the cache if it is there.

    Raises `Forbidden` when the actor has lost the role meanwhile.
    """
    return cast(R, _cached((publication,), actor, question, arguments, named))


@overload
def compare(
    publication: int,
    other: int,
    actor: Actor,
    question: Callable[Concatenate[Mart, Mart, Actor, P], R],
    *arguments: P.args,
    **named: P.kwargs,
) -> R: ...
@overload
def compare(
    publication: int,
    other: int | None,
    actor: Actor,
    question: Callable[Concatenate[Mart, Mart | None, Actor, P], R],
    *arguments: P.args,
    **named: P.kwargs,
) -> R: ...
def compare(
    publication: int,
    other: int | None,
    actor: Actor,
    question: Callable[..., R],
    *arguments: object,
    **named: object,
) -> R:
    """Return the answer of a query about two publications, cached as by `ask`.

    publication: the first mart that the query takes. other: the second one; None where the query can do without.

    Raises `Forbidden` when the actor has lost the role meanwhile, `PublicationPruned` when a mart is not kept.
    """
    return cast(R, _cached((publication, other), actor, question, arguments, named))


def _cached(
    publications: tuple[int | None, ...],
    actor: Actor,
    question: Callable[..., object],
    arguments: tuple[object, ...],
    named: Mapping[str, object],
) -> object:
    check_access_unchanged(actor)
    address = resolve()
    identities = tuple(None if number is None else file_identity(address, number) for number in publications)
    return _answer(str(address.database), identities, publications, actor, question, arguments, named)


def _name_of(question: FunctionType) -> str:
    """Return the full name of a query function, a part of the cache key.

    Raises `ValueError` for a function without a name of its own.
    """
    if "<" in question.__qualname__:
        raise ValueError(f"{question.__qualname__} has no name of its own to cache its answers by")
    return f"{question.__module__}.{question.__qualname__}"


@st.cache_data(max_entries=5000, show_spinner=False, hash_funcs={FunctionType: _name_of})
def _answer(
    database: str,
    identities: _Identities,
    publications: tuple[int | None, ...],
    actor: Actor,
    question: Callable[..., object],
    arguments: tuple[object, ...],
    named: Mapping[str, object],
) -> object:
    """Run a query; all arguments are its cache key.

    A mart file never changes, so neither does the answer.
    """
    address = resolve(database)
    marts = (None if number is None else open_mart(address, number) for number in publications)
    return question(*marts, actor, *arguments, **named)
