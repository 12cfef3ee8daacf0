"""Limits of a reader's query: time, memory, and nothing beyond its publication."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl.commands import cli
from view.shell import screens
from warehouse.marts.mart import Mart, open_mart
from warehouse.store import engine
from warehouse.store.address import Address
from warehouse.store.engine import QueryStopped, Watchdog

ROOT = Path(__file__).parents[3]
ENDLESS = "select count(*) from range(1000000000000) cross join range(1000)"


@pytest.fixture
def hurried(registers: Address, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mart]:
    """Mart whose queries may take half a second."""
    monkeypatch.setattr(engine, "watchdog", Watchdog(0.5, look_every=0.1))
    yield open_mart(registers)


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "query watchdog"]


def wait_until_none_watches() -> None:
    for _ in range(50):
        if not watchers():
            return
        time.sleep(0.1)
    pytest.fail("a watchdog outlives its queries")


def test_an_endless_query_is_stopped_and_the_next_one_runs(hurried: Mart) -> None:
    begun = time.monotonic()
    with pytest.raises(QueryStopped, match="слишком много времени"):
        hurried.query_unguarded(ENDLESS)
    assert time.monotonic() - begun < 5
    assert hurried.query_unguarded("select 1 as one").item() == 1


@pytest.mark.parametrize(
    "greedy",
    [
        "select * from range(1000000000000)",
        "select string_agg(range::varchar, ',') from range(1000000000)",
        "select a.range, b.range from range(100000) a cross join range(100000) b order by b.range, a.range",
    ],
)
def test_a_query_that_wants_all_memory_is_stopped_and_spills_nothing_on_disk(
    registers: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, greedy: str
) -> None:
    # Some operators wait for memory instead of giving up; the time then ends them.
    monkeypatch.setattr(engine, "watchdog", Watchdog(3))
    monkeypatch.setattr(engine, "READING", engine.READING | {"memory_limit": "64MB"})
    monkeypatch.chdir(tmp_path)
    # A file of its own: a publication that is open already keeps the settings that it was opened with.
    file = tmp_path / "own.duckdb"
    file.write_bytes(next(registers.marts.glob("*.duckdb")).read_bytes())
    with duckdb.connect(str(file), read_only=True, config=engine.READING) as connection:
        with pytest.raises(QueryStopped):
            Mart(1, connection).query_unguarded(greedy)
        assert Mart(1, connection).query_unguarded("select 1 as one").item() == 1
    assert [path.name for path in tmp_path.iterdir()] == ["own.duckdb"]


def test_many_queries_at_once_have_one_watchdog_which_ends_with_them(hurried: Mart) -> None:
    wait_until_none_watches()
    stopped: list[str] = []

    def endless() -> None:
        with pytest.raises(QueryStopped) as reason:
            hurried.query_unguarded(ENDLESS)
        stopped.append(str(reason.value))

    readers = [threading.Thread(target=endless) for _ in range(4)]
    for reader in readers:
        reader.start()
    time.sleep(0.2)
    assert len(watchers()) == 1
    for reader in readers:
        reader.join(timeout=20)
    assert len(stopped) == 4
    wait_until_none_watches()
    assert hurried.query_unguarded("select 1 as one").item() == 1 and len(watchers()) == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from sniff_csv('/etc/passwd')",
        "select * from glob('/etc/*')",
        "from '/etc/passwd'",
        "from secret_frame",
        "attach '/tmp/other.duckdb'",
        "attach ':memory:' as beside",
        "copy (select 1) to '/tmp/out.csv'",
        "export database '/tmp/out'",
        "install httpfs",
        "install httpfs from community",
        "load httpfs",
        "load '/tmp/any.duckdb_extension'",
        "create table made as select 1",
        "drop table publication",
        "delete from publication",
        "set memory_limit = '100GB'",
        "set temp_directory = '/tmp'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set python_enable_replacements = true",
        "reset threads",
    ],
)
def test_a_query_reaches_nothing_but_its_publication(registers: Address, hostile: str) -> None:
    secret_frame = duckdb.sql("select 1 as one").pl()
    assert len(secret_frame) == 1
    with pytest.raises(duckdb.Error):
        open_mart(registers).query_unguarded(hostile)


def test_the_product_opens_no_database_that_could_fetch_extensions() -> None:
    opened = [
        (path.name, call)
        for folder in ("warehouse", "etl", "view", "pages", "checks")
        for path in (ROOT / folder).rglob("*.py")
        for call in re.findall(r"duckdb\.connect\(.*", path.read_text(encoding="utf-8"))
    ]
    assert opened
    assert not [
        found for found in opened if not re.search(r"config=(engine\.(NO_EXTENSIONS|READING)|_ALONE)\b", found[1])
    ]


def test_a_stopped_query_gives_a_screen_that_says_what_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(screens, "show", lambda *texts: shown.extend(map(str, texts)))
    screens.failed(QueryStopped("времени"))
    assert shown[0] == "Запрос остановлен"
    assert "Запрос занял слишком много времени" in shown[1] and "Выберите меньше" in shown[1]


def test_the_command_line_says_it_too(
    registers: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(address: Address) -> Mart:
        raise QueryStopped("памяти")

    monkeypatch.setattr(cli, "open_mart", stopped)
    assert cli.main(["--warehouse", str(registers.database), "batches"]) == cli.REJECTED
    assert "слишком много памяти" in capsys.readouterr().err
