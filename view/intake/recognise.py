"""The files that a sender drops, the form of each, and the half-year where files have none."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st

from checks.catalogue import contracts
from checks.text import visible
from etl.intake import desk
from etl.intake.prepare import Incoming, Options
from view.parts import blocks
from view.shell import outline
from view.wording.labels import plain
from warehouse.access.rights import Actor
from warehouse.marts.mart import current_publication
from warehouse.store import clock
from warehouse.store.address import Address

ROUND = "upload_round"
"""Counts confirmed uploads: the uploader is a new, empty one after each."""
CHECK = "upload_check"
"""Where a session keeps the last check: signature of the request, outcome, seconds by stage."""


@dataclass(frozen=True)
class Sent:
    """A dropped file with the form that it is checked as. file_id: what Streamlit calls it."""

    form: str
    file: Incoming
    file_id: str


@dataclass(frozen=True)
class Request:
    """Input of a check: the files, and options that apply to all of them.

    sent: in the order of the catalogue. year, half: for files that do not name a half-year.
    """

    sent: list[Sent]
    year: int | None
    half: int | None
    quarantine: bool

    @property
    def signature(self) -> tuple[object, ...]:
        """What tells one request from another: files with their matches, period, quarantine."""
        files = tuple((one.form, one.file_id, str(one.file.mapping)) for one in self.sent)
        return files, self.year, self.half, self.quarantine

    def options(self, actor: Actor) -> Options:
        """Return the options of a load as of now."""
        return Options(actor, clock.now(), year=self.year, half=self.half, quarantine=self.quarantine)


def choose_files(address: Address) -> Request:
    """Draw the uploader and the form of each file; stops the page until a file has a form."""
    with st.container(key="upload_zone"):
        dropped = st.file_uploader(
            "Файлы CSV, TSV, XLSX, XLS или ODS, можно несколько сразу",
            accept_multiple_files=True,
            key=f"upload_files_{st.session_state.setdefault(ROUND, 0)}",
        )
    if not dropped:
        st.session_state.pop(CHECK, None)
        _draw_invitation(address)
        outline.stop()
    st.html(blocks.section("Что прислано", "форму можно поправить"))
    sent = []
    for file in dropped:
        content = file.getvalue()
        form = _choose_form(file.file_id, file.name, content)
        if form:
            mapping = st.session_state.get(mapping_key(file.file_id, form))
            sent.append(Sent(form, Incoming(file.name, content, mapping), file.file_id))
    order = list(contracts())
    sent.sort(key=lambda one: order.index(one.form))
    needs_period = any({"year", "half"} & contracts()[one.form].columns.keys() for one in sent)
    year, half = _choose_period() if needs_period else (None, None)
    if not sent:
        st.html('<p class="empty">Выберите форму хотя бы для одного файла или возьмите шаблон.</p>')
        outline.stop()
    return Request(sent, year, half, bool(st.session_state.get("upload_quarantine", False)))


def mapping_key(file_id: str, form: str) -> str:
    """Return the key under which a session keeps how a person matched the columns of a file."""
    return f"upload_mapping_{file_id}_{form}"


def _draw_invitation(address: Address) -> None:
    st.html(
        '<p class="empty">Перетащите файлы муниципалитета или региона. Форма узнаётся по колонкам; титульные строки, '
        "объединённые заголовки, итоги и сноски не мешают. До подтверждения в хранилище ничего не попадает.</p>"
    )
    if current_publication(address) is None:
        st.html(
            '<p class="empty">Хранилище пусто. Начните с реестра образовательных организаций и кадрового состава: '
            "остальные формы на них опираются. Можно перетащить все файлы сразу, порядок программа выберет сама.</p>"
        )


def _choose_form(file_id: str, name: str, content: bytes) -> str:
    """Draw the line of a file and return the code of its form, empty while it has none."""
    titles = desk.titles()
    seen = _recognise(file_id, name, content)
    name_column, form_column, said_column = st.columns([2, 2, 4], vertical_alignment="center")
    name_column.html(f"<b>{escape(visible(name))}</b>")
    options = ["", *titles]
    form = form_column.selectbox(
        plain(f"Форма файла {name}"),
        options,
        index=options.index(seen.dataset or ""),
        format_func=lambda code: titles.get(code, "— выберите форму —"),
        key=f"upload_form_{file_id}",
        label_visibility="collapsed",
    )
    said_column.html(f'<span class="quiet">{escape(seen.message)}</span>')
    return form if form in contracts() else ""


@st.cache_data(max_entries=100, show_spinner="Читаю файл…")
def _recognise(file_id: str, name: str, _content: bytes) -> desk.Recognised:
    """Look at a dropped file once."""
    return desk.recognise(name, _content)


def _choose_period() -> tuple[int | None, int | None]:
    with st.expander("Год и полугодие, если их нет в файле"):
        left, right = st.columns(2)
        typed = left.number_input("Год", 2015, 2100, value=None, placeholder="из файла", key="upload_year")
        half = right.segmented_control("Полугодие", [1, 2], key="upload_half")
    return (int(typed) if typed else None), half
