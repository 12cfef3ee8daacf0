"""Matching of header rows with the contracts: which dataset, and which column is which."""

import difflib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from checks.text import fold, squeeze

Headers = Mapping[str, Mapping[str, Sequence[str]]]
Required = Mapping[str, Set[str]]

MOST_HEADER_ROWS = 3
_LONGEST_HEADER = 400
_HEADERS_COMPARED = 100
_CLOSE_ENOUGH = 0.6


def folded(text: str) -> str:
    """Return the folded text of a header cell; empty for one too long to be a header."""
    return fold(text) if len(text) <= _LONGEST_HEADER else ""


@dataclass(frozen=True)
class Label:
    """Header of one column. readings: folded texts to match it by, the likeliest first."""

    text: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """Match of a block of header rows with a dataset.

    first, height: position and size of the block among the examined rows.
    """

    dataset: str
    first: int
    height: int
    labels: tuple[Label, ...]
    positions: dict[str, tuple[int, ...]]
    missing: tuple[str, ...]
    size: int

    @property
    def rank(self) -> tuple[int, float, int, int]:
        """Sort key of matches, greater is better.

        By: no column missing, share of the contract's columns found, smaller block, upper block.
        """
        return (not self.missing, len(self.positions) / self.size, -self.height, -self.first)

    @property
    def likeness(self) -> float:
        """Share of common columns among those of the contract and of the file, from 0 to 1."""
        labelled = sum(bool(label.text) for label in self.labels)
        return len(self.positions) / max(1, self.size + labelled - len(self.positions))


def known_headers(headers: Headers) -> frozenset[str]:
    """Return every accepted header of every dataset, folded."""
    return frozenset(folded(text) for columns in headers.values() for texts in columns.values() for text in texts)


def labels_of(rows: Sequence[Sequence[str]]) -> tuple[Label, ...]:
    """Join header rows into one label per column.

    A cell merged over several columns stands in the first of them: it is repeated to the right while the columns have
    something beneath. A column is read by its lowest text first, then by all its texts joined, then by
    its highest.
    """
    width = max(map(len, rows))
    padded = [[squeeze(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    beneath = [
        [any(row[column] for row in padded[level + 1 :]) for column in range(width)] for level in range(len(padded))
    ]
    spread = [
        _spread_right(row, below) if level + 1 < len(padded) else row
        for level, (row, below) in enumerate(zip(padded, beneath, strict=True))
    ]
    labels = []
    for column in range(width):
        own = [row[column] for row in padded if row[column]]
        if not own:
            labels.append(Label("", ()))
            continue
        joined = " ".join(dict.fromkeys(row[column] for row in spread if row[column]))
        readings = dict.fromkeys(folded(text) for text in (own[-1], joined, " ".join(own), own[0]))
        labels.append(Label(joined, tuple(reading for reading in readings if reading)))
    return tuple(labels)


def _spread_right(row: list[str], below: list[bool]) -> list[str]:
    result, current = [], ""
    for cell, has_beneath in zip(row, below, strict=True):
        if cell:
            current = cell if has_beneath else ""
            result.append(cell)
        else:
            result.append(current if has_beneath else "")
    return result


def positions_of(labels: Sequence[Label], columns: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
    """Return for each column code of a contract the positions whose label matches it."""
    codes = {folded(text): code for code, texts in columns.items() for text in texts}
    found: dict[str, tuple[int, ...]] = {}
    for position, label in enumerate(labels):
        code = next((codes[reading] for reading in label.readings if reading in codes), None)
        if code is not None:
            found[code] = (*found.get(code, ()), position)
    return found


def best_match(
    rows: Sequence[tuple[int, Sequence[str]]],
    headers: Headers,
    required: Required,
    supplied: Set[str],
) -> Match | None:
    """Return the header block and the dataset that fit best, None when no fit is clear.

    rows: the first filled rows of a file with their numbers. A dataset fits when all its required columns are present,
    or at least two and half of them and no other dataset resembles the file as much.
    """
    known = known_headers(headers)
    matches: dict[str, Match] = {}
    for first in range(len(rows)):
        for height in range(1, MOST_HEADER_ROWS + 1):
            block = rows[first : first + height]
            if len(block) < height or block[-1][0] - block[0][0] != height - 1:
                break
            labels = labels_of([cells for _, cells in block])
            if known.isdisjoint(reading for label in labels for reading in label.readings):
                continue
            for dataset, columns in headers.items():
                positions = positions_of(labels, columns)
                if not positions:
                    continue
                missing = tuple(
                    code
                    for code in columns
                    if code in required[dataset] and code not in positions and code not in supplied
                )
                match = Match(dataset, first, height, labels, positions, missing, len(columns))
                if dataset not in matches or match.rank > matches[dataset].rank:
                    matches[dataset] = match
    return _clearest(list(matches.values()), required)


def _clearest(matches: list[Match], required: Required) -> Match | None:
    complete = [match for match in matches if not match.missing]
    if complete:
        return max(complete, key=lambda match: (len(match.positions), match.rank))

    partial = sorted(matches, key=lambda match: match.likeness, reverse=True)
    if not partial or len(partial[0].positions) < 2:
        return None
    needed = required[partial[0].dataset]
    if len(needed & partial[0].positions.keys()) < 0.5 * len(needed):
        return None
    if len(partial) > 1 and partial[1].likeness == partial[0].likeness:
        return None
    return partial[0]


def closest_headers(
    missing: Sequence[str], columns: Mapping[str, Sequence[str]], present: Sequence[str]
) -> dict[str, str]:
    """Return for each missing code the unmatched header most similar to it, if any is."""
    by_reading = {folded(text): text for text in present[:_HEADERS_COMPARED] if folded(text)}
    result = {}
    for code in missing:
        scored = [
            (_likeness(folded(wanted), reading), text)
            for wanted in columns[code]
            for reading, text in by_reading.items()
        ]
        score, text = max(scored, default=(0.0, ""))
        if score >= _CLOSE_ENOUGH:
            result[code] = text
    return result


def _likeness(wanted: str, present: str) -> float:
    """Return the similarity of two folded headers, 0 to 1; a common beginning raises it."""
    ratio = difflib.SequenceMatcher(None, wanted, present).ratio()
    begins = min(len(wanted), len(present)) >= 4 and (wanted.startswith(present) or present.startswith(wanted))
    shared = set(wanted.split()) & set(present.split())
    overlap = len(shared) / max(1, min(len(wanted.split()), len(present.split())))
    return max(ratio, 0.75 if begins else 0.0, 0.6 * overlap if any(len(word) > 3 for word in shared) else 0.0)
