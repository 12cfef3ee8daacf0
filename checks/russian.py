"""Russian formats: numbers, dates, plurals, sorting.

It is the only place where figures are rounded.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
NO_DATA = "нет данных"
MOST_DECIMALS = 4
_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря")  # fmt: skip


def plural(count: int, one: str, few: str, many: str) -> str:
    """Return the word form that agrees with a count.

    Examples: 1 педагог, 2 педагога, 5 педагогов, 11 педагогов.
    """
    tens, units = abs(count) % 100, abs(count) % 10
    if units == 1 and tens != 11:
        return one
    if 2 <= units <= 4 and not 12 <= tens <= 14:
        return few
    return many


def counted(count: int, one: str, few: str, many: str) -> str:
    """Return the number and its noun joined by a no-break space: «5 педагогов»."""
    return f"{number(count)}{NBSP}{plural(count, one, few, many)}"


def agreed(count: int, verb: str, noun: str) -> str:
    """Return a verb, number and noun in agreement: «прочитана 1 строка», «прочитано 5 строк».

    verb, noun: their forms after 1, 2 and 5, separated by commas.
    """
    return f"{plural(count, *verb.split(', '))} {counted(count, *noun.split(', '))}"


def all_of(count: int, one: str, few: str, many: str) -> str:
    """Return all of a number in the genitive: «всех 5 организаций», but «1 организации»."""
    return f"всех{NBSP}{counted(count, one, few, many)}" if count > 1 else counted(count, one, few, many)


def number(value: float | int | None, decimals: int = 0) -> str:
    """Return 1234.5 as «1 234,5», rounded half up once; a missing value is «нет данных»."""
    if value is None:
        return NO_DATA
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = "−" if rounded < 0 else ""
    whole, _, fraction = f"{abs(rounded):,f}".partition(".")
    return sign + whole.replace(",", NBSP) + ("," + fraction if fraction else "")


def decimals_that_tell(value: float, target: float | None, operator: str | None, decimals: int) -> int:
    """Return how many decimals keep the printed value on its side of the target.

    11.96 against a target of 12 prints as 11,96, not as the 12,0 that would look like success.
    """
    if target is None or operator is None:
        return decimals
    met = _meets(value, target, operator)
    for digits in range(decimals, MOST_DECIMALS):
        if _meets(_rounded(value, digits), target, operator) == met:
            return digits
    return MOST_DECIMALS


def _meets(value: float, target: float, operator: str) -> bool:
    return value >= target if operator == ">=" else value <= target


def _rounded(value: float, digits: int) -> float:
    return float(number(value, digits).replace(NBSP, "").replace("−", "-").replace(",", "."))


def percent(value: float | None, decimals: int = 1) -> str:
    """Return a percentage (12.34 means 12.34 %) as «12,3 %»."""
    return NO_DATA if value is None else f"{number(value, decimals)}{NBSP}%"


def date(value: dt.date | None) -> str:
    """Return a date as 21.11.2026."""
    return NO_DATA if value is None else value.strftime("%d.%m.%Y")


def long_date(value: dt.date) -> str:
    """Return a date in words, for letters: «1 июня 2026 года»."""
    return f"{value.day}{NBSP}{_MONTHS[value.month - 1]} {value.year}{NBSP}года"


def half_year(year: int, half: int) -> str:
    """Return a half-year as «1-е полугодие 2026 года»."""
    return f"{half}-е{NBSP}полугодие {year}{NBSP}года"


def listed(items: Sequence[str], conjunction: str = "и") -> str:
    """Return words joined as in a sentence: «а, б и в»."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def shortlist(items: Sequence[str], limit: int) -> str:
    """Join at most so many words and count the rest: «а, б и ещё 3»."""
    if len(items) <= limit:
        return listed(items)
    return f"{', '.join(items[:limit])} и{NBSP}ещё{NBSP}{number(len(items) - limit)}"


def capital(text: str) -> str:
    """Return the text with a capital first letter and the rest as it is: «Заседание РМА»."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """Return the text with a lower-case first letter, to stand inside a sentence.

    Acronyms such as «ИОМ» stay as they are.
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sort_key(text: str) -> tuple[str, str]:
    """Return the sort key of a Russian name: case-insensitive, Ё after Е."""
    folded = text.lower()
    return folded.replace("ё", "е\uffff"), text
