"""Spaces that do not break, where Russian typesetting wants words kept together."""

from __future__ import annotations

import re

from checks.russian import NBSP
from checks.text import visible

_SHORT = re.compile(r"(?<![\w-])(в|во|к|ко|с|со|о|об|у|и|а|на|по|за|из|от|до|не|ни|п\.|г\.|ст\.|рис\.|табл\.) ", re.I)
_SIGN = re.compile(r"№ ")
_DASH = re.compile(r" (?=[—–] )")
_UNIT = re.compile(
    r"(?<=\d) (?=(?:%|п\.|чел\.|ед\.|год|полугоди|человек|организац|муниципалитет|показател|цел[ияе]|\d{3}\b))"
)
_ORDINAL = re.compile(r"(?<=-е) (?=полугоди)")


def tied(text: str) -> str:
    """Return the text with no-break spaces after short words and №, before a dash, between a number and its unit.

    What nobody sees is left out: a document cannot hold most of it.
    """
    text = visible(text)
    for pattern, replacement in (
        (_SIGN, f"№{NBSP}"),
        (_DASH, NBSP),
        (_UNIT, NBSP),
        (_ORDINAL, NBSP),
    ):
        text = pattern.sub(replacement, text)
    return _SHORT.sub(rf"\1{NBSP}", text)
