"""The demonstration warehouse for tests: loaded once, published for each state of the sources, then copied."""

import hashlib
import shutil
from pathlib import Path

from filelock import FileLock

from etl.demo.fill import fill_with_demonstration
from warehouse.build import publish
from warehouse.changes.connection import writer
from warehouse.marts.mart import current_publication
from warehouse.store.address import Address

ROOT = Path(__file__).parents[1]
# What decides which rows are loaded, and what decides the figures computed from them.
LOADING = ("checks", "etl/demo", "etl/reader", "etl/intake/load.py", "etl/intake/prepare.py", "sql/schema",
           "sql/reference")  # fmt: skip
PUBLISHING = (*LOADING, "sql", "warehouse")


def digest(sources: tuple[str, ...]) -> str:
    """Return a name for the present state of files and folders of the project."""
    seen = hashlib.sha256()
    for source in sources:
        place = ROOT / source
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in {".py", ".sql", ".csv"}:
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()[:16]


def demonstration(shelf: Path) -> Address:
    """Return a demonstration warehouse kept on the shelf, as the present sources make it.

    Loading takes most of a minute and is done again when what loads has changed; after another change of the sources
    the latest publication is built anew in its place. Processes that run tests side by side wait for one of them.
    """
    loaded = Address(shelf / digest(LOADING) / "warehouse.duckdb")
    published = Address(loaded.database.parent / digest(PUBLISHING) / "warehouse.duckdb")
    with FileLock(shelf.with_name("demonstration.lock")):
        if not (loaded.marts / "current.json").exists():
            shutil.rmtree(shelf, ignore_errors=True)
            fill_with_demonstration(loaded)
        elif not published.database.parent.exists():
            for stale in loaded.database.parent.glob("*/warehouse.duckdb"):
                shutil.rmtree(stale.parent)
        if not published.database.parent.exists():
            _copy(loaded, published)
            if publish.is_outdated(published):
                _publish_in_place(published)
    return published


def _copy(source: Address, target: Address) -> None:
    target.database.parent.mkdir(parents=True)
    shutil.copy2(source.database, target.database)
    shutil.copy2(source.key, target.key)
    shutil.copy2(source.audit, target.audit)
    shutil.copytree(source.marts, target.marts)


def _publish_in_place(address: Address) -> None:
    number = current_publication(address)
    assert number is not None
    with writer(address, "проверка", None, finish=False) as connection:
        publish.publish(connection, address, number)
