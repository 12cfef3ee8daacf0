"""Schema of the warehouse: ledger from sql/schema, facts from contracts, reference lists."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from checks.catalogue import contracts

SQL = Path(__file__).resolve().parents[2] / "sql"
_SCHEMA_SETTING = "schema"
_REFERENCE_SETTING = "reference"
_REFERENCE_KEYS: dict[str, tuple[str, ...]] = {
    "regions": ("region_id",),
    "municipalities": ("municipality_id",),
    "competencies": ("competency",),
    "targets": ("profile", "indicator", "year", "document"),
}


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Migrate a new or old warehouse to the present schema in one transaction.

    Numbered files of sql/schema run once each, in order; tables of facts get the columns that contracts have
    gained; reference rows that ship with this version and are absent are added.
    """
    connection.begin()
    try:
        done = _applied(connection)
        for file in sorted((SQL / "schema").glob("*.sql")):
            if file.stem not in done:
                connection.execute(file.read_text(encoding="utf-8"))
                connection.execute("insert into ledger.installation values (?, ?)", [_SCHEMA_SETTING, file.stem])
        _ensure_facts(connection)
        _add_reference_rows(
            connection, {table: (SQL / "reference" / f"{table}.csv").read_bytes() for table in _REFERENCE_KEYS}
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _applied(connection: duckdb.DuckDBPyConnection) -> set[str]:
    exists = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'ledger' and table_name = 'installation'"
    ).fetchone()
    if not exists:
        return set()
    return _settings(connection, _SCHEMA_SETTING)


def _ensure_facts(connection: duckdb.DuckDBPyConnection) -> None:
    present: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'facts'"
    ).fetchall():
        present.setdefault(table, set()).add(column)
    for contract in contracts().values():
        columns = {column.code: column.warehouse_type for column in contract.columns.values()}
        if contract.code not in present:
            listed = ", ".join(f"{code} {kind}" for code, kind in columns.items())
            connection.execute(f"create table facts.{contract.code} (batch integer, source_row bigint, {listed})")
            continue
        for code, kind in columns.items():
            if code not in present[contract.code]:
                connection.execute(f"alter table facts.{contract.code} add column {code} {kind}")


def _add_reference_rows(connection: duckdb.DuckDBPyConnection, shipped: Mapping[str, bytes]) -> None:
    """Add the shipped reference rows that are missing, once a version of the shipped files."""
    version = hashlib.sha256(b"".join(shipped.values())).hexdigest()
    if version in _settings(connection, _REFERENCE_SETTING):
        return
    for table, key in _REFERENCE_KEYS.items():
        same = " and ".join(f"shipped.{column} = present.{column}" for column in key)
        connection.register("shipped_rows", pl.read_csv(shipped[table], infer_schema=False))
        connection.execute(
            f"insert into reference.{table} by name select * from shipped_rows as shipped "
            f"where not exists (select 1 from reference.{table} as present where {same})"
        )
        connection.unregister("shipped_rows")
    connection.execute("insert into ledger.installation values (?, ?)", [_REFERENCE_SETTING, version])


def _settings(connection: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    rows = connection.execute("select value from ledger.installation where setting = ?", [name]).fetchall()
    return {value for (value,) in rows}
