"""Publishing: the facts as they stand become an immutable mart, and the pointer moves to it."""

from datetime import datetime

import duckdb

from warehouse.build import pipeline, quality_checks
from warehouse.errors import Refused
from warehouse.marts import row_store
from warehouse.marts.mart import Pointer, current_publication, file_of, point_to, pointer
from warehouse.marts.version import layout
from warehouse.store import engine
from warehouse.store.address import Address
from warehouse.store.sqlfile import scripts
from warehouse.store.troubles import UNWRITTEN, cause
from warehouse.suppression import decide

# The latest publications are kept so that links to them open; those marked as kept (of closed rounds) stay.
KEPT_PUBLICATIONS = 30

RENEWED = "Пересчёт по текущей версии программы"
"""What a publication says that only renews the figures."""

_DEMONSTRATION = "demonstration"


class NotPublished(Refused):
    """The data are committed and their publication could not be built; the next writer tries again."""


def announce(
    connection: duckdb.DuckDBPyConnection, *, author: str, reason: str, at: datetime, kept: bool = False
) -> int:
    """Record the next publication, in the transaction of what it publishes, and return its number.

    kept: its mart is never pruned.
    """
    row = connection.execute("select coalesce(max(publication), 0) + 1 from ledger.publications").fetchone()
    assert row is not None
    connection.execute("insert into ledger.publications values (?, ?, ?, ?, ?)", [row[0], at, author, reason, kept])
    return int(row[0])


def publish(connection: duckdb.DuckDBPyConnection, address: Address, publication: int) -> None:
    """Build the mart of an announced and committed publication, make it current, prune old ones and leftovers.

    Readers keep what they have open; a kill before the pointer moves leaves the earlier publication current,
    and the next writer finishes the work. Raises `NotPublished` when there is no room for the mart.
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
                _fill(connection, present)
                decide.guard(connection, address, publication)
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
    """Publish the facts as they stand once more, by the SQL that the program has now; return the publication.

    This is how a warehouse of an earlier version, or one whose indicators were changed, gets its figures renewed.
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
    """Tell whether the current publication was built by other SQL than the program has now."""
    present = pointer(address)
    return present is not None and present.layout != layout()


def mark_as_demonstration(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every screen of this warehouse say that its data are a demonstration."""
    connection.execute("insert into ledger.installation values (?, 'true')", [_DEMONSTRATION])


def _fill(connection: duckdb.DuckDBPyConnection, present: Pointer) -> None:
    pipeline.stage(connection)
    pipeline.fill(connection)
    pipeline.judge(connection)
    quality_checks.record(connection, present.publication)
    for statement in scripts("mart_ledger").values():
        connection.execute(statement)
    for table in ("regions", "municipalities"):
        connection.execute(f"create table mart.reference_{table} as select * from reference.{table}")
    connection.execute(
        """
        create table mart.publication as
        select
            p.publication, p.published_at, p.author, p.reason,
            exists (select 1 from ledger.installation where setting = ?) as demonstration,
            (select max(batch) from ledger.batches) as last_batch,
            (
                select max(publication) from ledger.publications where publication < p.publication
            ) as previous_publication,
            ? as layout
        from ledger.publications as p
        where p.publication = ?
        """,
        [_DEMONSTRATION, present.layout, present.publication],
    )
    connection.execute(
        """
        create table mart.batches as
        select
            b.batch, b.dataset, b.region_id, b.loaded_at, b.author, f.files, b.rows_loaded, b.rows_superseded,
            case when e.event = 'withdrawn' then 'withdrawn' else 'active' end as state,
            coalesce(e.reason, b.confirmation) as reason
        from ledger.batches as b
        inner join (
            select batch, string_agg(name, ', ' order by file_number) as files from ledger.files group by batch
        ) as f using (batch)
        inner join (
            select batch, arg_max(event, event_number) as event, arg_max(reason, event_number) as reason
            from ledger.batch_events
            group by batch
        ) as e using (batch)
        order by b.batch
        """
    )


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
