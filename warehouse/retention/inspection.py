"""Inspection of restored files: only what the program makes, and nothing that runs.

An archive may come from anybody. A view in the place of a table would run with the rights of the program, which may
read files while it writes: a text of `read_text('/etc/passwd')` would become a row of a page. Databases are opened with
access to other files switched off, so the inspection runs nothing either.
"""

import contextlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import duckdb

from checks.catalogue import contracts
from warehouse.errors import Refused
from warehouse.store import engine
from warehouse.store.schema import SQL

_ALONE: Final = engine.NO_EXTENSIONS | {"enable_external_access": False, "memory_limit": "2GB", "temp_directory": ""}
_LEDGER: Final = frozenset({"ledger", "facts", "reference", "condensed"})
_MAIN, _GUARDED = "main", "guarded"

_VIEWS: Final = "select schema_name, view_name from duckdb_views() where not internal"
_OTHERS: Final = {
    "макрос": "select schema_name, function_name from duckdb_functions() where not internal",
    "тип": "select schema_name, type_name from duckdb_types() where not internal",
    "последовательность": "select schema_name, sequence_name from duckdb_sequences()",
}
"""Russian name of what is neither table nor view → query of schema and name."""


class Unsound(Refused):
    """A restored file is not what the program makes.

    The message is a Russian predicate whose subject is the copy.
    """


def inspect_warehouse(database: Path) -> frozenset[int]:
    """Return the publications of a warehouse. Raises `Unsound` unless it has only tables."""
    with _opened(database) as connection:
        _refuse_others(connection)
        for schema, view in connection.execute(_VIEWS).fetchall():
            raise Unsound(f"хранит представление «{schema}.{view}», а в хранилище бывают только таблицы")
        _refuse_schemas(connection, _LEDGER)
        applied = connection.execute("select value from ledger.installation where setting = 'schema'").fetchall()
        if {name for (name,) in applied} - {path.stem for path in (SQL / "schema").glob("*.sql")}:
            raise Unsound("сделана более новой версией программы; обновите её и повторите")
        announced = connection.execute("select publication from ledger.publications").fetchall()
    return frozenset(int(number) for (number,) in announced)


def inspect_mart(database: Path) -> None:
    """Raise `Unsound` unless a mart has only tables, and views of them.

    Macros that its views use are stored with them, and are planned with them here.
    """
    with _opened(database) as connection:
        _refuse_schemas(connection, {_MAIN, _GUARDED})
        for schema, view in connection.execute(_VIEWS).fetchall():
            try:
                connection.execute(f"explain select * from {_name(schema)}.{_name(view)}")
            except duckdb.PermissionException:
                raise Unsound(f"читает другие файлы представлением «{schema}.{view}»") from None


def inspect_row_store(database: Path) -> None:
    """Raise `Unsound` unless a row store has only tables of datasets."""
    with _opened(database) as connection:
        _refuse_others(connection)
        for schema, view in connection.execute(_VIEWS).fetchall():
            raise Unsound(f"хранит представление «{schema}.{view}» на месте строк")
        _refuse_schemas(connection, {_MAIN})
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            if table not in contracts():
                raise Unsound(f"хранит таблицу «{table}», которой у программы нет")


def inspect_pointer(file: Path, publications: Collection[int]) -> None:
    """Raise `Unsound` unless the pointer names one of these publications."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))["publication"] in publications
    except (ValueError, TypeError, LookupError, RecursionError):
        known = False
    if not known:
        raise Unsound("указывает на публикацию, которой в ней нет")


@contextlib.contextmanager
def _opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with duckdb.connect(str(database), read_only=True, config=_ALONE) as connection:
            yield connection
    except duckdb.Error as error:
        raise Unsound("повреждена") from error


def _refuse_others(connection: duckdb.DuckDBPyConnection) -> None:
    for called, query in _OTHERS.items():
        for schema, name in connection.execute(query).fetchall():
            raise Unsound(f"хранит {called} «{schema}.{name}», а в хранилище бывают только таблицы")


def _refuse_schemas(connection: duckdb.DuckDBPyConnection, known: Collection[str]) -> None:
    for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
        if schema not in known:
            raise Unsound(f"хранит таблицу «{schema}.{table}», которой у программы нет")


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
