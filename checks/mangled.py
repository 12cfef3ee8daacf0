"""Codes that a spreadsheet turned into dates or numbers, and what probably stood there."""

import re

from checks.cells import Problem

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_RUSSIAN = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
           "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
_MONTH = rf"({'|'.join(_MONTHS)})[а-яa-z]{{0,3}}"
_NAMED = re.compile(rf"([0-9]{{1,2}})[.\-/ ]{_MONTH}\.?|{_MONTH}[.\-/ ]([0-9]{{1,4}})", re.IGNORECASE)
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E[+]\d{1,3}|\d[.,]\d+E\d{1,3}", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"\d{16,40}", re.ASCII)
_KEPT = 15


def code(cell: str) -> Problem | None:
    """Return the problem of a code that a spreadsheet changed, None for any other text."""
    if match := _ISO.fullmatch(cell):
        return _date(cell, int(match[3]), int(match[2]), int(match[1]))
    if match := _RUSSIAN.fullmatch(cell):
        return _date(cell, int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(cell):
        name = (match[2] or match[3]).lower()
        month = _MONTHS.index(name) % 12 + 1
        guess = f"{match[1]}.{month}" if match[1] else f"{month}.{match[4]}"
        return _problem(cell, "дата", f"«{guess}»")
    if _EXPONENT.fullmatch(cell):
        return Problem(
            "mangled_code",
            f"«{cell}» — код превратился в число со степенью, его цифры утеряны. Возьмите код из первичного документа "
            "и задайте столбцу формат «Текст».",
        )
    if _DIGITS.fullmatch(cell) and _is_rounded(cell):
        return Problem(
            "mangled_code",
            f"«{cell}» — длинный код хранился числом, а у числа цифры после пятнадцатой утеряны. Возьмите код из "
            "первичного документа и задайте столбцу формат «Текст».",
        )
    return None


def _date(cell: str, day: int, month: int, year: int) -> Problem:
    guesses = [f"«{day}.{month}»"] + ([f"«{month}.{year}»", f"«{month}-{year % 100:02}»"] if day == 1 else [])
    return _problem(cell, "дата", " или ".join(guesses))


def _problem(cell: str, what: str, guess: str) -> Problem:
    return Problem(
        "mangled_code",
        f"«{cell}» — {what} вместо кода: вероятно, здесь стояло {guess}, и табличный редактор изменил запись. "
        "Задайте столбцу формат «Текст» и впишите код заново.",
    )


def _is_rounded(digits: str) -> bool:
    """Tell whether digits are those of a number rounded to 15 or 16 of them."""
    if set(digits[_KEPT:]) == {"0"}:
        return True
    number = float(digits)
    return len(digits) > _KEPT + 2 and int(number) == int(digits) and float(f"{number:.15e}") == number
