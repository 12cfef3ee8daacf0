"""What municipalities sent: which municipality and half-year a row of a dataset counts for."""

from collections.abc import Collection

import duckdb

from checks.catalogue import contracts
from checks.contract import Contract
from warehouse.ledger import frozen_figures


def is_municipal(contract: Contract) -> bool:
    """Return whether rows of the dataset belong to municipalities, so that these can owe it."""
    return contract.place is not None


def municipal_datasets() -> list[str]:
    """Return the datasets that municipalities can owe, in the order of the catalogue."""
    return [code for code, contract in contracts().items() if is_municipal(contract)]


def counts_by_municipality(
    contract: Contract, rows: str, further: str | None = None, register: str = "organizations"
) -> str:
    """Return a query that counts rows by the municipality and half-year that they count for.

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
    spoken = periods(contract)
    dated = ", ".join(f"{expression} as period_{number}" for number, expression in enumerate(spoken))
    half_years = ", ".join(f"period_{number}" for number in range(len(spoken)))
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
        where municipality_id not in (select region_id from reference.regions)
        group by all
    """


def periods(contract: Contract) -> list[str]:
    """Return SQL expressions of a row's half-years, each 2 · year + half − 1."""
    columns = contract.columns
    if "year" in columns and "half" in columns:
        return ["year * 2 + half - 1"]
    if "year" in columns:
        return ["year * 2", "year * 2 + 1"]
    return [f"year({code}) * 2 + (quarter({code}) - 1) // 2" for code in contract.dates] or ["cast(null as bigint)"]


def stage_submitted(connection: duckdb.DuckDBPyConnection, filled: Collection[str]) -> None:
    """Make the temporary table `submitted`: what municipalities sent in active batches.

    Grain: one row a dataset, active batch, municipality and half-year, with loaded_at, rows and current_rows. Needs the
    temporary tables of the current rows. filled: datasets that have any.
    """
    municipal = municipal_datasets()
    sent = [_submitted(contracts()[code]) for code in municipal if code in filled] or [
        _submitted(contracts()[municipal[0]])
    ]
    connection.execute(
        f"""
        create or replace temp table submitted as
        select
            sent.dataset, sent.batch, sent.municipality_id, sent.year, sent.half, batches.loaded_at,
            cast(coalesce(sum(sent.rows) filter (where not sent.is_current), 0) as bigint) as rows,
            cast(coalesce(sum(sent.rows) filter (where sent.is_current), 0) as bigint) as current_rows
        from ({" union all ".join(sent)}) as sent
        inner join ledger.batches as batches on sent.batch = batches.batch
        where sent.batch in (from active_batches)
        group by all
        """
    )
    frozen_figures.restore_submitted(connection)


def _submitted(contract: Contract) -> str:
    """Return a query of the numbers of a dataset's rows by batch: all, and the current ones."""
    code = contract.code
    both = (
        f"(select *, false as is_current from facts.{code} union all by name select *, true as is_current from {code})"
    )
    return f"select '{code}' as dataset, * from ({counts_by_municipality(contract, both, 'batch, is_current')})"
