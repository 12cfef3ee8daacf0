"""The warehouse's SQL gives the same results on DuckLake, for installations of many nodes."""

from pathlib import Path

import duckdb
import duckdb_extension_ducklake
import polars as pl
from polars.testing import assert_frame_equal

from checks.catalogue import contracts
from tests.golden.builder import computed, rows_of
from warehouse.build import pipeline
from warehouse.store.schema import migrate

GOLDEN = Path(__file__).parents[2] / "golden" / "warehouse.md"
EXTENSION = next(Path(duckdb_extension_ducklake.__file__).parent.rglob("ducklake.duckdb_extension"))
VALUES = "select * from mart.indicator_values order by all"


def test_facts_kept_in_ducklake_give_the_golden_values(tmp_path: Path) -> None:
    rows = rows_of(GOLDEN)
    lake = duckdb.connect(config={"allow_unsigned_extensions": True})
    lake.execute(f"load '{EXTENSION}'")
    lake.execute(f"attach 'ducklake:{tmp_path}/catalogue.ducklake' as lake (data_path '{tmp_path}/data')")
    lake.execute("use lake")
    migrate(lake)
    for table in ("regions", "municipalities", "competencies", "targets"):
        lake.execute(f"delete from reference.{table}")
    for batch, region in ((1, None), (41, "41000000"), (24, "24000000")):
        lake.execute("insert into ledger.batch_events values (?, 1, 'loaded', now(), 'test', null)", [batch])
        batch_row = "(?, '', ?, 1, 'test', now(), 0, 0, 0, 0, 0, 0, null)"
        lake.execute(f"insert into ledger.batches values {batch_row}", [batch, region])
    for table, given in rows.items():
        frame = pl.DataFrame(list(given), infer_schema_length=None)
        if table in contracts():
            target, frame = f"facts.{table}", frame.with_columns(batch=1, source_row=pl.int_range(pl.len()))
            if table == "programs":  # the region of a programme is that of its batch
                region_batch = pl.col("region_id").str.head(2).cast(pl.Int64).fill_null(1)
                frame = frame.with_columns(batch=region_batch).drop("region_id")
        elif table == "rounds":
            target, frame = "ledger.round_events", _as_events(frame)
        else:
            target = f"reference.{table}"
        if table == "municipalities":
            frame = frame.with_columns(short_name=pl.col("name"), kind=pl.lit("район"))
        lake.register("frame", frame)
        lake.execute(f"insert into {target} by name select * from frame")
        lake.unregister("frame")

    lake.execute("attach ':memory:' as mart")
    pipeline.stage(lake)
    pipeline.fill(lake)

    expected = computed(rows).execute(VALUES).pl()
    assert expected.height > 100
    assert_frame_equal(lake.execute(VALUES).pl(), expected)


def _as_events(rounds: pl.DataFrame) -> pl.DataFrame:
    """Return the events of rounds: each was opened, some were closed."""
    names = {"opened": 1, "closed": 2}
    events = pl.concat(
        rounds.with_columns(event=pl.lit(event), event_number=pl.lit(number)) for event, number in names.items()
    ).filter((pl.col("event") == "opened") | pl.col("closed_on").is_not_null())
    return events.select(
        "region_id", "year", "half", "event_number", "event",
        happened_on=pl.coalesce("closed_on", pl.date(2021, 1, 1)),
        happened_at=pl.coalesce("closed_on", pl.date(2021, 1, 1)).cast(pl.Datetime),
        actor=pl.lit("test"),
    )  # fmt: skip
