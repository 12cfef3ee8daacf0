"""Figures as text: units, changes, and more decimals when rounding would hide a verdict."""

from __future__ import annotations

import math
import re

from checks.russian import NBSP, NO_DATA, counted, decimals_that_tell, number
from view.wording.theme import VERDICTS
from warehouse.store.row import Row
from warehouse.suppression.cells import SMALL_GROUP

GROUP = f"группа меньше {SMALL_GROUP} человек"
HIDDEN = f"скрыто: {GROUP}"
"""Shown instead of a figure about so few people that it could identify them, or of one that would disclose it."""
HIDDEN_CELL = "скрыто"
"""The same where there is room for one word only."""


def with_unit(text: str, unit: str) -> str:
    """Return the text with its unit after a no-break space."""
    return f"{text}{NBSP}{unit}"


def value_text(row: Row, with_units: bool = True) -> str:
    """Return a row's value with its unit, or the words for a hidden or missing value.

    The row has value, unit, decimals, target and operator, and verdict where values may be hidden.
    """
    value = row["value"]
    if value is None:
        return HIDDEN_CELL if row.get("verdict") == "hidden" else NO_DATA
    text = number(value, decimals_that_tell(value, row.get("target"), row.get("operator"), row["decimals"]))
    return with_unit(text, row["unit"]) if with_units else text


def value_and_verdict(row: Row) -> str:
    """Return a value and its verdict for screen readers.

    When there is no value, the words for it and the verdict are the same and are said once.
    """
    value, word = value_text(row), VERDICTS[row["verdict"]].word
    return value if value == word else f"{value}, {word}"


def unsent(row: Row) -> bool:
    """Tell whether a count is 0 while no organization has reported.

    It may be 0 only because nothing was sent.
    """
    return row["kind"] == "count" and row["value"] == 0 and row["expected"] > 0 and not row["reporting"]


def plain(value: float | None, decimals: int, unit: str = "") -> str:
    """Return a figure that has no verdict to keep: a target, a past value."""
    if value is None:
        return NO_DATA
    text = number(value, decimals)
    return with_unit(text, unit) if unit else text


def bound(row: Row) -> str:
    """Return the target with its direction: «≥ 12 %»."""
    return f"{'≥' if row['operator'] == '>=' else '≤'}{NBSP}{short_target(row)}"


def short_target(row: Row) -> str:
    """Return the target as a number with its unit: «12 %»."""
    target = float(row["target"])
    decimals = 0 if target == math.floor(target) else 1
    return with_unit(number(target, decimals), row["unit"])


def change_text(change: float | None, unit: str, decimals: int) -> str:
    """Return a signed change: «+1,2 п. п.» for percentages, «−3 ед.» otherwise."""
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    text = number(change, decimals)
    if text.strip("−0,") == "":
        return "без изменений"
    return sign + with_unit(text, f"п.{NBSP}п." if unit == "%" else unit)


def fraction_text(row: Row) -> str:
    """Return numerator and denominator: «412 из 3 920», or the numerator alone for counts."""
    if row["numerator"] is None:
        return HIDDEN if row.get("verdict") == "hidden" else NO_DATA
    if row["denominator"] is None:
        return number(row["numerator"])
    return f"{number(row['numerator'])}{NBSP}/{NBSP}{number(row['denominator'])}"


def units(count: int, forms: str | None) -> str:
    """Return a number with the noun of what an indicator counts: «84 человека».

    forms: three word forms separated by commas, None for «единица».
    """
    return counted(count, *(forms or "единица, единицы, единиц").split(", "))


def finished(sentence: str) -> str:
    """Return the sentence with exactly one full stop, also after an abbreviation like «ед.»."""
    return sentence if not sentence or sentence.endswith(".") else f"{sentence}."


_SOFT_HYPHEN = "\u00ad"
_SYLLABLE = re.compile(
    "([а-яё])(?=ск(?:ий|ая|ое)$)|([аеёиоуыэюя])(?=[бвгджзклмнпрстфхцчшщ][аеёиоуыэюя])"
    "|([аеёиоуыэюя][йбвгджзклмнпрстфхцчшщ])(?=[бвгджзклмнпрстфхцчшщ][ьаеёиоуыэюя])",
    re.IGNORECASE,
)


def breakable(name: str) -> str:
    """Return a long Russian name with soft hyphens between syllables.

    Pieces of one or two letters are never split off.
    """
    parts = _SYLLABLE.sub(lambda found: found.group() + _SOFT_HYPHEN, name).split(_SOFT_HYPHEN)
    text = ""
    for position, part in enumerate(parts):
        rest = sum(map(len, parts[position:]))
        joined = len(text.rpartition(_SOFT_HYPHEN)[2]) >= 3 and rest >= 3
        text += (_SOFT_HYPHEN if joined and text else "") + part
    return text
