"""Build sequence of a mart: current rows, staging, indicators, checks, conditions.

All steps share one connection: rows and staging are temporary tables, the mart is an attached database named `mart`.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from warehouse.build import conditions, indicators, quality_checks
from warehouse.ledger import frozen_figures, profiles
from warehouse.ledger.current import stage_current
from warehouse.store import engine
from warehouse.store.sqlfile import define_macros, registered, scripts

MART: Final = "mart"


def stage(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables of the current rows and of sql/staging."""
    stage_current(warehouse)
    derive(warehouse)


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables of sql/staging from those of the current rows."""
    define_macros(connection)
    profiles.stage(connection)
    for statement in scripts("staging").values():
        connection.execute(statement)
    frozen_figures.restore_loaded_datasets(connection)


def fill(connection: duckdb.DuckDBPyConnection, folder: Path = indicators.INDICATORS) -> None:
    """Fill the attached, empty mart with the indicators of a folder and the tables of sql/mart.

    Needs the temporary tables of `derive`. Raises `IndicatorError`.
    """
    with engine.using(connection, MART):
        indicators.compute(connection, folder)


def judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Run the quality checks and the conditions over staging and the filled mart.

    Makes the temporary tables of `quality_checks.run` and `conditions.run`. Raises `QualityError`, `ConditionError`.
    """
    with engine.using(connection, MART):
        quality_checks.run(connection)
        conditions.run(connection)


@contextlib.contextmanager
def aside(warehouse: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build a mart in memory from the rows of an open transaction; yield a connection to it.

    A transaction may write to one database only, so the current rows are copied to a database of their own.
    """
    few_rows = engine.holds_few_rows(warehouse)
    with engine.tuned(warehouse, few_rows=few_rows):
        stage_current(warehouse)
    with (
        contextlib.closing(duckdb.connect(config=engine.NO_EXTENSIONS)) as connection,
        engine.tuned(connection, few_rows=few_rows),
    ):
        for (table,) in warehouse.execute("select table_name from duckdb_tables() where temporary").fetchall():
            with registered(connection, "staged", warehouse.execute(f"from temp.{table}").to_arrow_table()):
                connection.execute(f"create temp table {table} as from staged")
        connection.execute(f"attach ':memory:' as {MART}")
        derive(connection)
        fill(connection)
        connection.execute(f"use {MART}")
        yield connection
