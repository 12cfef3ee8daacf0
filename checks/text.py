"""Folding of text that people type in many ways: headers, choices, names of territories."""

import re
import unicodedata
from functools import lru_cache

_LATIN_LOOKALIKES = str.maketrans("aceopxykmtbhAСEOPXYKMTBH".replace("С", "C"), "асеорхукмтвнАСЕОРХУКМТВН")
_WORD = re.compile(r"\w+", re.UNICODE)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
# A digit or digits with a closing bracket behind a letter: «организаций1)»; superscripts are removed as symbols.
_FOOTNOTE_MARK = re.compile(r"(?<=[^\W\d_])\d{1,2}\)|[*†‡¹²³⁰⁴-⁹]+")
# Longer texts are no headers and no names: remembered, they would only fill the memory.
_LONGEST_REMEMBERED = 400
_NOT_WORD = re.compile(r"[^\w№%+]+", re.UNICODE)


def _unify_word(match: re.Match[str]) -> str:
    word = match.group(0)
    if _CYRILLIC.search(word) and _LATIN.search(word):
        return word.translate(_LATIN_LOOKALIKES)
    return word


def unify_lookalikes(text: str) -> str:
    """Replace Latin letters that look Cyrillic inside words that hold Cyrillic ones («прoцентов»)."""
    return _WORD.sub(_unify_word, text)


def squeeze(text: str) -> str:
    """Trim the text and fold every run of white space, no-break spaces included, into one space."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return the form in which two spellings of one header, choice or name are equal.

    Case, ё and е, runs of white space, quotes, punctuation and footnote marks do not count; Latin letters
    inside a Russian word become the Cyrillic ones they look like (datasets.md, «Headers»).
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _folded(text)


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    text = unify_lookalikes(_FOOTNOTE_MARK.sub("", text)).lower().replace("ё", "е")
    return squeeze(_NOT_WORD.sub(" ", text.replace("_", " ")))


_remembered = lru_cache(maxsize=1 << 16)(_folded)
