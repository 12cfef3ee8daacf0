"""States as colour, mark and word: a chip for one row, a strip of counts for a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.russian import number, plural


@dataclass(frozen=True)
class Sign:
    """How a state is shown.

    colour: that of a verdict. word: name of the state. plural: its three forms after a count.
    """

    colour: str
    mark: str
    word: str
    plural: tuple[str, str, str]


def chip(sign: Sign, extra: str = "") -> str:
    """Return a state as mark and word, as HTML."""
    return (
        f'<span class="verdict verdict-{sign.colour}"><span aria-hidden="true">{sign.mark}</span> '
        f"{sign.word}{extra}</span>"
    )


def strip(counts: Mapping[str, int], signs: Mapping[str, Sign], label: str) -> str:
    """Return how many rows are in each state as an HTML bar of parts proportional to the counts."""
    parts = [
        f'<div class="part part-{sign.colour}" style="flex-grow:{counts[code]}"><b>{number(counts[code])}</b> '
        f'<span aria-hidden="true">{sign.mark}</span> {plural(counts[code], *sign.plural)}</div>'
        for code, sign in signs.items()
        if counts.get(code)
    ]
    return f'<div class="strip" role="img" aria-label="{label}">{"".join(parts)}</div>'
