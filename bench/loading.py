"""Benchmark of loading one million diagnostics rows with all checks.

It is compared with DuckDB's COPY and with pandas and pandera. Usage: python -m bench.loading [ROWS] [RUNS]
"""

import cProfile
import os
import pstats
import re
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pandera.pandas as pandas_checks
import polars as pl

from bench.measure import alternate, report
from checks.catalogue import contracts
from etl.intake.load import load
from etl.intake.prepare import Incoming, Options
from warehouse.access.rights import Actor
from warehouse.store import clock
from warehouse.store.address import Address

ORGANIZATIONS = 700
DAYS_PER_PERSON = 3
LISTED = 80
"""Functions that the profile lists, the costliest first."""
ROOT = Path(__file__).resolve().parents[1]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in ("bench", "tests"))
OURS = rf"^{re.escape(str(ROOT))}/({'|'.join(PACKAGES)})/|hash_rows"
"""Where a profile looks: functions of this repository's packages, and the hashing of polars."""


def write_organizations(path: Path) -> None:
    """Write a register of organizations for the rows to refer to."""
    pl.DataFrame(
        {
            "organization_id": [f"BENCH-{number:04d}" for number in range(ORGANIZATIONS)],
            "name": [f"Школа № {number}" for number in range(ORGANIZATIONS)],
            "municipality": ["41612000"] * ORGANIZATIONS,
            "kind": ["школа"] * ORGANIZATIONS,
        }
    ).write_csv(path, separator=";")


def write_diagnostics(path: Path, rows: int) -> None:
    """Write correct diagnostics rows as a Russian system would export them.

    Separator «;», decimal comma, dates as dd.mm.yyyy, да/нет.
    """
    rng = np.random.default_rng(1)
    codes = ["NORM", "SUBJ", "METH", "PSY", "COMM", "DIGI", "FUNC", "EVAL", "INCL", "UPBR"]
    number = np.arange(rows)
    person = number // (len(codes) * DAYS_PER_PERSON)
    day = (number // len(codes)) % DAYS_PER_PERSON
    deficit = rng.random(rows) < 0.4
    score = np.where(deficit, rng.integers(100, 700, rows), rng.integers(500, 1000, rows))
    headers = {code: column.header for code, column in contracts()["diagnostics"].columns.items()}
    frame = pl.DataFrame(
        {"person": person, "day": day, "score": score, "deficit": deficit, "code": number % len(codes)}
    )
    frame.select(
        pl.format("BENCH-{}", pl.col("person").cast(pl.String).str.zfill(7)).alias("person"),
        pl.format("BENCH-{}", (pl.col("person") % ORGANIZATIONS).cast(pl.String).str.zfill(4)).alias("organization_id"),
        pl.when(pl.col("person") % 2 == 0).then(pl.lit("учитель")).otherwise(pl.lit("педагог")).alias("role"),
        pl.date(2025, pl.col("day") * 3 + 1, pl.col("person") % 28 + 1).dt.strftime("%d.%m.%Y").alias("date"),
        pl.col("code").replace_strict(dict(enumerate(codes)), return_dtype=pl.String).alias("competency"),
        pl.format("{},{}", pl.col("score") // 10, pl.col("score") % 10).alias("score"),
        pl.when("deficit").then(pl.lit("да")).otherwise(pl.lit("нет")).alias("deficit"),
    ).rename(headers).write_csv(path, separator=";")


def with_pandas(path: Path) -> None:
    """Read and check the same rows with pandas and pandera, as most scripts do."""
    frame = pd.read_csv(path, sep=";", decimal=",", dtype=str)
    frame.columns = pd.Index(list(contracts()["diagnostics"].columns))
    frame["score"] = pd.to_numeric(frame["score"].str.replace(",", "."))
    frame["date"] = pd.to_datetime(frame["date"], format="%d.%m.%Y")
    frame["deficit"] = frame["deficit"].map({"да": True, "нет": False})
    pandas_checks.DataFrameSchema(
        {
            "person": pandas_checks.Column(str, pandas_checks.Check.str_matches(r"^[\w-]{4,64}$")),
            "organization_id": pandas_checks.Column(str, pandas_checks.Check.str_matches(r"^[\w-]{1,32}$")),
            "role": pandas_checks.Column(str, pandas_checks.Check.isin(["учитель", "педагог", "руководитель"])),
            "date": pandas_checks.Column("datetime64[ns]", coerce=True),
            "competency": pandas_checks.Column(str),
            "score": pandas_checks.Column(float, pandas_checks.Check.in_range(0, 100)),
            "deficit": pandas_checks.Column(bool),
        },
        unique=["person", "date", "competency"],
    ).validate(frame, lazy=True)


def main() -> None:
    """Print the times and ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    os.environ["RSNMS_KEY"] = "benchmark key, not a secret"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register, data = folder / "organizations.csv", folder / "diagnostics.csv"
        write_organizations(register)
        write_diagnostics(data, rows)
        print(f"{rows} rows, {data.stat().st_size / 1e6:.0f} MB")
        number = iter(range(1_000_000))

        def options(*, publish: bool) -> Options:
            now = clock.now()
            return Options(actor=Actor("bench", "admin"), now=now, confirm="benchmark", publish=publish)

        def fresh() -> Address:
            address = Address(folder / f"{next(number)}" / "warehouse.duckdb")
            load(address, "organizations", [Incoming.at(register)], options(publish=False))
            return address

        def ours(address: Address, *, publish: bool) -> None:
            result = load(address, "diagnostics", [Incoming.at(data)], options(publish=publish))
            assert result.rows.loaded == rows, result.findings[:3]

        def copy() -> None:
            with duckdb.connect(str(folder / f"copy{next(number)}.duckdb")) as connection:
                connection.execute(
                    "create table facts (person varchar, organization_id varchar, role varchar, date date, "
                    "competency varchar, score double, deficit varchar)"
                )
                connection.execute(
                    f"copy facts from '{data}' (header, delimiter ';', decimal_separator ',', dateformat '%d.%m.%Y')"
                )

        addresses = [fresh() for _ in range(2 * runs + 1)]
        seconds = alternate(
            {
                "DuckDB COPY into a table": copy,
                "load with all checks, as one batch": lambda: ours(addresses.pop(), publish=False),
                "the same with publication of the mart": lambda: ours(addresses.pop(), publish=True),
                "polars.read_csv alone": lambda: pl.read_csv(data, separator=";", infer_schema=False),
                "pandas with pandera, nothing stored": lambda: with_pandas(data),
            },
            runs,
        )
        report(seconds, "DuckDB COPY into a table")
        profile = cProfile.Profile()
        profile.runcall(ours, addresses.pop(), publish=False)
        print("\nWhere a load spends its time (profiled, so slower):")
        pstats.Stats(profile).sort_stats("cumulative").print_stats(OURS, LISTED)


if __name__ == "__main__":
    main()
