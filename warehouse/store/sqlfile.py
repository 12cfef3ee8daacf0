"""SQL files that say what they are: a comment head with metadata, then exactly one select."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import duckdb

from warehouse.store.schema import SQL

_HEAD: Final = re.compile(r"\s*/\*\n(?P<head>.*?)\*/", re.DOTALL)
_LINE: Final = re.compile(r"(?P<key>[a-z_]+):(?P<value>.*)")


def metadata(
    file: str, text: str, required: Collection[str], optional: Collection[str], error: type[Exception]
) -> dict[str, str]:
    """Return the values of the head by key. A line `key: value` starts a value, an indented line goes on with it.

    file: the name that complaints begin with. Raises `error` for an unknown, repeated or missing key.
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
    """Return the texts of a folder of sql/ by the names of their files, without «.sql», in their order."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((SQL / folder).glob("*.sql"))}


def only_select(file: str, text: str, error: type[Exception]) -> str:
    """Return the one select of a file. Raises `error` when there is anything else."""
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
    """Insert a few rows by one statement: one by one each would take as long as all of them."""
    if rows:
        placeholders = f"({', '.join('?' * len(rows[0]))})"
        values = [value for row in rows for value in row]
        connection.execute(f"insert into {table} values {', '.join([placeholders] * len(rows))}", values)
