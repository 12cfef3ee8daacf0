"""How much effort DuckDB makes: what pays on many rows is spared where a warehouse holds few."""

import contextlib
from collections.abc import Iterator

import duckdb

# Below this many loaded rows planning a statement, not running it, is what takes time.
FEW_ROWS = 5_000

# One thread, plans as they are written, columns too, and small blocks: hundreds of columns hold a few values each.
_SPARING = (
    "set threads = 1",
    "pragma disable_optimizer",
    "set force_compression = 'uncompressed'",
    "set default_block_size = 16384",
)
_USUAL = ("reset threads", "pragma enable_optimizer", "reset force_compression", "reset default_block_size")


def holds_few_rows(warehouse: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether so few rows were ever loaded that effort is to be spared."""
    row = warehouse.execute("select coalesce(sum(rows_loaded), 0) from ledger.batches").fetchone()
    return row is not None and row[0] < FEW_ROWS


@contextlib.contextmanager
def suited(connection: duckdb.DuckDBPyConnection, *, few: bool) -> Iterator[None]:
    """Spare effort while the block runs if it handles few rows; the results are the same either way."""
    if not few:
        yield
        return
    for statement in _SPARING:
        connection.execute(statement)
    try:
        yield
    finally:
        for statement in _USUAL:
            connection.execute(statement)
