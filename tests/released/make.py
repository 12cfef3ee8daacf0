"""Make the small warehouse of a version, to be kept: `python -m tests.released.make 1.1.0`.

Run it once, with the code that is released, and commit the folder `tests/released/<version>`. Everything is made by the
command line and, where it has no command, by a page: whatever later moves inside the program, this keeps working. Rows
are the same every time; moments are those of the making, pseudonyms those of a key made by chance.
"""

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Container, Iterable
from pathlib import Path

import duckdb
from streamlit.testing.v1 import AppTest

from tests.behaviour.commands import Row
from tests.behaviour.product import signed_in
from tests.behaviour.record import ROOT
from tests.released.region import CLOSED, HALVES, OPEN, Places

HERE = Path(__file__).parent
AUTHOR = "Петрова М. И."
CONDENSED_THROUGH = 2022
KEPT_PUBLICATIONS = 3
"""The latest ones; those that closed a round stay besides. Others are removed, as the program removes old ones."""


class Maker:
    """A warehouse in a folder, filled by commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "warehouse.duckdb"
        self.files = folder.with_name("files")

    def run(self, *arguments: object, may_fail: bool = False, author: bool = True) -> str:
        """Run a command and return what it printed; one that fails stops the making."""
        command = [sys.executable, "-m", "etl", *map(str, arguments), *(("--author", AUTHOR) if author else ())]
        environment = {**os.environ, "RSNMS_WAREHOUSE": str(self.database)}
        environment.pop("RSNMS_KEY", None)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode and not may_fail:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def rows(self, *arguments: object) -> list[Row]:
        """Run a listing and return its rows."""
        found: list[Row] = json.loads(self.run(*arguments, "--format", "json", author=False))
        return found

    def latest_batch(self) -> int:
        """Return the number of the batch that was loaded last."""
        return max(int(str(row["batch"])) for row in self.rows("batches"))

    def file(self, form: str, rows: Iterable[Row]) -> Path:
        """Write a form with the codes of its columns for headers."""
        rows = list(rows)
        self.files.mkdir(exist_ok=True)
        path = self.files / f"{form}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def load_together(self, forms: Iterable[tuple[str, list[Row]]], *options: object) -> None:
        """Load several forms at once."""
        paths = [self.file(form, rows) for form, rows in forms]
        print(self.run("load-dir", self.files, "--confirm", "сверено с муниципалитетами", *options))
        for path in paths:
            path.unlink()


def fill(maker: Maker) -> None:
    """Live through the years of the warehouse, so that nothing in its ledger is empty."""
    places = Places()
    closed = ("--year", CLOSED[0], "--half", CLOSED[1])
    opened = ("--year", OPEN[0], "--half", OPEN[1])
    due = f"{dt.date.today() + dt.timedelta(days=30):%d.%m.%Y}"  # noqa: DTZ011 (the day on the wall)
    maker.load_together(places.registers())
    for year, half in HALVES[: HALVES.index(CLOSED)]:
        maker.load_together(places.half_year(year, half))
    years = dt.date.today().year - CONDENSED_THROUGH - 1  # noqa: DTZ011 (the day on the wall)
    print(maker.run("condense", "--older-than", years, "--reason", "срок хранения", "--yes"))
    print(maker.run("key", "rotate"))
    appoint(maker)
    maker.run("rounds", "open", *closed, "--due", due)
    maker.load_together(places.half_year(*CLOSED))
    spoil(maker)
    maker.run("rounds", "return", *closed, "--municipality", "41633000", "--dataset", "events", "--comment", "уточните")
    maker.run("rounds", "close", *closed, "--comment", "приём окончен")
    recommend(maker, closed)
    maker.run("rounds", "open", *opened, "--due", due)
    maker.load_together(places.half_year(*OPEN))
    decide(maker)
    maker.run("publish")


def appoint(maker: Maker) -> None:
    """Give people their roles, and set targets."""
    add = ("access", "add")
    maker.run(*add, "petrova@example.ru", "--name", AUTHOR, "--role", "admin")
    maker.run(*add, "ivanova@example.ru", "--name", "Иванова А. П.", "--role", "specialist")
    maker.run(*add, "luga@example.ru", "--name", "Лужин О. О.", "--role", "municipal", "--municipalities", "41633000")
    maker.run(*add, "guest@example.ru", "--name", "Гостев В. В.", "--role", "viewer")
    maker.run("access", "close", "guest@example.ru")
    document = ("--document", "Распоряжение Комитета", "--number", "17-р", "--date", "15.01.2025", "--reason", "проект")
    maker.run("targets", "add", "diagnostics_share", 2026, 55, *document)
    maker.run("targets", "add", "routes_share", 2026, 20, *document)
    own = [row for row in maker.rows("targets", "list") if row["origin"] != "shipped"]
    withdrawn = next(row["target"] for row in own if row["indicator"] == "routes_share")
    maker.run("targets", "withdraw", withdrawn, "--reason", "отменено")


def spoil(maker: Maker) -> None:
    """Load confirmed warnings, a withdrawn file, rows kept in quarantine and a refused file."""
    passport = {
        "organization_id": "S11",
        "year": CLOSED[0],
        "half": CLOSED[1],
        "pedagogical_staff": 90,
        "teachers": 70,
        "managers": 3,
        "young_specialists": 6,
        "management_teams": 1,
        "methodical_service": "да",
    }
    jumped = maker.file("passport_organizations", [passport])
    maker.run("load", "passport_organizations", jumped, "--confirm", "открыт новый корпус")
    event = {
        "event_id": "план-1",
        "title": "План на год",
        "date": f"15.09.{CLOSED[0]}",
        "level": "муниципальный",
        "territory": "41633000",
        "kind": "сообщества",
        "participants": 5,
    }
    maker.run("load", "events", maker.file("events", [event]))
    maker.run("withdraw", maker.latest_batch(), "--reason", "прислан план вместо списка проведённых")
    support = {
        "person": "S11-person-30",
        "organization_id": "S11",
        "form": "конкурс",
        "started_on": f"01.10.{CLOSED[0]}",
        "finished_on": "",
    }
    wrong = [support | {"person": f"S11-person-3{number}", "started_on": "когда-нибудь"} for number in (1, 2)]
    maker.run("load", "young_support", maker.file("young_support", [support, *wrong]), "--quarantine")
    maker.run("quarantine", "dismiss", maker.latest_batch(), 3, "--reason", "такого человека нет")
    maker.run("load", "events", maker.file("events", [event | {"date": "32.13.2025"}]), may_fail=True)
    load_by_hand(maker, "events", [event | {"event_id": "вручную-1", "title": "Семинар"}])


def load_by_hand(maker: Maker, form: str, rows: list[Row]) -> None:
    """Load a file on the page, its columns matched by hand and remembered: no command does that."""
    unknown, column = "Что было", "title"
    content = maker.file(form, rows).read_text(encoding="utf-8").replace(column, unknown, 1).encode()
    os.environ["RSNMS_WAREHOUSE"] = str(maker.database)
    os.chdir(ROOT)
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    with signed_in("specialist"):
        test.switch_page("pages/upload.py").run()
        test.file_uploader[0].set_value([("мероприятия.csv", content, "text/csv")]).run()
        matched = next(box for box in test.selectbox if str(box.key).endswith(f"_{form}_{column}"))
        matched.select_index(next(at for at, option in enumerate(matched.options) if unknown in option))
        next(button for button in test.button if "запомнить" in button.label).click().run()
        next(button for button in test.button if str(button.key).startswith("upload_confirm")).click().run()
    assert not test.exception, test.exception


def recommend(maker: Maker, half_year: tuple[object, ...]) -> None:
    """Make recommendations of the closed round and bring them to every state."""
    maker.run("recommend", "generate", *half_year)
    made = [row["recommendation"] for row in maker.rows("recommend", "list", *half_year)]
    assert len(made) > 8, made
    maker.run("recommend", "edit", made[0], "--text", "Провести семинар", "--comment", "уточнено")
    maker.run("recommend", "approve", *made[:-1], "--comment", "протокол № 3")
    maker.run("recommend", "return", made[-2], "--comment", "переформулировать")
    maker.run("recommend", "send", *made[:-3], "--comment", "письмо № 8")
    maker.run("recommend", "answer", *made[:5], "--comment", "принято")
    maker.run("recommend", "report", *made[:3], "--comment", "выполнено")
    maker.run("recommend", "reopen", made[2], "--comment", "нет подтверждения")
    maker.run("recommend", "withdraw", made[5], "--comment", "потеряла смысл")


def decide(maker: Maker) -> None:
    """Decide on findings of the checks across forms."""
    found = [row["finding"] for row in maker.rows("quality", "list", "--year", CLOSED[0])]
    assert len(found) > 2, found
    maker.run("quality", "accept", found[0], "--reason", "так и есть")
    maker.run("quality", "return", found[1], "--reason", "проверьте")


def tables_without_rows(database: Path) -> list[str]:
    """Return the tables of a warehouse in which nothing is kept."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        counted = [
            (f"{schema}.{table}", connection.execute(f'select count(*) from "{schema}"."{table}"').fetchall()[0][0])
            for schema, table in tables
        ]
    return [name for name, rows in counted if not rows]


