"""Skeleton shown while a page loads, so that its parts do not move on the screen."""

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
_skeleton: ContextVar[DeltaGenerator | None] = ContextVar("outline_skeleton", default=None)


@contextmanager
def until_whole(page: str) -> Iterator[None]:
    """Show the skeleton until the block has drawn a page that the session newly opened.

    When a filter is changed on the page, its former content stays visible instead.
    """
    skeleton = st.empty()
    if st.session_state.get(_SHOWN) != page:
        skeleton.html(_OUTLINE)
    token = _skeleton.set(skeleton)
    try:
        yield
    finally:
        _skeleton.reset(token)
        st.session_state[_SHOWN] = page
        skeleton.empty()


def stop() -> NoReturn:
    """End the page here, with what has been drawn so far.

    The skeleton is removed first: once Streamlit's own stop is called, nothing can be drawn.
    """
    if skeleton := _skeleton.get():
        skeleton.empty()
    st.stop()
