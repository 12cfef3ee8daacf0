"""What a step would change in values and verdicts, drawn before it is taken."""

from __future__ import annotations

import polars as pl
import streamlit as st

from view.intake import upload
from view.parts import tables
from view.shell.page import View


def draw_impact(view: View, changed: pl.DataFrame) -> None:
    """Draw the values and verdicts that a step would change."""
    st.html(f'<p class="summary">{upload.impact_sentence(changed)}</p>')
    if not changed.is_empty():
        names = dict(view.indicators.select("code", "short").iter_rows())
        st.html(tables.show(upload.impact_table(changed, names)))
        if changed.height > upload.SHOWN_CHANGES:
            st.html(f'<p class="quiet small">Показаны первые {upload.SHOWN_CHANGES}, сначала смена оценок.</p>')
