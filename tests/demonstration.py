"""The demonstration warehouse for tests of the pages: built once for a state of the sources, then copied."""

import hashlib
import shutil
from pathlib import Path

from filelock import FileLock

from etl.fill import fill_with_demonstration
from warehouse.address import Address

ROOT = Path(__file__).parents[1]
SOURCES = ("checks", "etl", "sql", "warehouse")


def digest() -> str:
    """Return a name for the present state of everything that makes the demonstration."""
    seen = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".csv"}:
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


def demonstration(shelf: Path) -> Address:
    """Return a demonstration warehouse kept on the shelf, building it when the sources have changed.

    A build takes most of a minute; a stale one is removed. Processes that run tests side by side wait for one build.
    """
    address = Address(shelf / digest() / "warehouse.duckdb")
    with FileLock(shelf.with_name("demonstration.lock")):
        if not (address.marts / "current.json").exists():
            shutil.rmtree(shelf, ignore_errors=True)
            fill_with_demonstration(address)
    return address
