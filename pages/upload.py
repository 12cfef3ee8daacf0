"""Загрузка данных: drop files, read what is wrong, see what would change, confirm."""

import dataclasses
import tempfile
from html import escape
from pathlib import Path

import streamlit as st

from checks.catalogue import contracts
from checks.russian import counted, number
from checks.text import file_name, visible
from etl.intake import desk
from etl.intake.prepare import Incoming, Options
from etl.intake.result import LoadResult, summary
from etl.intake.stages import Stage
from etl.intake.template import write_template
from etl.reader import isolated
from view.intake import upload
from view.parts import blocks, impact, tables
from view.shell import chrome, links, outline
from view.shell.page import moment
from view.wording.labels import plain
from view.wording.theme import stylesheet
from warehouse.changes import unfinished
from warehouse.errors import Refused
from warehouse.marts.mart import NoPublication, current_publication, open_mart
from warehouse.store import address, clock

PROFILE = "composite"

actor = chrome.admit("upload")
st.html(stylesheet())
place = address.resolve()
titles = desk.titles()
isolated.warm_up()


@st.cache_data(show_spinner=False)
def template(dataset: str) -> bytes:
    """Return the empty workbook of a dataset."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{dataset}.xlsx"
        write_template(dataset, path)
        return path.read_bytes()


def draw_templates() -> None:
    """Offer the empty workbook of every form."""
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


def draw_result(results: list[LoadResult]) -> None:
    """Say what was kept, with batch and publication numbers, and where to see it."""
    loaded = [result for result in results if result.status == "loaded"]
    refused = [result for result in results if result.status == "rejected"]
    if loaded:
        lines = "".join(f"<li>{summary(result)}</li>" for result in loaded)
        st.html(f'<div class="outcome outcome-met" role="status"><b>✓ Данные приняты.</b><ul>{lines}</ul></div>')
        st.page_link("pages/overview.py", label="Открыть обзор с новыми данными", icon=":material/arrow_forward:")
        if kept := sum(result.rows.quarantined for result in loaded):
            rows = counted(kept, "строка ждёт", "строки ждут", "строк ждут")
            st.html(
                links.anchor("quality", {"part": "quarantine"}, f"В карантине {rows} исправления", css="to-quarantine")
            )
    if refused:
        lines = "".join(f"<li>{summary(result)}</li>" for result in refused)
        st.html(
            '<div class="outcome outcome-missed" role="alert"><b>✕ Не загружено.</b> '
            f"Пока вы смотрели, данные в хранилище изменились; проверьте файлы снова.<ul>{lines}</ul></div>"
        )


with st.container(key="upload_head", horizontal=True, vertical_alignment="bottom", gap="small"):
    st.html('<h1 class="page-title">Загрузка данных</h1>', width="content")
    draw_templates()

if done := st.session_state.pop("upload_outcome", None):
    draw_result(done)
for one in unfinished.unfinished(place, actor):
    try:
        became = unfinished.outcome(place, one)
    except Refused as refusal:
        st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
    else:
        st.html(upload.interrupted(one, became, moment(one.at)))
        unfinished.forget(one.note)

with st.container(key="upload_zone"):
    dropped = st.file_uploader(
        "Файлы CSV, TSV, XLSX, XLS или ODS, можно несколько сразу",
        accept_multiple_files=True,
        key=f"upload_files_{st.session_state.setdefault('upload_round', 0)}",
    )
if not dropped:
    st.session_state.pop("upload_check", None)
    st.html(
        '<p class="empty">Перетащите файлы муниципалитета или региона. Форма узнаётся по колонкам; титульные строки, '
        "объединённые заголовки, итоги и сноски не мешают. До подтверждения в хранилище ничего не попадает.</p>"
    )
    if current_publication(place) is None:
        st.html(
            '<p class="empty">Хранилище пусто. Начните с реестра образовательных организаций и кадрового состава: '
            "остальные формы на них опираются. Можно перетащить все файлы сразу, порядок программа выберет сама.</p>"
        )
    outline.stop()


@st.cache_data(max_entries=100, show_spinner="Читаю файл…")
def recognise(file_id: str, name: str, _content: bytes) -> desk.Recognised:
    """Look at a dropped file once."""
    return desk.recognise(name, _content)


st.html(blocks.section("Что прислано", "форму можно поправить"))
chosen: list[tuple[str, Incoming, str]] = []
for file in dropped:
    seen = recognise(file.file_id, file.name, file.getvalue())
    name_column, form_column, said_column = st.columns([2, 2, 4], vertical_alignment="center")
    name_column.html(f"<b>{escape(visible(file.name))}</b>")
    options = ["", *titles]
    form = form_column.selectbox(
        plain(f"Форма файла {file.name}"),
        options,
        index=options.index(seen.dataset or ""),
        format_func=lambda code: titles.get(code, "— выберите форму —"),
        key=f"upload_form_{file.file_id}",
        label_visibility="collapsed",
    )
    said_column.html(f'<span class="quiet">{escape(seen.message)}</span>')
    if form in contracts():
        mapping = st.session_state.get(f"upload_mapping_{file.file_id}_{form}")
        chosen.append((form, Incoming(file.name, file.getvalue(), mapping), file.file_id))
chosen.sort(key=lambda item: list(contracts()).index(item[0]))

needs_period = any({"year", "half"} & contracts()[form].columns.keys() for form, _, _ in chosen)
year = half = None
if needs_period:
    with st.expander("Год и полугодие, если их нет в файле"):
        left, right = st.columns(2)
        typed = left.number_input("Год", 2015, 2100, value=None, placeholder="из файла", key="upload_year")
        year = int(typed) if typed else None
        half = right.segmented_control("Полугодие", [1, 2], key="upload_half")
if not chosen:
    st.html('<p class="empty">Выберите форму хотя бы для одного файла или возьмите шаблон.</p>')
    outline.stop()

quarantine = bool(st.session_state.get("upload_quarantine", False))
options_of_load = Options(actor=actor, now=clock.now(), year=year, half=half, quarantine=quarantine)
signature = (tuple((form, file_id, str(file.mapping)) for form, file, file_id in chosen), year, half, quarantine)
held = st.session_state.get("upload_check")
seconds: dict[Stage, float] = held[2] if held is not None and held[0] == signature else {}
status = st.status("Файлы проверены" if seconds else "Проверяю файлы…", state="complete" if seconds else "running")
checked: desk.Check | None = held[1] if seconds and held is not None else None
with status:
    steps = st.empty()
    steps.html(upload.stages(seconds, None))


def draw_stage(name: str, every: str) -> None:
    """Show the stage that begins, and all of them."""
    status.update(label=f"{name}…", state="running", expanded=checked is None)
    steps.html(every)


def draw_stages_done() -> None:
    """Show that no stage is under way."""
    end_stage()
    took = f"Файлы проверены за {number(sum(seconds.values()), 1)}\u00a0с"
    status.update(label=took, state="complete", expanded=False)
    steps.html(upload.stages(seconds, None))


tell, end_stage = upload.follow(seconds, draw_stage)
told = dataclasses.replace(options_of_load, tell=tell)
if checked is None:
    try:
        checked = desk.check(place, actor, [(form, file) for form, file, _ in chosen], told)
    except Refused as refusal:
        status.update(label="Проверка не закончена", state="error", expanded=False)
        st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
        st.button("Проверить снова", key="upload_retry")
        outline.stop()
    draw_stages_done()
    st.session_state["upload_check"] = (signature, checked, seconds)
else:
    draw_stages_done()

left_without = [desk.without_reason(checked, position) for position in range(len(checked.results))]
states = [upload.state_of(result, warnings) for result, warnings in zip(checked.results, left_without, strict=True)]
faulty = states.count("faulty")
errors = sum(f.severity == "error" for result in checked.results for f in result.findings)
if faulty:
    found = f"{counted(errors, 'ошибка', 'ошибки', 'ошибок')} в {counted(faulty, 'файле', 'файлах', 'файлах')}"
    advice = "строки с ними отложатся в карантин" if quarantine else "исправьте и загрузите снова"
    st.html(
        blocks.headline(
            f"{found}: {advice}.", "Скачайте размеченную книгу: ошибочные клетки в ней окрашены и подписаны."
        )
    )
elif "warned" in states:
    st.html(blocks.headline("Ошибок нет, но есть предупреждения: подтвердите их с причиной."))
else:
    st.html(blocks.headline("Ошибок нет: данные можно загружать."))


def draw_findings(position: int, result: LoadResult) -> None:
    """Draw a file's findings, grouped by rule and filtered by a word."""
    word = st.text_input(
        "Найти строку, колонку или слово", key=f"upload_word_{position}", placeholder="например: СНИЛС или 118"
    ).lower()
    found = [f for f in result.findings if not word or word in f"{f.row} {f.column} {f.value} {f.message}".lower()]
    for place_in_order, group in enumerate(desk.grouped(found)):
        with st.expander(upload.group_title(group), expanded=place_in_order == 0 and group.severity != "notice"):
            st.html(f'<p class="quiet">{group.why}</p>')
            st.html(tables.show(desk.as_table(group.findings[: upload.SHOWN_ROWS])))
            if len(group.findings) > upload.SHOWN_ROWS:
                st.html(f'<p class="quiet">Показаны первые {upload.SHOWN_ROWS}; все — в размеченной книге.</p>')