def prune(marts: Path, kept: Container[object]) -> None:
    """Remove the files of publications but for these."""
    for path in marts.iterdir():
        if path.stem.isdigit() and int(path.stem) not in kept:
            path.unlink()


def listings(maker: Maker) -> dict[str, list[Row]]:
    """Return what the warehouse tells of itself, by command."""
    commands = (
        "batches",
        "rounds list",
        "quarantine list",
        "targets list",
        "recommend list",
        "access list",
        *(f"quality list --year {year} --state {state}" for year in (2025, 2026) for state in ("open", "accepted")),
    )
    return {command: maker.rows(*command.split()) for command in commands}


def make(version: str) -> Path:
    """Make the warehouse of a version and return its folder."""
    target = HERE / version
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(Path(folder) / "warehouse")
        maker.folder.mkdir()
        fill(maker)
        print(maker.run("access", "verify", author=False))
        assert not (empty := tables_without_rows(maker.database)), f"nothing in {', '.join(empty)}"
        target.mkdir()
        marts = maker.database.with_name("warehouse.marts")
        made = sorted(int(path.stem) for path in marts.glob("*.duckdb"))
        closing = {row["closing_publication"] for row in maker.rows("rounds", "list")}
        prune(marts, closing | set(made[-KEPT_PUBLICATIONS:]))
        current = json.loads((marts / "current.json").read_text(encoding="utf-8"))["publication"]
        maker.run("export", "indicators", "--publication", current, "-o", target / "indicators.csv", author=False)
        told = json.dumps(listings(maker), ensure_ascii=False, indent=1)
        (target / "listings.json").write_text(told + "\n", encoding="utf-8")
        with zipfile.ZipFile(target / "warehouse.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(maker.folder.rglob("*")):
                if path.is_file() and path.suffix != ".lock":
                    archive.write(path, path.relative_to(maker.folder))
    (target / "README.md").write_text(_about(version), encoding="utf-8")
    return target


def _about(version: str) -> str:
    return f"""# Warehouse of version {version}

Made by `python -m tests.released.make {version}` with the code of that version; never made anew with a later one.

- `warehouse.zip`: database, key, audit trail and the latest marts, all made up
- `indicators.csv`: `export indicators` of its current publication, by the same code
- `listings.json`: what commands with `--format json` told of it, by command

`tests/released/test_released.py` opens it, brings it to the present version and compares.
"""


if __name__ == "__main__":
    print(make(sys.argv[1]))
