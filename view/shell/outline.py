"""What stands where a page will be until it is whole: its outline, so that nothing jumps under the reader's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_SHOWN = "page_shown"
_OUTLINE = (
    '<div class="outline" role="status"><span class="spoken">Страница открывается</span>'
    + "".join(f'<i class="outline-{part}"></i>' for part in ("title", "filters", "finding", "wide", "narrow", "wide"))
    + "</div>"
)
_place: ContextVar[DeltaGenerator | None] = ContextVar("outline_place", default=None)


@contextmanager
def until_whole(page: str) -> Iterator[None]:
    """Show the outline in place of what the block draws, when the session comes to this page from another or anew.

    A filter changed on the page leaves in place what was there: nothing moves, so nothing is hidden.
    """
    place = st.empty()
    if st.session_state.get(_SHOWN) != page:
        place.html(_OUTLINE)
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)
        st.session_state[_SHOWN] = page
        place.empty()


def stop() -> NoReturn:
    """End the page here: what was drawn is all of it. Once Streamlit's own stop is asked for, nothing can be drawn."""
    if place := _place.get():
        place.empty()
    st.stop()
