"""Confirmation of an upload, and its outcome.

After a stop of the server it shows what became of an unfinished load.
"""

from __future__ import annotations

import dataclasses
from html import escape

import streamlit as st

from checks.russian import NBSP, counted, listed, plural
from etl.intake import desk
from etl.intake.impact import Impact
from etl.intake.result import LoadResult, summary
from view.intake.check import CheckedRequest
from view.intake.impact import IMPACT
from view.intake.recognise import CHECK, ROUND
from view.shell import links, outline, writing
from view.shell.page import moment
from warehouse.access.rights import Actor
from warehouse.changes import unfinished
from warehouse.changes.unfinished import Outcome, Unfinished
from warehouse.errors import Refused
from warehouse.store.address import Address

_OUTCOME = "upload_outcome"


def draw_confirmation(address: Address, actor: Actor, checked: CheckedRequest, found: Impact) -> None:
    """Draw the reason and the button; a press loads the files and begins the page anew."""
    reason = ""
    needs_reason = any(checked.without_reason)
    if needs_reason:
        reason = st.text_area(
            "Причина, по которой предупреждения принимаются",
            key="upload_reason",
            placeholder="например: сверено со школой, открыт новый корпус",
        )
    ready = sum(result.rows.loaded for result in found.results)
    requests = sum(result.requests for result in found.results)
    label = f"Загрузить {counted(ready, 'строку', 'строки', 'строк')}"
    if requests and not ready:
        label = f"Передать ЦНППМ {counted(requests, 'строку', 'строки', 'строк')}"
    about = [checked.request.signature]
    if not writing.button(label, "upload_confirm", about, kind="primary", disabled=not ready and not requests):
        return
    if needs_reason and not reason.strip():
        st.html('<p class="outcome outcome-near" role="alert">≈ Впишите причину: она сохранится вместе с партией.</p>')
        outline.stop()
    final = dataclasses.replace(checked.request.options(actor), confirm=reason or None)
    outcome = writing.attempt(
        lambda: desk.confirm(address, actor, checked.outcome, final), "Записываю партию и публикую показатели…"
    )
    if outcome is None:
        outline.stop()
    st.session_state[_OUTCOME] = outcome
    st.session_state[ROUND] += 1
    for key in (CHECK, IMPACT, "upload_quarantine", "upload_reason"):
        st.session_state.pop(key, None)
    st.rerun()


def draw_outcomes(address: Address, actor: Actor) -> None:
    """Draw the outcome of the last upload, and of uploads that a server stop interrupted."""
    if done := st.session_state.pop(_OUTCOME, None):
        _draw_outcome(done)
    for one in unfinished.unfinished(address, actor):
        try:
            became = unfinished.outcome(address, one)
        except Refused as refusal:
            writing.say_refused(refusal)
        else:
            st.html(interrupted(one, became, moment(one.at)))
            unfinished.forget(one.note)


def _draw_outcome(results: list[LoadResult]) -> None:
    """Say what was kept, with batch and publication numbers, and where to see it."""
    loaded = [result for result in results if result.status == "loaded"]
    refused = [result for result in results if result.status == "rejected"]
    if loaded:
        lines = "".join(f"<li>{summary(result)}</li>" for result in loaded)
        st.html(f'<div class="outcome outcome-met" role="status"><b>✓ Данные приняты.</b><ul>{lines}</ul></div>')
        st.page_link("pages/overview.py", label="Открыть обзор с новыми данными", icon=":material/arrow_forward:")
        if asked := sum(result.requests for result in loaded):
            rows = counted(asked, "строка", "строки", "строк")
            st.html(f'<p class="quiet">Передано на решение ЦНППМ: {rows}.</p>')
        if kept := sum(result.rows.quarantined - result.requests for result in loaded):
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


def interrupted(one: Unfinished, found: Outcome, when: str) -> str:
    """Say what became of a confirmation that a stop of the server interrupted."""
    files = listed([f"«{escape(name)}»" for name in one.files])
    what = f"{plural(len(one.files), 'файла', 'файлов', 'файлов')} {files}, {when}"
    if not found.batches:
        again = plural(len(one.files), "Загрузите его", "Загрузите их", "Загрузите их")
        return (
            f'<div class="outcome outcome-missed" role="alert">✕ Загрузка {what}, прервалась: сервер остановился. '
            f"В хранилище ничего не записано. {again} снова.</div>"
        )
    batches = listed([f"№{NBSP}{batch}" for batch in found.batches])
    word = plural(len(found.batches), "партия", "партии", "партии")
    return (
        f'<div class="outcome outcome-met" role="status">✓ Сервер остановился во время загрузки {what}, но данные '
        f"записаны целиком: {word} {batches}, публикация №{NBSP}{found.publication}. Повторять её не нужно.</div>"
    )
