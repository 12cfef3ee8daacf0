"""Decides what measures about the same people hide together.

Measures about the same people are a *layer*; a layer about a part of the people of another is hidden where that one is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, get_args

from warehouse.store.row import Row
from warehouse.suppression.cells import Cell, Former, Hidden, Key, Why
from warehouse.suppression.companions import cover

_WHOLE: Final = {
    "teachers": "staff",
    "cascade:deficit": "staff",
    "cascade:route": "cascade:deficit",
    "cascade:trained": "cascade:route",
    "cascade:attested": "cascade:trained",
    "deficits": "cascade:deficit",
    "deficits_trained": "deficits",
}
"""Layer, or its name before the colon → the layer that its people are a part of; see `_wholes`."""

_HIDING: Final = frozenset(get_args(Why)) - {"absent"}


@dataclass
class Measure:
    """Cells of one measure in a region's half-year.

    rows: by cell. kept: what the publication before hid. preferred: cells that the other half-year hides. found: what
    is hidden now.
    """

    layer: str
    rows: Mapping[Key, Row]
    cells: Mapping[Key, Cell]
    kept: Mapping[Key, Hidden]
    preferred: set[Key]
    found: dict[Key, Hidden]

    @classmethod
    def of(cls, group: Sequence[Row], beside: Mapping[str, set[Key]]) -> Measure:
        rows: dict[Key, Row] = {(row["level"], row["territory_id"]): row for row in group}
        measure = group[0]["measure"]
        return cls(
            layer=next((row["layer"] for row in group if row["layer"]), measure),
            rows=rows,
            cells={key: _cell(row) for key, row in rows.items()},
            kept={
                key: Hidden(row["why"], row["reference"])
                for key, row in rows.items()
                if row["why"] not in (None, "shown")
            },
            preferred=beside.get(measure, {key for key, row in rows.items() if row["hidden_beside"]}),
            found={},
        )

    @property
    def hidden(self) -> set[Key]:
        return {key for key, one in self.found.items() if one.why in _HIDING}

    @cached_property
    def _parents(self) -> set[str | None]:
        return {cell.parent for cell in self.cells.values()}

    def is_leaf(self, key: Key) -> bool:
        """Whether the cell has no cells below it."""
        return key[1] not in self._parents

    def changes(self) -> Iterator[tuple[Key, str, int]]:
        """Return the cells of which the decision changed, with the reason and the people."""
        for key, row in self.rows.items():
            one = self.found.get(key)
            if one is None and key in self.kept:
                yield key, "shown", int(row["figures"][0])
            elif one is not None and one != self.kept.get(key):
                yield key, one.why, one.reference


def decide_layers(measures: Mapping[str, Measure]) -> dict[str, set[Key]]:
    """Decide what the measures of a half-year hide; return it by measure.

    Small groups and totals that could be no other number beside another layer's figure hide that, too (`hides`).
    """
    beside: dict[str, set[Key]] = defaultdict(set)
    grown = True
    while grown:
        for measure in measures.values():
            for key, row in measure.rows.items():
                one = measure.found.get(key)
                if row["hides"] and (measure.cells[key].is_small or (one and one.why == "total")):
                    beside[row["hides"]].add(key)
        _decide(measures, beside)
        grown = any(
            one.why == "total" and measure.rows[key]["hides"] and key not in beside[measure.rows[key]["hides"]]
            for measure in measures.values()
            for key, one in measure.found.items()
        )
    return {name: one.hidden for name, one in measures.items()}


def _decide(measures: Mapping[str, Measure], beside: Mapping[str, set[Key]]) -> None:
    """Decide what each measure hides, layer by layer.

    beside: cells that each layer hides since figures of other layers would be known beside them. A total that one
    measure of a layer hides to protect its parts is hidden in others only where these have no parts; in layers about a
    part of the people it is hidden like anything else.
    """
    layers: dict[str, list[Measure]] = defaultdict(list)
    for measure in measures.values():
        layers[measure.layer].append(measure)
    taken: dict[str, tuple[set[Key], set[Key]]] = defaultdict(lambda: (set(), set()))
    for layer in sorted(layers, key=lambda one: len(list(_wholes(one)))):
        hidden, sensitive = set(beside.get(layer, ())), set(beside.get(layer, ()))
        for whole in _wholes(layer):
            hidden |= taken[whole][0]
            sensitive |= taken[whole][1]
        sensitive |= {key for one in layers[layer] for key, cell in one.cells.items() if cell.is_small}
        totals: set[Key] = set()
        grown = True
        while grown:
            size = len(hidden | sensitive | totals)
            for one in layers[layer]:
                leaves = {key for key in totals if key in one.cells and one.is_leaf(key)}
                one.found = cover(one.cells, one.kept, one.preferred, hidden, sensitive | leaves)
                for key in one.hidden:
                    (totals if one.found[key].why == "total" else hidden).add(key)
            grown = len(hidden | sensitive | totals) > size and len(layers[layer]) > 1
        taken[layer] = hidden | sensitive | totals, sensitive | totals


def _wholes(layer: str) -> Iterator[str]:
    """Return the layers that the people of a layer are a part of, the nearest first."""
    kind, _, subject = layer.partition(":")
    whole = _WHOLE.get(layer) or _WHOLE.get(kind)
    if whole:
        named = f"{whole}:{subject}" if whole == "deficits" else whole
        yield named
        yield from _wholes(named)


def _cell(row: Row) -> Cell:
    level = row["level"]
    return Cell(
        parent=None if level == "R" else str(row["region_id"] if level == "M" else row["municipality_id"]),
        figures=tuple(row["figures"]),
        former=_former(row),
        rises=tuple(row["rises"] or ()),
        falls=tuple(row["falls"] or ()),
        open_base=row["open_base"],
        starts=row["starts"],
    )


def _former(row: Row) -> tuple[Former, ...]:
    """Return the published states of a cell from what was recorded of it, oldest first."""
    said = {number: tuple(one) for number, one in zip(row["said_in"] or (), row["said"] or (), strict=True)}
    hid = {number: why in _HIDING for number, why in zip(row["decided_in"] or (), row["decided"] or (), strict=True)}
    found: list[Former] = []
    figures, hidden = (0.0,), False
    for number in sorted(said.keys() | hid.keys()):
        figures, hidden = said.get(number, figures), hid.get(number, hidden)
        found.append(Former(number, figures, hidden))
    return tuple(found)
