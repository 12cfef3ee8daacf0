"""Settings for small warehouses: the same figures, and DuckDB is left as it was found."""

from pathlib import Path

import polars as pl
import pytest

from etl.intake.load import load_folder
from tests.examples.files import NOW, options, write_folder
from tests.examples.rows import REGISTERS, VALID
from warehouse.build import publish
from warehouse.changes.connection import writer
from warehouse.marts.mart import open_mart
from warehouse.store import engine
from warehouse.store.address import Address

SETTINGS = """
    select name, value from duckdb_settings()
    where name in ('threads', 'force_compression', 'default_block_size', 'disabled_optimizers')
"""
# Those say of themselves which publication they belong to.
OWN = {"publication", "publications"}


def published(address: Address) -> dict[str, pl.DataFrame]:
    """Publish anew and return every table of the mart."""
    with writer(address, "проверка", None) as connection:
        before = connection.execute(SETTINGS).fetchall()
        number = publish.publish_again(connection, address, author="Проверка", at=NOW)
        assert connection.execute(SETTINGS).fetchall() == before
    mart = open_mart(address, number)
    names = mart.query_unguarded("select table_name from duckdb_tables() where database_name = current_database()")[
        "table_name"
    ]
    return {
        name: mart.query_unguarded(f"select * from {name} order by all") for name in sorted({*names, "verdicts"} - OWN)
    }


def test_settings_for_few_rows_give_the_same_mart(
    loaded: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {dataset: [row] for dataset, row in VALID.items() if dataset not in REGISTERS}
    results = load_folder(loaded, write_folder(tmp_path / "others", others), options(confirm="сверено"))
    assert all(result.status == "loaded" for result in results), results
    tuned = published(loaded)
    monkeypatch.setattr(engine, "FEW_ROWS", 0)
    usual = published(loaded)
    assert tuned.keys() == usual.keys()
    for name, frame in usual.items():
        assert tuned[name].equals(frame), name
    assert sum(frame.height > 0 for frame in usual.values()) > 30
