"""Publishing: build an immutable mart of the current facts, and move the pointer to it."""

from datetime import datetime

import duckdb

from warehouse.build import pipeline
from warehouse.errors import Refused
from warehouse.marts import row_store
from warehouse.marts.mart import Pointer, current_publication, file_of, point_to, pointer
from warehouse.marts.version import layout
from warehouse.store import engine
from warehouse.store.address import Address
from warehouse.store.sqlfile import scripts
from warehouse.store.troubles import UNWRITTEN, cause
from warehouse.suppression import decide
from warehouse.version import VERSION

# The latest publications are kept so that links to them open; those marked as kept (of closed rounds) stay.
KEPT_PUBLICATIONS = 30

RENEWED = "Пересчёт по текущей версии программы"
"""What a publication says that only renews the figures."""


class NotPublished(Refused):
    """The data are committed, their publication could not be built; the next writer tries again."""


def announce(
    connection: duckdb.DuckDBPyConnection, *, author: str, reason: str, at: datetime, kept: bool = False
) -> int:
    """Record the next publication in the transaction that it publishes; return its number.

    kept: its mart is never pruned.
    """
    row = connection.execute("select coalesce(max(publication), 0) + 1 from ledger.publications").fetchone()
    assert row is not None
    connection.execute("insert into ledger.publications values (?, ?, ?, ?, ?)", [row[0], at, author, reason, kept])
    return int(row[0])


def publish(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Build the mart of an announced, committed publication, make it current, prune old ones.

    Readers keep the mart that they have open. A kill before the pointer moves leaves the earlier publication current,
    and the next writer finishes the work. Raises `NotPublished` when the disk has no room for the mart.
    """
    address.marts.mkdir(parents=True, exist_ok=True)
    final = file_of(address, publication)
    draft = final.with_suffix(".draft")
    row_store.remove(draft)
    present = Pointer(publication, row_store.state_of(connection), layout())
    earlier = pointer(address)
    same = earlier and earlier.facts == present.facts and earlier.publication != publication
    try:
        with engine.tuned(connection, few_rows=engine.holds_few_rows(connection)):
            with engine.attached_draft(connection, draft, pipeline.MART):
                _fill(connection, address, present)
                decide.guard(connection)
            row_store.write(
                connection,
                row_store.file_of(address, publication),
                row_store.file_of(address, earlier.publication) if earlier and same else None,
            )
        draft.replace(final)
        point_to(address, present)
    except UNWRITTEN as error:
        row_store.remove(draft)
        raise NotPublished(
            f"Данные записаны, но публикация № {publication} не построена: {cause(error)}. Экраны показывают "
            "прежнюю; устраните это, и следующая запись построит новую."
        ) from error
    except BaseException:
        row_store.remove(draft)
        raise
    _prune(connection, address)


def publish_again(connection: duckdb.DuckDBPyConnection, address: Address, *, author: str, at: datetime) -> int:
    """Publish the same facts by the present SQL; return the number of the publication.

    Renews the figures after an upgrade or a change of an indicator.
    """
    publication = announce(connection, author=author, reason=RENEWED, at=at)
    publish(connection, address, publication)
    return publication


def finish_interrupted(connection: duckdb.DuckDBPyConnection, address: Address) -> None:
    """Build the latest announced publication when the pointer does not show it."""
    row = connection.execute("select max(publication) from ledger.publications").fetchone()
    if row and row[0] is not None and row[0] != current_publication(address):
        publish(connection, address, int(row[0]))


def is_outdated(address: Address) -> bool:
    """Tell whether the current publication was built by SQL of another version."""
    present = pointer(address)
    return present is not None and present.layout != layout()


def mark_as_demonstration(connection: duckdb.DuckDBPyConnection) -> None:
    """Mark the warehouse, so that every screen says that its data are a demonstration."""
    connection.execute("insert into ledger.installation values ('demonstration', 'true')")


def _fill(connection: duckdb.DuckDBPyConnection, address: Address, present: Pointer) -> None:
    pipeline.stage(connection)
    pipeline.fill(connection)
    decide.decide(connection, address, present.publication)
    pipeline.judge(connection)
    for name, value in (("publication", present.publication), ("layout", present.layout), ("version", VERSION)):
        connection.execute(f"set variable {name} = ?", [value])
    for statements in scripts("mart_ledger").values():
        connection.execute(statements)


def _prune(connection: duckdb.DuckDBPyConnection, address: Address) -> None:
    kept = {
        publication
        for (publication,) in connection.execute(
            """
            (select publication from ledger.publications order by publication desc limit ?)
            union
            (select publication from ledger.publications where kept)
            """,
            [KEPT_PUBLICATIONS],
        ).fetchall()
    }
    # Only the holder of the lock publishes, so drafts that are still here are those of a killed process.
    for draft in address.marts.glob("*.draft"):
        row_store.remove(draft)
    for file in (*address.marts.glob("*.duckdb"), *address.marts.glob("*.facts")):
        if file.stem.isdigit() and int(file.stem) not in kept:
            row_store.remove(file)
