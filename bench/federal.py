"""Benchmark of a whole federation in one warehouse: time and memory of publishing and pages.

Usage: python -m bench.federal [--regions 89] [--runs 50] [--memory 8GB] [--folder data/federal] [--pages]. The
warehouse is built once for a number of regions and kept: it takes tens of minutes and some gigabytes. Rows go into the
facts past the reading and checking of files, which `bench.loading` measures.
"""

import argparse
import resource
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from bench import pages
from checks.catalogue import contracts
from checks.parse import FILE, ROW
from etl.demo.scale import Scale, federal
from etl.demo.submissions import Submission, generate
from warehouse.build import publish
from warehouse.changes.connection import transaction, writer
from warehouse.ledger import batches
from warehouse.ledger.batches import NewBatch, RowCounts
from warehouse.store import clock
from warehouse.store.address import Address

AUTHOR = "Замер"
REGIONS = 89
# Pedagogues are twice the teachers: 1.3 million in 89 regions.
TEACHERS = 7_300
PERSONS = ("person", "mentor")


def build(address: Address, scale: Scale) -> None:
    """Fill an empty warehouse with every region of the scale, a region at a time."""
    address.database.parent.mkdir(parents=True, exist_ok=True)
    with writer(address, "замер", None) as connection:
        _add_reference(connection, scale)
        began, region = time.perf_counter(), ""
        for submission in generate(scale=scale):
            if submission.region_id != region:
                region = submission.region_id
                print(f"region {region}, {time.perf_counter() - began:.0f} s", flush=True)
            with transaction(connection):
                number = batches.next_submission(connection)
                for new in _batches(submission):
                    batches.add(connection, new, number)


def _add_reference(connection: duckdb.DuckDBPyConnection, scale: Scale) -> None:
    """Put the invented regions in the place of the real ones, whose codes they share."""
    connection.execute("delete from reference.regions")
    connection.execute("delete from reference.municipalities")
    for region in scale.regions:
        connection.execute(
            "insert into reference.regions values (?, ?, ?)", [region.region_id, region.name, region.name]
        )
        connection.executemany(
            "insert into reference.municipalities (municipality_id, region_id, name, short_name, kind) "
            "values (?, ?, ?, ?, ?)",
            [
                [one.municipality_id, region.region_id, one.name, one.short_name, one.kind]
                for one in region.municipalities
            ],
        )


def _batches(submission: Submission) -> Iterator[NewBatch]:
    """Yield the datasets of a submission in the order of references, persons under pseudonyms."""
    for code, contract in contracts().items():
        if code not in submission.frames:
            continue
        rows = submission.frames[code]
        persons = ", ".join(f"md5({name}) as {name}" for name in PERSONS if name in rows.columns)
        if persons:
            rows = duckdb.sql(f"select * replace ({persons}) from rows").pl()
        yield NewBatch(
            contract=contract,
            rows=rows.with_row_index(ROW, offset=2).with_columns(pl.lit(1).alias(FILE)),
            kept_back=pl.DataFrame(
                schema={FILE: pl.Int64, ROW: pl.Int64, "cells": pl.String, "municipality_id": pl.String}
            ),
            files=[],
            findings=[],
            reasons={},
            counts=RowCounts(read=rows.height, loaded=rows.height),
            author=AUTHOR,
            at=clock.utc(submission.sent_at),
            confirmation=submission.confirm,
            region_id=submission.region_id,
        )


def publication(address: Address, memory: str) -> tuple[float, float]:
    """Publish anew; return the seconds that it took and the peak memory of this process in GiB.

    memory: the database's limit, beyond which it spills to disk.
    """
    with writer(address, "замер", None, finish=False) as connection:
        connection.execute("set memory_limit = ?", [memory])
        began = time.perf_counter()
        publish.publish_again(connection, address, author=AUTHOR, at=clock.now())
        seconds = time.perf_counter() - began
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main() -> None:
    """Build the warehouse unless it is there, publish it and measure every page."""
    parser = argparse.ArgumentParser(prog="bench.federal")
    parser.add_argument("--regions", type=int, default=REGIONS)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=pages.PROJECT / "data" / "federal")
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--pages", action="store_true", help="measure the pages of the publication that is there")
    options = parser.parse_args()
    if options.runs < pages.FEWEST_RUNS:
        parser.error(f"--runs: at least {pages.FEWEST_RUNS}, since percentiles are taken of them")
    address = Address(options.folder / f"{options.regions:02d}" / "warehouse.duckdb")
    if not address.database.exists():
        aside = Address(options.folder / f"{options.regions:02d}.draft" / "warehouse.duckdb")
        shutil.rmtree(aside.database.parent, ignore_errors=True)
        build(aside, federal(regions=options.regions, teachers=TEACHERS))
        aside.database.parent.replace(address.database.parent)
    with duckdb.connect(str(address.database), read_only=True) as connection:
        for table in ("organizations", "passport_organizations", "diagnostics", "training"):
            (count,) = connection.execute(f"select count(*) from facts.{table}").fetchall()[0]
            print(f"{table:<24} {count:>12,} rows", flush=True)
    if not options.pages:
        seconds, memory = publication(address, options.memory)
        print(f"publication {seconds:.1f} s, peak memory {memory:.1f} GiB", flush=True)
    size = sum(file.stat().st_size for file in address.marts.iterdir()) / 2**30
    print(f"marts {size:.1f} GiB", flush=True)
    pages.measure(address, options.runs)


if __name__ == "__main__":
    main()
