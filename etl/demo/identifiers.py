"""Synthetic identifiers of people.

Most people have an opaque code («DEMO-0000123»). About one in twelve has a number in the form of a СНИЛС with a valid
check sum, so that these are demonstrated too: all are invented, from a block (990-…) far above the numbers in use.
"""

import polars as pl

SNILS_BLOCK = 990_000_000
SNILS_EVERY = 12


def person_ids(numbers: pl.Series) -> pl.Series:
    """Return the identifier of each person by their serial number in the whole demonstration."""
    frame = pl.DataFrame({"number": numbers.cast(pl.Int64)})
    serial = SNILS_BLOCK + pl.col("number")
    digits = serial.cast(pl.String)
    opaque = pl.lit("DEMO-") + pl.col("number").cast(pl.String).str.zfill(7)
    snils = pl.concat_str(
        digits.str.slice(0, 3),
        pl.lit("-"),
        digits.str.slice(3, 3),
        pl.lit("-"),
        digits.str.slice(6, 3),
        pl.lit(" "),
        _check_sum(serial).cast(pl.String).str.zfill(2),
    )
    chosen = pl.when(pl.col("number") % SNILS_EVERY == SNILS_EVERY - 1).then(snils).otherwise(opaque)
    return frame.select(chosen.alias("person")).to_series()


def _check_sum(serial: pl.Expr) -> pl.Expr:
    total = pl.sum_horizontal(*[(serial // 10**digit % 10) * (digit + 1) for digit in range(9)])
    remainder = total % 101
    return pl.when(remainder == 100).then(0).otherwise(remainder)
