"""The pseudonym key of an installation: a chain, which every rotation makes one key longer."""

import os
import secrets

import duckdb

from checks.persons import key_fingerprint, pseudonymizer
from warehouse.errors import Refused
from warehouse.store import engine, privacy, swap
from warehouse.store.address import Address
from warehouse.store.lock import write_lock

ENVIRONMENT_VARIABLE = "RSNMS_KEY"
FINGERPRINT_SETTING = "key fingerprint"
_KEY_BYTES = 32
_SHORTEST_KEY = 16
_CHAIN = "chain:"

Keys = tuple[bytes, ...]
"""A chain of keys, the first one first: a person goes through them in this order."""


class WrongKey(Refused):
    """The key is not the one of the warehouse's data, is lost, or is too short."""


class Pseudonyms:
    """Converts identifiers into pseudonyms; the key is loaded at the first person.

    Files without people need no key.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._keys: Keys = ()

    def __call__(self, identifier: str) -> str:
        """Return the pseudonym of an identifier. Raises `WrongKey`."""
        if not self._keys:
            self._keys = pseudonym_keys(self._address)
            self._pseudonym = pseudonymizer(*self._keys)
        return self._pseudonym(identifier)

    @property
    def fingerprint(self) -> str | None:
        """The fingerprint of the key that pseudonyms were made under; None when none was made."""
        return key_fingerprint(*self._keys) if self._keys else None


def pseudonym_keys(address: Address) -> Keys:
    """Return the chain of keys from RSNMS_KEY or the key file; make the file if there is none.

    The file is readable by its owner alone. No key is made beside a warehouse with people's data: raises `WrongKey`.
    """
    if swap.is_pending(address):
        with write_lock(address, "замена файлов хранилища"):
            swap.settle(address)
    return present_keys(address) or _make_key(address)


def present_keys(address: Address) -> Keys | None:
    """Return the existing chain of keys, or None.

    Raises `WrongKey` for one that cannot be used.
    """
    if given := os.environ.get(ENVIRONMENT_VARIABLE):
        return _given(given)
    try:
        return _parsed(address.key.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except ValueError:
        raise WrongKey(f"Файл ключа {address.key} испорчен; верните его из резервной копии.") from None


def present_fingerprint(address: Address) -> str | None:
    """Return the fingerprint of the existing chain of keys, or None.

    Raises `WrongKey` for one that cannot be used.
    """
    keys = present_keys(address)
    return key_fingerprint(*keys) if keys else None


def as_text(keys: Keys) -> str:
    """Return a chain of keys as written in the key file and in RSNMS_KEY."""
    return _CHAIN + ":".join(key.hex() for key in keys)


def new_key() -> bytes:
    """Return a new random key."""
    return secrets.token_bytes(_KEY_BYTES)


def known_fingerprint(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Return the fingerprint of the key that the warehouse's pseudonyms were made under.

    None before its first person.
    """
    row = connection.execute(
        "select value from ledger.installation where setting = ?", [FINGERPRINT_SETTING]
    ).fetchone()
    return row[0] if row else None


def check_key(connection: duckdb.DuckDBPyConnection, fingerprint: str) -> None:
    """Record the fingerprint of the key at its first use; raise `WrongKey` for another one."""
    known = known_fingerprint(connection)
    if known is None:
        connection.execute("insert into ledger.installation values (?, ?)", [FINGERPRINT_SETTING, fingerprint])
    elif known != fingerprint:
        raise WrongKey(
            "Хранилище наполнялось под другим ключом: люди из нового файла не соединились бы с прежними. "
            "Верните прежний ключ (RSNMS_KEY или файл ключа рядом с хранилищем); после смены ключа нужна новая цепочка."
        )


def _given(text: str) -> Keys:
    if text.startswith(_CHAIN):
        try:
            return _parsed(text.strip())
        except ValueError:
            raise WrongKey(
                f"Цепочка ключей в {ENVIRONMENT_VARIABLE} испорчена: нужно «{_CHAIN}» и ключи через двоеточие, "
                "как в файле ключа после смены."
            ) from None
    if len(text) < _SHORTEST_KEY:
        raise WrongKey(f"Ключ в {ENVIRONMENT_VARIABLE} короче {_SHORTEST_KEY} знаков; задайте более длинный.")
    return (text.encode(),)


def _parsed(text: str) -> Keys:
    """Parse a chain of keys: a single key in hex, or several after the prefix of a chain.

    Raises `ValueError`.
    """
    if not text.startswith(_CHAIN):
        key = bytes.fromhex(text)
        if len(key) != _KEY_BYTES:
            raise ValueError
        return (key,)
    keys = tuple(bytes.fromhex(part) for part in text.removeprefix(_CHAIN).split(":"))
    if any(len(key) < _SHORTEST_KEY for key in keys):
        raise ValueError
    return keys


def _make_key(address: Address) -> Keys:
    if address.database.exists():
        with write_lock(address, "создание ключа"):
            _refuse_filled(address)
    privacy.make_folder(address.key.parent)
    key = new_key()
    draft = address.key.with_name(f"{address.key.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, privacy.FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, address.key)
    except FileExistsError:
        return pseudonym_keys(address)
    finally:
        draft.unlink()
    return (key,)


def _refuse_filled(address: Address) -> None:
    try:
        with duckdb.connect(str(address.database), read_only=True, config=engine.NO_EXTENSIONS) as connection:
            filled = known_fingerprint(connection) is not None
    except duckdb.CatalogException:
        filled = False
    except duckdb.Error as error:
        raise WrongKey(f"Файл {address.database} не открывается как хранилище, ключ не создан: {error}") from error
    if filled:
        raise WrongKey(
            "Ключа нет, а люди в хранилище записаны под ним: новые файлы с людьми не соединились бы с прежними. "
            f"Верните файл {address.key.name} из копии или задайте {ENVIRONMENT_VARIABLE}. Всё остальное работает: "
            "страницы, выгрузки, отчёты, раунды и загрузка форм без людей."
        )
