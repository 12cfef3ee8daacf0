"""The recipes of docs/architecture.md, followed in a copy of the repository, work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP = ("app.py", "pages", "view", "etl", "warehouse", "sql", "checks", "tests", ".streamlit")

INDICATOR = """/*
title: Число мероприятий по рецепту
short: По рецепту
unit: ед.
kind: count
better: higher
levels: R
decimals: 0
theme: Инфраструктура и события
position: 99
sources: I приложение 1
numerator: Все мероприятия региона с начала года
denominator: нет: значение — само количество
counted: мероприятие, мероприятия, мероприятий
row_source: events; kind=методические службы; event_level=региональный; counts=events
note: Если регион не загружал мероприятий, значения нет.
*/
"""

DATASET = '''"""A dataset made by the recipe."""

import polars as pl

from checks import fields
from checks.contract import Contract, Model
from checks.rules import row_rule


class Clubs(Model):
    """Grain: one row an organization and year."""

    organization_id: str = fields.organization()
    year: int = fields.year()
    members: int = fields.integer("Участники", "Участники клуба, людей.")
    leaders: int = fields.integer("из них ведущие", "Часть участников, людей.")

    @row_rule("leaders_above_members", "error", "leaders", "Ведущих ({leaders}) больше, чем участников ({members}).",
              "Ведущие входят в число участников.")
    def leaders_within_members() -> pl.Expr:
        return pl.col("leaders") <= pl.col("members")


CONTRACT = Contract(
    model=Clubs,
    code="clubs",
    title="Клубы",
    short="Клубы",
    group="Паспорт",
    key=("organization_id", "year"),
    grain="одна строка — одна организация за год",
    place="organization_id",
)
'''

PAGE = '''"""A page made by the recipe."""

import streamlit as st

from view.shell.chrome import close_page, open_page

page = open_page("recipe")
st.html("<p>Страница по рецепту</p>")
close_page(page)
'''

# Run in the copy: registers and events are loaded by the command line's own function, then everything is looked at.
LOOK = """
import os, sys
from pathlib import Path
import polars as pl
import pytest
from etl.commands.cli import main
from tests import screens
from tests.examples.files import csv_file, options, write_folder
from tests.examples.rows import REGISTERS, VALID
from etl.intake.load import load_folder
from warehouse.access.rights import Actor
from warehouse.store.address import Address

folder = Path(sys.argv[1])
address = Address(folder / "warehouse.duckdb")
os.environ["RSNMS_WAREHOUSE"] = str(address.database)
load_folder(address, write_folder(folder / "files", REGISTERS), options(publish=True))
(folder / "events.csv").write_bytes(csv_file("events", [VALID["events"]]))
assert main(["load", "events", str(folder / "events.csv"), "--confirm", "рецепт"]) == 0

assert main(["template", "clubs", "-o", str(folder / "clubs.xlsx")]) == 0
right = {"organization_id": VALID["passport_organizations"]["organization_id"], "year": "2025", "members": "5",
         "leaders": "2"}
(folder / "right.csv").write_bytes(csv_file("clubs", [right]))
(folder / "wrong.csv").write_bytes(csv_file("clubs", [{**right, "leaders": "6"}]))
assert main(["load", "clubs", str(folder / "wrong.csv")]) == 1
assert main(["load", "clubs", str(folder / "right.csv")]) == 0

assert main(["export", "indicators", "--indicator", "recipe", "--level", "R", "-o", str(folder / "out.csv")]) == 0
print((folder / "out.csv").read_text(encoding="utf-8-sig"))
with pytest.MonkeyPatch.context() as changes:
    screens.sign_in(changes, Actor("Проверка", "admin"))
    assert "По рецепту" in screens.html(screens.opened("method", {}))
    assert "По рецепту" in screens.html(screens.opened("overview", {}))
    assert "Страница по рецепту" in screens.html(screens.opened("recipe", {}))
print("EVERYTHING WORKS")
"""


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file}: «{old}»"
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy of the repository with an indicator, a dataset, a rule and a page added."""
    there = tmp_path_factory.mktemp("repository")
    for name in TOP:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, there / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy2(source, there / name)
    near = (ROOT / "sql" / "indicators" / "service_events.sql").read_text(encoding="utf-8")
    (there / "sql" / "indicators" / "recipe.sql").write_text(INDICATOR + near.partition("*/")[2], encoding="utf-8")
    (there / "checks" / "datasets" / "clubs.py").write_text(DATASET, encoding="utf-8")
    edit(there / "checks" / "catalogue.py", "import (\n    assignments,", "import (\n    assignments,\n    clubs,")
    edit(
        there / "checks" / "catalogue.py",
        "_MODULES = (\n    organizations,",
        "_MODULES = (\n    organizations,\n    clubs,",
    )
    (there / "pages" / "recipe.py").write_text(PAGE, encoding="utf-8")
    edit(
        there / "view" / "shell" / "navigation.py",
        '    Entry("access",',
        '    Entry("recipe", "По рецепту", "Настройка"),\n    Entry("access",',
    )
    edit(
        there / "warehouse" / "access" / "rights.py",
        '    "access": frozenset',
        '    "recipe": frozenset(ROLES),\n    "access": frozenset',
    )
    return there


def test_recipes_of_the_architecture_work(copy: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(tmp_path)],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "EVERYTHING WORKS" in done.stdout, done.stdout[-3000:] + done.stderr[-5000:]
    assert "recipe" in done.stdout
