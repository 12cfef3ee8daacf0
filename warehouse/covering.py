"""Which figures of a measure are hidden so that none about few people can be worked out, from one publication or more.

The figures stand in a tree: region, municipalities, organizations. Those of a *family* (the children of one parent) add
up to the parent's, so a family with hidden figures is an equation whose unknowns are they, and the parent's where that
is hidden too. A reader who keeps every publication has the equations of all of them; a figure that did not change
between two publications is the same unknown in both. Nothing about few people can be worked out as long as

* every equation of a family that differs from its last one has an unknown that no reader has met before, and
* one in which a secret appears for the first time has enough such unknowns, with `SMALL_GROUP` people together.

For such equations can be solved one after another by their own new unknowns, whatever the earlier ones are given, and a
secret can be moved against another new unknown of its equation without any other equation noticing. A municipality
knows its own figure, so among municipalities one more is hidden than among organizations, which only readers of all
see. Where a family has nothing to spare its parent is hidden as well, as one more secret of its own family.

What was hidden stays hidden until its group has changed by `SMALL_GROUP` people; a smaller change counts as none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal

SMALL_GROUP: Final = 5
"""Groups of fewer people are hidden from roles that may not see people."""

FEWEST: Final = {"R": 1, "M": 3, "O": 2}
"""How many new unknowns a family of this level needs where a secret appears, the secret among them."""

Why = Literal["small", "companion", "total", "absent"]
"""A group of one to four; a figure that would reveal another; a total that would; a hidden one that is gone for now."""

Key = tuple[str, str]
"""Level (R, M, O) and territory."""


@dataclass(frozen=True)
class Cell:
    """A figure: the territory that its own adds up to (None for a region), how many people it is about.

    before: how many it was about in the publication before, None where it was not there.
    """

    parent: str | None
    base: int
    before: int | None = None


@dataclass(frozen=True)
class Hidden:
    """Why a figure is hidden, and how many people it was about when this unknown was first hidden."""

    why: Why
    reference: int


def cover(cells: Mapping[Key, Cell], kept: Mapping[Key, Hidden]) -> dict[Key, Hidden]:
    """Return what is hidden of one measure in a region's half-year, and what was hidden and is not there now.

    kept: the answer for the publication before; all of it is among the cells, with nobody where it is gone.
    """
    children: dict[Key | None, dict[Key, Cell]] = defaultdict(dict)
    for key, cell in cells.items():
        parent: Key | None = None if cell.parent is None else ("M" if key[0] == "O" else "R", cell.parent)
        children[parent][key] = cell
    families = {parent: _Family(found, kept) for parent, found in children.items()}
    tops = families.get(None) or _Family({}, kept)
    for region in tops.cells:
        places = families.get(region) or _Family({}, kept)
        schools = {key: families[key] for key in places.cells if key in families}
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


class _Family:
    """The children of one parent while it is decided which are hidden.

    hidden: so far. was: those that the publication before hid, or those that it remembers of the last one that hid any.
    """

    def __init__(self, cells: Mapping[Key, Cell], kept: Mapping[Key, Hidden]) -> None:
        self.cells = cells
        self._level = next(iter(cells), ("R", ""))[0]
        self._kept = kept
        remembered = {key for key in cells if key in kept}
        self.was = {key for key in remembered if kept[key].why != "absent"} or remembered
        self._same = {key for key in cells if key in kept and abs(cells[key].base - kept[key].reference) < SMALL_GROUP}
        self._small = {key for key, cell in cells.items() if 0 < cell.base < SMALL_GROUP}
        self._totals: set[Key] = set()
        self._new = {
            key
            for key, cell in cells.items()
            if cell.base and key not in self._same and (cell.base != cell.before or key in self.was)
        }
        self.hidden = self._small | {key for key in self._same if cells[key].base}

    def is_same(self, key: Key) -> bool:
        """Whether a figure is the unknown that was hidden before."""
        return key in self._same

    @property
    def can_move(self) -> bool:
        """Whether any figure is an unknown that no reader has met."""
        return bool(self._new)

    def is_as_before(self, settled: bool) -> bool:
        """Whether the equation is that of the publication before; settled: as far as the parent goes."""
        return settled and self.hidden == self.was and not self.hidden & self._new

    def hide_total(self, key: Key) -> None:
        """Hide a figure that its children need hidden: it counts as a secret that appears now."""
        self._totals.add(key)
        self._new.add(key)
        self.hidden.add(key)

    def give_up(self, key: Key) -> None:
        """Show a figure whatever it was, since its children are all known."""
        self._same.discard(key)
        self._new.discard(key)
        self.hidden.discard(key)

    def protect(self, *, settled: bool, movable: AbstractSet[Key] | None = None, parent_hidden: bool = False) -> bool:
        """Hide companions, the smallest first, until the equation tells nothing; return whether that was possible.

        settled: the parent is hidden or shown as it was. movable: those that count, all where nothing is said.
        """
        can = self._new if movable is None else self._new & movable
        pool = sorted(can - self.hidden, key=lambda key: (self.cells[key].base, key), reverse=True)
        while not self._is_safe(settled, can, parent_hidden):
            if not pool:
                return False
            self.hidden.add(pool.pop())
        return True

    def _is_safe(self, settled: bool, can: AbstractSet[Key], parent_hidden: bool) -> bool:
        new = self.hidden & self._new
        if not self.hidden and not parent_hidden:
            return True
        if not parent_hidden and not self._are_many(self.hidden):
            return False
        if self.is_as_before(settled):
            return True
        fewest = FEWEST[self._level]
        if parent_hidden or not new & (self._small | self._totals):
            return len(new & can) >= fewest - 1
        return len(new & can) >= fewest and self._are_many(new & can)

    def _are_many(self, keys: AbstractSet[Key]) -> bool:
        """Whether their groups have enough people together, also for a municipality that knows its own."""
        people = sorted(self.cells[key].base for key in keys)
        return sum(people[:-1] if self._level == "M" else people) >= SMALL_GROUP

    def answer(self) -> dict[Key, Hidden]:
        """Return what is hidden and why; where nothing of what was hidden is there any more, what that was."""
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
