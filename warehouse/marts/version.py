"""The layout of marts: a digest of the SQL and columns that they are made of."""

import hashlib
from functools import cache

from checks.catalogue import contracts
from warehouse.store.schema import SQL

# Folders whose SQL makes a mart; sql/rows only queries one.
PUBLISHING = (
    "macros", "ledger", "current", "staging", "indicators", "build", "mart", "quality", "conditions", "mart_ledger",
    "groups", "guarded",
)  # fmt: skip


@cache
def columns_layout() -> str:
    """Return a digest of the datasets' columns, equal in versions that store the same ones."""
    columns = [f"{contract.code}.{code}" for contract in contracts().values() for code in contract.columns]
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:12]


def layout() -> str:
    """Return a digest of the SQL and the columns that a publication is made of.

    It changes when an indicator is added or changed on a running installation: the current mart is then outdated, and
    the next publication is built by the present files.
    """
    seen = hashlib.sha256(columns_layout().encode())
    for path in sorted(path for folder in PUBLISHING for path in (SQL / folder).glob("*.sql")):
        seen.update(path.relative_to(SQL).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:12]
