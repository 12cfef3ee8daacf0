"""A list of links in which one row is opened below its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import streamlit as st

from warehouse.store.row import Row


def with_opened(shown: pl.DataFrame, every: pl.DataFrame, column: str, code: str) -> pl.DataFrame:
    """Return the rows shown, preceded by the opened one where the filters leave it out."""
    opened = every.filter(pl.col(column) == code)
    return pl.concat([opened, shown]) if opened.height and code not in shown.get_column(column) else shown


def position(rows: Sequence[Row], column: str, code: str) -> int | None:
    """Return which of the rows is opened, None when none is."""
    return next((number for number, row in enumerate(rows) if str(row[column]) == code), None)


def draw(
    rows: Sequence[Row],
    opened: int | None,
    lines: Callable[[Sequence[Row]], str],
    card: Callable[[Row], None],
    head: str = "",
) -> None:
    """Draw a list of rows, with the card of the opened one below its line.

    opened: position of that row, None for none. head: HTML above the first line.
    """
    if opened is None:
        st.html(head + lines(rows))
        return
    st.html(head + lines(rows[: opened + 1]))
    card(rows[opened])
    if rest := lines(rows[opened + 1 :]):
        st.html(rest)
