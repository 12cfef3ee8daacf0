"""Files of a warehouse are their owner's alone, and nobody holds its trail for ever."""

import fcntl
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests import attacker
from tests.browsing import ROOT, free_port, serving
from tests.conftest import copy_of
from tests.examples.files import csv_file
from tests.examples.rows import VALID, another
from tests.provider import secrets
from warehouse.access import audit
from warehouse.access.audit import AuditBusy
from warehouse.access.rights import LOCAL
from warehouse.changes.connection import writer
from warehouse.store.address import Address

OPEN, OTHERS = 0o000, 0o077


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Give this process a umask, which the processes that it starts inherit."""
    former = os.umask(mask)
    try:
        yield
    finally:
        os.umask(former)


def ran(address: Address, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the program in a process of its own whose umask takes nothing away."""
    environment = {**os.environ, "RSNMS_WAREHOUSE": str(address.database), **settings}
    with umask(OPEN):
        return subprocess.run(
            [sys.executable, "-m", "etl", *command],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


def opened_to_others(folder: Path) -> list[str]:
    """Return what group or others may read, write or enter, with modes."""
    found = ((path, stat.S_IMODE(path.lstat().st_mode)) for path in (folder, *folder.rglob("*")))
    return [f"{path.relative_to(folder)} {mode:o}" for path, mode in found if mode & OTHERS]


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    """A folder of files with an organization and a person."""
    folder = tmp_path / "forms"
    folder.mkdir()
    for dataset in ("organizations", "diagnostics"):
        (folder / f"{dataset}.csv").write_bytes(csv_file(dataset, [VALID[dataset]]))
    return folder


def test_a_new_warehouse_is_its_owner_s_alone(tmp_path: Path, forms: Path) -> None:
    address = Address(tmp_path / "state" / "new" / "warehouse.duckdb")
    copies = tmp_path / "copies"
    copies.mkdir(0o700)
    for command in (
        ("access", "add", "a@lenreg.ru", "--name", "Иванова", "--role", "admin"),
        ("load", "organizations", str(forms / "organizations.csv")),
        ("load", "diagnostics", str(forms / "diagnostics.csv")),
        ("publish",),
        ("key", "rotate"),
        ("backup", str(copies), "--with-key"),
    ):
        done = ran(address, *command)
        assert done.returncode == 0, (command, done.stderr)
    made = {path.name for path in (tmp_path / "state").rglob("*")}
    assert {"warehouse.key", "warehouse.audit.jsonl", "current.json", "people.json", "warehouse.duckdb.lock"} <= made
    assert opened_to_others(tmp_path / "state") == []
    (archive,) = copies.iterdir()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    there = Address(tmp_path / "back" / "warehouse.duckdb")
    assert ran(there, "restore", str(archive)).returncode == 0
    assert ran(there, "restore", str(archive), "--replace").returncode == 0
    assert opened_to_others(tmp_path / "back") == []


def test_an_old_warehouse_is_mended_when_its_owner_opens_it(loaded: Address) -> None:
    folder = loaded.database.parent
    neighbour = folder / "warehouse.xlsx"
    neighbour.write_bytes(b"somebody's own file beside it")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert ran(loaded, "publish").returncode == 0
    assert opened_to_others(folder) == [". 755", "warehouse.xlsx 644"]


def test_files_of_another_user_stay_as_they_are(loaded: Address) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    loaded.database.chmod(0o644)
    os.chown(loaded.database, 65534, 65534)
    with writer(loaded, "проверка", None):
        pass
    assert stat.S_IMODE(loaded.database.stat().st_mode) == 0o644


@pytest.mark.browser
def test_a_server_makes_and_mends_files_as_the_command_line_does(loaded: Address, tmp_path: Path) -> None:
    address = copy_of(loaded, tmp_path / "served")
    for path in address.database.parent.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    address.database.parent.chmod(0o700)
    port = free_port()
    site = f"http://127.0.0.1:{port}/"
    settings = tmp_path / "secrets.toml"
    settings.write_text(secrets("http://127.0.0.1:9/.well-known/openid-configuration", site))
    assert ran(address, "access", "add", "a@lenreg.ru", "--name", "Иванова", "--role", "admin").returncode == 0
    with umask(OPEN), serving(address.database, port=port, options=("--secrets", str(settings))):
        with attacker.session(site, attacker.cookie_of(site, "a@lenreg.ru")) as session:
            (uploader,) = attacker.widget_labels(session.run("upload"), "file_uploader")
            sent = session.upload(uploader, "outcomes.csv", csv_file("outcomes", [another("outcomes", 1)]))
            trial = session.run("upload", widgets=[sent])
            (press,) = [i for i in attacker.widget_labels(trial, "button") if "upload_confirm" in i]
            session.run("upload", widgets=[sent, attacker.pressed(press)])
        assert opened_to_others(address.database.parent) == []
    with duckdb.connect(str(address.database), read_only=True) as connection:
        assert connection.execute("select count(*) from facts.outcomes").fetchall() == [(1,)]


def test_who_holds_the_trail_delays_nobody_for_ever(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds its lock, as whoever could read the file was able to."""
    monkeypatch.setenv("RSNMS_LOCK_WAIT", "0.5")
    before = loaded.audit.read_bytes()
    with Path(f"{loaded.audit}.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.monotonic()
        done = ran(loaded, "publish")
        assert done.returncode == 1
        assert f"Журнал {loaded.audit.name} занят другим процессом" in done.stderr
        assert time.monotonic() - began < 10
        with pytest.raises(AuditBusy):
            audit.record(loaded, LOCAL, "published", "done")
        assert loaded.audit.read_bytes() == before
    assert ran(loaded, "publish").returncode == 0
    assert stat.S_IMODE(Path(f"{loaded.audit}.lock").stat().st_mode) == 0o600
