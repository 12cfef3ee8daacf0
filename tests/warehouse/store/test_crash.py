"""Killed writers, concurrent writers, full disks (product.md, «Sound»)."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from checks.catalogue import contracts
from etl.commands.cli import main
from etl.commands.export import indicators
from tests.conftest import copy_of
from tests.examples.files import csv_file, load_rows
from tests.examples.rows import VALID, Row, another
from warehouse.changes.connection import writer
from warehouse.ledger import batches
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parents[3]


def start(address: Address, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "etl", *arguments, "--warehouse", str(address.database)],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def rows_of(address: Address, dataset: str) -> int:
    with writer(address, "проверка", None, finish=False) as connection:
        return batches.current_frame(connection, contracts()[dataset]).height


def counts(address: Address) -> tuple[int, int, int, int]:
    """Return the numbers of batches, publications, files and batch events in the ledger."""
    with writer(address, "проверка", None, finish=False) as connection:
        found = connection.execute(
            "select (select count(*) from ledger.batches), (select count(*) from ledger.publications), "
            "(select count(*) from ledger.files), (select count(*) from ledger.batch_events)"
        ).fetchone()
    assert found is not None
    return found


def exported(address: Address) -> pl.DataFrame:
    return indicators(open_mart(address))


def staff(half: str) -> list[Row]:
    base = VALID["passport_organizations"] | {"half": half}
    return [base | {"pedagogical_staff": "45"}, base | {"organization_id": "ORG-2", "methodical_service": "нет"}]


# What is being loaded when the kill comes: a small file, a large one, and a folder.
BIG = 20_000


def incoming(folder: Path, kind: str) -> tuple[list[str], dict[str, int]]:
    """Write files of a kind of load; return the command and dataset → rows gained."""
    folder.mkdir()
    if kind == "folder":
        people = [another("diagnostics", 1) | {"person": f"teacher-{number}"} for number in range(2000)]
        (folder / "passport_organizations.csv").write_bytes(csv_file("passport_organizations", staff("2")))
        (folder / "diagnostics.csv").write_bytes(csv_file("diagnostics", people))
        (folder / "outcomes.csv").write_bytes(csv_file("outcomes", [another("outcomes", 1)]))
        command = ["load-dir", str(folder), "--confirm", "так"]
        return command, {"passport_organizations": 2, "diagnostics": 2000, "outcomes": 1}
    dataset, rows = {
        "small": ("passport_organizations", staff("2")),
        "large": ("diagnostics", [another("diagnostics", 1) | {"person": f"teacher-{n}"} for n in range(BIG)]),
    }[kind]
    file = folder / f"{dataset}.csv"
    file.write_bytes(csv_file(dataset, rows))
    return ["load", dataset, str(file), "--confirm", "так"], {dataset: len(rows)}


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["small", "large", "folder"])
def test_a_kill_at_any_moment_leaves_all_of_a_load_or_nothing(registers: Address, tmp_path: Path, kind: str) -> None:
    command, gained = incoming(tmp_path / "incoming", kind)
    before = {dataset: rows_of(registers, dataset) for dataset in gained}
    unloaded = exported(registers)
    whole = copy_of(registers, tmp_path / "whole")
    began = time.monotonic()
    assert start(whole, *command).wait(120) == 0
    usual = time.monotonic() - began
    loaded, full = exported(whole), counts(whole)
    empty = counts(registers)
    chance = random.Random(kind)
    for attempt in range(5):
        address = copy_of(registers, tmp_path / f"{attempt}")
        # Importing takes the first part of the time and never writes.
        process = start(address, *command)
        time.sleep(usual * chance.uniform(0.35, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        reader = exported(address)
        assert reader.equals(unloaded) or reader.equals(loaded)
        state = counts(address)
        assert state in (empty, full)
        done = state == full
        for dataset, more in gained.items():
            assert rows_of(address, dataset) == before[dataset] + more * done
        # The next writer finishes the publication, whether it has something to load or not.
        with writer(address, "проверка", None):
            pass
        assert exported(address).equals(loaded if done else unloaded)
        assert current_publication(address) == (2 if done else 1)
        assert main([*command, "--warehouse", str(address.database)]) == 0
        assert exported(address).equals(loaded)
        assert counts(address) == full


def test_a_kill_between_the_commit_and_the_publication(registers: Address, tmp_path: Path) -> None:
    """The writer kills itself right after the commit."""
    address = copy_of(registers, tmp_path / "copy")
    command, _ = incoming(tmp_path / "incoming", "small")
    script = (
        "import os, signal, sys, warehouse.build.publish as p\n"
        "from etl.commands.cli import main\n"
        "p._fill = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"main({command!r})"
    )
    environment = os.environ | {"RSNMS_WAREHOUSE": str(address.database)}
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert current_publication(address) == 1
    assert exported(address).equals(exported(registers))
    assert counts(address)[:2] == (5, 2)
    process = start(address, *command)
    assert process.wait(120) == 0
    assert "уже загружено, партия № 5" in process.communicate()[0].decode()
    assert current_publication(address) == 2
    assert exported(address).height > exported(registers).height


def test_two_loads_at_once_queue(registers: Address, tmp_path: Path) -> None:
    address = copy_of(registers, tmp_path / "copy")
    processes = []
    for number in range(4):
        file = tmp_path / f"outcomes_{number}.csv"
        file.write_bytes(csv_file("outcomes", [another("outcomes", number)]))
        processes.append(start(address, "load", "outcomes", str(file), RSNMS_LOCK_WAIT="100"))
    assert [process.wait(120) for process in processes] == [0, 0, 0, 0]
    assert rows_of(address, "outcomes") == 4
    assert current_publication(address) == 5
    assert sorted(open_mart(address).query_unguarded("select batch from batches")["batch"]) == list(range(1, 9))


def test_the_first_people_make_one_key_even_when_several_loads_come_first(registers: Address, tmp_path: Path) -> None:
    address = copy_of(registers, tmp_path / "new")
    address.key.unlink(missing_ok=True)
    file = tmp_path / "diagnostics.csv"
    file.write_bytes(csv_file("diagnostics", [VALID["diagnostics"]]))
    processes = [start(address, "load", "diagnostics", str(file), "--confirm", "так") for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert address.key.stat().st_mode & 0o777 == 0o600
    assert current_publication(address) == 2
    assert [file.name for file in address.key.parent.glob("*.key*")] == [address.key.name]


def test_a_reader_in_another_process_is_undisturbed(registers: Address, tmp_path: Path) -> None:
    address = copy_of(registers, tmp_path / "copy")
    mart = open_mart(address)
    before = mart.query_unguarded("select * from verdicts order by all")
    command, _ = incoming(tmp_path / "incoming", "large")
    process = start(address, *command)
    while process.poll() is None:
        assert mart.query_unguarded("select * from verdicts order by all").equals(before)
        assert open_mart(address).publication in (1, 2)
        time.sleep(0.05)
    assert process.returncode == 0
    assert open_mart(address).publication == 2


def limited(address: Address, command: list[str], room: int) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose files may not grow beyond `room` bytes, as on a full disk."""
    script = (
        "import resource, sys\n"
        "from etl.commands.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        f"sys.exit(main({command!r}))"
    )
    environment = os.environ | {"RSNMS_WAREHOUSE": str(address.database), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("share", [1.0, *(pytest.param(share, marks=pytest.mark.soak) for share in (0.2, 1.05, 1.5))])
def test_a_full_disk_gives_a_message_and_an_intact_warehouse(registers: Address, tmp_path: Path, share: float) -> None:
    address = copy_of(registers, tmp_path / "copy")
    before, state = exported(address), counts(address)
    command, _ = incoming(tmp_path / "incoming", "large")
    done = limited(address, command, int(address.database.stat().st_size * share))
    said = done.stderr.decode()
    assert "Traceback" not in said
    if done.returncode == 0:
        return
    assert done.returncode == 1, said
    assert "файл больше, чем разрешено" in said, said
    after = counts(address)
    assert (after != state) == ("Данные записаны" in said)
    assert exported(address).equals(before)
    assert load_rows(address, "outcomes", [another("outcomes", 1)], publish=True).status == "loaded"
    assert rows_of(address, "diagnostics") == (BIG if after != state else 0)
