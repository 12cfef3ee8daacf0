"""Fair queue: a few pieces of work run at a time, at most one of each person."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from warehouse.errors import Refused

T = TypeVar("T")

whose: ContextVar[Hashable] = ContextVar("whose", default=None)
"""Person whose page runs in this thread; None for the command line and for local mode without accounts."""


class TooMuchWaiting(Refused):
    """The person has as much work waiting as one may have; the message is Russian."""


@dataclass
class Piece(Generic[T]):
    """A piece of work. future: its outcome.

    person: whose it is; None is limited by the number of running pieces only. key: what it makes, see
    `FairQueue.submit`.
    """

    person: Hashable
    key: Hashable
    work: Callable[[], T]
    future: Future[T] = field(default_factory=Future)


class FairQueue:
    """Runs work in order of arrival, at most `at_once` pieces, one of a person at a time."""

    def __init__(self, at_once: int, waiting_each: int, refusal: str) -> None:
        """Make an empty queue.

        Args:
            at_once: pieces that run at the same time.
            waiting_each: pieces of a person that may wait beside the running one.
            refusal: what is said when more would wait.
        """
        self._at_once, self._waiting_each, self._refusal = at_once, waiting_each, refusal
        self._lock = threading.Lock()
        self._running: list[Piece[object]] = []
        self._waiting: list[Piece[object]] = []

    def submit(self, person: Hashable, work: Callable[[], T], key: Hashable = None) -> Piece[T]:
        """Queue work and return its piece, or the person's waiting or running one of that key.

        Args:
            key: what the work makes; None is never the same. A key is one person's own.

        Raises `TooMuchWaiting`.
        """
        with self._lock:
            if key is not None:
                for known in (*self._running, *self._waiting):
                    if (known.person, known.key) == (person, key):
                        return cast("Piece[T]", known)
            if person is not None and sum(one.person == person for one in self._waiting) >= self._waiting_each:
                raise TooMuchWaiting(self._refusal)
            piece = Piece(person, key, work)
            self._waiting.append(cast("Piece[object]", piece))
            self._start()
        return piece

    def do(self, work: Callable[[], T]) -> T:
        """Run work in the turn of the person whose page this thread serves; return its result."""
        return self.submit(whose.get(), work).future.result()

    def position(self, piece: Piece[T]) -> int:
        """Return the position of a waiting piece from 1; 0 when it is running or done."""
        with self._lock:
            return next((at for at, one in enumerate(self._waiting, start=1) if one is piece), 0)

    def _start(self) -> None:
        """Start what may start now; the lock is held."""
        busy = Counter(one.person for one in self._running if one.person is not None)
        for piece in list(self._waiting):
            if len(self._running) >= self._at_once:
                return
            if busy[piece.person]:
                continue
            self._waiting.remove(piece)
            if piece.future.set_running_or_notify_cancel():
                busy[piece.person] += piece.person is not None
                self._running.append(piece)
                threading.Thread(target=self._run, args=(piece,), daemon=True, name="fair-queue").start()

    def _run(self, piece: Piece[object]) -> None:
        try:
            outcome = piece.work()
        except BaseException as error:  # Handed to whoever waits for the piece.
            self._done(piece)
            piece.future.set_exception(error)
        else:
            self._done(piece)
            piece.future.set_result(outcome)

    def _done(self, piece: Piece[object]) -> None:
        with self._lock:
            self._running.remove(piece)
            self._start()
