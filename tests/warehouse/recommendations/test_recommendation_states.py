"""The state of a recommendation after each event of its life."""

from collections.abc import Iterator

import duckdb
import pytest

from view.wording import recommendation_words
from warehouse.recommendations.flow import STATES, STEPS, lapsed, states, steps_from
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import define_macros

EVENTS = sorted({step.event for step in STEPS.values()} | {"drafted", "renewed", "lapsed"})
"""Every event: of the steps that people take, and of generating."""


@pytest.fixture
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to an empty ledger of recommendations."""
    with duckdb.connect() as connection:
        define_macros(connection)
        connection.execute("create schema ledger")
        connection.execute((SQL / "schema" / "005_recommendations.sql").read_text(encoding="utf-8"))
        yield connection


def enter(connection: duckdb.DuckDBPyConnection, name: str, *events: str) -> None:
    for number, event in enumerate(events, start=1):
        connection.execute(
            "insert into ledger.recommendation_events values (?, ?, ?, null, null, null, '', '', '2026-01-01', 1)",
            [name, number, event],
        )


def test_every_event_leads_to_a_known_state(ledger: duckdb.DuckDBPyConnection) -> None:
    for event in EVENTS:
        enter(ledger, event, "drafted", event)
    found = states(ledger, EVENTS)
    assert sorted(found) == EVENTS
    assert set(found.values()) == set(STATES)
    assert found["edited"] == "draft"


def test_a_step_can_be_taken_only_from_a_known_state() -> None:
    assert {state for step in STEPS.values() for state in step.allowed_from} <= set(STATES)
    assert steps_from("withdrawn") == ()


def test_an_unknown_event_is_an_error(ledger: duckdb.DuckDBPyConnection) -> None:
    enter(ledger, "a", "drafted", "forgotten")
    with pytest.raises(duckdb.InvalidInputException, match="unknown event of a recommendation: forgotten"):
        states(ledger, ["a"])


def test_only_a_draft_without_reason_may_be_renewed(ledger: duckdb.DuckDBPyConnection) -> None:
    enter(ledger, "lapsed", "drafted", "edited", "lapsed")
    enter(ledger, "renewed", "drafted", "lapsed", "renewed")
    enter(ledger, "withdrawn", "drafted", "withdrawn")
    names = ["lapsed", "renewed", "withdrawn", "unknown"]
    assert states(ledger, names) == {"lapsed": "withdrawn", "renewed": "draft", "withdrawn": "withdrawn"}
    assert lapsed(ledger, names) == {"lapsed"}


def test_every_state_event_and_step_has_words() -> None:
    assert set(recommendation_words.STATES) == set(STATES)
    assert set(recommendation_words.EVENTS) == set(EVENTS)
    assert set(recommendation_words.STEP_LABELS) == set(recommendation_words.STEP_DONE) == set(STEPS)
