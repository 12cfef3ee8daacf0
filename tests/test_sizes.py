"""Sizes of modules and folders, names of files to run first, the version's number."""

import ast
import tomllib
from pathlib import Path

from tests.conftest import FIRST
from warehouse.version import VERSION

ROOT = Path(__file__).parents[1]
SOURCES = ("app.py", "pages", "view", "etl", "checks", "warehouse", "bench", "tests")
LINES, MODULES, DOCSTRING = 400, 25, 90


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


def test_docstrings_begin_with_a_short_line() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                first = (ast.get_docstring(node) or "").partition("\n")[0]
                found += [f"{path.relative_to(ROOT)}: {first}"] if len(first) > DOCSTRING else []
    assert found == []


def test_the_version_has_one_number() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    newest = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("## ")[2].partition("\n")[0]
    assert project["version"] == newest == VERSION
