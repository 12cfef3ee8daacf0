"""Whose rows are: the rule of rights on rows, asked where a batch meets the ledger.

A sender who is bound to municipalities may change a row only where every owner of it is theirs. The owners are

- the territory of every place column of the new row: a municipality or region as written, an organization or methodist
  by its register (`checks.catalogue.place_columns`);
- the same of the stored row under its key: the current one, else the latest that was withdrawn.

A row without place columns (programmes), and a stored row whose territory is unknown, belong to the region. Whatever
would move a row between owners is the region's to decide. The rule holds for every dataset, in trial uploads too, and
before anything of a stored row is compared or shown; docs/threat-model.md says what follows.
"""

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from checks.catalogue import contracts, place_columns
from checks.contract import Contract
from warehouse.ledger.current import current_rows


@dataclass(frozen=True)
class Foreign:
    """Why a sender may not change a row.

    column: the place column of the new row that is somebody else's; None where only the stored row is, or where the
    dataset has no places. moves: whether the row would come to the sender from somebody else, or go there.
    """

    column: str | None
    moves: bool


def foreign_rows(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pl.DataFrame, own: Collection[str]
) -> dict[int, Foreign]:
    """Return the rows that a sender may not change, by index.

    rows: typed rows of the contract, as they would be added in this transaction. own: municipalities of the sender.
    A new row of an organization or methodist that no register knows is not among them: it is an error anyway.
    """
    columns = place_columns(contract)
    if not columns:
        return dict.fromkeys(range(rows.height), Foreign(None, moves=False))
    key = ", ".join(contract.key)
    owners = " union all ".join(
        f"select index, {position} as position, {stored} as is_stored, "
        f"{_territory(contract, column, source)} as territory from {source} where {column} is not null"
        for source, stored in (("incoming", False), ("stored", True))
        for position, column in enumerate(columns)
    )
    with _registered(connection, rows) as incoming:
        found = connection.execute(
            f"""
            with incoming as (from {incoming}),
            stored as (
                select incoming.index, kept.*
                from incoming
                inner join (
                    select *
                    from facts.{contract.code}
                    where ({key}) in (select ({key}) from incoming)
                    qualify row_number() over (
                        partition by {key} order by batch in (from active_batches) desc, batch desc
                    ) = 1
                ) as kept using ({key})
            ),
            owners as ({owners})
            select
                index,
                min(position) filter (where not is_stored and territory not in $own) as given,
                bool_or(is_stored) as is_known,
                coalesce(bool_or(is_stored and (territory is null or territory not in $own)), false) as is_taken
            from owners
            group by index
            having given is not null or is_taken
            """,
            {"own": list(own)},
        ).fetchall()
    return {
        index: Foreign(None if given is None else columns[given], bool(is_known) and (given is None) == is_taken)
        for index, given, is_known, is_taken in found
    }


def territories(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: pl.DataFrame) -> pl.Series:
    """Return the territory of each row by `Contract.place`; missing where the row names none."""
    if contract.place is None:
        return pl.Series("territory", [None] * rows.height, dtype=pl.String)
    with _registered(connection, rows) as incoming:
        found = connection.execute(
            f"select {_territory(contract, contract.place, 'incoming')} as territory from {incoming} as incoming "
            "order by index"
        ).pl()
    return found["territory"]


@contextlib.contextmanager
def _registered(connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> Iterator[str]:
    """Let SQL read the rows by the relation's name, with the column `index`."""
    connection.register("rows_to_own", rows.with_row_index("index"))
    try:
        yield "rows_to_own"
    finally:
        connection.unregister("rows_to_own")


def _territory(contract: Contract, column: str, relation: str) -> str:
    """Return the expression of the territory that a place column of a relation names."""
    code = contract.columns[column].references
    if code is None:
        return f"{relation}.{column}"
    register = contracts()[code]
    assert register.place is not None
    (key,) = register.key
    return (
        f"(select {_territory(register, register.place, code)} from ({current_rows(register)}) as {code} "
        f"where {code}.{key} = {relation}.{column})"
    )
