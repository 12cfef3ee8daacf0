"""What was collected in rounds: which municipality and half-year a row counts for, and the round as events tell it."""

from collections.abc import Collection

import duckdb

from checks.catalogue import contracts
from checks.contract import Contract
from warehouse.ledger import frozen_figures

_ROUNDS = """
    select
        region_id,
        year,
        half,
        min(happened_on) filter (where event = 'opened') as opened_on,
        arg_max(due_on, event_number) filter (where due_on is not null) as due_on,
        arg_max(due_until, event_number) filter (where due_until is not null) as due_until,
        case
            when arg_max(event, event_number) filter (where event in ('opened', 'closed', 'reopened')) = 'closed'
                then max(happened_on) filter (where event = 'closed')
        end as closed_on,
        arg_max(datasets, event_number) filter (where event = 'opened') as datasets,
        arg_max(municipalities, event_number) filter (where event = 'opened') as municipalities,
        arg_max(publication, event_number) filter (where event = 'closed') as closing_publication
    from ledger.round_events
    group by region_id, year, half
"""


def is_municipal(contract: Contract) -> bool:
    """Tell whether a row of the dataset belongs to a municipality, so that municipalities can owe it."""
    return contract.place is not None


def municipal_datasets() -> list[str]:
    """Return the datasets that municipalities can owe, in the order of the catalogue."""
    return [code for code, contract in contracts().items() if is_municipal(contract)]


def places(contract: Contract, rows: str, further: str | None = None, register: str = "organizations") -> str:
    """Return the query that counts rows by the municipality and half-year that they count for.

    rows: a relation with the contract's columns. further: other columns of it to group by. register: a relation of
    the current organizations.
    Grain: one row a municipality and half-year; columns `municipality_id`, `year`, `half`, `rows`. A row counts by
    its year and half, by its year for both halves, by its dates, and a row of a register by none (both missing).
    Rows of the region as a whole, and of organizations that are not in the register, are left out.
    """
    place = contract.place
    if place is None:
        raise ValueError(f"rows of {contract.code} belong to no municipality")
    by_register = place == "organization_id"
    located = f"inner join (select organization_id, municipality as located_in from {register}) using (organization_id)"
    municipality = "located_in" if by_register else place
    kept = f"{further}, " if further else ""
    periods = _periods(contract)
    dated = ", ".join(f"{expression} as period_{number}" for number, expression in enumerate(periods))
    half_years = ", ".join(f"period_{number}" for number in range(len(periods)))
    return f"""
        select
            {kept}municipality_id,
            period // 2 as year,
            period % 2 + 1 as half,
            cast(sum(rows) as bigint) as rows
        from (
            select {kept}{municipality} as municipality_id, rows,
                unnest(coalesce(nullif(list_distinct([{half_years}]), []), [null])) as period
            from (
                select {kept}{place}, {dated}, count(*) as rows
                from {rows}
                group by all
            )
            {located if by_register else ""}
        )
        where municipality_id not like '__000000'
        group by all
    """


def _periods(contract: Contract) -> list[str]:
    """Return expressions of a row's half-years as whole numbers: twice the year, and one more for the second half."""
    columns = contract.columns
    if "year" in columns and "half" in columns:
        return ["year * 2 + half - 1"]
    if "year" in columns:
        return ["year * 2", "year * 2 + 1"]
    return [f"year({code}) * 2 + (quarter({code}) - 1) // 2" for code in contract.dates] or ["cast(null as bigint)"]


def stage_collection(connection: duckdb.DuckDBPyConnection, active_batches: str, filled: Collection[str]) -> None:
    """Make the temporary tables of rounds and of what was sent, over the temporary tables of the current rows.

    `rounds`: one row a round, with opened_on, due_on, due_until, closed_on (missing while it is open), datasets,
    municipalities, closing_publication (of the last closing, also after a reopening).
    `round_events`: as in the ledger.
    `submitted`: one row a dataset, active batch, municipality and half-year, with loaded_at, rows and current_rows.
    `kept_back`: one row a row of the quarantine, see `kept_back`.
    `faults`: one row a load that left errors, municipality and half-year, with happened_at and faulty_rows; a load
    whose rows kept back are all finished or dismissed has none.
    active_batches: query of the batches that count. filled: datasets that have current rows.
    """
    connection.execute(f"create or replace temp table rounds as {_ROUNDS}")
    connection.execute("create or replace temp table round_events as select * from ledger.round_events")
    municipal = municipal_datasets()
    sent = [_submitted(contracts()[code]) for code in municipal if code in filled] or [
        _submitted(contracts()[municipal[0]])
    ]
    connection.execute(
        f"""
        create or replace temp table submitted as
        with active as (select batch, loaded_at from ledger.batches where batch in ({active_batches}))
        select
            sent.dataset, sent.batch, sent.municipality_id, sent.year, sent.half, active.loaded_at,
            cast(coalesce(sum(sent.rows) filter (where not sent.is_current), 0) as bigint) as rows,
            cast(coalesce(sum(sent.rows) filter (where sent.is_current), 0) as bigint) as current_rows
        from ({" union all ".join(sent)}) as sent
        inner join active on sent.batch = active.batch
        group by all
        """
    )
    frozen_figures.add_submitted(connection)
    connection.execute(f"create or replace temp table kept_back as {kept_back(active_batches)}")
    connection.execute(
        """
        create or replace temp table faults as
        select a.dataset, a.batch, p.municipality_id, p.year, p.half, a.happened_at, p.faulty_rows
        from ledger.attempts as a
        inner join ledger.attempt_places as p on a.attempt = p.attempt
        where a.batch is null or exists (
            select 1 from kept_back as k
            where k.batch = a.batch and k.state in ('waiting', 'emptied')
                and coalesce(k.municipality_id, p.municipality_id) = p.municipality_id
        )
        """
    )


def kept_back(active_batches: str) -> str:
    """Return the query of the rows that active batches have kept back, with what became of each.

    Grain: one row a row of the quarantine; batch, file_number, source_row, municipality_id, cells, state (waiting,
    finished, dismissed, emptied: waited until it was condensed), and of the latest event finished_in, finished_row,
    happened_at, actor, reason. A row that was finished in a batch that no longer counts waits again.
    """
    return f"""
        with latest as (
            select * from ledger.quarantine_events
            qualify row_number() over (partition by batch, file_number, source_row order by event_number desc) = 1
        )
        select
            kept.batch, kept.file_number, kept.source_row, kept.municipality_id, kept.cells,
            case
                when latest.event = 'dismissed' or latest.finished_in in ({active_batches}) then latest.event
                when kept.cells = '{frozen_figures.EMPTY}' then 'emptied'
                else 'waiting'
            end as state,
            latest.finished_in, latest.finished_row, latest.happened_at, latest.actor, latest.reason
        from ledger.quarantine as kept
        left join latest
            on kept.batch = latest.batch and kept.file_number = latest.file_number
            and kept.source_row = latest.source_row
        where kept.batch in ({active_batches})
    """


def _submitted(contract: Contract) -> str:
    """Return the query of a dataset's rows by batch, all of them and once more the current ones."""
    code = contract.code
    both = (
        f"(select *, false as is_current from facts.{code} union all by name select *, true as is_current from {code})"
    )
    return f"select '{code}' as dataset, * from ({places(contract, both, 'batch, is_current')})"
