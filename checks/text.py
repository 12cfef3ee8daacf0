"""Normalization of text: folding for comparison, invisible characters, safe formats."""

import re
import unicodedata
from functools import lru_cache

_LATIN_LOOKALIKES = str.maketrans("aceopxykmtbhAСEOPXYKMTBH".replace("С", "C"), "асеорхукмтвнАСЕОРХУКМТВН")
# Control characters, direction marks, zero-width letters: they make equal codes differ, hide numbers from a search,
# disguise names. White space is not among them.
UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"[{UNSEEN}\ud800-\udfff]")
# What may begin a formula in a spreadsheet, also after blanks; the last four are full-width signs.
FORMULA_START = "^[ \u00a0]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
# The same behind a delimiter: a spreadsheet may split a text there, as LibreOffice does by default.
FORMULA_INSIDE = "([,;\t])([ \u00a0]*[=+\\-@\uff1d\uff0b\uff0d\uff20])"
_FORMULA = re.compile(FORMULA_START)
_FORMULA_INSIDE = re.compile(FORMULA_INSIDE)
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_LONGEST_FILE_NAME = 100
_WORD = re.compile(r"\w+", re.UNICODE)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
# Digits with a closing bracket after a letter: «организаций1)»; superscripts.
_FOOTNOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}\)|[*†‡¹²³⁰⁴-⁹]+")
# Longer texts are no headers and no names; the cache leaves them out.
_LONGEST_REMEMBERED = 400
_NOT_WORD = re.compile(r"[^\w№%+]+", re.UNICODE)


def _unify_word(match: re.Match[str]) -> str:
    word = match.group(0)
    if _CYRILLIC.search(word) and _LATIN.search(word):
        return word.translate(_LATIN_LOOKALIKES)
    return word


def unify_lookalikes(text: str) -> str:
    """Replace Latin letters that look Cyrillic in words that also have Cyrillic ones.

    Example: Latin «o» in «прoцентов».
    """
    return _WORD.sub(_unify_word, text)


def visible(text: str) -> str:
    """Return the text without invisible characters; white space stays."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def squeeze(text: str) -> str:
    """Return the text trimmed, in NFC, with single spaces, without invisible characters."""
    return unicodedata.normalize("NFC", " ".join(visible(text).split()))


def without_formula(text: str) -> str:
    """Return the text with apostrophes, so that no spreadsheet runs a part of it as a formula.

    They are put before what looks like a formula at the beginning of the text, or after a comma, semicolon or tab.
    """
    safe = _FORMULA_INSIDE.sub(r"\1'\2", text)
    return f"'{safe}" if _FORMULA.match(text) else safe


def file_name(text: str) -> str:
    """Return the text as a file name: no folders, no invisible characters, limited length."""
    stem, dot, ending = squeeze(_NOT_IN_FILE_NAMES.sub("_", visible(text))).strip(". ").rpartition(".")
    short = (stem or ending)[:_LONGEST_FILE_NAME]
    return (f"{short}.{ending[:_LONGEST_FILE_NAME]}" if dot and stem else short) or "файл"


def fold(text: str) -> str:
    """Return the form in which two spellings of one header, choice or name are equal.

    Case, ё and е, runs of white space, quotes, punctuation and footnote marks do not count; Latin letters
    inside a Russian word become the Cyrillic ones they look like.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _folded(text)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", visible(text))
    text = unify_lookalikes(_FOOTNOTE_MARK.sub("", text)).lower().replace("ё", "е")
    return squeeze(_NOT_WORD.sub(" ", text.replace("_", " ")))


_remembered = lru_cache(maxsize=1 << 16)(_folded)
