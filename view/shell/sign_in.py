"""Sign-in: identity from the provider's token, checked against the register of people.

Streamlit reads the identity cookie once, when a session begins. Everything else is asked anew at every run: whether the
token has expired, whether its owner signed out in another tab, whether they still have their role.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from warehouse.access import audit, audit_events, people
from warehouse.access.rights import LOCAL, Actor, Forbidden
from warehouse.store.address import Address

IDENTITY_VARIABLE = "RSNMS_IDENTITY_CLAIM"
EMAIL = "email"
"""The claim that names a person unless the installation says otherwise; the provider must have verified it."""


OPEN_VARIABLE, OPEN_VALUE = "RSNMS_OPEN_TO_NETWORK", "everybody-is-admin"
"""How an installation without sign-in says that it may be reached from the network all the same."""


class SignInNeeded(Forbidden):
    """Nobody is signed in, or not any more; the message is Russian and says why."""


class NotAdmitted(Forbidden):
    """The person signed in but is not in the register of people.

    They may sign out and use another account.
    """


def configured() -> bool:
    """Tell whether the installation has a provider of sign-in."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def is_open_to_network() -> bool:
    """Tell whether the installation says that whoever reaches it may do everything."""
    return os.environ.get(OPEN_VARIABLE, "") == OPEN_VALUE


_MANY = 10_000
_entered: set[tuple[Path, str, int]] = set()
_signed_out: dict[tuple[Path, str], float] = {}
"""Moment at which a person last signed out."""
_first_seen: OrderedDict[tuple[Path, str, int], float] = OrderedDict()
"""Moment at which a token was first used here, by person and its `iat`: the provider's clock may be ahead of ours."""


def admitted(address: Address, claims: Mapping[str, object], now: float) -> Actor:
    """Return the person whom the claims of a token name. now: seconds since 1970.

    The first time of a token is an entry of the audit trail, refused or not. Raises `SignInNeeded`, `NotAdmitted`.
    """
    if not claims.get("is_logged_in"):
        raise SignInNeeded("Войдите под своей учётной записью: страницы открываются по ролям.")
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    identity = _identity(claims)
    if identity is not None and not identity.isascii():
        _enter_once(address, None, "sign_in_refused", "", issued, cause="identity not ascii")
        raise NotAdmitted(
            "В имени вашей учётной записи есть буквы не из латинского алфавита: по нему здесь никого не узнают, "
            "чтобы один человек не вошёл под видом другого."
        )
    if identity is None:
        _enter_once(address, None, "sign_in_refused", "", issued, cause="no identity")
        raise NotAdmitted(
            "Провайдер входа не сообщил подтверждённого адреса электронной почты, а по нему здесь узнают людей."
            if _claim() == EMAIL
            else f"Провайдер входа не сообщил «{_claim()}», а по нему здесь узнают людей."
        )
    if expires <= now:
        person = people.find(address, identity)
        _enter_once(address, person.actor if person else None, "session_expired", identity, issued)
        raise SignInNeeded("Срок сеанса истёк: войдите снова, вид останется тем же.")
    left = _signed_out.get((address.database, identity), -1.0)
    if issued <= left or _used_since(address, identity, issued, now) <= left:
        raise SignInNeeded("Вы вышли из программы. Чтобы продолжить, войдите снова.")
    person = people.find(address, identity)
    if person is None:
        mark = audit.mark_of(address, identity)
        _enter_once(address, None, "sign_in_refused", identity, issued, mark=mark)
        if people.nobody_yet(address):
            raise NotAdmitted(
                "Список людей ещё пуст. Первого администратора заводят на сервере: "
                "python -m etl access add АДРЕС --name «Фамилия И. О.» --role admin."
            )
        raise NotAdmitted(
            f"Вашей учётной записи нет в списке людей и ролей. Сообщите администратору метку {mark}: "
            "по ней он найдёт эту попытку в журнале."
        )
    _enter_once(address, person.actor, "signed_in", identity, issued)
    return person.actor


def _used_since(address: Address, identity: str, issued: int, now: float) -> float:
    """Return the moment at which a token was first used here; now for a new token."""
    if len(_first_seen) > _MANY:
        _first_seen.popitem(last=False)
    return _first_seen.setdefault((address.database, identity, issued), now)


def entered_locally(address: Address) -> Actor:
    """Return the actor of an installation without sign-in.

    Its first use since the server started is recorded in the audit trail.
    """
    _enter_once(address, LOCAL, "local_session", "", 0)
    return LOCAL


def sign_out(address: Address, actor: Actor, claims: Mapping[str, object], now: float) -> None:
    """Close every session of this person that has begun so far, in other tabs too.

    It is recorded in the audit trail.
    """
    identity = _identity(claims)
    if identity is not None:
        _signed_out[address.database, identity] = now
    audit.record(address, actor, "signed_out", "done")


def claims_of_session() -> dict[str, object]:
    """Return the provider's claims about the person at the screen."""
    return dict(st.user.to_dict())


def present_second() -> float:
    """Return the present moment in seconds since 1970, to compare claims with."""
    return time.time()


def _enter_once(
    address: Address, actor: Actor | None, event: audit_events.Event, identity: str, issued: int, **about: str
) -> None:
    key = (address.audit, f"{event} {identity}", issued)
    if len(_entered) > _MANY:
        _entered.clear()
    if key not in _entered:
        audit.record(address, actor, event, "done" if actor and event != "session_expired" else "refused", **about)
        _entered.add(key)


def _claim() -> str:
    return os.environ.get(IDENTITY_VARIABLE) or EMAIL


def _identity(claims: Mapping[str, object]) -> str | None:
    claim = _claim()
    if claim == EMAIL and claims.get("email_verified") is not True:
        return None
    said = claims.get(claim)
    return people.normalized(said) if isinstance(said, str) and said.strip() else None


def _seconds(claims: Mapping[str, object], name: str) -> int:
    """Return a moment of the token in seconds since 1970; 0 when the provider did not state it."""
    said = claims.get(name)
    return int(said) if isinstance(said, int | float) and not isinstance(said, bool) else 0
