"""A database file written anew, with every pseudonym changed and without the bytes that DuckDB keeps of what was."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import func

from checks.catalogue import contracts
from warehouse.draft import attached

Renamed = Callable[[str], str]

# Rows kept back hold their cells in one column, as JSON by column code.
_CELLS = "cells"


@cache
def person_columns() -> frozenset[str]:
    """Return the names of columns that hold pseudonyms, in every table of the warehouse and of marts."""
    return frozenset(
        column.code
        for contract in contracts().values()
        for column in contract.columns.values()
        if column.kind == "person"
    )


def rewrite(connection: duckdb.DuckDBPyConnection, database: str, target: Path, renamed: Renamed) -> None:
    """Write a database that the connection has attached into a new file, pseudonyms changed, order of rows kept."""
    _define(connection, "renamed_person", renamed)
    _define(connection, "renamed_cells", lambda cells: _renamed_cells(cells, renamed))
    try:
        with attached(connection, target, "rewritten"):
            connection.execute(f'copy from database "{database}" to rewritten (schema)')
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = ? order by all", [database]
            ).fetchall():
                columns = _columns(connection, database, schema, table)
                connection.execute(
                    f'insert into rewritten."{schema}"."{table}" '
                    f'select {", ".join(columns)} from "{database}"."{schema}"."{table}"'
                )
    finally:
        connection.remove_function("renamed_person")
        connection.remove_function("renamed_cells")


def _columns(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> list[str]:
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [database, schema, table],
    ).fetchall()
    columns = []
    for name, kind in found:
        if kind == "VARCHAR" and name in person_columns():
            columns.append(f'renamed_person("{name}")')
        elif kind == "VARCHAR" and name == _CELLS:
            columns.append(f'renamed_cells("{name}")')
        else:
            columns.append(f'"{name}"')
    return columns


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
