"""Work of many people done a few at a time: one piece a person at once, first come first served among persons."""

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
"""Person whose page runs in this thread; None for the command line and for local mode, where nobody is told apart."""


class TooMuchWaiting(Refused):
    """The person has as much work waiting as one may have; the message is Russian."""


@dataclass
class Piece(Generic[T]):
    """One piece of work. future: its outcome. person: None has no turn of its own, only the limit of all."""

    person: Hashable
    key: Hashable
    work: Callable[[], T]
    future: Future[T] = field(default_factory=Future)


class FairQueue:
    """Pieces of work in the order in which they came, at most one of a person and `at_once` of all running."""

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
        """Return a piece of work that runs when its turn comes; the same one again while it waits or runs.

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
        """Return what work gives, done in the turn of the person whose page this thread runs; waits for it."""
        return self.submit(whose.get(), work).future.result()

    def place(self, piece: Piece[T]) -> int:
        """Return how many pieces start before a waiting one, itself included; 0 when it runs or is done."""
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
