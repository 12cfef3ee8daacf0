"""Benchmark of an upload by a specialist: 10,000 diagnostics rows from file to findings.

It is compared with reading the file by polars alone. Usage: python -m bench.desk [ROWS] [RUNS]
"""

import os
import sys
import tempfile
from pathlib import Path

import polars as pl

from bench.loading import write_diagnostics, write_organizations
from bench.measure import alternate, report
from etl.intake import desk
from etl.intake.load import load
from etl.intake.prepare import Incoming, Options
from warehouse.access.rights import Actor
from warehouse.store.address import Address
from warehouse.store.clock import now


def main() -> None:
    """Print the times and ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    os.environ["RSNMS_KEY"] = "benchmark key, not a secret"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register, data = folder / "organizations.csv", folder / "diagnostics.csv"
        write_organizations(register)
        write_diagnostics(data, rows)
        address = Address(folder / "warehouse.duckdb")
        actor = Actor("bench", "specialist")
        options = Options(actor=actor, now=now())
        load(address, "organizations", [Incoming.at(register)], options)
        content = data.read_bytes()

        def drop_to_verdict() -> None:
            seen = desk.recognise(data.name, content)
            assert seen.dataset is not None
            checked = desk.check(address, actor, [(seen.dataset, Incoming(data.name, content))], options)
            assert checked.results[0].rows.read == rows

        seconds = alternate(
            {
                "polars.read_csv alone": lambda: pl.read_csv(content, separator=";", infer_schema=False),
                "from drop to verdict": drop_to_verdict,
            },
            runs,
        )
        report(seconds, "polars.read_csv alone")


if __name__ == "__main__":
    main()