def draw_match(checked: desk.Check, position: int, form: str, file_id: str) -> None:
    """Draw how the file's columns were matched, to be corrected by hand."""
    match = desk.column_match(checked, position)
    if match is None:
        return
    headers, mapping = match
    with st.expander("Как сопоставлены колонки"), st.form(f"upload_match_{file_id}"):
        choice: dict[str, int] = {}
        columns = st.columns(2)
        for number, column in enumerate(contracts()[form].columns.values()):
            at = columns[number % 2].selectbox(
                column.header + (" *" if column.required else ""),
                range(-1, len(headers)),
                index=mapping.get(column.code, -1) + 1,
                format_func=lambda i: "— нет в файле —" if i < 0 else f"{i + 1}. {headers[i] or 'без названия'}",
                key=f"upload_column_{file_id}_{form}_{column.code}",
            )
            if at >= 0:
                choice[column.code] = at
        if st.form_submit_button("Применить и запомнить для таких файлов"):
            st.session_state[f"upload_mapping_{file_id}_{form}"] = choice
            st.rerun()


for position, ((form, incoming, file_id), result, state) in enumerate(
    zip(chosen, checked.results, states, strict=True)
):
    with st.container(key=f"upload_card_{position}"):
        st.html(upload.file_verdict(result, state))
        if result.findings:
            draw_findings(position, result)
            book = desk.marked_workbook(checked, position, incoming, clock.now().date())
            if book is not None:
                st.download_button(
                    "Размеченная книга (XLSX)",
                    book,
                    file_name=file_name(f"{Path(incoming.name).stem}_замечания.xlsx"),
                    on_click="ignore",
                    icon=":material/download:",
                    key=f"upload_marked_{position}",
                    type="primary" if state == "faulty" else "secondary",
                )
        draw_match(checked, position, form, file_id)

