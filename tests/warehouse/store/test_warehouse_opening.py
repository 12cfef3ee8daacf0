"""Opening a warehouse (new, old, foreign, busy); publications and their pruning."""

import json
import multiprocessing
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from checks.catalogue import contracts
from etl.commands.cli import main
from tests.examples.files import NOW, csv_file, load_rows
from tests.examples.rows import VALID, another
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.build.publish import NotPublished
from warehouse.changes.connection import WarehouseDamaged, transaction, writer
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts.mart import NoPublication, Pointer, PublicationPruned, current_publication, file_of, open_mart
from warehouse.store.address import DEFAULT, Address, UnknownAddress, resolve
from warehouse.store.lock import WarehouseBusy, write_lock


def columns_of(address: Address) -> dict[str, dict[str, str]]:
    with duckdb.connect(str(address.database), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, column_name, lower(data_type) from information_schema.columns "
            "where table_schema = 'facts'"
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(table, {})[column] = kind
    return found


def test_facts_are_the_contracts(registers: Address) -> None:
    found = columns_of(registers)
    assert set(found) == set(contracts())
    for code, contract in contracts().items():
        columns = {column.code: column.warehouse_type for column in contract.columns.values()}
        assert found[code] == {"batch": "integer", "source_row": "bigint"} | columns


def test_an_old_warehouse_gets_the_columns_that_contracts_have_gained(loaded: Address) -> None:
    before = columns_of(loaded)
    with duckdb.connect(str(loaded.database)) as connection:
        connection.execute("alter table facts.outcomes drop column mean_score")
        connection.execute("alter table facts.organizations drop column low_results")
        connection.execute("drop table facts.young_support")
    assert load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True).status == "loaded"
    assert columns_of(loaded) == before
    assert load_rows(loaded, "young_support", [VALID["young_support"]]).status == "loaded"
    with writer(loaded, "проверка", None, finish=False) as connection:
        rows = connection.execute("select organization_id, low_results from facts.organizations order by 1").fetchall()
    assert rows == [("ORG-1", None), ("ORG-2", None)]
    assert len(open_mart(loaded).query_unguarded("select * from organizations")) == 2


def test_opening_twice_changes_nothing(loaded: Address) -> None:
    def state() -> list[tuple[str, int]]:
        with writer(loaded, "проверка", None) as connection:
            tables = connection.execute(
                "select table_schema || '.' || table_name from information_schema.tables "
                "where table_schema in ('ledger', 'reference', 'facts') order by 1"
            ).fetchall()
            return [(t, connection.execute(f"select count(*) from {t}").fetchall()[0][0]) for (t,) in tables]

    assert state() == state()


def test_what_is_no_warehouse_is_refused(tmp_path: Path) -> None:
    address = Address(tmp_path / "w.duckdb")
    address.database.write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseDamaged, match="не открывается"), writer(address, "проверка", None):
        pass


def test_addresses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(tmp_path / "a.duckdb"))
    assert resolve() == Address(tmp_path / "a.duckdb")
    assert resolve(f"duckdb:{tmp_path}/b.duckdb") == resolve(f"{tmp_path}/b.duckdb") == Address(tmp_path / "b.duckdb")
    monkeypatch.delenv("RSNMS_WAREHOUSE")
    assert resolve() == Address(DEFAULT)
    with pytest.raises(UnknownAddress):
        resolve("ducklake:postgres:dbname=x")


def test_a_transaction_is_whole_or_nothing(loaded: Address) -> None:
    with writer(loaded, "проверка", None) as connection:
        with pytest.raises(ZeroDivisionError), transaction(connection):
            connection.execute("insert into ledger.installation values ('а', 'б')")
            raise ZeroDivisionError
        assert connection.execute("select * from ledger.installation where setting = 'а'").fetchall() == []


def _hold(database: Path, started: Event, seconds: float) -> None:
    with write_lock(Address(database), "загрузка данных"):
        started.set()
        time.sleep(seconds)


