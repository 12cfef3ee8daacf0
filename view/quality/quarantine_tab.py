"""The tab of the quarantine: batches, rows of one to correct, check and load."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from checks.russian import counted
from etl.intake import finish
from etl.intake.impact import Impact
from etl.intake.prepare import Options
from view.parts import blocks, opened_list
from view.parts.impact import draw_impact
from view.quality import quarantine_blocks
from view.shell import writing
from view.shell.page import OpenPage
from warehouse.changes import quarantine
from warehouse.queries import kept_back
from warehouse.store import clock
from warehouse.store.address import Address, resolve
from warehouse.store.row import Row


def quarantine_tab(page: OpenPage) -> dict[str, str]:
    """Draw the batches with quarantined rows; return the parameters of the address."""
    every = page.ask(kept_back.batches)
    st.html(quarantine_blocks.headline(every))
    kept = {"part": "quarantine"}
    rows = every.to_dicts()
    waiting = [str(row["batch"]) for row in rows if row["waiting"]]
    chosen = st.query_params.get("held", "") or (waiting[0] if len(waiting) == 1 else "")
    opened = opened_list.position(rows, "batch", chosen)
    opened_list.draw(
        rows, opened, lambda some: quarantine_blocks.batch_lines(page, some, kept), lambda row: _opened_batch(page, row)
    )
    return kept if opened is None else {**kept, "held": chosen}


def _opened_batch(page: OpenPage, row: Row) -> None:
    """Draw the card of one batch with quarantined rows."""
    with st.container(key="finding_card"):
        _rows_of_batch(page, row)


def _rows_of_batch(page: OpenPage, row: Row) -> None:
    """Draw the quarantined rows of a batch: faults, the editor, events of rows settled before."""
    batch, dataset = row["batch"], row["dataset"]
    st.html(blocks.facts(quarantine_blocks.facts(row)))
    waiting = page.ask(kept_back.rows_of, batch).filter(pl.col("state") == "waiting")
    if waiting.height:
        shown = waiting.head(quarantine_blocks.SHOWN_ROWS)
        found = page.ask(kept_back.findings_of, batch).join(
            shown.select("file_number", "source_row"), on=["file_number", "source_row"], how="semi"
        )
        st.html(blocks.section("Что не так") + quarantine_blocks.findings_list(shown, found))
        if writing.at_present(page):
            _mend(page, batch, dataset, shown, found)
        if waiting.height > shown.height:
            left = counted(waiting.height - shown.height, "строка", "строки", "строк")
            st.html(f'<p class="quiet">Остальные ({left}) появятся здесь, когда будут разобраны эти.</p>')
    if row["emptied"]:
        st.html(quarantine_blocks.emptied(row["emptied"]))
    if (events := page.ask(kept_back.events_of, batch)).height:
        st.html(blocks.section("Что сделано") + quarantine_blocks.event_list(events))


def _mend(page: OpenPage, batch: int, dataset: str, rows: pl.DataFrame, found: pl.DataFrame) -> None:
    """Draw the editor of rows; check and load the corrected ones, or dismiss the marked ones."""
    key = f"{batch}_{page.publication}"
    with st.form(f"quarantine_{key}", border=False):
        st.html(blocks.section("Исправить строки", "щелчок по клетке открывает её для правки"))
        with st.container(key="quarantine_table"):
            mended = quarantine_blocks.editor(dataset, rows, found, f"quarantine_editor_{key}")
        cells, marked = quarantine_blocks.edits(rows, mended)
        with st.container(key="quarantine_buttons", horizontal=True, gap="small"):
            check = writing.button("Проверить исправленное", "quarantine_check", [key], in_form=True, kind="primary")
            reason = st.text_input(
                "Почему отмеченные строки не нужны", key=f"quarantine_reason_{key}", placeholder="например: повтор"
            )
            dismiss = writing.button("Отклонить отмеченные", "quarantine_dismiss", [key], in_form=True)
    if dismiss:
        writing.write(
            page,
            lambda address, now: quarantine.dismiss(address, page.actor, batch, marked, reason, now),
            f"Отклонено: {counted(len(marked), 'строка', 'строки', 'строк')}",
        )
    if check:
        options = Options(actor=page.actor, now=clock.now())

        def examine() -> tuple[finish.Mended, Impact | None]:
            checked = finish.check(resolve(), page.actor, batch, cells, options)
            if checked.check is None:
                return checked, None
            return checked, finish.rehearse(resolve(), page.actor, checked, options, page.scope.profile)

        if outcome := writing.attempt(examine, "Проверяю строки…"):
            st.session_state["quarantine_checked"] = (key, len(cells), *outcome)
    held = st.session_state.get("quarantine_checked")
    if held is not None and held[0] == key:
        _load_mended(page, *held)


def _load_mended(page: OpenPage, key: str, asked: int, mended: finish.Mended, impact: Impact | None) -> None:
    """Draw the result of the check and the effect of loading; load the rows when asked."""
    st.html(quarantine_blocks.verdict(mended, asked))
    if faults := quarantine_blocks.faults_list(mended):
        st.html(faults)
    if impact is None:
        return
    draw_impact(page, impact.indicators)
    reason = ""
    if mended.warnings:
        reason = st.text_input("Причина, по которой предупреждения принимаются", key=f"quarantine_confirm_{key}")
    count = counted(len(mended.source_rows), "строку", "строки", "строк")
    about = [key, *sorted(mended.source_rows)]
    if writing.button(f"Загрузить {count}", "quarantine_load", about, kind="primary"):
        if mended.warnings and not reason.strip():
            st.html(
                '<p class="outcome outcome-near" role="alert">≈ Впишите причину: она хранится вместе с партией.</p>'
            )
            return

        def load(address: Address, now: dt.datetime) -> int:
            return finish.publication_of(
                finish.confirm(address, page.actor, mended, Options(actor=page.actor, now=now, confirm=reason))
            )

        rows = counted(len(mended.source_rows), "строка", "строки", "строк")
        writing.write(page, load, f"Исправленное загружено: {rows}")
