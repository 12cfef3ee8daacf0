"""The cache of answers: one answer a question, publication, actor and arguments."""

import polars as pl
import pytest

from tests import screens
from view.shell import session
from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart, current_publication
from warehouse.queries import published
from warehouse.store.address import Address

VIEWER, ADMIN = Actor("Руководство", "viewer"), Actor("Администратор", "admin")
asked: list[tuple[object, ...]] = []


def number(mart: Mart, actor: Actor, factor: int = 1) -> int:
    """Count how often it is asked."""
    asked.append((mart.publication, actor, factor))
    return mart.publication * factor


def pair(mart: Mart, other: Mart | None, actor: Actor, word: str) -> str:
    """Count how often it is asked of two marts."""
    asked.append((mart.publication, other and other.publication, actor, word))
    return f"{word} {other and other.publication}"


@pytest.fixture
def newest(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> int:
    """The current publication of the demonstration, the log of questions empty."""
    screens.look_at(monkeypatch, demo_warehouse)
    monkeypatch.setattr("view.shell.session.check_access_unchanged", lambda _: None)
    asked.clear()
    session._answer.clear()
    publication = current_publication(demo_warehouse)
    assert publication
    return publication


def test_an_answer_is_computed_once_for_each_publication_actor_and_argument(newest: int) -> None:
    for _ in range(2):
        assert session.ask(newest, ADMIN, number) == newest
        assert session.ask(newest, VIEWER, number) == newest
        assert session.ask(newest, ADMIN, number, 3) == 3 * newest
        assert session.ask(newest, ADMIN, number, factor=4) == 4 * newest
        assert session.ask(newest - 1, ADMIN, number) == newest - 1
    assert len(asked) == 5


def test_questions_of_two_publications_are_cached_by_both(newest: int) -> None:
    for _ in range(2):
        assert session.compare(newest, newest - 1, ADMIN, pair, "до") == f"до {newest - 1}"
        assert session.compare(newest, None, ADMIN, pair, "до") == "до None"
    assert len(asked) == 2


def test_a_frame_in_the_cache_is_not_shared_between_readers(newest: int) -> None:
    first = session.ask(newest, ADMIN, published.regions)
    first.insert_column(0, pl.Series("spoilt", [1] * first.height))
    assert "spoilt" not in session.ask(newest, ADMIN, published.regions).columns


def test_a_question_without_a_name_of_its_own_is_refused(newest: int) -> None:
    with pytest.raises(Exception, match="has no name of its own"):
        session.ask(newest, ADMIN, lambda mart, actor: mart.publication)
