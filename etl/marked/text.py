"""Escaping of text for the XML of a workbook."""

import re
from xml.sax.saxutils import escape

LONGEST_CELL = 32_767
# Characters that XML 1.0 does not allow, and direction marks, which could disguise a text.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Spreadsheets decode _x0041_ in a text as a letter.
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def plain(text: str) -> str:
    """Return the text for a list or a comment, without direction marks."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def xml(text: str) -> str:
    """Return the text as the content of an XML element of a workbook."""
    return escape(_ESCAPE_LIKE.sub("_x005F_", plain(text)))


def attribute(text: str) -> str:
    """Return the text as the value of an XML attribute in double quotes."""
    return escape(plain(text), {'"': "&quot;", "\n": "&#10;"})
