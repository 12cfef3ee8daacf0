"""Searching all files of a warehouse for texts."""

from pathlib import Path

import duckdb

from warehouse.store.address import Address
from warehouse.store.sqlfile import quoted


def databases(address: Address) -> list[Path]:
    return [address.database, *address.marts.glob("*.duckdb"), *address.marts.glob("*.facts")]


def texts_of(file: Path) -> str:
    """Return all rows of all tables as text: in the file's bytes they may be compressed."""
    said = []
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(file)} as searched (read_only)")
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            said += [str(row) for row in connection.execute(f'from searched."{schema}"."{table}"').fetchall()]
    return "\n".join(said)


def holding(address: Address, wanted: set[str]) -> set[str]:
    """Return names of a warehouse's files that contain one of the texts."""
    files = {f.name for f in address.database.parent.rglob("*") if f.is_file() and has(f.read_bytes(), wanted)}
    return files | {file.name for file in databases(address) if has(texts_of(file).encode(), wanted)}


def has(content: bytes, wanted: set[str]) -> bool:
    return any(text.encode() in content for text in wanted)
