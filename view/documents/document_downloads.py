"""Downloads of documents on pages: letter to a municipality, documents of the region."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import wait
from functools import partial
from html import escape
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from checks.text import file_name
from view.parts import downloads
from view.shell import session, writing
from view.shell.page import OpenPage
from warehouse.access.rights import may
from warehouse.errors import Refused
from warehouse.store.fair_queue import FairQueue, Piece

if TYPE_CHECKING:
    from view.documents.source import DocumentSource

Progress = Callable[[float, str], None]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MADE = "made_document"
_BEGINNING = "Собираю значения"
_REDRAWN = 0.3
"""Seconds between two drawings of the progress."""
queue = FairQueue(
    at_once=2, waiting_each=2, refusal="Для вас уже готовятся документы: дождитесь их, потом запросите следующий."
)
_doing: dict[Hashable, tuple[float, str]] = {}
"""How far documents are, from 0 to 1, and what is being done, by what they are made of."""
REGIONAL = {
    "region": ("Аналитическая справка (Word)", "docx", WORD),
    "region_pdf": ("Аналитическая справка (PDF)", "pdf", "application/pdf"),
    "appendix": ("Приложение (Excel)", "xlsx", EXCEL),
    "all": ("Все письма, справка и приложение (архив)", "zip", "application/zip"),
}
"""Documents of a region by code: name, ending and media type of the file."""


def offer_letter(page: OpenPage, municipality: str, label: str = "Справка в Word") -> None:
    """Draw the download button of the letter to a municipality; a click makes the letter."""
    if not may(page.actor, "make_reports", municipality):
        return
    name = page.municipality_row(municipality)["short_name"].replace(" ", "-")
    st.download_button(
        label,
        downloads.on_request(
            page, lambda: _letter(page, municipality), "documents_made", document=label, resource=municipality
        ),
        file_name=file_name(f"Письмо_{name}_{page.scope.year}-{page.scope.half}_публикация-{page.publication}.docx"),
        mime=WORD,
        icon=":material/description:",
        key=f"letter_{municipality}",
        on_click="ignore",
    )


def offer_region(page: OpenPage) -> None:
    """Draw the choice of a regional document, its preparation with progress, and its download."""
    if not may(page.actor, "make_reports"):
        return
    # Document libraries take most of a second to import; a page without documents need not wait.
    from view.documents import pdf

    offered = [what for what in REGIONAL if what != "region_pdf" or pdf.libreoffice()]
    with st.popover("Документы", icon=":material/description:", key="documents"):
        what = st.selectbox("Документ", offered, format_func=lambda code: REGIONAL[code][0], key="document")
        made_of = (page.publication, page.scope, page.actor, what)
        if writing.button(f"Подготовить: {REGIONAL[what][0]}", "prepare_document", [made_of], kind="primary"):
            bar = st.progress(0.0, _BEGINNING)
            try:
                make = partial(_make, page, what, lambda share, doing: _doing.update({made_of: (share, doing)}))
                about = {"document": REGIONAL[what][0], "resource": page.scope.region}
                whole = downloads.on_request(page, make, "documents_made", **about)
                piece = queue.submit(page.actor.person, whole, made_of)
                piece.future.add_done_callback(lambda _: _doing.pop(made_of, None))
                st.session_state[_MADE] = (made_of, _awaited(piece, bar))
            except Refused as refusal:
                st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
            bar.empty()
        kept, content = st.session_state.get(_MADE, (None, b""))
        if kept == made_of:
            title, ending, kind = REGIONAL[what]
            name = title.split(" (")[0].replace(" ", "-").replace(",", "")
            st.download_button(
                f"Скачать ({ending.upper()})",
                downloads.on_request(page, partial(bytes, content)),
                file_name=f"{name}_{page.scope.year}-{page.scope.half}_публикация-{page.publication}.{ending}",
                mime=kind,
                key="download_document",
                on_click="ignore",
            )


def _awaited(piece: Piece[bytes], bar: DeltaGenerator) -> bytes:
    """Wait for a document and return it, showing its position in the queue, then its progress."""
    while not piece.future.done():
        share, doing = _doing.get(piece.key, (0.0, _BEGINNING))
        if position := queue.position(piece):
            share, doing = 0.0, f"Место в очереди: {position}"
        bar.progress(min(1.0, share), doing)
        wait([piece.future], timeout=_REDRAWN)
    return piece.future.result()


def _source(page: OpenPage) -> DocumentSource:
    from view.documents.source import document_source

    scope = page.scope
    mart = session.mart(page.publication)
    return document_source(mart, page.actor, scope.region, scope.year, scope.half, scope.profile)


def _letter(page: OpenPage, municipality: str) -> bytes:
    from view.documents.letter import letter

    return letter(_source(page), municipality)


def _make(page: OpenPage, what: str, progress: Progress) -> bytes:
    from view.documents import pdf
    from view.documents.appendix import appendix
    from view.documents.archive import archive
    from view.documents.report import report

    source = _source(page)
    if what == "appendix":
        return appendix(source)
    if what == "all":
        return archive(source, progress)
    content = report(source, progress)
    return pdf.converted(content, "docx") if what == "region_pdf" else content
