"""Writes from a page: report the outcome after the page is redrawn, refusals in place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape
from typing import TypeVar

import streamlit as st

from view.shell import session
from view.shell.page import OpenPage
from warehouse.errors import Refused
from warehouse.store import address
from warehouse.store.address import Address
from warehouse.store.clock import now

OUTCOME = "write_outcome"
"""Session key of the sentence about a finished write, shown when the page is drawn again."""
T = TypeVar("T")


def place() -> Address:
    """Return the address of the installation's warehouse."""
    return address.resolve()


def attempt(act: Callable[[], T], doing: str) -> T | None:
    """Do something and return its outcome; say a refusal where it happened and return None."""
    try:
        with st.spinner(doing):
            return act()
    except Refused as refusal:
        say_refused(refusal)
        return None


def say_refused(refusal: Refused) -> None:
    """Say on the page that a write was refused, and why."""
    st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')


def at_present(page: OpenPage) -> bool:
    """Tell whether the screen shows the current publication; if not, say why nothing is written."""
    if page.publication == session.newest_publication():
        return True
    st.html('<p class="quiet">На экране не последняя публикация: решения принимаются по текущим данным.</p>')
    return False


def write(page: OpenPage, act: Callable[[Address, dt.datetime], int], done: str) -> None:
    """Make a change that publishes, and redraw the page at its publication; show a refusal.

    act: given the address and the present moment (UTC without a zone), returns the number of the publication.
    """
    publication = attempt(lambda: act(place(), now()), "Записываю и публикую…")
    if publication is None:
        return
    st.session_state[OUTCOME] = f"{done}, публикация № {publication}."
    if "publication" in st.query_params:
        del st.query_params["publication"]
    st.rerun()


def tell_outcome() -> None:
    """Say what the write before this run did."""
    if done := st.session_state.pop(OUTCOME, None):
        st.html(f'<div class="outcome outcome-met" role="status">✓ {escape(done)}</div>')
