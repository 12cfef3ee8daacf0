"""Pseudonyms: the same person joins across files, and nobody can go back without the key."""

import hashlib
import hmac
from collections.abc import Callable

# 128 bits of the HMAC, in hexadecimal: collisions are out of reach for any country's teachers.
PSEUDONYM_LENGTH = 32


def pseudonymizer(key: bytes) -> Callable[[str], str]:
    """Return a function from an identifier (as `checks.cells.person` gives it) to its pseudonym.

    The pseudonym is HMAC-SHA-256 under the installation's key, cut to 128 bits (datasets.md, «Person»).
    """
    keyed = hmac.new(key, digestmod=hashlib.sha256)

    def pseudonym(identifier: str) -> str:
        state = keyed.copy()
        state.update(identifier.encode())
        return state.hexdigest()[:PSEUDONYM_LENGTH]

    return pseudonym


def key_fingerprint(key: bytes) -> str:
    """Return what a warehouse remembers of its key: enough to recognise it, nothing to rebuild it from."""
    return hmac.digest(key, b"rsnms key fingerprint", hashlib.sha256).hex()
