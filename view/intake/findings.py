"""Findings of the check of an upload: headline, a card for each file, quarantine toggle."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path

import streamlit as st

from checks.catalogue import contracts
from checks.findings import Finding
from checks.russian import NBSP, agreed, counted
from checks.text import file_name
from etl.intake import desk
from etl.intake.desk import RuleGroup
from etl.intake.result import LoadResult
from view.intake.check import CheckedRequest
from view.intake.match import draw_match
from view.parts import blocks, tables
from view.shell import outline
from view.wording.labels import plain
from warehouse.access.rights import Actor
from warehouse.store import clock
from warehouse.store.address import Address

SHOWN_ROWS = 200

# Verdict of a file → the class that colours it like the verdicts of indicators, its mark and its words.
_STATES = {
    "ready": ("met", "✓", "можно загружать"),
    "same": ("no_target", "○", "уже загружено, ничего не изменится"),
    "warned": ("near", "≈", "нужна причина"),
    "faulty": ("missed", "✕", "есть ошибки"),
}
_SEVERITIES = {"error": ("missed", "✕"), "warning": ("near", "≈"), "notice": ("no_target", "○")}


def draw_findings(address: Address, actor: Actor, checked: CheckedRequest) -> None:
    """Draw what the check found, file by file.

    The page ends there when errors prevent the load.
    """
    results = checked.outcome.results
    states = [state_of(result, left) for result, left in zip(results, checked.without_reason, strict=True)]
    _draw_headline(results, states, checked.request.quarantine)
    for position, state in enumerate(states):
        with st.container(key=f"upload_card_{position}"):
            _draw_card(checked, position, state)
            draw_match(address, actor, checked.outcome, position, checked.request.sent[position])
    faulty = "faulty" in states
    if faulty and any(f.row for result in results for f in result.findings if f.severity == "error"):
        st.toggle(
            "Загрузить верные строки, а ошибочные отложить в карантин",
            key="upload_quarantine",
            help="Отложенные строки не входят в показатели, пока их не исправят и не загрузят снова.",
        )
    if faulty and not checked.request.quarantine:
        outline.stop()


def _draw_headline(results: Sequence[LoadResult], states: Sequence[str], quarantine: bool) -> None:
    errors = sum(f.severity == "error" for result in results for f in result.findings)
    if faulty := states.count("faulty"):
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


def _draw_card(checked: CheckedRequest, position: int, state: str) -> None:
    """Draw one file: its verdict, findings and marked workbook."""
    result, sent = checked.outcome.results[position], checked.request.sent[position]
    st.html(file_verdict(result, state))
    if result.findings:
        _draw_groups(position, result)
        book = desk.marked_workbook(checked.outcome, position, sent.file, clock.now().date())
        if book is not None:
            st.download_button(
                "Размеченная книга (XLSX)",
                partial(bytes, book),
                file_name=file_name(f"{Path(sent.file.name).stem}_замечания.xlsx"),
                on_click="ignore",
                icon=":material/download:",
                key=f"upload_marked_{position}",
                type="primary" if state == "faulty" else "secondary",
            )


def _draw_groups(position: int, result: LoadResult) -> None:
    """Draw a file's findings, grouped by rule and filtered by a word."""
    word = st.text_input(
        "Найти строку, колонку или слово", key=f"upload_word_{position}", placeholder="например: СНИЛС или 118"
    ).lower()
    found = [f for f in result.findings if not word or word in f"{f.row} {f.column} {f.value} {f.message}".lower()]
    for number, group in enumerate(desk.grouped(found)):
        with st.expander(group_title(group), expanded=number == 0 and group.severity != "notice"):
            st.html(f'<p class="quiet">{group.why}</p>')
            st.html(tables.show(desk.as_table(group.findings[:SHOWN_ROWS])))
            if len(group.findings) > SHOWN_ROWS:
                st.html(f'<p class="quiet">Показаны первые {SHOWN_ROWS}; все — в размеченной книге.</p>')


def state_of(result: LoadResult, warnings_left: Sequence[Finding]) -> str:
    """Return the state of a checked file: ready, same, warned or faulty."""
    if any(finding.severity == "error" for finding in result.findings):
        return "faulty"
    if warnings_left:
        return "warned"
    return "ready" if result.rows.loaded or result.status != "valid" or not result.batch else "same"


def file_verdict(result: LoadResult, state: str) -> str:
    """Return the head of a file's block: name, form, verdict, counts."""
    colour, mark, words = _STATES[state]
    errors = sum(finding.severity == "error" for finding in result.findings)
    warnings = sum(finding.severity == "warning" for finding in result.findings)
    bad_rows = len({finding.row for finding in result.findings if finding.severity == "error" and finding.row})
    parts = [agreed(result.rows.read, "прочитана, прочитаны, прочитано", "строка, строки, строк")]
    if errors:
        where = f" в {counted(bad_rows, 'строке', 'строках', 'строках')}" if bad_rows else ""
        parts.append(f"{counted(errors, 'ошибка', 'ошибки', 'ошибок')}{where}")
    if warnings:
        parts.append(counted(warnings, "предупреждение", "предупреждения", "предупреждений"))
    if result.rows.left_out:
        parts.append(f"не данные: {counted(result.rows.left_out, 'строка', 'строки', 'строк')}")
    return (
        f'<div class="file-verdict"><span class="verdict verdict-{colour}">{mark} {words}</span>'
        f"<b>{escape(result.files[0])}</b>"
        f'<span class="quiet">{escape(contracts()[result.dataset].title)} · {", ".join(parts)}</span></div>'
    )


def group_title(group: RuleGroup) -> str:
    """Return the label of a group of findings: mark, column, what is wrong, how often.

    Of findings that differ, as rows left out for this and that, it says only what they share.
    """
    _, mark = _SEVERITIES[group.severity]
    count = counted(len(group.findings), "раз", "раза", "раз")
    column = f"«{group.column}»: " if group.column else ""
    first = group.findings[0].message
    shared, colon, _ = first.partition(": ")
    if colon and any(f.message != first for f in group.findings):
        first = shared if all(f.message.startswith(shared + colon) for f in group.findings) else first
    first = first.removesuffix(".")
    return plain(f"{mark}{NBSP}{column}{first if len(first) < 110 else first[:107] + '…'} — {count}")
