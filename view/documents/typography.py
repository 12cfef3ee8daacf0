"""No-break spaces by the rules of Russian typesetting."""

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
# White space that XML forbids or reads as the end of a line, such as a break pasted from a word processor.
_ODD_SPACE = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_ORDINAL = re.compile(r"(?<=-е) (?=полугоди)")


def nonbreaking(text: str) -> str:
    """Return the text with no-break spaces after short words and №, before dashes, before units.

    Invisible characters are removed: XML forbids most of them.
    """
    text = _ODD_SPACE.sub(" ", visible(text))
    for pattern, replacement in (
        (_SIGN, f"№{NBSP}"),
        (_DASH, NBSP),
        (_UNIT, NBSP),
        (_ORDINAL, NBSP),
    ):
        text = pattern.sub(replacement, text)
    return _SHORT.sub(rf"\1{NBSP}", text)
