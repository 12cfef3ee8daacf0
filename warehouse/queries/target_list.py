"""Targets of profiles: those in force, their changes, and verdicts under other targets."""

from __future__ import annotations

import contextlib

import duckdb
import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart
from warehouse.store import engine
from warehouse.store.schema import SQL


def listing(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return all targets in force.

    One row a target: target (identity), origin (shipped, own), profile, indicator, year, operator, value, levels,
    document, order_number, order_date, clause, valid_from, valid_to, note.
    """
    require(actor, "view_values")
    return mart.query_as(actor, "select * from target_list order by profile, indicator, year, target")


def events(mart: Mart, actor: Actor, profile: str = "") -> pl.DataFrame:
    """Return the changes of targets, the latest first, of one profile when it is given.

    Columns: those of the ledger's events.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        "select * from target_events where $profile = '' or profile = $profile "
        "order by happened_at desc, target, event_number desc",
        {"profile": profile},
    )


_STAGED = ("profile", "indicator", "year", "operator", "value", "levels", "document", "clause", "valid_from",
           "valid_to", "note")  # fmt: skip


def verdicts(mart: Mart, actor: Actor, standing: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Return verdicts of the region and municipalities under other targets.

    They are computed by the SQL of every publication.

    standing: frame with the columns of a target. One row a territory, half-year and indicator: level, territory_id,
    territory, year, half, indicator, unit, numerator, denominator, value, target, verdict, gap.
    """
    require(actor, "view_values")
    with contextlib.closing(duckdb.connect(config=engine.NO_EXTENSIONS)) as aside:
        for table, query in (
            ("indicators", "from indicators"),
            ("territory_names", "from territory_names where level <> 'O'"),
            ("indicator_values", "from indicator_values where level <> 'O'"),
        ):
            _copy(aside, table, mart.query_as(actor, query))
        _copy(aside, "half_years", mart.query_as(actor, "from half_years"), temporary=True)
        _copy(aside, "targets", standing.select(_STAGED), temporary=True)
        profiles.stage(aside)
        for name in ("21_applicable_targets.sql", "30_verdicts.sql"):
            aside.execute((SQL / "mart" / name).read_text(encoding="utf-8"))
        return aside.execute(
            """
            select level, territory_id, territory, year, half, indicator, unit, verdicts.numerator,
                verdicts.denominator, verdicts.value, target, operator,
                if(indicator_values.hidden, 'hidden', verdict) as verdict, gap
            from verdicts
            inner join indicator_values using (region_id, level, territory_id, year, half, indicator)
            where profile = ?
            """,
            [profile],
        ).pl()


def _copy(aside: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame, temporary: bool = False) -> None:
    aside.register("rows_to_copy", rows)
    aside.execute(f"create {'temp' if temporary else ''} table {table} as from rows_to_copy")
    aside.unregister("rows_to_copy")


def flips(mart: Mart, actor: Actor, after: pl.DataFrame, profile: str, indicator: str) -> pl.DataFrame:
    """Return the verdicts of one indicator that would differ under other targets.

    after: frame of targets, see `with_change`. Columns of `verdicts` and target_before, verdict_before.
    """
    key = ["level", "territory_id", "year", "half", "indicator"]
    chosen = pl.col("indicator") == indicator
    before = verdicts(mart, actor, listing(mart, actor), profile).filter(chosen)
    return (
        verdicts(mart, actor, after, profile)
        .filter(chosen)
        .join(
            before.select(*key, pl.col("target").alias("target_before"), pl.col("verdict").alias("verdict_before")),
            on=key,
            how="left",
        )
        .filter(pl.col("verdict").ne_missing(pl.col("verdict_before")))
        .sort("year", "half", "level", "territory", descending=[True, True, True, False])
    )
