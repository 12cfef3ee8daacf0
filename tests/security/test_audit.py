"""The audit trail: sealed entries, interrupted writes, tampering, marks in the warehouse."""

import errno
import hashlib
import json
import multiprocessing
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.commands.cli import main
from tests.auditing import ADMIN, VIEWER, die_inside, fill
from tests.conftest import copy_of
from tests.examples.files import NOW, csv_file, load_rows
from tests.examples.rows import another
from warehouse.access import audit, audit_events
from warehouse.access.audit import AuditDamaged
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes.connection import writer
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address


def test_every_kind_of_entry_has_its_name() -> None:
    assert set(audit_events.EVENTS) == set(get_args(audit_events.Event))
    assert set(audit_events.OUTCOMES) == set(get_args(audit_events.Outcome))


def test_an_entry_says_who_by_number_and_what(warehouse: Address) -> None:
    audit.record(warehouse, VIEWER, "batch_withdrawn", "done", batch=12, reason="не тот файл")
    (entry,) = map(json.loads, warehouse.audit.read_text().splitlines())
    assert (entry["who"], entry["role"], entry["event"], entry["outcome"]) == ("7", "viewer", "batch_withdrawn", "done")
    assert entry["about"] == {"batch": 12, "reason": "не тот файл"}
    assert "Иванова" not in warehouse.audit.read_text()


def test_a_personal_number_in_a_reason_is_hidden(warehouse: Address) -> None:
    audit.record(warehouse, ADMIN, "load", "done", reason="сверено: 112-233-445 95", codes=["11223344595"])
    text = warehouse.audit.read_text()
    assert "11223344595" not in text and "112-233-445" not in text and "сверено" in text


def test_only_its_owner_reads_the_file(warehouse: Address) -> None:
    fill(warehouse, 1)
    assert warehouse.audit.stat().st_mode & 0o077 == 0


def test_a_whole_trail_is_whole(warehouse: Address) -> None:
    fill(warehouse, 5)
    found = audit.verify(warehouse)
    assert (found.entries, found.fault) == (5, None)


def test_nothing_yet_is_whole_too(warehouse: Address) -> None:
    assert audit.verify(warehouse) == audit.Verified(0, "0" * 64, None)


@given(st.data())
def test_every_change_of_a_byte_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    address = Address(tmp_path_factory.mktemp("audit") / "w.duckdb")
    content = b"".join(fill(address, 4))
    position = data.draw(st.integers(0, len(content) - 2))
    changed = bytearray(content)
    changed[position] ^= data.draw(st.integers(1, 255))
    address.audit.write_bytes(bytes(changed))
    assert audit.verify(address).fault


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda lines: [lines[0], *lines[2:]], "после записи № 1 стоит запись № 3"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "после записи № 1 стоит запись № 3"),
        (lambda lines: [*lines, lines[-1]], "после записи № 4 стоит запись № 4"),
        (lambda lines: [lines[0], lines[1].replace(b'"batch":1', b'"batch":9'), *lines[2:]], "запись № 2 изменена"),
        (lambda lines: [lines[0], b"\n", *lines[1:]], "после записи № 1 стоит строка, которая не читается"),
    ],
)
def test_tampering_says_where(warehouse: Address, change: object, fault: str) -> None:
    lines = fill(warehouse, 4)
    assert callable(change)
    warehouse.audit.write_bytes(b"".join(change(lines)))
    assert audit.verify(warehouse).fault == fault


def test_what_a_kill_tore_is_noted_and_the_trail_goes_on(warehouse: Address) -> None:
    lines = fill(warehouse, 2)
    for torn in (lines[1][:40], lines[1][:-1], b"\xff\xfe"):
        with warehouse.audit.open("ab") as file:
            file.write(torn)
        audit.record(warehouse, ADMIN, "load", "done")
        assert json.loads(warehouse.audit.read_bytes().splitlines()[-1])["torn"] == hashlib.sha256(torn).hexdigest()
        assert audit.verify(warehouse).fault is None
    assert audit.verify(warehouse).entries == 5


def test_an_end_that_was_torn_is_told(warehouse: Address, capsys: pytest.CaptureFixture[str]) -> None:
    lines = fill(warehouse, 3)
    warehouse.audit.write_bytes(b"".join(lines)[:-1])
    found = audit.verify(warehouse)
    assert (found.entries, found.fault, found.torn) == (2, None, len(lines[2]) - 1)
    assert main(["--warehouse", str(warehouse.database), "access", "verify"]) == 0
    assert f"обрывок в {len(lines[2]) - 1}" in capsys.readouterr().out.replace("\u00a0", " ")


def test_the_trail_of_the_demonstration_is_whole(demo_warehouse: Address, tmp_path: Path) -> None:
    address = copy_of(demo_warehouse, tmp_path / "copy")
    with writer(address, "проверка", None) as connection:
        noted = connection.execute("select max(entries) from ledger.audit_anchors").fetchone()
        found = audit.verify(address, connection)
    assert found.fault is None and noted == (found.entries,)
    assert {"load", "round_changed", "recommendations_changed"} <= set(audit.entries(address, ADMIN)["event"])


def test_a_kill_in_the_very_first_entry(warehouse: Address) -> None:
    warehouse.audit.parent.mkdir()
    warehouse.audit.write_bytes(b'{"entry":1,')
    fill(warehouse, 1)
    assert audit.verify(warehouse).entries == 1