def test_who_waits_too_long_is_told_for_whom(
    loaded: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    holder = context.Process(target=_hold, args=(loaded.database, started, 60))
    holder.start()
    try:
        assert started.wait(90)
        monkeypatch.setenv("RSNMS_LOCK_WAIT", "0.2")
        with pytest.raises(WarehouseBusy) as busy, writer(loaded, "проверка", None):
            pass
        assert f"процесс {holder.pid}" in str(busy.value)
        assert "загрузка данных" in str(busy.value)
        file = tmp_path / "outcomes.csv"
        file.write_bytes(csv_file("outcomes", [another("outcomes", 1)]))
        assert main(["load", "outcomes", str(file), "--warehouse", str(loaded.database)]) == 1
        assert "Хранилище занято: загрузка данных" in capsys.readouterr().err
        # Readers are not disturbed.
        assert open_mart(loaded).publication == 1
    finally:
        holder.kill()
        holder.join()
    monkeypatch.setenv("RSNMS_LOCK_WAIT", "5")
    with writer(loaded, "проверка", None):
        pass
    assert not loaded.lock.with_suffix(".holder").exists()


def test_a_wait_that_is_no_number_is_the_usual_wait(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_LOCK_WAIT", "минуту")
    with write_lock(loaded, "проверка"):
        pass


def test_an_open_mart_stays_as_it_was_and_the_pointer_shows_the_new_one(loaded: Address) -> None:
    reader = open_mart(loaded)
    rows = reader.query_unguarded("select * from verdicts order by all").to_dicts()
    staff = VALID["passport_organizations"] | {"half": "2"}
    result = load_rows(loaded, "passport_organizations", [staff], publish=True)
    assert result.publication == current_publication(loaded) == 2
    assert reader.query_unguarded("select * from verdicts order by all").to_dicts() == rows
    assert len(open_mart(loaded).query_unguarded("select * from verdicts")) > len(rows)
    assert open_mart(loaded, 1).query_unguarded("select * from verdicts order by all").to_dicts() == rows
    publication = open_mart(loaded).query_unguarded("select * from publication").to_dicts()[0]
    assert (publication["publication"], publication["previous_publication"], publication["last_batch"]) == (2, 1, 5)
    assert publication["reason"] == "Загрузка: Кадровый состав организации"


def test_a_mart_cannot_be_changed_nor_reach_out(loaded: Address) -> None:
    mart = open_mart(loaded)
    for sql in (
        "create table t (a integer)",
        "delete from regions",
        f"attach '{loaded.database}' as facts",
        f"copy regions to '{loaded.database.parent}/x.csv'",
        "select * from read_csv('/etc/passwd')",
        "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            mart.query_unguarded(sql)


def test_an_unfinished_publication_is_finished_by_the_next_writer(loaded: Address) -> None:
    load_rows(loaded, "passport_organizations", [VALID["passport_organizations"] | {"half": "2"}])
    assert current_publication(loaded) == 1
    draft = file_of(loaded, 2).with_suffix(".draft")
    draft.write_bytes(b"half of a file")
    with writer(loaded, "проверка", None):
        pass
    assert current_publication(loaded) == 2
    assert not draft.exists()
    assert open_mart(loaded).query_unguarded("select count(*) as n from half_years")["n"][0] == 2


def test_a_failed_publication_leaves_the_batch_and_the_earlier_publication(
    loaded: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise duckdb.IOException("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("warehouse.build.publish._fill", broken)
        with pytest.raises(NotPublished, match="Данные записаны"):
            load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True)
    assert current_publication(loaded) == 1
    assert [file.name for file in loaded.marts.iterdir() if "draft" in file.name] == []
    with writer(loaded, "проверка", None):
        pass
    assert current_publication(loaded) == 2
    assert open_mart(loaded).query_unguarded("select max(batch) as n from batches")["n"][0] == 5


def test_old_publications_are_pruned_and_kept_ones_stay(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "KEPT_PUBLICATIONS", 2)
    with writer(loaded, "проверка", None) as connection:
        connection.execute("update ledger.publications set kept = true where publication = 1")
    for number in range(3):
        load_rows(loaded, "outcomes", [another("outcomes", number)], publish=True)
    assert sorted(file.name for file in loaded.marts.glob("*.duckdb")) == [
        "000001.duckdb",
        "000003.duckdb",
        "000004.duckdb",
    ]
    with pytest.raises(PublicationPruned):
        open_mart(loaded, 2)


def test_nothing_is_published_in_a_new_warehouse(warehouse: Address) -> None:
    assert current_publication(warehouse) is None
    with pytest.raises(NoPublication):
        open_mart(warehouse)


def test_the_pointer_is_one_small_file(loaded: Address) -> None:
    assert json.loads((loaded.marts / "current.json").read_text(encoding="utf-8")).keys() == {
        "publication",
        "facts",
        "layout",
    }


def test_a_batch_that_breaks_the_publication_can_be_withdrawn(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = publish._fill

    def broken_by_outcomes(connection: duckdb.DuckDBPyConnection, address: Address, publication: Pointer) -> None:
        whole(connection, address, publication)
        connection.execute("select error('не сложилось') from outcomes")

    monkeypatch.setattr("warehouse.build.publish._fill", broken_by_outcomes)
    with pytest.raises(duckdb.InvalidInputException):
        load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True)
    assert current_publication(loaded) == 1
    withdraw_or_restore(loaded, Actor("Проверка", "admin"), 5, "withdraw", "не сложилось", NOW)
    assert current_publication(loaded) == 3
