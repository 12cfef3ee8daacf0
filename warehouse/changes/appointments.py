"""Granting, changing and closing people's access to the program.

Each change is an event in the register of people and an entry of the audit trail.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Literal

import duckdb

from warehouse.access import audit
from warehouse.access.people import AccessRefused, Person, current, normalized, role_named, write_copy
from warehouse.access.rights import Actor, require
from warehouse.changes.connection import transaction, writer
from warehouse.store.address import Address

Event = Literal["added", "changed", "closed", "reopened"]


def add(
    address: Address,
    actor: Actor,
    identity: str,
    name: str,
    role: str,
    municipalities: Collection[str],
    now: dt.datetime,
) -> int:
    """Add a person to the register and return their number.

    Raises `Forbidden`, `AccessRefused`, `WarehouseBusy`.
    """
    require(actor, "manage_people")
    with writer(address, "изменение доступа", actor) as connection:
        present = current(connection)
        wanted = normalized(identity)
        if any(one.identity == wanted for one in present):
            raise AccessRefused(f"«{wanted}» уже есть в списке; измените роль или верните доступ там.")
        number = max((one.person for one in present), default=0) + 1
        person = Person(number, wanted, name.strip(), role_named(role), frozenset(municipalities))
        _enter(connection, address, actor, "added", person, now)
    return number


def change(
    address: Address,
    actor: Actor,
    person: int,
    now: dt.datetime,
    *,
    name: str | None = None,
    role: str | None = None,
    municipalities: Collection[str] | None = None,
    closed: bool | None = None,
) -> int:
    """Change the given fields of a person and return their number.

    The last administrator cannot be closed or given another role. Raises `Forbidden`, `AccessRefused` (also when
    nothing would change), `WarehouseBusy`.
    """
    require(actor, "manage_people")
    with writer(address, "изменение доступа", actor) as connection:
        present = current(connection)
        before = next((one for one in present if one.person == person), None)
        if before is None:
            raise AccessRefused(f"Человека № {person} в списке нет: обновите страницу.")
        after = dataclasses.replace(
            before,
            name=before.name if name is None else name.strip(),
            role=before.role if role is None else role_named(role),
            municipalities=before.municipalities if municipalities is None else frozenset(municipalities),
            closed=before.closed if closed is None else closed,
        )
        if after == before:
            raise AccessRefused("Ничего не изменилось.")
        others = [one for one in present if one.person != person and one.role == "admin" and not one.closed]
        if not others and (after.closed or after.role != "admin") and before.role == "admin" and not before.closed:
            raise AccessRefused("Это единственный администратор: сначала назначьте другого.")
        event: Event = "changed"
        if after.closed != before.closed:
            event = "closed" if after.closed else "reopened"
        _enter(connection, address, actor, event, after, now)
    return person


def _enter(
    connection: duckdb.DuckDBPyConnection,
    address: Address,
    actor: Actor,
    event: Event,
    person: Person,
    now: dt.datetime,
) -> None:
    _check(connection, person)
    where = sorted(person.municipalities)
    with audit.operation(
        address, actor, "person_changed", change=event, person=person.person, to=person.role, municipalities=where
    ):
        with transaction(connection):
            connection.execute(
                """
                insert into ledger.people_events
                select ?, coalesce(max(event_number), 0) + 1, ?, ?, ?, ?, ?, ?, ?
                from ledger.people_events
                where person = ?
                """,
                [
                    person.person,
                    event,
                    now,
                    actor.name,
                    person.identity,
                    person.name,
                    person.role,
                    ",".join(where) or None,
                    person.person,
                ],
            )
        write_copy(address, current(connection))


def _check(connection: duckdb.DuckDBPyConnection, person: Person) -> None:
    if not person.identity or any(symbol.isspace() for symbol in person.identity):
        raise AccessRefused("Впишите адрес, под которым человек входит, например ivanova@lenreg.ru, без пробелов.")
    if not person.identity.isascii():
        raise AccessRefused("Адрес, под которым человек входит, пишут латинскими буквами, цифрами и знаками.")
    if not person.name:
        raise AccessRefused("Впишите, как подписывать действия человека, например «Иванова А. П.».")
    if person.role != "municipal":
        if person.municipalities:
            raise AccessRefused("Муниципалитеты указывают только для роли «Муниципалитет».")
        return
    if not person.municipalities:
        raise AccessRefused("Для роли «Муниципалитет» выберите хотя бы один муниципалитет.")
    known = {code for (code,) in connection.execute("select municipality_id from reference.municipalities").fetchall()}
    if unknown := sorted(person.municipalities - known):
        raise AccessRefused(f"Муниципалитетов с такими кодами нет в справочнике: {', '.join(unknown)}.")
