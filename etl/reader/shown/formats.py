"""Number formats of cells: what a stored number shows.

Only what changes the meaning counts: percentages, zeros before a code, words before or behind the digits, thousands
left out. Rounding does not: the stored number is the more exact one.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

PERCENT = "0%"
BUILT_IN = {2: "0.00", 9: PERCENT, 10: "0.00%"}
"""Formats by number that matter here; other built-in ones show the number as it is, or a date."""

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|(.)', re.DOTALL)
_DATE = re.compile(r"[dmyhsдмгчс]", re.IGNORECASE)
_DIGITS = re.compile(r"[0#?.,]")
_PADDED = re.compile(r"[0\-\s/().]*0[0\-\s/().]*")
_FIXED = re.compile(r"0\.0+")
_UNIT = re.compile(r"тыс|млн|млрд", re.IGNORECASE)


def matters(form: str) -> bool:
    """Tell whether cells of this format may show another text than the number stored."""
    return form not in ("General", "0", "@", "") and shown("1234.5", form) + shown("7", form) != "1234.57"


def shown(stored: str, form: str) -> str:
    """Return the text that a cell shows, the stored one where the format adds nothing to it."""
    try:
        number = Decimal(stored)
    except InvalidOperation:
        return stored
    if not number.is_finite():
        return stored
    sections = _sections(form)
    section = sections[1] if number < 0 and len(sections) > 1 else sections[0]
    before, core, behind = section
    if _DATE.search(core):
        return stored
    if "%" in core:
        return f"{_plain(number * 100)}%"
    core = core.strip()
    digits = core.rstrip(",")
    if scale := len(core) - len(digits):
        number = number.scaleb(-3 * scale)
    text = _plain(number) if scale else stored
    if number == number.to_integral_value() and _PADDED.fullmatch(digits) and digits.count("0") > 1:
        text = _fixed(number, digits) if _FIXED.fullmatch(digits) else _padded(abs(int(number)), digits)
    elif _FIXED.fullmatch(digits):
        text = _fixed(number, digits)
    if any(symbol.isalpha() for symbol in before) and number == number.to_integral_value():
        text = before + text
    return f"{text} {behind.strip()}" if _UNIT.search(behind) else text


@lru_cache(maxsize=1024)
def _sections(form: str) -> tuple[tuple[str, str, str], ...]:
    """Return prefix, digits and suffix of each section of a format."""
    result, before, core, behind = [], "", "", ""
    for quoted, escaped, _, plain in _TOKEN.findall(form):
        literal = quoted or escaped
        if plain == ";":
            result.append((before, core, behind))
            before, core, behind = "", "", ""
        elif literal and not _DIGITS.search(core):
            before += literal
        elif literal and (literal in "-/() ." and "0" in core and "#" not in core):
            core += literal
        elif literal:
            behind += literal
        else:
            core += plain
    return (*result, (before, core.replace("General", ""), behind))


def _padded(number: int, digits: str) -> str:
    """Return 11223344595 under 000-000-000 00 as 112-233-445 95."""
    left = str(number)
    written: list[str] = []
    for symbol in reversed(digits):
        if symbol == "0":
            written.append(left[-1] if left else "0")
            left = left[:-1]
        else:
            written.append(symbol)
    return (left + "".join(reversed(written))).strip()


def _fixed(number: Decimal, digits: str) -> str:
    """Return 1.1 under 0.00 as 1.10; digits beyond those of the format stay."""
    least = len(digits.partition(".")[2])
    whole, _, fraction = _plain(number).partition(".")
    return f"{whole}.{fraction.ljust(least, '0')}"


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