@pytest.mark.parametrize("damage", [b"x\n", b"x" * 70_000])
def test_a_trail_whose_end_is_lost_is_not_continued(warehouse: Address, damage: bytes) -> None:
    fill(warehouse, 1)
    with warehouse.audit.open("ab") as file:
        file.write(damage)
    with pytest.raises(AuditDamaged, match="access verify"):
        audit.record(warehouse, ADMIN, "load", "done")
    with pytest.raises(AuditDamaged), audit.operation(warehouse, ADMIN, "load"):
        pytest.fail("what cannot be entered is not done")


def test_the_warehouse_notes_how_far_the_trail_came_so_a_cut_one_shows(warehouse: Address) -> None:
    lines = fill(warehouse, 3)
    with writer(warehouse, "проверка", None) as connection:
        assert audit.verify(warehouse, connection).fault is None
    warehouse.audit.write_bytes(b"".join(lines[:2]))
    assert audit.verify(warehouse).fault is None, "by itself a cut trail looks whole"
    with writer(warehouse, "проверка", None) as connection:
        assert audit.verify(warehouse, connection).fault == "в хранилище отмечено 3 записей, в журнале их 2"
    fill(warehouse, 2)
    with writer(warehouse, "проверка", None) as connection:
        assert audit.verify(warehouse, connection).fault == "запись № 3 не та, которую отметило хранилище"


def test_an_operation_has_a_beginning_and_an_end(warehouse: Address) -> None:
    with audit.operation(warehouse, ADMIN, "load", datasets=["training"]) as entry:
        entry["batches"] = [3]
    with pytest.raises(ValueError, match="нет"), audit.operation(warehouse, ADMIN, "load"):
        raise ValueError("нет")
    with pytest.raises(Forbidden), audit.operation(warehouse, VIEWER, "load"):
        raise Forbidden("нельзя")
    found = audit.entries(warehouse, ADMIN)
    assert found.get_column("outcome").to_list() == ["refused", "failed", "done"]
    assert json.loads(found.get_column("about")[2]) == {"datasets": ["training"], "batches": [3]}
    assert json.loads(found.get_column("about")[1]) == {"error": "ValueError"}
    assert audit.verify(warehouse).entries == 6


def test_a_killed_operation_stays_begun(warehouse: Address) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=die_inside, args=(warehouse,))
    process.start()
    process.join()
    assert process.exitcode == -9
    assert audit.entries(warehouse, ADMIN).row(0, named=True)["outcome"] == "begun"


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_without_room_for_the_beginning_nothing_is_done(warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(warehouse, 1)
    with monkeypatch.context() as full:
        full.setattr("warehouse.access.audit.os.fsync", _full)
        with pytest.raises(AuditDamaged, match="Освободите место"), audit.operation(warehouse, ADMIN, "load"):
            pytest.fail("nothing is done without an entry")
    assert audit.verify(warehouse).fault is None


def test_without_room_for_the_end_what_is_done_stays_done(warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full, audit.operation(warehouse, ADMIN, "load"):
        full.setattr("warehouse.access.audit._append", _full)
    assert audit.entries(warehouse, ADMIN).get_column("outcome").to_list() == ["begun"]


def test_a_disk_without_room_stops_a_load_before_it_begins(
    loaded: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = open_mart(loaded).publication
    file = tmp_path / "outcomes.csv"
    file.write_bytes(csv_file("outcomes", [another("outcomes", 1)]))
    monkeypatch.setattr("warehouse.access.audit._append", _full)
    assert main(["--warehouse", str(loaded.database), "load", "outcomes", str(file)]) == 1
    assert "Журнал не записывается" in capsys.readouterr().err
    assert open_mart(loaded).publication == before


def test_processes_at_once_write_one_chain(warehouse: Address) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=fill, args=(warehouse, 20)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert audit.verify(warehouse) == audit.Verified(60, audit.verify(warehouse).digest, None)


def test_a_refusal_repeated_at_once_is_one_entry(warehouse: Address) -> None:
    for _ in range(50):
        audit.refused(warehouse, VIEWER, "confirm", "41606000")
    audit.refused(warehouse, VIEWER, "confirm", "41603000")
    assert len(warehouse.audit.read_bytes().splitlines()) == 2


@pytest.mark.parametrize("role", ["viewer", "specialist", "municipal"])
def test_only_an_administrator_reads_it(warehouse: Address, role: str) -> None:
    with pytest.raises(Forbidden):
        audit.entries(warehouse, Actor("Проверка", role))  # type: ignore[arg-type]


def test_the_mark_of_a_stranger_is_the_same_each_time_and_says_nothing(warehouse: Address, tmp_path: Path) -> None:
    mark = audit.mark_of(warehouse, "stranger@lenreg.ru")
    assert mark == audit.mark_of(warehouse, "stranger@lenreg.ru") != audit.mark_of(warehouse, "other@lenreg.ru")
    assert mark != audit.mark_of(Address(tmp_path / "other.duckdb"), "stranger@lenreg.ru")


def test_a_load_and_its_withdrawal_are_entered(loaded: Address) -> None:
    result = load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True, actor=ADMIN)
    assert result.batch is not None
    withdraw_or_restore(loaded, ADMIN, result.batch, "withdraw", "не тот файл", NOW)
    withdrawn, load = audit.entries(loaded, ADMIN).head(2).to_dicts()
    assert (load["event"], load["who"], load["outcome"]) == ("load", "local", "done")
    said = json.loads(load["about"])
    assert said["datasets"] == ["outcomes"] and said["batches"] == [result.batch] and len(said["files"][0]) == 12
    assert json.loads(withdrawn["about"])["reason"] == "не тот файл"
