"""Figures of territories over all publications, and the reasons for hiding them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

SMALL_GROUP: Final = 5
"""Groups of fewer people are hidden from roles that may not see people."""

Why = Literal["small", "companion", "total", "absent"]
"""A group of one to four; a complementary cell; a total hidden to protect its parts; hidden before, nobody now."""

Key = tuple[str, str]
"""Level (R, M, O) and territory."""

Figures = tuple[float, ...]
"""Number of people in the group, and the other numbers that are shown of them."""


@dataclass(frozen=True)
class Former:
    """A published state of a cell, in force from `publication` until the next one.

    hidden: the figures were not shown. Another version of the program may have had fewer numbers in `figures`, or more.
    """

    publication: int
    figures: Figures
    hidden: bool


@dataclass(frozen=True)
class _Met:
    """Whether a number was shown, hidden or current in former publications.

    last: it is in the last publication. last_shown: whatever the last publication has in its place was shown once.
    """

    shown: bool
    hidden: bool
    last: bool
    last_shown: bool

    @property
    def fresh(self) -> bool:
        """Whether it is in no former publication, shown or hidden."""
        return not self.shown and not self.hidden


@dataclass(frozen=True)
class Cell:
    """One figure of a territory: parent in the tree (None: region), numbers, published states.

    rises, falls: for each number that is hidden with the cell, whether it could be one more or one less as far as other
    figures of the same people tell; empty: all could. starts: where several steps about ever fewer people are hidden
    together, the first of them; rises then says for each step before the cell's one whether its people allow one more.
    open_base: the number of people is open data, not hidden.
    """

    parent: str | None
    figures: Figures
    former: Sequence[Former] = ()
    rises: tuple[bool, ...] = ()
    falls: tuple[bool, ...] = ()
    open_base: bool = False
    starts: int | None = None

    @property
    def base(self) -> int:
        """Number of people in the group."""
        return int(self.figures[0])

    @property
    def is_small(self) -> bool:
        """Whether the group has one to four people."""
        return 0 < self.base < SMALL_GROUP

    @cached_property
    def shown(self) -> frozenset[Figures]:
        """Figures of this cell in publications that showed it, without those about no people."""
        return frozenset(one.figures for one in self.former if not one.hidden and one.figures[0])

    @cached_property
    def _met(self) -> list[_Met]:
        last = self.former[-1].figures if self.former and self.former[-1].figures[0] else ()
        shown: list[Figures] = []
        hidden: list[Figures] = []
        for one in self.former:
            if one.figures[0]:
                (hidden if one.hidden else shown).append(one.figures)
        return [
            _Met(
                shown=any(one[place : place + 1] == (number,) for one in shown),
                hidden=any(one[place : place + 1] == (number,) for one in hidden),
                last=last[place : place + 1] == (number,),
                last_shown=any(one[place : place + 1] == last[place : place + 1] for one in shown),
            )
            for place, number in enumerate(self.figures)
            if place or not self.open_base
        ]

    @cached_property
    def hidden_numbers(self) -> Figures:
        """Numbers that are hidden with the cell."""
        return self.figures[1:] if self.open_base else self.figures

    def can_move(self, place: int) -> bool:
        """Whether a number could be another one as far as other figures of the same people tell."""
        step = place if self.starts is None else self.starts - 1
        return not self.rises or self.rises[step] or self.falls[place]

    @property
    def is_free(self) -> bool:
        """Whether each of its numbers could be one more and one less."""
        return not self.rises or all(
            self.rises[place if self.starts is None else -1] and self.falls[place]
            for place in range(len(self.hidden_numbers))
        )

    def can_trade(self, other: Cell, place: int) -> bool:
        """Whether one of the people counted could be in the other cell, or the reverse."""
        if not self.rises or not other.rises:
            return True
        step = place if self.starts is None or other.starts is None else max(self.starts, other.starts) - 1
        return (self.rises[step] and other.falls[place]) or (self.falls[place] and other.rises[step])

    @property
    def is_fresh(self) -> bool:
        """Whether all of its numbers are new to readers."""
        return all(one.fresh for one in self._met)

    @property
    def has_moved(self) -> bool:
        """Whether some of its numbers is new to readers."""
        return any(one.fresh for one in self._met)

    @property
    def has_emerged(self) -> bool:
        """Whether a new number replaced one that was shown."""
        return any(one.fresh and one.last_shown for one in self._met)

    @property
    def has_come_back(self) -> bool:
        """Whether some number was published before, but not in the last publication."""
        return any(not one.fresh and not one.last for one in self._met)

    @property
    def is_held(self) -> bool:
        """Whether some of its numbers was hidden in a publication and never shown."""
        return any(one.hidden and not one.shown for one in self._met)

    @property
    def is_partly_known(self) -> bool:
        """Whether some of its numbers was shown in a publication."""
        return any(one.shown for one in self._met)


@dataclass(frozen=True)
class Hidden:
    """Reason for hiding a cell, and its people when this unknown was first hidden."""

    why: Why
    reference: int
