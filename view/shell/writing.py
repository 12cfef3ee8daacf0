"""Writes from a page: buttons bound to what they act on, outcomes, refusals."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from html import escape
from typing import Literal, TypeVar

import streamlit as st

from view.shell import session
from view.shell.page import OpenPage
from view.wording.labels import plain
from warehouse.errors import Refused
from warehouse.store.address import Address, resolve
from warehouse.store.clock import now

OUTCOME = "write_outcome"
"""Session key of the sentence about a finished write, shown when the page is drawn again."""
T = TypeVar("T")
_PRESSED = "pressed_button"
"""Session key of the button pressed before this run, as key and label, until the run draws it again."""


def attempt(act: Callable[[], T], doing: str) -> T | None:
    """Call `act` and return its outcome; when it is refused, show the refusal and return None."""
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
    publication = attempt(lambda: act(resolve(), now()), "Записываю и публикую…")
    if publication is None:
        return
    st.session_state[OUTCOME] = f"{done}, публикация № {publication}."
    if "publication" in st.query_params:
        del st.query_params["publication"]
    st.rerun()


def bound(name: str, about: Sequence[object]) -> str:
    """Return the key of a widget that belongs to what a form acts on.

    Another filter, round or row gives another key, so that what was typed or pressed for one is never taken for
    another.
    """
    return f"{name}_{hashlib.blake2s(repr(list(about)).encode(), digest_size=8).hexdigest()}"


def button(
    label: str,
    name: str,
    about: Sequence[object],
    *,
    in_form: bool = False,
    kind: Literal["primary", "secondary", "tertiary"] = "secondary",
    hint: str | None = None,
    disabled: bool = False,
) -> bool:
    """Draw a button that acts on one thing only; tell whether it was pressed for that thing.

    When the filters changed between the drawing and the press, the new run draws no button of this key: nothing is
    done, and `tell_unanswered` says so.

    Args:
        label: what the button does, and to what, in words.
        about: what it acts on: codes of the round, municipality, form or row.
        in_form: whether it submits the form that it stands in.
    """
    key = bound(name, about)
    draw = st.form_submit_button if in_form else st.button
    pressed = draw(label, key=key, type=kind, help=hint, disabled=disabled, on_click=_note_press, args=(key, label))
    if st.session_state.get(_PRESSED, ("", ""))[0] == key:
        del st.session_state[_PRESSED]
    return pressed


def _note_press(key: str, label: str) -> None:
    st.session_state[_PRESSED] = key, label


def tell_unanswered() -> None:
    """Say that a pressed button did nothing: the choice on the page had changed meanwhile."""
    if pressed := st.session_state.pop(_PRESSED, None):
        st.toast(
            f"«{plain(pressed[1])}» не выполнено: пока вы нажимали, выбор на странице изменился. "
            "Проверьте, что выбрано, и нажмите снова.",
            icon=":material/info:",
            duration="infinite",
        )


def tell_outcome() -> None:
    """Say what the write before this run did."""
    if done := st.session_state.pop(OUTCOME, None):
        st.html(f'<div class="outcome outcome-met" role="status">✓ {escape(done)}</div>')
