"""Keyed pseudonyms of persons, the same in all files for the same person.

Nobody can be identified by a pseudonym without the key.
"""

import hashlib
import hmac
from collections.abc import Callable

# 128 bits of the HMAC in hexadecimal: no collisions among the teachers of any country.
PSEUDONYM_LENGTH = 32


def pseudonymizer(*keys: bytes) -> Callable[[str], str]:
    """Return a function from an identifier (as `checks.cells.person` gives it) to its pseudonym.

    The pseudonym is HMAC-SHA-256 under the installation's key, cut to 128 bits. Where the key
    was rotated there are several: the pseudonym under each is what the next one is applied to.
    """
    steps = [hmac.new(key, digestmod=hashlib.sha256) for key in keys]

    def pseudonym(identifier: str) -> str:
        for keyed in steps:
            state = keyed.copy()
            state.update(identifier.encode())
            identifier = state.hexdigest()[:PSEUDONYM_LENGTH]
        return identifier

    return pseudonym


def key_fingerprint(*keys: bytes) -> str:
    """Return the fingerprint of keys that a warehouse stores to recognise them."""
    found = ""
    for key in keys:
        found = hmac.digest(key, b"rsnms key fingerprint" + found.encode(), hashlib.sha256).hex()
    return found
