"""Sizes that a reader can hold in mind: modules, folders, and names that the suite itself relies on."""

from pathlib import Path

from tests.conftest import FIRST

ROOT = Path(__file__).parents[1]
SOURCES = ("app.py", "pages", "view", "etl", "checks", "warehouse", "bench", "tests")
LINES, MODULES = 400, 25


def modules() -> list[Path]:
    return [path for top in SOURCES for path in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))]


def test_no_module_is_too_long() -> None:
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()
    }
    assert {name: count for name, count in lines.items() if count > LINES} == {}


def test_no_folder_has_too_many_modules() -> None:
    folders = {path.parent for path in modules()} - {ROOT}
    found = {folder.relative_to(ROOT).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    assert {name: count for name, count in found.items() if count > MODULES} == {}


def test_files_that_run_first_exist() -> None:
    assert set(FIRST) <= {path.name for path in modules()}
