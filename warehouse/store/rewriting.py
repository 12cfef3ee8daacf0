"""Rewriting of databases row by row into new files, without remains of deleted rows.

DuckDB keeps bytes of deleted rows in a file.
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import func

from checks.catalogue import contracts
from warehouse.store.engine import attached_draft
from warehouse.store.sqlfile import quoted

Renamed = Callable[[str], str]
Written = Callable[[str, str, str, Mapping[str, str]], str]
"""Function of database, schema, table, types by column; returns the query of rows to write, columns in that order."""

# Rows kept back hold their cells in one column, as JSON by column code.
CELLS = "cells"


@cache
def person_columns() -> frozenset[str]:
    """Return the names of columns with pseudonyms, for all tables of warehouse and marts."""
    return frozenset(
        column.code
        for contract in contracts().values()
        for column in contract.columns.values()
        if column.kind == "person"
    )


def rewrite(connection: duckdb.DuckDBPyConnection, database: str, target: Path, written: Written) -> None:
    """Copy an attached database into a new file with its schema, its rows as `written` says."""
    with attached_draft(connection, target, "rewritten"):
        connection.execute(f'copy from database "{database}" to rewritten (schema)')
        for (schema, table), columns in _tables(connection, database).items():
            connection.execute(
                f'insert into rewritten."{schema}"."{table}" {written(database, schema, table, columns)}'
            )


def rewrite_marts(connection: duckdb.DuckDBPyConnection, marts: Path, folder: Path, written: Written) -> None:
    """Rewrite the marts and their row stores into a folder.

    Publications that share a row store share one again.
    """
    folder.mkdir()
    done: dict[int, Path] = {}
    for file in sorted((*marts.glob("*.duckdb"), *marts.glob("*.facts"))):
        target = folder / file.name
        inode = file.stat().st_ino
        if inode in done:
            os.link(done[inode], target)
            continue
        connection.execute(f"attach {quoted(file)} as former (read_only)")
        try:
            rewrite(connection, "former", target, written)
        finally:
            connection.execute("detach former")
        done[inode] = target


@contextlib.contextmanager
def pseudonyms_changed(connection: duckdb.DuckDBPyConnection, renamed: Renamed) -> Iterator[Written]:
    """Provide a query builder for `rewrite` that replaces every pseudonym.

    It covers also pseudonyms in the cells of quarantined rows. renamed: from an old pseudonym to the new one.
    """
    _define(connection, "renamed_person", renamed)
    _define(connection, "renamed_cells", lambda cells: _renamed_cells(cells, renamed))

    def column(name: str, kind: str) -> str:
        if kind == "VARCHAR" and name in person_columns():
            return f'renamed_person("{name}")'
        return f'renamed_cells("{name}")' if kind == "VARCHAR" and name == CELLS else f'"{name}"'

    def written(database: str, schema: str, table: str, columns: Mapping[str, str]) -> str:
        shown = ", ".join(column(name, kind) for name, kind in columns.items())
        return f'select {shown} from "{database}"."{schema}"."{table}"'

    try:
        yield written
    finally:
        connection.remove_function("renamed_person")
        connection.remove_function("renamed_cells")


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> dict[tuple[str, str], dict[str, str]]:
    """Return the columns of every table with their types, by schema and table."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        """
        select columns.schema_name, columns.table_name, columns.column_name, columns.data_type
        from duckdb_columns() as columns
        semi join duckdb_tables() as tables using (database_name, schema_name, table_name)
        where columns.database_name = ?
        order by columns.schema_name, columns.table_name, columns.column_index
        """,
        [database],
    ).fetchall():
        found.setdefault((schema, table), {})[column] = kind
    return found


def _define(connection: duckdb.DuckDBPyConnection, name: str, change: Callable[[str], str]) -> None:
    known = cache(change)

    def changed(values: pa.ChunkedArray) -> pa.Array:
        return pa.array([None if value is None else known(value) for value in values.to_pylist()], pa.string())

    connection.create_function(name, changed, ["varchar"], "varchar", type=func.ARROW, null_handling=func.SPECIAL)


def _renamed_cells(cells: str, renamed: Renamed) -> str:
    row = json.loads(cells)
    for column in person_columns():
        if row.get(column):
            row[column] = renamed(row[column])
    return json.dumps(row, ensure_ascii=False)
