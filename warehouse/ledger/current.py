"""Current rows: for every key the row of its latest active batch."""

import duckdb

from checks.catalogue import contracts
from checks.contract import Contract
from warehouse.ledger import frozen_figures
from warehouse.ledger.collection import stage_submitted
from warehouse.store.sqlfile import define_macros, scripts


def current_rows(contract: Contract) -> str:
    """Return a query of a dataset's current rows: batch, source_row, the contract's columns.

    Grain: one row a natural key. The same key in a later active batch supersedes the earlier row; a withdrawn
    batch counts for nothing, so that what it had superseded is current again.
    """
    return f"""
        select *
        from facts.{contract.code}
        where batch in (from active_batches)
        qualify row_number() over (partition by {", ".join(contract.key)} order by batch desc) = 1
    """


def define_views(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Define the macros of sql/macros and the temporary views of sql/ledger."""
    define_macros(warehouse)
    for statements in scripts("ledger").values():
        warehouse.execute(statements)


def stage_current(connection: duckdb.DuckDBPyConnection) -> None:
    """Make temporary tables of the current rows, the reference lists, and what was collected.

    Tables of datasets are named like them; one of a dataset without a place also has `region_id`, the region that its
    batch was loaded for (missing: any region). The others are those of sql/current, `submitted`, and the figures of
    condensed years.
    """
    define_views(connection)
    filled = set[str]()
    for contract in contracts().values():
        rows = current_rows(contract)
        if contract.place is None:
            rows = f"select c.*, b.region_id from ({rows}) as c inner join ledger.batches as b using (batch)"
        count = connection.execute(f"create or replace temp table {contract.code} as {rows}").fetchone()
        if count and count[0]:
            filled.add(contract.code)
    for statements in scripts("current").values():
        connection.execute(statements)
    frozen_figures.stage(connection)
    stage_submitted(connection, filled)
