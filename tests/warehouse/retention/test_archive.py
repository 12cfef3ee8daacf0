"""Backup and restore (product.md, «Sound»)."""

import datetime as dt
import json
import signal
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl.commands.cli import main
from etl.commands.export import indicators
from tests.conftest import copy_of
from tests.examples.files import load_rows
from tests.examples.rows import another
from tests.killing import killed_at
from warehouse.access import audit
from warehouse.access.rights import LOCAL, Actor, Forbidden, Role
from warehouse.changes.connection import writer
from warehouse.marts import row_store
from warehouse.marts.mart import current_publication, open_mart
from warehouse.retention import archive
from warehouse.retention.archive import ArchiveRefused
from warehouse.store import swap
from warehouse.store.address import Address
from warehouse.store.key import pseudonym_keys

NOW = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def filled(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Warehouse with a person, two publications and a trail; shared, so only copied from."""
    address = copy_of(registers, tmp_path_factory.mktemp("filled") / "warehouse")
    assert (
        load_rows(address, "diagnostics", [another("diagnostics", 1)], publish=True, confirm="так").status == "loaded"
    )
    return address


@pytest.fixture(scope="module")
def backup(filled: Address, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive.back_up(filled, LOCAL, tmp_path_factory.mktemp("backup") / "copy.zip", NOW, with_key=True).file


def run(address: Address, *command: str) -> int:
    return main([*command, "--warehouse", str(address.database)])


def figures(address: Address) -> list[tuple[object, ...]]:
    return sorted(indicators(open_mart(address)).rows(), key=str)


def verified(address: Address) -> bool:
    with writer(address, "проверка", None) as connection:
        return audit.verify(address, connection).fault is None


def test_a_warehouse_comes_back_whole_by_one_command_each(
    filled: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(filled, "backup", str(tmp_path)) == 0
    assert "Копия сделана и проверена" in capsys.readouterr().out
    (file,) = tmp_path.glob("*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    there = Address(tmp_path / "there" / "other.duckdb")
    assert run(there, "restore", str(file)) == 0
    assert "Ключа, под которым записаны люди, здесь нет" in capsys.readouterr().out
    assert figures(there) == figures(filled)
    assert row_store.file_of(there, 2).exists()
    assert not there.key.exists()
    assert verified(there)
    (entry,) = audit.entries(there, LOCAL).head(1).to_dicts()
    assert (entry["event"], entry["outcome"]) == ("restored", "done")
    there.key.write_bytes(filled.key.read_bytes())
    again = load_rows(there, "diagnostics", [another("diagnostics", 1)], confirm="так")
    assert (again.status, again.rows.unchanged) == ("loaded", 1)


def test_the_key_is_in_a_backup_only_when_asked_for(filled: Address, backup: Path, tmp_path: Path) -> None:
    (key,) = pseudonym_keys(filled)
    plain = archive.back_up(filled, LOCAL, tmp_path / "plain.zip", NOW)
    assert not plain.has_key
    there = Address(tmp_path / "there" / "warehouse.duckdb")
    done = archive.restore(there, LOCAL, backup, NOW)
    assert done.archive.has_key
    assert done.key_fits
    assert stat.S_IMODE(there.key.stat().st_mode) == 0o600
    assert pseudonym_keys(there) == (key,)


def test_a_present_warehouse_is_moved_aside_only_when_asked_for(
    loaded: Address, backup: Path, filled: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True)
    load_rows(loaded, "outcomes", [another("outcomes", 2)], publish=True)
    before = figures(loaded)
    assert run(loaded, "restore", str(backup)) == 1
    assert "добавьте --replace" in capsys.readouterr().err
    assert figures(loaded) == before
    done = archive.restore(loaded, LOCAL, backup, NOW, replace=True)
    assert figures(loaded) == figures(filled)
    assert current_publication(loaded) == 2
    assert not row_store.file_of(loaded, 3).exists()
    assert verified(loaded)
    assert done.aside is not None
    assert figures(Address(done.aside / loaded.database.name)) == before


def test_a_trail_that_went_on_is_not_cut_by_a_restore(loaded: Address, tmp_path: Path) -> None:
    made = archive.back_up(loaded, LOCAL, tmp_path / "copy.zip", NOW)
    audit.record(loaded, None, "sign_in_refused", "refused", mark="АБВ")
    archive.restore(loaded, LOCAL, made.file, NOW, replace=True)
    assert [row["event"] for row in audit.entries(loaded, LOCAL).head(2).to_dicts()] == ["restored", "sign_in_refused"]
    assert verified(loaded)


def test_no_backup_replaces_another_file(filled: Address, backup: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="уже есть"):
        archive.back_up(filled, LOCAL, backup, NOW)
    with pytest.raises(ArchiveRefused, match="Папки"):
        archive.back_up(filled, LOCAL, tmp_path / "none" / "copy.zip", NOW)
    with pytest.raises(ArchiveRefused, match="копировать нечего"):
        archive.back_up(Address(tmp_path / "none.duckdb"), LOCAL, tmp_path / "copy.zip", NOW)


@pytest.mark.parametrize("role", ["viewer", "specialist", "municipal"])
def test_only_an_administrator_may(filled: Address, backup: Path, tmp_path: Path, role: Role) -> None:
    with pytest.raises(Forbidden):
        archive.back_up(filled, Actor("Проверка", role), tmp_path / "copy.zip", NOW)
    with pytest.raises(Forbidden):
        archive.restore(Address(tmp_path / "w.duckdb"), Actor("Проверка", role), backup, NOW)


def changed(backup: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Write a copy of the archive with its list of files changed."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as written:
        for name in source.namelist():
            content = source.read(name)
            if name == "rsnms-backup.json":
                said = json.loads(content)
                change(said)
                content = json.dumps(said).encode()
            written.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s["files"].update({"../../etc/cron": s["files"]["database"]}), "чего в хранилище не бывает"),
        (lambda s: s["files"].update({"marts/../../x.duckdb": s["files"]["database"]}), "чего в хранилище не бывает"),
        (lambda s: s["files"].update({"/tmp/x": s["files"]["database"]}), "чего в хранилище не бывает"),
        (lambda s: s["files"].update(audit=["0" * 64, 5]), "повреждена"),
        (lambda s: s["files"].update(audit=["../list", 5]), "чего в хранилище не бывает"),
        (lambda s: s["files"].update(database=s["files"]["audit"]), "повреждена"),
        (lambda s: s["files"].update(audit=[s["files"]["audit"][0], 5]), "повреждена"),
        (lambda s: s["files"].pop("database"), "повреждена"),
        (lambda s: s.update(files=[]), "повреждена"),
        (lambda s: s.update(version=2), "другой версией"),
    ],
)
def test_an_archive_that_was_tampered_with_is_refused(
    backup: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    there = Address(tmp_path / "there" / "warehouse.duckdb")
    with pytest.raises(ArchiveRefused, match=said):
        archive.restore(there, LOCAL, changed(backup, tmp_path / "changed.zip", change), NOW)
    assert not there.database.exists()
    assert not swap.folder_of(there).exists()


def test_a_damaged_or_foreign_file_is_refused(backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = Address(tmp_path / "there" / "warehouse.duckdb")
    content = backup.read_bytes()
    half = len(content) // 2
    spoilt = {
        "cut.zip": content[:half],
        "flipped.zip": content[:half] + bytes([content[half] ^ 255]) + content[half + 1 :],
        "foreign.zip": b"not a zip",
    }
    for name, bad in spoilt.items():
        (tmp_path / name).write_bytes(bad)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("letter.txt", "здравствуйте")
    for name in (*spoilt, "other.zip"):
        assert run(there, "restore", str(tmp_path / name)) == 1, name
        said = capsys.readouterr().err
        assert "не резервная копия" in said or "повреждена" in said, said
    assert not there.database.exists()


@pytest.mark.crash
@pytest.mark.parametrize(
    ("place", "number", "restored"),
    [
        pytest.param("warehouse.retention.archive._unpack", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.retention.archive._set_aside", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap._sync", 3, False, marks=pytest.mark.soak),
        ("warehouse.store.swap.Path.replace", 1, False),
        ("warehouse.store.swap.Path.replace", 2, True),
        pytest.param("warehouse.store.swap.Path.replace", 3, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.Path.replace", 6, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.shutil.rmtree", 2, True, marks=pytest.mark.soak),
    ],
)
def test_a_kill_leaves_the_former_warehouse_or_the_restored_one(
    loaded: Address, filled: Address, backup: Path, place: str, number: int, restored: bool
) -> None:
    load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True)
    before = figures(loaded)
    assert killed_at(loaded, place, number, "restore", str(backup), "--replace") == -signal.SIGKILL
    assert verified(loaded)
    assert figures(loaded) == (figures(filled) if restored else before)
    aside = list(loaded.database.parent.glob("*.before-*"))
    assert len(aside) == restored
    assert not swap.folder_of(loaded).exists()


@pytest.mark.crash
@pytest.mark.parametrize(("name", "number"), [("_write", 1), ("read", 1), ("_unpack", 1)])
def test_a_backup_that_was_killed_leaves_no_archive(filled: Address, tmp_path: Path, name: str, number: int) -> None:
    assert killed_at(filled, f"warehouse.retention.archive.{name}", number, "backup", str(tmp_path / "copy.zip")) < 0
    assert not (tmp_path / "copy.zip").exists()
    assert archive.back_up(filled, LOCAL, tmp_path / "copy.zip", NOW).files
