"""Empty workbooks of the forms, offered at the head of the upload page."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from etl.intake import desk
from etl.intake.template import write_template


def draw_templates() -> None:
    """Offer the empty workbook of every form."""
    titles = desk.titles()
    with st.popover("Шаблоны форм", icon=":material/description:", width="content"):
        form = st.selectbox("Форма", list(titles), format_func=titles.__getitem__, key="template_form")
        st.download_button(
            "Скачать шаблон",
            lambda: template(form),
            file_name=f"{form}.xlsx",
            on_click="ignore",
            key="template_file",
            icon=":material/download:",
        )


@st.cache_data(show_spinner=False)
def template(dataset: str) -> bytes:
    """Return the empty workbook of a dataset."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset}.xlsx"
        write_template(dataset, path)
        return path.read_bytes()
