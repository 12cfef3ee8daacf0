"""The pseudonym key of an installation."""

import os
import secrets

from warehouse.address import Address

ENVIRONMENT_VARIABLE = "RSNMS_KEY"
_KEY_BYTES = 32
_SHORTEST_KEY = 16


class WrongKey(RuntimeError):
    """The key is not the one that the warehouse was filled under, or is too short to protect anybody."""


def pseudonym_key(address: Address) -> bytes:
    """Return the key from RSNMS_KEY, else from the key file, which is made once with owner-only rights."""
    if given := os.environ.get(ENVIRONMENT_VARIABLE):
        if len(given) < _SHORTEST_KEY:
            raise WrongKey(f"Ключ в {ENVIRONMENT_VARIABLE} короче {_SHORTEST_KEY} знаков; задайте более длинный.")
        return given.encode()
    try:
        return _read_key(address)
    except FileNotFoundError:
        return _make_key(address)


def _read_key(address: Address) -> bytes:
    try:
        key = bytes.fromhex(address.key.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise WrongKey(f"Файл ключа {address.key} испорчен; верните его из резервной копии.")
    return key


def _make_key(address: Address) -> bytes:
    address.key.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(_KEY_BYTES)
    draft = address.key.with_name(f"{address.key.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, address.key)
    except FileExistsError:
        return _read_key(address)
    finally:
        draft.unlink()
    return key
