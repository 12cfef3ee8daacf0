"""Cell suppression: which figures to hide so that no small group can be worked out.

The method is complementary cell suppression over all publications, since a reader may keep every one of them.

The figures stand in a tree: region, municipalities, organizations. Those of a *family* (the children of one parent) add
up to the parent's, so a family with hidden figures is an equation whose unknowns are they, and the parent's where that
is hidden too. A reader who keeps every publication has the equations of all of them; a figure that did not change
between two publications, or came back after a withdrawal, is the same unknown in both, and no unknown at all where one
of them showed it. Nothing about few people can be worked out as long as

* every equation of a family that no publication had has an unknown that no reader has met before, and
* one in which a secret appears for the first time has enough such unknowns, with `SMALL_GROUP` people together.

For such equations can be solved one after another by their own new unknowns, whatever the earlier ones are given, and a
secret can be moved against another new unknown of its equation without any other equation noticing. A municipality
knows its own figure, so among municipalities one more is hidden than among organizations, which only readers of all
see. Hiding more for accounts that know several would count for later publications only, and somebody may be appointed
to as many at any time: they are told no figure of a region with a hidden municipality of others instead, so that they
have no equation to put their own into (sql/guarded/10_hidden_now.sql).

Where a family has too few such unknowns its parent is hidden as well, as one more secret of its own family.

What was hidden stays hidden until its group has changed by `SMALL_GROUP` people; a smaller change counts as none. It is
hidden again when it comes back, and what was shown and comes back protects nothing. A figure is several numbers, the
people and those of them that are counted, and each has its own equations: what protects has to be new in all.

Counts only grow within a year, and a figure that one half-year shows bounds that of the other: companions are
taken from those that the other half-year hides as long as there are any. That is a preference and no proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, Literal

SMALL_GROUP: Final = 5
"""Groups of fewer people are hidden from roles that may not see people."""

FEWEST: Final = {"R": 1, "M": 3, "O": 2}
"""New unknowns that a family of this level needs where a secret appears, the secret included."""

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
    """One figure of a territory: parent in the tree (None: region), numbers, published states."""

    parent: str | None
    figures: Figures
    former: Sequence[Former] = ()

    @property
    def base(self) -> int:
        """Number of people in the group."""
        return int(self.figures[0])

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
        ]

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


def cover(
    cells: Mapping[Key, Cell], kept: Mapping[Key, Hidden], preferred: AbstractSet[Key] = frozenset()
) -> dict[Key, Hidden]:
    """Return the hidden cells of one measure in a region's half-year, and absent ones.

    kept: the answer for the publication before; all of it is among the cells, with 0 people where a cell is gone.
    preferred: cells to take as companions before all others.
    """
    memory = _Memory(cells, preferred)
    families = {parent: _Family(parent, found, kept, memory) for parent, found in memory.children.items()}
    tops = families.get(None) or _Family(None, {}, kept, memory)
    for region in tops.cells:
        places = families.get(region) or _Family(region, {}, kept, memory)
        schools = {key: families[key] for key in places.cells if key in families}
        places.below = schools
        for key, family in schools.items():
            settled = key not in places.was or places.is_same(key)
            if key in places.hidden and family.is_as_before(settled):
                continue
            if not family.protect(settled=settled):
                places.hide_total(key)
            elif not family.hidden and not family.can_move:
                places.give_up(key)
        movable = {key for key in places.cells if key not in schools or schools[key].can_move}
        settled = region not in tops.was or tops.is_same(region)
        if not places.protect(settled=settled, movable=movable):
            tops.hide_total(region)
        if region in tops.hidden:
            places.protect(settled=settled and region in tops.was, movable=movable, parent_hidden=True)
        for key in schools.keys() & places.hidden:
            schools[key].protect(settled=key in places.was and places.is_same(key), parent_hidden=True)
    return {key: one for family in families.values() for key, one in family.answer().items()}


Row = frozenset[tuple[Key, Figures]]
"""The unknowns of an equation, totals replaced by their parts."""


class _Memory:
    """Tree of cells, and what a reader of every publication could have learned of it."""

    def __init__(self, cells: Mapping[Key, Cell], preferred: AbstractSet[Key]) -> None:
        self.cells = cells
        self.preferred = preferred
        self.children: dict[Key | None, dict[Key, Cell]] = defaultdict(dict)
        for key, cell in cells.items():
            parent: Key | None = None if cell.parent is None else ("M" if key[0] == "O" else "R", cell.parent)
            self.children[parent][key] = cell

    def is_known(self, key: Key) -> bool:
        """Whether a publication showed this cell when all cells below it had their present figures."""
        cell = self.cells[key]
        if cell.figures not in cell.shown:
            return False
        leaves = self._leaves(key)
        return any(
            (then := self._then(number)[key]) is not None
            and not then.hidden
            and all(self._is_as_now(leaf, number) for leaf in leaves)
            for number in self._publications
        )

    def knows(self, parent: Key, row: Row) -> bool:
        """Whether a publication showed a parent's figure with exactly these unknowns below it."""
        return not row or any(
            (then := self._then(number)[parent]) is not None and not then.hidden and self._row(parent, number) == row
            for number in self._publications
        )

    @cached_property
    def _publications(self) -> list[int]:
        return sorted({one.publication for cell in self.cells.values() for one in cell.former}, reverse=True)

    @cached_property
    def _states(self) -> dict[int, dict[Key, Former | None]]:
        return {}

    def _then(self, publication: int) -> dict[Key, Former | None]:
        """Return the state of every cell in a publication."""
        if publication not in self._states:
            self._states[publication] = {
                key: next((one for one in reversed(cell.former) if one.publication <= publication), None)
                for key, cell in self.cells.items()
            }
        return self._states[publication]

    def _is_as_now(self, key: Key, publication: int) -> bool:
        then, cell = self._then(publication)[key], self.cells[key]
        return then.figures == cell.figures if then else not cell.base

    def _leaves(self, key: Key) -> list[Key]:
        below = self.children.get(key)
        return [key] if below is None else list(chain.from_iterable(map(self._leaves, below)))

    def _row(self, parent: Key, publication: int) -> Row:
        """Return the unknowns of a former equation that have not been shown by now."""
        found: set[tuple[Key, Figures]] = set()
        for key, cell in self.children.get(parent, {}).items():
            then = self._then(publication)[key]
            if then is None or not then.hidden:
                continue
            if key in self.children:
                found |= self._row(key, publication)
            elif then.figures not in cell.shown:
                found.add((key, then.figures))
        return frozenset(found)


