"""Identifiers of people are in no byte of any written file, logs and archives included."""

import io
import logging
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from checks.catalogue import contracts
from checks.cells import has_valid_check_sum
from etl.commands.cli import main
from etl.intake import desk
from etl.intake.prepare import Incoming, Options
from tests.examples.files import csv_file, options, xlsx_file
from tests.examples.rows import VALID
from warehouse.access.rights import Actor
from warehouse.changes.connection import writer
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

SPECIALIST = Actor("Специалист", "specialist")
WITH_PEOPLE = tuple(
    code for code, contract in contracts().items() if any(c.kind == "person" for c in contract.columns.values())
)
_BASE = 334_455_600


def _snils(number: int) -> str:
    nine = f"{_BASE + number:09d}"
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{nine[:3]}-{nine[3:6]}-{nine[6:]} {total:02d}"


NUMBERS = [_snils(number) for number in range(60)]
ROOTS = tuple(f"{_BASE + number:09d}" for number in range(60))
_GAP = rb"[-\s\x00\x10-\x15\xa0\xc2\xe2\x80\x90-\x95]{0,6}"
# The nine digits before the check sum, however set apart, in UTF-8 or UTF-16: they all begin with the same six.
_LEAK = re.compile(_GAP.join(rb"%c" % digit for digit in b"334455") + (_GAP + rb"6") + (_GAP + rb"\d") * 2)


def found(content: bytes) -> bool:
    """Tell whether a number occurs in these bytes or in archives within them."""
    if _LEAK.search(content):
        return True
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(found(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"\x1f\x8b"):
        return found(zlib.decompress(content, 47))
    return False


def test_the_search_finds_every_spelling() -> None:
    assert all(has_valid_check_sum(re.sub(r"\D", "", number)) for number in NUMBERS)
    digits = re.sub(r"\D", "", NUMBERS[7])
    for spelling in (NUMBERS[7], digits, NUMBERS[7].replace("-", " "), NUMBERS[7].replace("-", "\u2013")):
        assert found(spelling.encode()) and found(spelling.encode("utf-16"))
    book = xlsx_file("training", [VALID["training"] | {"person": NUMBERS[7]}])
    assert found(book)
    assert not found(csv_file("training", [VALID["training"]]))


def rows_of(dataset: str) -> list[dict[str, str]]:
    """Return valid rows, then rows with an identifier in every wrong place."""
    people = iter(NUMBERS)
    right = [VALID[dataset] | {"person": next(people)} for _ in range(3)]
    column = next(c.code for c in contracts()[dataset].columns.values() if c.kind != "person")
    spoilt = [
        VALID[dataset] | {"person": next(people), column: next(people)},
        VALID[dataset] | {"person": next(people)[:-1] + "x"},
        VALID[dataset] | {"person": next(people), "Примечание": next(people).replace("-", "")},
        VALID[dataset] | {"person": next(people).replace("-", "\u200b"), column: "нет такого " + next(people)},
    ]
    return [*right, *spoilt]


@pytest.fixture
def home(loaded: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Folder of everything that the program writes, its log included."""
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    monkeypatch.setenv("TMPDIR", str(loaded.database.parent))
    handler = logging.FileHandler(loaded.database.parent / "log.txt", encoding="utf-8")
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield loaded.database.parent
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def files_with_numbers(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and found(path.read_bytes())]


@pytest.mark.load
@pytest.mark.parametrize("dataset", WITH_PEOPLE)
def test_loads_by_the_command_line_leave_no_number(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    # All that was loaded is published once, at the end.
    monkeypatch.setattr("etl.commands.cli.Options", partial(Options, publish=False))
    rows = rows_of(dataset)
    made = {
        "right.csv": csv_file(dataset, rows[:3]),
        f"{dataset} {NUMBERS[50]}.csv": csv_file(dataset, rows[:-1], encoding="cp1251"),
        "utf16.csv": b"\xff\xfe" + csv_file(dataset, rows, encoding="utf-16-le"),
        "book.xlsx": xlsx_file(dataset, rows, above=[[f"Список {NUMBERS[51]}"]], below=[["Итого"], [NUMBERS[52]]]),
        "headless.csv": csv_file(dataset, rows).split(b"\r\n", 1)[1],
        "cut.xlsx": xlsx_file(dataset, rows)[:-300],
        "unbalanced.csv": csv_file(dataset, rows) + f'"{NUMBERS[53]};\n1;2\n'.encode(),
    }
    folder = tmp_path / "sent"
    folder.mkdir()
    for name, content in made.items():
        (folder / name).write_bytes(content)
        for extra in ([], ["--quarantine", "--confirm", f"сверено, {NUMBERS[54]}", "--format", "json"]):
            main(["load", dataset, str(folder / name), *extra])
    assert main(["publish"]) == 0
    out, err = capfd.readouterr()
    (home / "screen.txt").write_text(out + err, encoding="utf-8")
    assert "Внутренняя ошибка" not in err
    assert files_with_numbers(home) == []


def _stop(*_: object) -> None:
    raise RuntimeError("прервано")


@pytest.mark.load
def test_the_upload_page_leaves_no_number(home: Path, loaded: Address) -> None:
    for number, dataset in enumerate(WITH_PEOPLE):
        rows = rows_of(dataset)
        for name, content in (
            (f"{NUMBERS[55]}.csv", csv_file(dataset, rows)),
            ("book.xlsx", xlsx_file(dataset, rows)),
        ):
            incoming = Incoming(name, content)
            asked = options(actor=SPECIALIST, quarantine=True, confirm="да")
            (home / f"seen-{number}-{name[-4:]}.txt").write_text(
                desk.recognise(name, content).message, encoding="utf-8"
            )
            checked = desk.check(loaded, SPECIALIST, [(dataset, incoming)], asked)
            (home / f"findings-{number}-{name[-4:]}.txt").write_text(
                "\n".join(map(str, checked.results[0].findings)), encoding="utf-8"
            )
            desk.rehearse(loaded, SPECIALIST, checked, asked, "composite")

            with pytest.raises(RuntimeError):
                desk.confirm(loaded, SPECIALIST, checked, asked, _stop)
            desk.confirm(loaded, SPECIALIST, checked, asked)
    with writer(loaded, "проверка", None):
        assert open_mart(loaded).publication > len(WITH_PEOPLE)
    assert files_with_numbers(home) == []


_KILLED = """
import os, signal, sys
from tests.security.test_hostile_privacy import SPECIALIST, rows_of
from etl.intake import desk
from etl.intake.prepare import Incoming, Options
from tests.examples.files import csv_file, options
from warehouse.store.address import Address
from pathlib import Path
place = Address(Path(sys.argv[1]))
asked = options(actor=SPECIALIST, quarantine=True, confirm="да")
sent = Incoming("t.csv", csv_file("training", rows_of("training")))
checked = desk.check(place, SPECIALIST, [("training", sent)], asked)
desk.confirm(place, SPECIALIST, checked, asked, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_confirmation_that_was_killed_leaves_no_number(home: Path, loaded: Address) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(loaded.database)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -9, done.stderr.decode()
    assert any(loaded.database.parent.rglob("*"))
    (home / "screen.txt").write_bytes(done.stdout + done.stderr)
    assert files_with_numbers(home) == []
