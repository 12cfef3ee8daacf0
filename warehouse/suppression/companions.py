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
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import Final

from warehouse.suppression.cells import SMALL_GROUP, Cell, Figures, Former, Hidden, Key, Why

FEWEST: Final = {"R": 1, "M": 3, "O": 2}
"""New unknowns that a family of this level needs where a secret appears, the secret included."""


def cover(
    cells: Mapping[Key, Cell],
    kept: Mapping[Key, Hidden],
    preferred: AbstractSet[Key] = frozenset(),
    forced: AbstractSet[Key] = frozenset(),
    sensitive: AbstractSet[Key] = frozenset(),
) -> dict[Key, Hidden]:
    """Return the hidden cells of one measure in a region's half-year, and absent ones.

    kept: the answer for the publication before; all of it is among the cells, with 0 people where a cell is gone.
    preferred: cells to take as companions before all others. forced, sensitive: cells to hide since other measures of
    the same people hide them; sensitive ones are protected like small groups.
    """
    memory = _Memory(cells, preferred, forced, sensitive)
    families = {parent: _Family(parent, found, kept, memory) for parent, found in memory.children.items()}
    tops = families.get(None) or _Family(None, {}, kept, memory)
    for region in tops.cells:
        municipalities = families.get(region) or _Family(region, {}, kept, memory)
        organizations = {key: families[key] for key in municipalities.cells if key in families}
        municipalities.below = organizations
        for key, family in organizations.items():
            settled = key not in municipalities.was or municipalities.is_same(key)
            if key in municipalities.hidden and family.is_as_before(settled):
                continue
            if not family.protect(settled=settled):
                municipalities.hide_total(key)
            elif not family.hidden and not family.can_move:
                municipalities.give_up(key)
        movable = {key for key in municipalities.cells if key not in organizations or organizations[key].can_move}
        settled = region not in tops.was or tops.is_same(region)
        if not municipalities.protect(settled=settled, movable=movable):
            tops.hide_total(region)
        if region in tops.hidden:
            municipalities.protect(settled=settled and region in tops.was, movable=movable, parent_hidden=True)
        for key in organizations.keys() & municipalities.hidden:
            organizations[key].protect(
                settled=key in municipalities.was and municipalities.is_same(key), parent_hidden=True
            )
    return {key: one for family in families.values() for key, one in family.answer().items()}


Row = frozenset[tuple[Key, Figures]]
"""The unknowns of an equation, totals replaced by their parts."""


class _Memory:
    """Tree of cells, and what a reader of every publication could have learned of it."""

    def __init__(
        self,
        cells: Mapping[Key, Cell],
        preferred: AbstractSet[Key],
        forced: AbstractSet[Key],
        sensitive: AbstractSet[Key],
    ) -> None:
        self.cells = cells
        self.preferred = preferred
        self.forced = forced
        self.sensitive = sensitive
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
        self._small = {key for key, cell in cells.items() if cell.is_small}
        self._totals: set[Key] = set()
        self._new = {key for key, cell in cells.items() if cell.base and key not in self._same and cell.is_fresh}
        protected = self._small | {key for key in memory.sensitive & cells.keys() if cells[key].base}
        forced = {key for key in memory.forced & cells.keys() if cells[key].base}
        self._emerged = {key for key in protected if cells[key].has_emerged}
        self._secrets = {key for key in protected - self._same if cells[key].has_moved} | self._emerged
        self.hidden = protected | forced | held - known

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
        pool = sorted((self._new & can) - self.hidden, key=self._readiness)
        while not self._is_safe(settled, can, parent_hidden):
            if not pool:
                return False
            exposed = self._exposed(can)
            pool.sort(key=lambda key: not self._helps(key, exposed))
            self.hidden.add(pool.pop(0))
        return True

    def _exposed(self, can: AbstractSet[Key]) -> set[Key]:
        """Return the secrets that have too few new unknowns beside them."""
        new = self.hidden & self._new & can
        return {key for key in self.hidden & self._secrets if not self._is_protected(key, new | {key} & can)}

    def _is_protected(self, secret: Key, unknowns: AbstractSet[Key]) -> bool:
        """Whether enough unknowns protect the secret, in each of its numbers."""
        if len(unknowns) < FEWEST[self._level] or not self._are_many(unknowns):
            return False
        others = unknowns - {secret}
        fewest = min(len(others), FEWEST[self._level] - 1)
        # That nobody is counted may be known to who knows the only figure that is not zero.
        return all(
            self._trade(secret, others, place, fewest if self.cells[secret].hidden_numbers[place] else min(fewest, 1))
            for place in self._numbers(secret)
        )

    def _trade(self, secret: Key, others: AbstractSet[Key], place: int, fewest: int) -> bool:
        """Whether at least so many of the others could trade with a number of the secret."""
        cell = self.cells[secret]
        can = (True for other in others if cell.can_trade(self.cells[other], place))
        return len(list(islice(can, fewest))) >= fewest

    def _helps(self, key: Key, exposed: AbstractSet[Key]) -> bool:
        """Whether a companion protects an exposed secret, or the parent where there is none."""
        if exposed:
            return any(self._protects(key, secret) for secret in exposed)
        return self.cells[key].is_free

    def _protects(self, key: Key, secret: Key) -> bool:
        return all(self.cells[secret].can_trade(self.cells[key], place) for place in self._numbers(secret))

    def _numbers(self, secret: Key) -> list[int]:
        """Return the places of a secret's numbers that companions can protect.

        Not of those that are zero in the whole family, nor of those that other figures of the same people tell.
        """
        return [
            place
            for place in range(len(self.cells[secret].hidden_numbers))
            if self.cells[secret].can_move(place)
            and any(cell.hidden_numbers[place : place + 1] not in ((), (0.0,)) for cell in self.cells.values())
        ]

    def _readiness(self, key: Key) -> tuple[bool, int, Key]:
        return key not in self._memory.preferred, self.cells[key].base, key

    def _is_safe(self, settled: bool, can: AbstractSet[Key], parent_hidden: bool) -> bool:
        if not self.hidden and not parent_hidden:
            return True
        if not parent_hidden and not self._are_many(self.hidden):
            return False
        if self.is_as_before(settled) or (not parent_hidden and self._is_repeated()):
            return True
        if parent_hidden or not self.hidden & self._secrets:
            new = self.hidden & self._new & can
            is_free = any(self.cells[key].is_free for key in new)
            return len(new) >= FEWEST[self._level] - 1 and (is_free or self._has_no_free(can))
        # A secret counts as a new unknown even when only some of its numbers are new.
        return not self._exposed(can)

    def _has_no_free(self, can: AbstractSet[Key]) -> bool:
        return not any(self.cells[key].is_free for key in self._new & can)

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
        people = (self.cells[key].base for key in keys if key in self.below or not self.cells[key].is_partly_known)
        if self._level == "M":
            return sum(sorted(people)[:-1]) >= SMALL_GROUP
        return any(so_far >= SMALL_GROUP for so_far in accumulate(people))

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
