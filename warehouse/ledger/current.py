"""The current rows: of every key the row of its latest active batch."""

import duckdb

from checks.catalogue import contracts
from checks.contract import Contract
from warehouse.ledger import frozen_figures
from warehouse.ledger.collection import stage_collection

STAGED_REFERENCE = ("regions", "municipalities", "competencies")

# A batch is active when its latest event is not a withdrawal.
ACTIVE_BATCHES = """
    select batch
    from ledger.batch_events
    group by batch
    having arg_max(event, event_number) <> 'withdrawn'
"""

# The targets that stand: one row a target. Those that ship with the program («shipped») have an identity made of what
# they are; the latest event of a target, shipped or set here («own»), takes its place, and a withdrawal removes it.
CURRENT_TARGETS = """
    with shipped as (
        select
            md5(concat_ws('|', profile, indicator, year, coalesce(document, '')))[:12] as target,
            'shipped' as origin, targets.*, cast(null as varchar) as order_number, cast(null as date) as order_date
        from reference.targets as targets
    ),
    latest as (
        select * from ledger.target_events
        qualify row_number() over (partition by target order by event_number desc) = 1
    )
    select shipped.* from shipped anti join latest on shipped.target = latest.target
    union all by name
    select 'own' as origin, latest.* exclude (event_number, event, actor, happened_at, reason)
    from latest
    where event <> 'withdrawn'
"""


def current_rows(contract: Contract) -> str:
    """Return the query of a dataset's current rows: `batch`, `source_row` and the contract's columns.

    Grain: one row a natural key. The same key in a later active batch supersedes the earlier row; a withdrawn
    batch counts for nothing, so that what it had superseded is current again.
    """
    return f"""
        select *
        from facts.{contract.code}
        where batch in ({ACTIVE_BATCHES})
        qualify row_number() over (partition by {", ".join(contract.key)} order by batch desc) = 1
    """


def stage_current(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a temporary table of the current rows of every dataset, named like it, and of ledger and reference.

    A dataset without a place also has `region_id`, the region that its batch was loaded for (missing: any region). What
    is kept of condensed years is staged with them.
    """
    filled = set[str]()
    for contract in contracts().values():
        rows = current_rows(contract)
        if contract.place is None:
            rows = f"select c.*, b.region_id from ({rows}) as c inner join ledger.batches as b using (batch)"
        count = connection.execute(f"create or replace temp table {contract.code} as {rows}").fetchone()
        if count and count[0]:
            filled.add(contract.code)
    for table in STAGED_REFERENCE:
        connection.execute(f"create or replace temp table {table} as select * from reference.{table}")
    connection.execute(f"create or replace temp table targets as {CURRENT_TARGETS}")
    frozen_figures.stage(connection)
    stage_collection(connection, ACTIVE_BATCHES, filled)
