"""Files of sql/: their texts, metadata in comment heads, and helpers to run them."""

import contextlib
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa

from warehouse.store.schema import SQL

_HEAD: Final = re.compile(r"\s*/\*\n(?P<head>.*?)\*/", re.DOTALL)
_LINE: Final = re.compile(r"(?P<key>[a-z_]+):(?P<value>.*)")


def metadata(
    file: str, text: str, required: Collection[str], optional: Collection[str], error: type[Exception]
) -> dict[str, str]:
    """Return the metadata of a file's comment head by key.

    A line `key: value` starts a value, an indented line continues it. file: the name that messages begin with. Raises
    `error` for an unknown, repeated or missing key.
    """
    match = _HEAD.match(text)
    if match is None:
        raise error(f"{file}: the file must begin with a comment /* … */ that holds its metadata")
    values: dict[str, str] = {}
    key = ""
    for line in match["head"].splitlines():
        found = _LINE.fullmatch(line)
        if found is not None:
            key = found["key"]
            if key not in required and key not in optional:
                raise error(f"{file}: unknown metadata key «{key}»")
            if key in values:
                raise error(f"{file}: metadata key «{key}» is given twice")
            values[key] = found["value"].strip()
        elif key and line.startswith(" ") and line.strip():
            values[key] = f"{values[key]} {line.strip()}".strip()
        elif line.strip():
            raise error(f"{file}: «{line}» is neither «key: value» nor an indented continuation")
    missing = [key for key in required if not values.get(key)]
    if missing:
        raise error(f"{file}: metadata missing: {', '.join(missing)}")
    return values


def scripts(folder: str) -> dict[str, str]:
    """Return the texts of a folder of sql/ by file name without «.sql», in that order."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((SQL / folder).glob("*.sql"))}


def script(name: str) -> str:
    """Return the text of one file of sql/. name: folder and file without «.sql»."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


@contextlib.contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame | pa.Table) -> Iterator[None]:
    """Register a frame as a relation of that name for SQL while the block runs."""
    connection.register(name, rows)
    try:
        yield
    finally:
        connection.unregister(name)


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros of sql/macros for this connection."""
    for statements in scripts("macros").values():
        connection.execute(statements)


def only_select(file: str, text: str, error: type[Exception]) -> str:
    """Return the only select of a file. Raises `error` when it holds anything else."""
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as failure:
        raise error(f"{file}: {failure}") from failure
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise error(f"{file}: the file must hold exactly one select")
    return statements[0].query


def quoted(path: Path) -> str:
    """Return a path as a text literal of SQL, for statements that take no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows by one statement: for few rows the number of statements decides the time."""
    if rows:
        placeholders = f"({', '.join('?' * len(rows[0]))})"
        values = [value for row in rows for value in row]
        connection.execute(f"insert into {table} values {', '.join([placeholders] * len(rows))}", values)
