"""Parsers of single cells: text → a value, or a problem in Russian.

Every parser takes trimmed, non-missing text and returns the value or a `Problem`. `MISSING` lists the texts that stand
for «no value»; a missing value is never zero.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from checks.russian import date as russian_date
from checks.text import unify_lookalikes, visible

MISSING = frozenset({"", "-", "–", "—", "…", "...", "н/д", "нет данных"})

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u200a\u202f]+")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?", re.ASCII)
_RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME_PART = re.compile(r"[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_SPREADSHEET_DAY = re.compile(r"[34]\d{4}", re.ASCII)
_TRUE = frozenset({"да", "1", "true", "+", "истина"})
_FALSE = frozenset({"нет", "0", "false", "-", "−", "ложь"})
_LARGEST_INTEGER = 2**63 - 1
# Larger decimals are typing errors, and sums of them lose kopecks.
_LARGEST_DECIMAL = 1e15
# More digits than any number has here; such a cell is not converted.
_MOST_DIGITS = 40
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SPREADSHEET_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Problem:
    """Why a cell could not be parsed.

    rule: its code. message: what is wrong and what would be right, in Russian.
    """

    rule: str
    message: str


def is_missing(text: str) -> bool:
    """Tell whether trimmed text stands for «no value»."""
    return text in MISSING or text.lower() in MISSING


def _plain_number(text: str) -> str | None:
    folded = _SPACES.sub(" ", text.removesuffix("%").strip()).replace("−", "-")
    if _PLAIN_NUMBER.fullmatch(folded) or _GROUPED_NUMBER.fullmatch(folded):
        return folded.replace(" ", "").replace(",", ".")
    return None


def integer(text: str) -> int | Problem:
    """Read a whole number: «12 345», «12,0» and «5 %» are 12345, 12 and 5."""
    plain = _plain_number(text)
    if plain is None:
        return Problem("integer", f"«{text}» — не целое число; впишите число цифрами, например 25.")
    whole, _, fraction = plain.partition(".")
    if fraction.strip("0"):
        return Problem("integer", f"«{text}» — дробное число, а здесь считают целыми; впишите целое число.")
    if len(whole) > _MOST_DIGITS or abs(int(whole)) > _LARGEST_INTEGER:
        return Problem("integer", f"«{text}» — слишком большое число; проверьте, не склеились ли две клетки.")
    return int(whole)


def decimal(text: str) -> float | Problem:
    """Read a number with a decimal comma or point."""
    plain = _plain_number(text)
    if plain is None:
        return Problem("decimal", f"«{text}» — не число; впишите число цифрами, например 67,5.")
    value = float(plain)
    if abs(value) > _LARGEST_DECIMAL:
        return Problem("decimal", f"«{text}» — слишком большое число; проверьте, не склеились ли две клетки.")
    return value


def date(text: str) -> dt.date | Problem:
    """Read dd.mm.yyyy or yyyy-mm-dd, either with a time part."""
    day_text = _TIME_PART.sub("", text)
    if match := _RUSSIAN_DATE.fullmatch(day_text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DATE.fullmatch(day_text):
        year, month, day = (int(part) for part in match.groups())
    elif _SPREADSHEET_DAY.fullmatch(text):
        guess = _SPREADSHEET_EPOCH + dt.timedelta(days=int(text))
        return Problem(
            "date",
            f"«{text}» — похоже на порядковый номер дня в Excel ({russian_date(guess)}); "
            "задайте клетке формат «Дата» или впишите дату как 30.06.2025.",
        )
    else:
        return Problem("date", f"«{text}» — не дата; впишите день, месяц и год как 30.06.2025.")
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return Problem("date", f"«{text}» — такого дня в календаре нет; проверьте день и месяц.")
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return Problem("date", f"«{text}» — год вне пределов {_FIRST_YEAR}–{_LAST_YEAR}; проверьте год.")
    return value


def boolean(text: str) -> bool | Problem:
    """Read да/нет, 1/0, true/false or +/-; a cross does not count."""
    folded = unify_lookalikes(text).lower()
    folded = folded[0] if folded in ("1.0", "0.0", "1,0", "0,0", "1.00", "0.00") else folded
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    return Problem("boolean", f"«{text}» — нужно «да» или «нет»; годятся также 1 и 0, + и -.")


def has_valid_check_sum(digits: str) -> bool:
    """Tell whether 11 digits are a СНИЛС: the last two are the check sum of the first nine.

    Numbers up to 001-001-998 were issued without check sums and are valid; zeros alone stand for an unknown number.
    """
    if int(digits[:9]) <= _LAST_WITHOUT_CHECK_SUM:
        return int(digits) != 0
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=False)) % 101
    return int(digits[9:]) == total % 100


_LAST_WITHOUT_CHECK_SUM = 1_001_998
# Hyphens, dashes and spaces between the digits.
_SEPARATOR = r"[-\s\u2010-\u2015\u2212]"
_SEPARATORS = re.compile(_SEPARATOR)
_ELEVEN_DIGITS = re.compile(rf"(?<!\d)\d(?:{_SEPARATOR}{{0,3}}\d){{10}}(?!\d)")
_WRITTEN_AS_SNILS = re.compile(rf"\d{{11}}|\d{{3}}{_SEPARATOR}\d{{3}}{_SEPARATOR}\d{{3}}{_SEPARATOR}{{0,3}}\d{{2}}")
_OPAQUE_ID = re.compile(r"[0-9A-Za-zА-Яа-яЁё_-]{4,64}")
_LOST_ZERO = re.compile(r"\d{9,10}", re.ASCII)
_SNILS_DIGITS = 11
_DIGIT_LOOKALIKES = str.maketrans("OoОоЗзlI|Іібs", "0000331111165")
_GROUPED_LIKE_SNILS = re.compile(rf"\d{{2,4}}{_SEPARATOR}\d{{2,4}}{_SEPARATOR}\d{{2,4}}{_SEPARATOR}{{0,3}}\d{{1,3}}")


def snils_digits(text: str) -> str | None:
    """Return the 11 digits when the text is written as a СНИЛС, else None."""
    digits = _SEPARATORS.sub("", text)
    return digits if len(digits) == 11 and digits.isascii() and digits.isdigit() else None


def person(text: str) -> str | Problem:
    """Return the text that a person's pseudonym is made of, from an identifier as written.

    Zeros that a spreadsheet took from a СНИЛС are restored where its check sum then holds. A СНИЛС gives «snils:» and
    its digits, so that every way of writing it is the same person; an opaque id gives «id:» and the id as written. The
    problem never repeats what was written.
    """
    if digits := snils_digits(text):
        if has_valid_check_sum(digits):
            return f"snils:{digits}"
        return Problem("person", "Контрольная сумма СНИЛС не сходится: в номере опечатка; сверьте его с документом.")
    if lost_leading_zero(text):
        return f"snils:{text.zfill(_SNILS_DIGITS)}"
    if _is_broken_snils(text):
        return Problem("person", "Похоже на СНИЛС, но в нём буква или не 11 цифр; сверьте его с документом.")
    if _OPAQUE_ID.fullmatch(text):
        return f"id:{text}"
    return Problem(
        "person", "Это не СНИЛС (11 цифр) и не код (4–64 буквы, цифры, «-», «_»); впишите одно из двух без ФИО."
    )


def lost_leading_zero(text: str) -> bool:
    """Tell whether 9 or 10 digits are a СНИЛС that lost its leading zeros, by its check sum."""
    return bool(_LOST_ZERO.fullmatch(text)) and _is_checked(text.zfill(_SNILS_DIGITS))


def is_near_snils(text: str) -> bool:
    """Tell whether digits alone are one too few or one too many for a СНИЛС."""
    return text.isascii() and text.isdigit() and len(text) in (_SNILS_DIGITS - 1, _SNILS_DIGITS + 1)


def _is_broken_snils(text: str) -> bool:
    """Tell whether a text is a СНИЛС with a letter for a digit, or not of 11 digits."""
    compact = _SEPARATORS.sub("", text)
    digits = compact.translate(_DIGIT_LOOKALIKES)
    if not (digits.isascii() and digits.isdigit()):
        return False
    if digits != compact:
        return len(digits) == _SNILS_DIGITS and sum(map(str.isdigit, compact)) >= _SNILS_DIGITS - 2
    return bool(_GROUPED_LIKE_SNILS.fullmatch(text)) and len(digits) != _SNILS_DIGITS


def mask(text: str) -> str:
    """Return an identifier masked by bullets of its length."""
    return "•" * len(text)


def holds_snils(text: str) -> bool:
    """Tell whether the text contains a valid СНИЛС, however its digits are separated.

    Numbers without a check sum do not count: zero-padded codes of organizations and programmes look the same.
    """
    return any(_is_checked(match.group()) for match in _ELEVEN_DIGITS.finditer(text))


def _is_checked(written: str) -> bool:
    digits = snils_digits(written)
    return digits is not None and int(digits[:9]) > _LAST_WITHOUT_CHECK_SUM and has_valid_check_sum(digits)


def mask_persons(text: str, *, codes: bool = False) -> str:
    """Return the text with everything written as a СНИЛС masked, whatever its check sum.

    codes: the text may contain codes of 11 digits (territories): mask only valid numbers.
    """

    def hidden(match: re.Match[str]) -> str:
        written = match.group()
        zero_padded = codes or written.startswith("000")
        personal = _is_checked(written) or (not zero_padded and _WRITTEN_AS_SNILS.fullmatch(written))
        return mask(written) if personal else written

    return _ELEVEN_DIGITS.sub(hidden, visible(text))


def handwritten(text: str) -> str:
    """Return a person's text for storage: trimmed, with everything written as a СНИЛС masked.

    For reasons, comments and wordings, which many may read and nobody can delete.
    """
    return mask_persons(text.strip())


def free_text(text: str) -> str | Problem:
    """Return the text, or a problem when it contains a СНИЛС."""
    if holds_snils(text):
        return Problem(
            "personal_number", "Здесь есть СНИЛС, а персональным номерам в этом столбце не место; уберите его."
        )
    return text


def choice_reader(options: dict[str, str], fold: Callable[[str], str]) -> Callable[[str], str]:
    """Return a parser that gives the canonical spelling of an option, and other text as it is.

    options: folded spelling → canonical one. The contract refuses texts that are no option.
    """
    return lambda text: options.get(fold(text), text)
