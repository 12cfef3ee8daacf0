"""Programmes of further education, from the list in `programs.csv`.

Two gaps are intended: no programme covers inclusive education (INCL) after June 2024, and none on assessment (EVAL) is
in the Federal register.
"""

import datetime as dt
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
DEVELOPERS = {
    "ФО": "Федеральный оператор (демонстрация)",
    "РИРО": "Региональный институт развития образования (демонстрация)",
    "ЦНППМ": "Центр непрерывного повышения профессионального мастерства (демонстрация)",
}


def programs() -> pl.DataFrame:
    """Return the final state of all programmes, columns as in the contract."""
    frame = pl.read_csv(HERE / "programs.csv", separator=";", try_parse_dates=True)
    return frame.select(
        pl.format("DPP-{}", pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(3)).alias("program_id"),
        "title",
        "kind",
        pl.col("hours").cast(pl.Int64),
        pl.col("developer").replace_strict(DEVELOPERS),
        "competencies",
        "active_from",
        "active_to",
        "registered_on",
        "lms_on",
    )


def known_on(frame: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Return the programmes known on a day, as they were then."""
    return frame.filter(pl.col("active_from") <= day + dt.timedelta(days=14)).with_columns(
        pl.when(pl.col(column) <= day).then(column).alias(column) for column in ("active_to", "registered_on", "lms_on")
    )