class _Family:
    """The children of one parent while it is decided which are hidden.

    hidden: so far. was: those that the publication before hid, or those that it remembers of the last one that hid any.
    below: the families of the children that have any.
    """

    def __init__(
        self, parent: Key | None, cells: Mapping[Key, Cell], kept: Mapping[Key, Hidden], memory: _Memory
    ) -> None:
        self.cells = cells
        self.below: Mapping[Key, _Family] = {}
        self._parent = parent
        self._memory = memory
        self._level = next(iter(cells), ("R", ""))[0]
        self._kept = kept
        remembered = {key for key in cells if key in kept}
        self.was = {key for key in remembered if kept[key].why != "absent"} or remembered
        self._same = {key for key in cells if key in kept and abs(cells[key].base - kept[key].reference) < SMALL_GROUP}
        held = {key for key, cell in cells.items() if cell.base and (key in self._same or cell.is_held)}
        known = {key for key in held if memory.is_known(key)}
        self._same -= known
        self._small = {key for key, cell in cells.items() if 0 < cell.base < SMALL_GROUP}
        self._totals: set[Key] = set()
        self._new = {key for key, cell in cells.items() if cell.base and key not in self._same and cell.is_fresh}
        self._emerged = {key for key in self._small if cells[key].has_emerged}
        self._secrets = {key for key in self._small - self._same if cells[key].has_moved} | self._emerged
        self.hidden = self._small | held - known

    def is_same(self, key: Key) -> bool:
        """Whether the cell is the unknown that was hidden before, not changed by SMALL_GROUP people."""
        return key in self._same

    @property
    def can_move(self) -> bool:
        """Whether the family has an unknown that no reader has met."""
        return bool(self._new)

    @property
    def has_come_back(self) -> bool:
        """Whether a hidden figure was published before, but not in the last publication."""
        return any(
            self.below[key].has_come_back if key in self.below else self.cells[key].has_come_back for key in self.hidden
        )

    def is_as_before(self, settled: bool) -> bool:
        """Whether the equation is unchanged since the last publication; settled: its parent is."""
        moved = self.hidden & (self._new | self._emerged)
        return settled and self.hidden == self.was and not moved and not self.has_come_back

    def hide_total(self, key: Key) -> None:
        """Hide a parent to protect its children; it becomes a new secret of its own family."""
        self._totals.add(key)
        self._secrets.add(key)
        self._new.add(key)
        self.hidden.add(key)

    def give_up(self, key: Key) -> None:
        """Show a cell after all, because its children are all known."""
        self._same.discard(key)
        self._secrets.discard(key)
        self._new.discard(key)
        self.hidden.discard(key)

    def protect(self, *, settled: bool, movable: AbstractSet[Key] | None = None, parent_hidden: bool = False) -> bool:
        """Hide companions until no secret can be worked out; return whether that was possible.

        Preferred cells first, then the smallest. settled: the parent is hidden or shown as before. movable: cells that
        may be companions; None: all.
        """
        can = self.cells.keys() if movable is None else movable
        pool = sorted((self._new & can) - self.hidden, key=self._readiness, reverse=True)
        while not self._is_safe(settled, can, parent_hidden):
            if not pool:
                return False
            self.hidden.add(pool.pop())
        return True

    def _readiness(self, key: Key) -> tuple[bool, int, Key]:
        return key not in self._memory.preferred, self.cells[key].base, key

    def _is_safe(self, settled: bool, can: AbstractSet[Key], parent_hidden: bool) -> bool:
        if not self.hidden and not parent_hidden:
            return True
        if not parent_hidden and not self._are_many(self.hidden):
            return False
        if self.is_as_before(settled) or (not parent_hidden and self._is_repeated()):
            return True
        new, fewest = self.hidden & self._new & can, FEWEST[self._level]
        secrets = self.hidden & self._secrets
        if parent_hidden or not secrets:
            return len(new) >= fewest - 1
        # A secret counts as a new unknown even when only some of its numbers are new.
        return all(len(found) >= fewest and self._are_many(found) for found in (new | {key} & can for key in secrets))

    def _is_repeated(self) -> bool:
        """Whether a former publication gave the same equation."""
        return self._parent is not None and self._memory.knows(self._parent, self._row())

    def _row(self) -> Row:
        found: set[tuple[Key, Figures]] = set()
        for key in self.hidden:
            if key in self.below:
                found |= self.below[key]._row()
            elif self.cells[key].figures not in self.cells[key].shown:
                found.add((key, self.cells[key].figures))
        return frozenset(found)

    def _are_many(self, keys: AbstractSet[Key]) -> bool:
        """Whether the groups have `SMALL_GROUP` people together, one municipality's own left out."""
        people = sorted(
            self.cells[key].base for key in keys if key in self.below or not self.cells[key].is_partly_known
        )
        return sum(people[:-1] if self._level == "M" else people) >= SMALL_GROUP

    def answer(self) -> dict[Key, Hidden]:
        """Return hidden cells with reasons; if there are none, those once hidden that have nobody."""
        gone = {} if self.hidden else {key for key in self.was if not self.cells[key].base}
        return {key: Hidden(self._why(key), self._reference(key)) for key in self.hidden} | {
            key: Hidden("absent", self._kept[key].reference) for key in gone
        }

    def _why(self, key: Key) -> Why:
        if key in self._small:
            return "small"
        return "total" if key in self._totals else "companion"

    def _reference(self, key: Key) -> int:
        return self._kept[key].reference if key in self._same else self.cells[key].base
