"""The frame of changes: transaction, audit trail and publication belong together."""

import json

import pytest

from tests.auditing import ADMIN
from tests.examples.files import NOW
from warehouse.access import audit
from warehouse.changes.connection import writer
from warehouse.changes.publishing import Change, publishing
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address


def mark(change: Change) -> None:
    change.connection.execute("insert into ledger.installation values ('а', 'б')")


def marks(address: Address) -> int:
    with writer(address, "проверка", None) as connection:
        return len(connection.execute("from ledger.installation where setting = 'а'").fetchall())


def last_entry(address: Address) -> tuple[str, str, dict[str, object]]:
    row = audit.entries(address, ADMIN).row(0, named=True)
    return row["event"], row["outcome"], json.loads(row["about"])


def test_a_change_is_published_and_entered(loaded: Address) -> None:
    before = current_publication(loaded)
    assert before is not None
    with publishing(loaded, ADMIN, NOW, "published", "проверка", {"batch": 7}) as change:
        mark(change)
        number = change.announce("Проверка", kept=True)
    assert number == before + 1 == current_publication(loaded)
    row = open_mart(loaded).query_unguarded("from publications order by publication desc").row(0, named=True)
    assert (row["author"], row["reason"], row["published_at"], row["kept"]) == (ADMIN.name, "Проверка", NOW, True)
    assert last_entry(loaded) == ("published", "done", {"batch": 7, "publication": number})
    assert marks(loaded) == 1


def test_a_change_that_is_refused_leaves_nothing_but_its_entry(loaded: Address) -> None:
    before = current_publication(loaded)
    with pytest.raises(ZeroDivisionError), publishing(loaded, ADMIN, NOW, "published", "проверка") as change:
        mark(change)
        change.announce("Проверка")
        raise ZeroDivisionError
    assert (marks(loaded), current_publication(loaded)) == (0, before)
    assert last_entry(loaded)[:2] == ("published", "failed")


def test_nothing_announced_is_nothing_published(loaded: Address) -> None:
    before = current_publication(loaded)
    with publishing(loaded, ADMIN, NOW, "published", "проверка"):
        pass
    assert current_publication(loaded) == before
    assert last_entry(loaded) == ("published", "done", {})


def test_without_building_the_next_writer_publishes(loaded: Address) -> None:
    before = current_publication(loaded)
    with publishing(loaded, ADMIN, NOW, "published", "проверка", build=False) as change:
        number = change.announce("Проверка")
    assert current_publication(loaded) == before
    with writer(loaded, "проверка", None):
        pass
    assert current_publication(loaded) == number
