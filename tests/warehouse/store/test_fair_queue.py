"""A queue of work: one piece a person at once, a few of all, the same work once."""

import threading
import time
from collections.abc import Callable

import pytest

from warehouse.store.fair_queue import FairQueue, TooMuchWaiting, whose


class Gate:
    """Work that waits until it is let through, and tells whether it has begun."""

    def __init__(self, name: str, log: list[str]) -> None:
        self.open, self.begun = threading.Event(), threading.Event()
        self.name, self.log = name, log

    def __call__(self) -> str:
        self.log.append(self.name)
        self.begun.set()
        assert self.open.wait(5)
        return self.name


def queue(at_once: int = 2, waiting_each: int = 3) -> FairQueue:
    return FairQueue(at_once, waiting_each, "Дождитесь готового.")


def gates(*names: str) -> tuple[list[Gate], list[str]]:
    log: list[str] = []
    return [Gate(name, log) for name in names], log


def let_through(*held: Gate) -> None:
    for one in held:
        one.open.set()


def until(true: Callable[[], bool]) -> None:
    """Wait for what another thread brings about."""
    for _ in range(500):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError


def test_one_piece_of_a_person_runs_at_once_and_others_pass_it() -> None:
    (first, second, other), log = gates("first", "second", "other")
    line = queue()
    pieces = [line.submit("a", first), line.submit("a", second), line.submit("b", other)]
    assert first.begun.wait(5) and other.begun.wait(5)
    assert not second.begun.is_set()
    assert [line.position(piece) for piece in pieces] == [0, 1, 0]
    first.open.set()
    assert second.begun.wait(5)
    let_through(second, other)
    assert [piece.future.result(5) for piece in pieces] == ["first", "second", "other"]
    assert log == ["first", "other", "second"] or log == ["other", "first", "second"]


def test_no_more_run_at_once_than_may_and_a_place_tells_how_many_are_ahead() -> None:
    (one, two, three, four), _ = gates("1", "2", "3", "4")
    line = queue()
    pieces = [line.submit(person, work) for person, work in zip("abcd", (one, two, three, four), strict=True)]
    assert one.begun.wait(5) and two.begun.wait(5)
    assert [line.position(piece) for piece in pieces] == [0, 0, 1, 2]
    two.open.set()
    assert three.begun.wait(5)
    assert line.position(pieces[3]) == 1 and not four.begun.is_set()
    let_through(one, three, four)
    assert [piece.future.result(5) for piece in pieces] == list("1234")
    assert [line.position(piece) for piece in pieces] == [0] * 4


def test_the_same_work_of_a_person_is_done_once() -> None:
    (one, again, others), log = gates("one", "again", "others")
    line = queue()
    first, second = line.submit("a", one, "file"), line.submit("a", again, "file")
    third = line.submit("b", others, "file")
    let_through(one, others)
    assert first is second and third is not first
    assert second.future.result(5) == "one" and third.future.result(5) == "others"
    assert "again" not in log
    again.open.set()
    assert line.submit("a", again, "file").future.result(5) == "again"


def test_a_person_cannot_fill_the_queue() -> None:
    held, log = gates(*"01234")
    line = queue(waiting_each=2)
    for work in held[:3]:
        line.submit("a", work)
    with pytest.raises(TooMuchWaiting, match="Дождитесь готового"):
        line.submit("a", held[3])
    held[4].open.set()
    assert line.submit("b", held[4]).future.result(5) == "4"
    let_through(*held)
    until(lambda: log == ["0", "4", "1", "2"])


def test_a_failure_reaches_who_waits_and_frees_the_turn() -> None:
    def fails() -> str:
        raise ValueError("broken")

    line = queue(at_once=1)
    piece = line.submit("a", fails)
    with pytest.raises(ValueError, match="broken"):
        piece.future.result(5)
    assert line.submit("a", lambda: "next").future.result(5) == "next"


def test_work_of_nobody_in_particular_has_no_turn_of_its_own() -> None:
    (one, two), _ = gates("1", "2")
    line = queue()
    pieces = [line.submit(None, one), line.submit(None, two)]
    assert one.begun.wait(5) and two.begun.wait(5)
    let_through(one, two)
    assert [piece.future.result(5) for piece in pieces] == ["1", "2"]


def test_a_cancelled_piece_is_passed_over() -> None:
    (one, two), log = gates("1", "2")
    line = queue(at_once=1)
    first, second = line.submit("a", one), line.submit("b", two)
    assert one.begun.wait(5) and second.future.cancel()
    one.open.set()
    assert first.future.result(5) == "1"
    assert line.submit("b", lambda: "3").future.result(5) == "3"
    assert log == ["1"]


def test_work_is_done_in_the_turn_of_the_person_of_the_thread() -> None:
    (first, second), _ = gates("1", "2")
    line = queue()

    def page(work: Gate) -> None:
        whose.set("a")
        line.do(work)

    pages = [threading.Thread(target=page, args=(work,)) for work in (first, second)]
    pages[0].start()
    assert first.begun.wait(5)
    pages[1].start()
    until(lambda: len(line._waiting) == 1)
    assert not second.begun.is_set()
    let_through(first, second)
    for one in pages:
        one.join(5)
    assert second.begun.is_set()
