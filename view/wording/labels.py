"""Escaping of text that people wrote, for labels, where Streamlit reads Markdown."""

import re

from checks.text import visible

_MEANS_SOMETHING = re.compile(r"[\\`*_~$\[\]()<>!]|:(?=\S)")


def plain(text: str) -> str:
    """Return text escaped for a Streamlit label: no links, pictures or styles.

    A picture would be fetched from elsewhere.
    """
    return _MEANS_SOMETHING.sub(r"\\\g<0>", visible(text))
