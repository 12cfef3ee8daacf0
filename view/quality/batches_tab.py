"""The tab of batches: filters, batches with one opened, withdrawing or restoring it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import NBSP
from view.parts import blocks, opened_list, tables
from view.parts.impact import draw_impact
from view.quality import batch_blocks
from view.shell import filters, links, writing
from view.shell.page import OpenPage
from warehouse.access.rights import may
from warehouse.changes import withdrawals
from warehouse.queries import batch_history
from warehouse.store import clock
from warehouse.store.address import resolve
from warehouse.store.row import Row

NEWEST_BATCHES = 30


def batches_tab(page: OpenPage) -> dict[str, str]:
    """Draw the batches, one of them opened; return the parameters of the address."""
    every = page.ask(batch_history.batch_list)
    st.html(batch_blocks.headline(every))
    if every.is_empty():
        return {}
    forms = every.get_column("dataset").unique().to_list()
    chosen = st.query_params.get("batch", "")
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        form = filters.choose(
            "form", "Форма", ["all", *sorted(forms, key=batch_blocks.form_title)], "all",
            lambda code: "Все формы" if code == "all" else batch_blocks.form_title(code),
        )  # fmt: skip
        every = every.filter(pl.lit(form == "all") | (pl.col("dataset") == form))
        extents = {"newest": f"Последние {NEWEST_BATCHES}", "all": "Все", "withdrawn": "Отозванные"}
        # A link from a figure leads to one batch, which would be far down among the others.
        if chosen in every.get_column("batch").cast(pl.String):
            extents["one"] = f"№{NBSP}{chosen}"
        extent = filters.choose("extent", "Показать", list(extents), "newest", extents.__getitem__, control="buttons")
    kept = {"part": "batches", "form": form, "extent": extent}
    rows = every.filter(
        (pl.lit(extent != "withdrawn") | (pl.col("state") == "withdrawn"))
        & (pl.lit(extent != "one") | (pl.col("batch").cast(pl.String) == chosen))
    ).to_dicts()
    opened = opened_list.position(rows, "batch", chosen)
    if extent == "newest":
        rows = rows[: max(NEWEST_BATCHES, (opened or 0) + 1)]
    if rows:
        opened_list.draw(
            rows,
            opened,
            lambda some: batch_blocks.batch_lines(page, some, kept),
            lambda row: _opened_batch(page, row, kept),
        )
    else:
        st.html('<p class="empty">По этому отбору партий нет.</p>')
    condensed = page.ask(batch_history.condensations)
    if condensed.height:
        st.html(blocks.section("Сжатие старых строк", "строк о людях за эти годы нет, показатели сохранены"))
        st.html(batch_blocks.condensation_list(condensed))
    return {**kept, "batch": chosen if opened is not None else ""}


def _opened_batch(page: OpenPage, row: Row, kept: dict[str, str]) -> None:
    """Draw one batch: counts, files, findings, events, and the form to withdraw or restore it."""
    batch: int = row["batch"]
    details = page.ask(batch_history.batch_details, batch)
    if details is None:
        return
    with st.container(key="finding_card"):
        st.html(blocks.facts(batch_blocks.batch_facts(details)))
        if details["rows_quarantined"] and row["state"] != "withdrawn":
            to_rows = page.filters(part="quarantine", held=batch)
            st.html(links.anchor("quality", to_rows, "Строки партии в карантине", css="to-quarantine"))
        st.html(blocks.section("Файлы") + batch_blocks.file_list(page.ask(batch_history.batch_files, batch)))
        if details["confirmation"]:
            st.html(blocks.section("Предупреждения приняты с обоснованием"))
            st.text(details["confirmation"])
        found = page.ask(batch_history.batch_findings, batch)
        if found.height:
            st.html(blocks.section("Что замечено при загрузке"))
            st.html(tables.show(batch_blocks.batch_findings_table(found)))
        st.html(
            blocks.section("Что было с партией") + batch_blocks.event_list(page.ask(batch_history.batch_events, batch))
        )
        if through := details.get("condensed_through"):
            st.html(
                f'<p class="summary">Строки партии о людях по {through} год включительно сжаты, поэтому её нельзя '
                "отозвать или вернуть.</p>"
            )
        elif may(page.actor, "withdraw") and writing.at_present(page):
            _change_form(page, batch, withdrawn=row["state"] == "withdrawn")
        if st.button("Свернуть партию", key="close_batch", type="tertiary"):
            filters.keep({**page.kept, **kept})
            st.rerun()


def _change_form(page: OpenPage, batch: int, withdrawn: bool) -> None:
    """Draw the preview of withdrawing or restoring a batch, and then the form that does it."""
    change: withdrawals.Change = "restore" if withdrawn else "withdraw"
    key = (batch, change, page.publication, page.scope.profile)
    number = f"партии №{NBSP}{batch}"
    label = f"Показать, что изменит {'возврат' if withdrawn else 'отзыв'} {number}"
    if writing.button(label, "preview_change", key, hint="Ничего не записывается"):
        changed = writing.attempt(
            lambda: withdrawals.change_preview(resolve(), page.actor, batch, change, page.scope.profile, clock.now()),
            "Считаю, что изменится…",
        )
        if changed is not None:
            st.session_state["change_preview"] = (key, changed)
    held = st.session_state.get("change_preview")
    if held is None or held[0] != key:
        return
    st.html(blocks.section("Что изменится", "посчитано теми же правилами, ничего ещё не записано"))
    draw_impact(page, held[1])
    with st.form(writing.bound("change_batch", key), border=False):
        reason = st.text_input(
            "Причина возврата" if withdrawn else "Причина отзыва", key=writing.bound("change_batch_reason", key)
        )
        label = f"{'Вернуть' if withdrawn else 'Отозвать'} партию №{NBSP}{batch}"
        hint = "Показатели будут сразу пересчитаны и опубликованы"
        if writing.button(label, "change_batch_press", key, in_form=True, kind="primary", hint=hint):
            writing.write(
                page,
                lambda address, now: withdrawals.withdraw_or_restore(address, page.actor, batch, change, reason, now),
                f"Партия № {batch} {'возвращена' if withdrawn else 'отозвана'}",
            )
