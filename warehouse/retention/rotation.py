"""Rotation of the pseudonym key: new pseudonyms from the old ones under a new key.

Identifiers of people are not stored, so the keys form a chain that is applied in order to whoever is loaded later.
The warehouse and every kept mart are written into new files, which replace the old ones together: no old pseudonym is
left in any of them, and a former key alone fits nothing.
"""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from checks.persons import key_fingerprint, pseudonymizer
from warehouse.access import audit
from warehouse.access.rights import Actor, require
from warehouse.build import publish
from warehouse.changes.connection import opened, transaction
from warehouse.marts import row_store
from warehouse.store import engine, rewriting, swap
from warehouse.store.address import Address
from warehouse.store.key import (
    ENVIRONMENT_VARIABLE,
    FINGERPRINT_SETTING,
    Keys,
    WrongKey,
    as_text,
    check_key,
    known_fingerprint,
    new_key,
    present_keys,
)
from warehouse.store.lock import write_lock


@dataclass(frozen=True)
class Rotated:
    """Result of a rotation.

    keys: length of the chain now. publication: the first one with new pseudonyms. from_environment: RSNMS_KEY still has
    the former chain and must be set to what the key file holds.
    """

    keys: int
    publication: int
    from_environment: bool


def rotate(address: Address, actor: Actor, now: dt.datetime) -> Rotated:
    """Give everybody a new pseudonym under a new key, and publish.

    Raises `Forbidden`, `WrongKey`, `WarehouseBusy`, `WarehouseDamaged`, `NotPublished`.
    """
    require(actor, "maintain")
    with audit.operation(address, actor, "key_rotated") as entry, write_lock(address, "смена ключа"):
        swap.settle(address)
        keys = _present(address)
        chain = (*keys, new_key())
        with opened(address, actor, finish=False) as connection:
            check_key(connection, key_fingerprint(*keys))
            folder = swap.begin(address)
            publication = _prepare(connection, address, folder, chain, actor, now)
        moves = {folder / file.name: file for file in (address.database, address.key)}
        moves |= {file: address.marts / file.name for file in sorted((folder / address.marts.name).iterdir())}
        swap.commit(address, moves, [address.database.with_name(address.database.name + ".wal")])
        with opened(address, actor):
            entry |= {"publication": publication}
    return Rotated(len(chain), publication, ENVIRONMENT_VARIABLE in os.environ)


def _present(address: Address) -> Keys:
    keys = present_keys(address)
    if keys is None or not address.database.exists():
        raise WrongKey("Менять нечего: ключа или хранилища здесь нет.")
    if os.environ.get(ENVIRONMENT_VARIABLE) and address.key.exists():
        raise WrongKey(
            f"Ключ задан в {ENVIRONMENT_VARIABLE}, а рядом с хранилищем лежит файл {address.key.name}, который не "
            "используется. Уберите его: новый ключ будет записан в этот файл."
        )
    return keys


def _prepare(
    connection: duckdb.DuckDBPyConnection, address: Address, folder: Path, chain: Keys, actor: Actor, now: dt.datetime
) -> int:
    """Write the new warehouse, marts, row stores and key file; return the new publication."""
    (database,) = connection.execute("select current_database()").fetchone() or ("",)
    target = folder / address.database.name
    with rewriting.pseudonyms_changed(connection, pseudonymizer(chain[-1])) as written:
        rewriting.rewrite(connection, database, target, written)
        rewriting.rewrite_marts(connection, address.marts, folder / address.marts.name, written)
    with duckdb.connect(str(target), config=engine.NO_EXTENSIONS) as rewritten, transaction(rewritten):
        rewritten.execute(
            "update ledger.installation set value = ? where setting = ?",
            [key_fingerprint(*chain), FINGERPRINT_SETTING],
        )
        assert known_fingerprint(rewritten) == key_fingerprint(*chain)
        row_store.record_change(rewritten)
        publication = publish.announce(rewritten, author=actor.name, reason="Смена ключа псевдонимов", at=now)
    descriptor = os.open(folder / address.key.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(as_text(chain) + "\n")
    return publication
