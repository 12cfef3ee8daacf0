"""Row stores beside marts, and marts of another version (product.md, «Shape», «Sound»)."""

import contextlib
import datetime as dt
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from checks.catalogue import contracts
from etl.commands.cli import main
from tests.examples.files import load_rows
from tests.examples.rows import another
from warehouse.access.rights import Actor
from warehouse.build import publish
from warehouse.changes.connection import writer
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts import row_store
from warehouse.marts.mart import PublicationOutdated, current_publication, open_mart
from warehouse.store.address import Address
from warehouse.version import VERSION

NOW = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC).replace(tzinfo=None)


def scores(address: Address, publication: int | None = None) -> list[tuple[int, float]]:
    found = open_mart(address, publication).query_unguarded("select batch, mean_score from facts.outcomes order by all")
    return found.rows()


def test_a_mart_shows_the_current_rows_of_every_dataset(loaded: Address) -> None:
    mart = open_mart(loaded)
    for contract in contracts().values():
        columns = mart.query_unguarded(f"select * from facts.{contract.code} limit 0").columns
        assert set(columns) >= {"batch", "source_row", *contract.columns}
    row = mart.query_unguarded("select source_row, batch from facts.organizations order by organization_id").row(0)
    assert row == (2, 1)


def test_a_mart_names_the_version_of_the_program_that_made_it(loaded: Address) -> None:
    assert open_mart(loaded).query_unguarded("select version from publication").item() == VERSION


def test_rows_follow_supersession_and_withdrawal_and_keep_to_their_publication(loaded: Address) -> None:
    first = load_rows(loaded, "outcomes", [another("outcomes", 1) | {"mean_score": "50"}], publish=True)
    second = load_rows(loaded, "outcomes", [another("outcomes", 1) | {"mean_score": "60"}], publish=True)
    assert scores(loaded) == [(second.batch, 60)]
    assert second.batch is not None
    withdraw_or_restore(loaded, Actor("Проверка", "admin"), second.batch, "withdraw", "не то", NOW)
    assert scores(loaded) == [(first.batch, 50)]
    assert scores(loaded, 3) == [(second.batch, 60)]


def test_publications_between_which_no_batch_came_share_one_file(loaded: Address) -> None:
    with writer(loaded, "проверка", None) as connection:
        again = publish.publish_again(connection, loaded, author="Проверка", at=NOW)
    assert row_store.file_of(loaded, 1).samefile(row_store.file_of(loaded, again))
    load_rows(loaded, "outcomes", [another("outcomes", 1)], publish=True)
    assert not row_store.file_of(loaded, again).samefile(row_store.file_of(loaded, again + 1))


def test_a_warehouse_put_back_beside_newer_marts_takes_no_rows_of_theirs(loaded: Address, tmp_path: Path) -> None:
    """The same number of batches came before and after: a count would not tell them apart."""
    kept = tmp_path / "kept.duckdb"
    shutil.copy2(loaded.database, kept)
    load_rows(loaded, "outcomes", [another("outcomes", 1) | {"mean_score": "50"}], publish=True)
    shutil.copy2(kept, loaded.database)
    load_rows(loaded, "outcomes", [another("outcomes", 1) | {"mean_score": "60"}])
    with writer(loaded, "проверка", None) as connection:
        publish.publish_again(connection, loaded, author="Проверка", at=NOW)
    assert [score for _, score in scores(loaded)] == [60]


def test_lost_rows_come_back_with_the_next_publication(loaded: Address) -> None:
    row_store.file_of(loaded, 1).unlink()
    assert main(["publish", "--warehouse", str(loaded.database)]) == 0
    assert open_mart(loaded).query_unguarded("from facts.organizations").height == 2


def test_where_links_are_impossible_the_rows_are_copied(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("links are not supported")

    monkeypatch.setattr(os, "link", refuse)
    with writer(loaded, "проверка", None) as connection:
        again = publish.publish_again(connection, loaded, author="Проверка", at=NOW)
    assert not row_store.file_of(loaded, 1).samefile(row_store.file_of(loaded, again))
    assert open_mart(loaded).query_unguarded("from facts.organizations").height == 2


def test_a_publication_cut_short_and_finished_leaves_nothing_behind(
    loaded: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise OSError("no space left")

    with (
        monkeypatch.context() as full,
        pytest.raises(publish.NotPublished),
        writer(loaded, "проверка", None) as connection,
    ):
        full.setattr("warehouse.build.publish.point_to", no_room)
        publish.publish_again(connection, loaded, author="Проверка", at=NOW)
    with writer(loaded, "проверка", None):
        pass
    assert current_publication(loaded) == 2
    kept = sorted(path.name for path in loaded.marts.iterdir())
    assert kept == ["000001.duckdb", "000001.facts", "000002.duckdb", "000002.facts", "current.json"]


def test_drafts_of_a_killed_process_go_with_the_next_publication(loaded: Address) -> None:
    for name in ("000007.draft", "000007.facts.draft", "000007.draft.wal"):
        (loaded.marts / name).touch()
    with writer(loaded, "проверка", None) as connection:
        publish.publish_again(connection, loaded, author="Проверка", at=NOW)
    assert not list(loaded.marts.glob("000007*"))


@pytest.mark.parametrize(
    "attempt",
    [
        "set enable_external_access = true",
        "set threads = 4",
        "attach '/tmp/other.duckdb'",
        "copy facts.organizations to '/tmp/organizations.csv'",
        "select * from read_text('/etc/hostname')",
        "delete from facts.organizations",
        "create table mine (x integer)",
    ],
)
def test_nothing_can_be_changed_or_reached_from_a_mart(loaded: Address, attempt: str) -> None:
    with pytest.raises(duckdb.Error):
        open_mart(loaded).connection.cursor().execute(attempt)


def test_a_mart_of_another_version_says_so(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    mart = open_mart(loaded)
    monkeypatch.setattr("warehouse.marts.mart.layout", lambda: "a later one")
    with pytest.raises(PublicationOutdated, match="Публикация № 1 построена другой версией программы"):
        mart.query_unguarded("select * from table_of_tomorrow")


def test_a_mistake_in_our_own_sql_is_no_old_version(loaded: Address) -> None:
    with pytest.raises(duckdb.CatalogException):
        open_mart(loaded).query_unguarded("select * from table_of_tomorrow")


def test_publishing_again_renews_the_figures_of_an_earlier_version(
    loaded: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not publish.is_outdated(loaded)
    with monkeypatch.context() as later:
        later.setattr("warehouse.build.publish.layout", lambda: "a later one")
        assert publish.is_outdated(loaded)
        assert main(["demo", "--if-empty", "--warehouse", str(loaded.database)]) == 0
        assert not publish.is_outdated(loaded)
    assert "Показатели пересчитаны, публикация № 2." in capsys.readouterr().out
    assert current_publication(loaded) == 2


def test_nothing_is_published_again_where_there_is_no_warehouse(
    warehouse: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", "--warehouse", str(warehouse.database)]) == 1
    assert "пересчитывать нечего" in capsys.readouterr().err
    assert not warehouse.database.exists()


def test_a_mart_without_its_rows_still_shows_its_figures(loaded: Address) -> None:
    with contextlib.suppress(FileNotFoundError):
        row_store.file_of(loaded, 1).unlink()
    assert open_mart(loaded).query_unguarded("from publication").height == 1
