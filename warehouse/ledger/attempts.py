"""Attempts: loads with errors, recorded without their data.

They show in the completeness matrix who is still working on a form.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import polars as pl

from checks.catalogue import contracts
from checks.contract import Contract
from checks.parse import FILE, ROW
from warehouse.ledger.collection import counts_by_municipality, is_municipal
from warehouse.ledger.current import current_rows
from warehouse.store.sqlfile import registered


@dataclass(frozen=True)
class Attempt:
    """A load that was rejected, or loaded with rows kept back.

    batch: its number, None when it was rejected. files: names of its files. errors, warnings: numbers of findings.
    rows: its typed rows with `file_number` and `source_row`, None when nothing in the files could be read as rows.
    """

    contract: Contract
    batch: int | None
    files: Sequence[str]
    errors: int
    warnings: int
    rows: pl.DataFrame | None


def record(
    connection: duckdb.DuckDBPyConnection,
    attempts: Iterable[Attempt],
    *,
    author: str,
    at: datetime,
    region_id: str | None,
    own: Collection[str] | None = None,
) -> None:
    """Write attempts with the municipalities and half-years that they concern.

    A rejected attempt concerns those of all of its rows, a loaded one those of the rows kept back. Municipalities are
    found by the current register of organizations; rows of organizations that are not in it, and files without readable
    rows, concern none. own: municipalities of a sender who is bound to some; an attempt concerns no other.
    """
    for attempt in attempts:
        row = connection.execute("select coalesce(max(attempt), 0) + 1 from ledger.attempts").fetchone()
        assert row is not None
        number = int(row[0])
        files = ", ".join(attempt.files)
        connection.execute(
            "insert into ledger.attempts values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [number, attempt.batch, attempt.contract.code, region_id, at, author, files, attempt.errors,
             attempt.warnings],
        )  # fmt: skip
        if attempt.rows is not None and is_municipal(attempt.contract):
            _record_places(connection, number, attempt, attempt.rows, own)


def _record_places(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    attempt: Attempt,
    rows: pl.DataFrame,
    own: Collection[str] | None,
) -> None:
    concerned = "rows_of_attempt"
    if attempt.batch is not None:
        concerned = (
            f"(from rows_of_attempt semi join (from ledger.quarantine where batch = {attempt.batch}) "
            f"using ({FILE}, {ROW}))"
        )
    register = f"({current_rows(contracts()['organizations'])})"
    with registered(connection, "rows_of_attempt", rows):
        connection.execute(
            "insert into ledger.attempt_places select $number, municipality_id, year, half, rows "
            f"from ({counts_by_municipality(attempt.contract, concerned, register=register)}) "
            "where not $is_bound or municipality_id in $own",
            {"number": number, "is_bound": own is not None, "own": list(own or [])},
        )
