"""Outcomes of recommendations in later rounds, computed by hand over three rounds."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import polars as pl
import pytest

from checks.half_year import HalfYear
from warehouse.build import conditions
from warehouse.recommendations.reading import achieved_by
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import define_macros

REGION = "41000000"
ROUNDS = [(2024, 2), (2025, 1), (2025, 2), (2026, 1)]
FIRST = ROUNDS[0]

# Name → what the condition says in each round (standing and gap; None: nothing), what people did with the
# recommendation of the first round, and what becomes of it: outcome, rounds to closure, rounds in a row.
Says = tuple[str, int] | None
CASES: dict[str, tuple[Sequence[Says], Sequence[tuple[str, str]], tuple[str, int | None, int]]] = {
    # Gone in the next round; what comes after is a matter of another recommendation.
    "closed at once": ((("raises", 9), ("clear", 0), ("raises", 9), ("raises", 9)), [], ("closed", 1, 1)),
    "closed later": ((("raises", 9), ("open", 2), ("clear", 0), ("clear", 0)), [], ("closed", 2, 2)),
    "closed after a silence": ((("raises", 9), None, ("clear", 0), None), [], ("closed", 2, 1)),
    # Near, so it would not be made anew, and not fulfilled either.
    "improving": ((("raises", 9), ("raises", 9), ("raises", 7), ("open", 1)), [], ("improving", None, 4)),
    "recurring": ((("raises", 9), ("raises", 7), ("raises", 8), ("raises", 9)), [], ("recurring", None, 4)),
    "worse": ((("raises", 9), ("raises", 12), None, None), [], ("recurring", None, 2)),
    "silent": ((("raises", 9), None, None, None), [], ("waiting", None, 1)),
    # Said to be done in time for the last round, which shows otherwise, though less is lacking.
    "reported": (
        (("raises", 9), ("raises", 9), ("raises", 9), ("raises", 5)),
        [("sent", "2025-01-20"), ("reported", "2026-06-10")],
        ("reported_not_met", None, 4),
    ),
    # Said to be done after the last round that says something: it is for the next one to tell.
    "reported late": (
        (("raises", 9), ("raises", 9), ("raises", 9), ("raises", 9)),
        [("sent", "2025-01-20"), ("reported", "2026-07-01")],
        ("recurring", None, 4),
    ),
    "reported and closed": (
        (("raises", 9), ("clear", 0), None, None),
        [("sent", "2025-01-20"), ("reported", "2025-06-10")],
        ("closed", 1, 1),
    ),
    "reopened": (
        (("raises", 9), ("raises", 9), None, None),
        [("sent", "2025-01-20"), ("reported", "2025-06-10"), ("reopened", "2025-06-11")],
        ("recurring", None, 2),
    ),
    "withdrawn": ((("raises", 9), ("raises", 9), None, None), [("withdrawn", "2025-02-01")], ("withdrawn", None, 2)),
    "lapsed": ((("raises", 9), ("raises", 9), None, None), [("lapsed", "2025-02-01")], ("withdrawn", None, 2)),
}


@pytest.fixture(scope="module")
def rows() -> Iterator[dict[str, dict[str, Any]]]:
    """Return name → recommendation of the first round, as of a publication after the last."""
    with duckdb.connect() as connection:
        define_macros(connection)
        _stage(connection)
        for path in sorted((SQL / "mart_ledger").glob("5*_recommendation*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
        found = connection.execute("from mart.recommendations").pl()
        yield {row["recommendation"]: row for row in found.iter_rows(named=True)}


def _stage(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("attach ':memory:' as mart")
    connection.execute("create schema ledger")
    connection.execute((SQL / "schema" / "005_recommendations.sql").read_text(encoding="utf-8"))
    state = ", ".join(f"{name} {kind}" for name, kind in conditions.STATE.items())
    connection.execute(f"create temp table condition_states (condition varchar, {state}, figures varchar)")
    connection.execute(
        "create temp table condition_catalogue (condition varchar, condition_title varchar, evidence varchar, "
        "counted varchar)"
    )
    connection.execute("create temp table half_years (region_id varchar, year bigint, half bigint, cutoff date)")
    connection.execute(
        "create temp table rounds (region_id varchar, year bigint, half bigint, opened_on date, closed_on date)"
    )
    connection.execute("create temp table territories (level varchar, territory_id varchar, name varchar)")
    connection.execute(
        "create table mart.indicators (code varchar, short varchar, unit varchar, kind varchar, decimals bigint, "
        "counted varchar)"
    )
    for year, half in ROUNDS:
        connection.execute(
            "insert into half_years values (?, ?, ?, ?)", [REGION, year, half, HalfYear(year, half).last_day]
        )
    for name, (says, events, _) in CASES.items():
        _enter(connection, name, says, events)


def _enter(
    connection: duckdb.DuckDBPyConnection, name: str, says: Sequence[Says], events: Sequence[tuple[str, str]]
) -> None:
    key = {"condition": "missed", "region_id": REGION, "level": "M", "territory_id": name, "indicator": "a",
           "subject": ""}  # fmt: skip
    for (year, half), said in zip(ROUNDS, says, strict=True):
        if said is not None:
            state = {**key, "year": year, "half": half, "standing": said[0], "gap": said[1], "distance": 1}
            _insert(connection, "condition_states", state)
    first = says[0]
    assert first is not None
    made = {**key, "recommendation": name, "generation": 1, "rule": "r", "rule_version": 1, "year": FIRST[0],
            "half": FIRST[1], "due_year": 2025, "due_half": 1, "due_on": dt.date(2025, 6, 1), "urgency": "normal",
            "gap": first[1], "distance": 1, "figures": "{}", "finding": "", "title": "Мера", "measure": "",
            "responsible": "", "basis": "", "publication": 1, "author": "",
            "generated_at": "2025-01-10 09:00"}  # fmt: skip
    _insert(connection, "ledger.recommendations", made)
    for number, (event, day) in enumerate([("drafted", "2025-01-10"), *events], start=1):
        happened = {"recommendation": name, "event_number": number, "event": event, "actor": "", "role": "",
                    "happened_at": f"{day} 09:00", "publication": 1}  # fmt: skip
        _insert(connection, "ledger.recommendation_events", happened)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", [*row.values()])


@pytest.mark.parametrize("name", sorted(CASES))
def test_outcome(rows: dict[str, dict[str, Any]], name: str) -> None:
    row = rows[name]
    assert (row["outcome"], row["rounds_to_closure"], row["rounds_in_row"]) == CASES[name][2]


def test_the_latest_round_that_says_something_is_told(rows: dict[str, dict[str, Any]]) -> None:
    assert (rows["worse"]["tested_year"], rows["worse"]["tested_half"], rows["worse"]["gap_now"]) == (2025, 1, 12.0)
    assert rows["silent"]["tested_year"] is None
    # Held against the target of a whole year in the middle of one.
    assert rows["improving"]["provisional"]
    assert not rows["closed later"]["provisional"]


def test_what_was_achieved_counts_what_was_sent_and_not_withdrawn(rows: dict[str, dict[str, Any]]) -> None:
    # Sent: reported, reported late, reported and closed, reopened. One of four is closed by data, after one round.
    found = achieved_by(pl.DataFrame(list(rows.values()), infer_schema_length=None))
    assert (found.sent, found.tested, found.closed, found.closed_share) == (4, 4, 1, 25.0)
    assert (found.improving, found.recurring, found.reported_not_met, found.median_rounds) == (0, 2, 1, 1.0)
    assert found.measures.rows() == [("Мера", 4, 4, 1, 1.0, 25.0)]
