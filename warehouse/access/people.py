"""Register of people: who may sign in, in which role, for which municipalities.

The warehouse keeps every change; readers see a copy of the present state beside the marts, renewed under the write
lock, so that a role given or taken is in force from its owner's next request.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from warehouse.access.rights import ROLES, Actor, Forbidden, Role, require
from warehouse.errors import Refused
from warehouse.store import privacy
from warehouse.store.address import Address


class AccessRefused(Refused):
    """The register cannot be changed so; the message is Russian and meant for the screen."""


@dataclass(frozen=True)
class Person:
    """One person of the register as of now. `closed`: may not sign in any more."""

    person: int
    identity: str
    name: str
    role: Role
    municipalities: frozenset[str]
    closed: bool = False

    @property
    def actor(self) -> Actor:
        """The person as an actor, for checks of rights."""
        return Actor(self.name, self.role, self.municipalities, self.person)


def normalized(identity: str) -> str:
    """Return the identity from a provider as the register keeps it: stripped, lower case.

    Identities with letters outside ASCII are only stripped, since some such letters become ASCII in lower case (the
    Kelvin sign becomes k); nobody in the register has them.
    """
    stripped = identity.strip()
    return stripped.lower() if stripped.isascii() else stripped


def everybody(address: Address, actor: Actor) -> Sequence[Person]:
    """Return all people of the register by number, closed ones too. Raises `Forbidden`."""
    require(actor, "manage_people")
    return _read(address)


def find(address: Address, identity: str) -> Person | None:
    """Return the person who may sign in under an identity.

    None for an unknown identity, and for a person whose access is closed.
    """
    wanted = normalized(identity)
    return next((one for one in _read(address) if one.identity == wanted and not one.closed), None)


def nobody_yet(address: Address) -> bool:
    """Return whether the register has no administrator yet, so nobody could grant access."""
    return not any(one.role == "admin" and not one.closed for one in _read(address))


def has_same_access(address: Address, actor: Actor) -> bool:
    """Return whether an actor still has the role and municipalities of their signing in.

    True for an actor who is not in the register.
    """
    if actor.person is None:
        return True
    return any(one.actor == actor and not one.closed for one in _read(address))


def renew_copy(connection: duckdb.DuckDBPyConnection, address: Address) -> None:
    """Rewrite the readers' copy of the register when it differs from the warehouse.

    It differs after a kill or a restored file.
    """
    present = current(connection)
    if not present and not address.people.exists():
        return
    with contextlib.suppress(Forbidden):
        if list(_read(address)) == present:
            return
    write_copy(address, present)


def check_unchanged(connection: duckdb.DuckDBPyConnection, actor: Actor) -> None:
    """Raise `Forbidden` when an actor of the register has lost the role that they act in."""
    if actor.person is None:
        return
    if not any(one.actor == actor and not one.closed for one in current(connection)):
        raise Forbidden("Ваши права изменились: обновите страницу.")


def role_named(text: str) -> Role:
    """Return the role of this code; raises `AccessRefused`."""
    for role in ROLES:
        if role == text:
            return role
    raise AccessRefused(f"Роли «{text}» нет; есть: {', '.join(ROLES)}.")


def current(connection: duckdb.DuckDBPyConnection) -> list[Person]:
    """Return all people of the register by number, from the warehouse."""
    rows = connection.execute(
        """
        select person, identity, name, role, municipalities, event = 'closed'
        from ledger.people_events
        qualify row_number() over (partition by person order by event_number desc) = 1
        order by person
        """
    ).fetchall()
    return [
        Person(person, identity, name, role, frozenset(filter(None, (municipalities or "").split(","))), closed)
        for person, identity, name, role, municipalities, closed in rows
    ]


def write_copy(address: Address, people: Sequence[Person]) -> None:
    """Write the readers' copy of the register, atomically and durably."""
    privacy.make_folder(address.marts)
    text = json.dumps(
        [{**dataclasses.asdict(one), "municipalities": sorted(one.municipalities)} for one in people],
        ensure_ascii=False,
    )
    draft = address.people.with_name(f"{address.people.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(address.people)


def _read(address: Address) -> Sequence[Person]:
    try:
        status = address.people.stat()
    except FileNotFoundError:
        return ()
    return _parsed(address.people, status.st_ino, status.st_mtime_ns)


@lru_cache(maxsize=8)
def _parsed(file: Path, _inode: int, _changed: int) -> Sequence[Person]:
    """Return the people of the readers' copy of the register.

    Raises `Forbidden` for a copy that cannot be read: then nobody may sign in.
    """
    try:
        return tuple(
            Person(
                one["person"],
                one["identity"],
                one["name"],
                role_named(one["role"]),
                frozenset(one["municipalities"]),
                one["closed"],
            )
            for one in json.loads(file.read_text(encoding="utf-8"))
        )
    except (ValueError, KeyError, TypeError):
        raise Forbidden(
            "Список людей и ролей не читается. Администратору: python -m etl access list восстановит его из хранилища."
        ) from None
