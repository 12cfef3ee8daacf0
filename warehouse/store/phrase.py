"""Russian sentences made of a template and figures.

Placeholders: {figure} a number, date or text; {figure:one,few,many} a number with its noun; {figure=one,few,many} the
word that agrees with the number; {figure.1} a number with decimals. A part in [[double brackets]] is left out when a
figure in it is missing.
"""

import re
from typing import Final

from checks.russian import counted, date, number, plural
from warehouse.store.row import Row

_OPTIONAL_PART: Final = re.compile(r"\[\[(.*?)\]\]")
_PLACEHOLDER: Final = re.compile(r"\{(?P<name>[a-z_]+)(?:(?P<how>[:=.])(?P<rest>[^{}]+))?\}")


def figures_of(template: str) -> set[str]:
    """Return the names of the figures that a template asks for."""
    return {found["name"] for found in _PLACEHOLDER.finditer(template)}


def filled(template: str, values: Row) -> str:
    """Return the template with its placeholders filled in.

    An optional part is left out when one of its figures is missing. Raises `KeyError` or `ValueError` when the values
    do not fit the template.
    """

    def part(found: re.Match[str]) -> str:
        return found[1] if all(values[name] is not None for name in figures_of(found[1])) else ""

    return _PLACEHOLDER.sub(lambda found: _figure(values, found), _OPTIONAL_PART.sub(part, template))


def _figure(values: Row, found: re.Match[str]) -> str:
    value, how, rest = values[found["name"]], found["how"], found["rest"]
    if how == ".":
        return number(value, int(rest))
    if how in (":", "="):
        one, few, many = rest.split(",")
        return counted(value, one, few, many) if how == ":" else plural(value, one, few, many)
    if isinstance(value, str):
        return value
    return date(value) if hasattr(value, "year") else number(value)
