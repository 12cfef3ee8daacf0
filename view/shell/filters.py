"""Filters whose values live in the address as codes, so that a link reopens the same page.

Streamlit's own `bind="query-params"` writes the Russian labels of the options and leaves out defaults: such
a link breaks with the next renaming and changes its meaning with the next half-year. Here every filter is
always written, by code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

Control = Literal["list", "buttons", "hidden"]
NAMES = {
    "region": "регион",
    "indicator": "показатель",
    "municipality": "муниципалитет",
    "territory": "территория",
    "round": "раунд",
    "year": "год",
    "half": "период",
    "profile": "профиль целей",
}
"""Russian names of the filters that many pages share."""
_PRESSED, _ADDRESS_LAGS = "filter_pressed", "address_lags"


def begin() -> None:
    """Note at the start of a run whether its address may be outdated: a filter was pressed.

    The browser learns its new address when a run ends. A filter pressed right after another one still sends the address
    from before the first, which must not take the first back.
    """
    st.session_state[_ADDRESS_LAGS] = st.session_state.pop(_PRESSED, False)


def _press() -> None:
    st.session_state[_PRESSED] = True


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str,
    describe: Callable[[str], str] = str,
    control: Control = "list",
) -> str:
    """Draw one filter and return the chosen code.

    The address wins when it changed since this session last wrote it (a followed link, the browser's Back) and
    no filter was pressed; then the widget; then what was chosen on another page; then the default. A code that is
    no option is passed over. A `hidden` filter keeps its value in the address without a widget.
    """
    key = f"filter_{name}"
    chosen: dict[str, str] = st.session_state.setdefault("chosen_filters", {})
    # Filters in the address when it was last written; a run that a click interrupts does not write it.
    written: dict[str, str] = st.session_state.setdefault("written_filters", {})
    asked = st.query_params.get(name)
    held: str = st.session_state.get(key, "")
    if asked in options and asked != written.get(name) and not st.session_state.get(_ADDRESS_LAGS):
        held = str(asked)
    elif held not in options:
        held = chosen[name] if chosen.get(name) in options else default
    # Set in every run: on another page the key still answers for that page's widget, not for this one.
    st.session_state[key] = held
    value: str
    if control == "hidden" or len(options) == 1:
        value = held
    elif control == "buttons":
        picked = st.segmented_control(label, options, key=key, format_func=describe, required=True, on_change=_press)
        value = picked or default
    else:
        value = st.selectbox(label, options, key=key, format_func=describe, on_change=_press)
    chosen[name] = value
    return value


def not_understood(asked: Mapping[str, str], kept: Mapping[str, str]) -> list[str]:
    """Return the Russian names of filters whose value in a followed link was not accepted.

    asked: the address as it came; kept: what was chosen. The program's own address is no link.
    """
    if st.session_state.get(_ADDRESS_LAGS):
        return []
    written: dict[str, str] = st.session_state.get("written_filters", {})
    return [
        word
        for name, word in NAMES.items()
        if name in kept and name in asked and asked[name] not in (kept[name], written.get(name))
    ]


def keep(values: Mapping[str, str | int | None]) -> None:
    """Write the filters into the address, in one step and only when something differs."""
    wanted = {name: str(value) for name, value in values.items() if value not in (None, "")}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state["written_filters"] = wanted
