"""The demonstration warehouse of the tests, filled once and published anew when needed."""

import ast
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
# What decides which rows are loaded, and what decides the figures computed from them. How the ledger is written
# (warehouse/ledger, warehouse/changes) has tests of its own, and loading again after each change there would cost more
# than it finds: a clean checkout loads everything anew.
LOADING = ("checks", "etl/demo", "etl/reader", "etl/intake/load.py", "etl/intake/prepare.py", "sql/schema",
           "sql/reference")  # fmt: skip
PUBLISHING = (*LOADING, "sql", "warehouse/build", "warehouse/ledger", "warehouse/marts", "warehouse/suppression")


def digest(sources: tuple[str, ...]) -> str:
    """Return a hash of the Python, SQL and CSV files in these folders."""
    seen = hashlib.sha256()
    for source in sources:
        place = ROOT / source
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in {".py", ".sql", ".csv"}:
                seen.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + _content(path))
    return seen.hexdigest()[:16]


def _content(path: Path) -> bytes:
    """Return the content of a file; of Python only the syntax tree without docstrings."""
    if path.suffix != ".py":
        return path.read_bytes()
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = node.body[ast.get_docstring(node, clean=False) is not None :]
    return ast.dump(tree).encode()


def demonstration(shelf: Path) -> Address:
    """Return the demonstration warehouse of the present sources, kept in the folder `shelf`.

    Loading takes most of a minute and is repeated when the sources in `LOADING` change; after a change in `PUBLISHING`
    only the latest publication is built anew. Of parallel test processes one builds and the others wait.
    """
    loaded = Address(shelf / digest(LOADING) / "warehouse.duckdb")
    published = Address(loaded.database.parent / digest(PUBLISHING) / "warehouse.duckdb")
    draft = Address(loaded.database.parent / "draft" / "warehouse.duckdb")
    with FileLock(shelf.with_name("demonstration.lock")):
        is_new = not (loaded.marts / "current.json").exists()
        if is_new:
            shutil.rmtree(shelf, ignore_errors=True)
            fill_with_demonstration(loaded)
        if not published.database.parent.exists():
            for former in loaded.database.parent.glob("*/"):
                if former != loaded.marts:
                    shutil.rmtree(former)
            _copy(loaded, draft)
            if not is_new:
                _publish_in_place(draft)
            draft.database.parent.rename(published.database.parent)
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
