"""Words of others in labels of Streamlit's own elements, which reads Markdown in them."""

import re

from checks.text import visible

_MEANS_SOMETHING = re.compile(r"[\\`*_~$\[\]()<>!]|:(?=\S)")


def plain(text: str) -> str:
    """Return a label that is shown as it stands: no links, no pictures fetched from elsewhere, no styles."""
    return _MEANS_SOMETHING.sub(r"\\\g<0>", visible(text))