if faulty and any(f.row for result in checked.results for f in result.findings if f.severity == "error"):
    st.toggle(
        "Загрузить верные строки, а ошибочные отложить в карантин",
        key="upload_quarantine",
        help="Отложенные строки не входят в показатели, пока их не исправят и не загрузят снова.",
    )
blocked = [
    result for result, state in zip(checked.results, states, strict=True) if state == "faulty" and not quarantine
]
if blocked:
    outline.stop()

st.html(blocks.section("Что изменится", "посчитано теми же правилами, в хранилище пока ничего не записано"))
try:
    if st.session_state.get("upload_impact", (None,))[0] != signature:
        with st.spinner("Считаю, что изменится в показателях…"):
            shown = desk.rehearse(place, actor, checked, told, PROFILE)
        st.session_state["upload_impact"] = (signature, shown)
        draw_stages_done()
    shown = st.session_state["upload_impact"][1]
except Refused as refusal:
    st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
    outline.stop()
try:
    names = dict(open_mart(place).query_unguarded("select code, short from indicators").iter_rows())
except NoPublication:
    names = {}
for result, cells in zip(shown.results, shown.cells, strict=True):
    st.html(f'<p class="summary"><b>{escape(result.files[0])}</b></p>' + upload.rows_summary(result))
    if cells is not None and not cells.is_empty():
        with st.expander(f"Изменённые клетки: {counted(cells.height, 'клетка', 'клетки', 'клеток')}"):
            st.html(tables.show(upload.cells_table(result.dataset, cells)))
st.html(f'<p class="summary">{impact.impact_sentence(shown.indicators)}</p>')
if not shown.indicators.is_empty():
    st.html(tables.show(impact.impact_table(shown.indicators, names)))
if foretold := upload.recommendations_sentence(shown.recommendations):
    with st.expander(foretold):
        st.html(tables.show(upload.recommendations_table(shown.recommendations)))

reason = ""
if any(left_without):
    reason = st.text_area(
        "Причина, по которой предупреждения принимаются",
        key="upload_reason",
        placeholder="например: сверено со школой, открыт новый корпус",
    )
ready = sum(result.rows.loaded for result in shown.results)
if st.button(
    f"Загрузить {counted(ready, 'строку', 'строки', 'строк')}", type="primary", key="upload_confirm", disabled=not ready
):
    if any(left_without) and not reason.strip():
        st.html('<p class="outcome outcome-near" role="alert">≈ Впишите причину: она сохранится вместе с партией.</p>')
        outline.stop()
    try:
        with st.spinner("Записываю партию и публикую показатели…"):
            final = dataclasses.replace(options_of_load, confirm=reason or None, now=clock.now())
            outcome = desk.confirm(place, actor, checked, final)
    except Refused as refusal:
        st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
        outline.stop()
    st.session_state["upload_outcome"] = outcome
    st.session_state["upload_round"] += 1
    for key in ("upload_check", "upload_impact", "upload_quarantine", "upload_reason"):
        st.session_state.pop(key, None)
    st.rerun()
