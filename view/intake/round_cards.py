"""Cards of the page about rounds: reminders, figures at closing, series, history."""

from __future__ import annotations

import polars as pl
import streamlit as st

from view.intake import round_blocks
from view.intake.round_forms import Shown
from view.parts import blocks, charts, tables
from view.shell import links
from warehouse.access.rights import may
from warehouse.changes import reminders
from warehouse.marts.mart import PublicationPruned
from warehouse.queries import completeness
from warehouse.store import clock
from warehouse.store.row import Row


def reminder_cards(shown: Shown, chosen: Row, municipality: str) -> None:
    """Draw who owes what, the reminder to one municipality, and the file of all reminders.

    chosen: an open round.
    """
    left, right = st.columns([2, 3])
    with left, st.container(key="debtors_card"):
        st.html(blocks.section("Кто что должен", "щелчок по названию открывает напоминание"))
        st.html(round_blocks.debtors(shown.page, shown.cells))
    with right, st.container(key="reminder_card"):
        st.html(blocks.section("Напоминание", shown.names.get(municipality, "")))
        own = shown.cells.filter(pl.col("municipality_id") == municipality)
        genitive, today = shown.page.region["name_genitive"], clock.today()
        if letter := reminders.reminder(own, chosen, genitive, today):
            st.code(letter, language=None, wrap_lines=True)
        else:
            st.html('<p class="empty">Всё прислано, напоминать не о чем.</p>')
        if may(shown.page.actor, "manage_rounds"):
            st.download_button(
                "Скачать все напоминания (TXT)",
                lambda: reminders.all_reminders(shown.cells, chosen, genitive, today).encode("utf-8-sig"),
                file_name=f"напоминания_{shown.round.year}-{shown.round.half}.txt",
                mime="text/plain",
                icon=":material/download:",
                on_click="ignore",
                key="all_reminders",
            )


def closing_card(shown: Shown, publication: int) -> None:
    """Draw the figures of the closing beside the present ones. publication: that of the closing."""
    with st.container(key="frozen_card"):
        note = f"закреплены публикацией № {publication}"
        st.html(blocks.section("Значения при закрытии и сейчас", note))
        try:
            changes = shown.page.changes(publication)
        except PublicationPruned:
            st.html(f'<p class="empty">Публикация закрытия № {publication} не хранится: сравнить не с чем.</p>')
            return
        if changes.is_empty():
            st.html('<p class="empty">После закрытия значения этого полугодия не менялись.</p>')
        else:
            corrections = tables.show(round_blocks.corrections(changes))
            st.html(f'<p class="summary">{round_blocks.corrected(changes)}</p>{corrections}')
        half = {"year": shown.round.year, "half": shown.round.half, "publication": publication}
        text = "Открыть обзор, каким он был при закрытии"
        link = links.anchor("overview", {"region": shown.round.region, **half}, text)
        st.html(f'<p class="frozen-link">{link}</p>')


def series_card(shown: Shown) -> None:
    """Draw how complete and how timely rounds have been, for who may see all of them."""
    held = shown.page.ask(completeness.reporting_series, shown.round.region)
    if held.is_empty() or not may(shown.page.actor, "view_completeness"):
        return
    with st.container(key="series_card"):
        st.html(blocks.section("Полнота по раундам", "доля ожидаемых форм: принято и принято в срок"))
        figure = round_blocks.series(held, charts.is_dark())
        charts.draw(figure, "round_series", "полнота", "Доля принятых форм по раундам")


def history_card(shown: Shown) -> None:
    """Draw the events of the round."""
    year, half = shown.round.year, shown.round.half
    events = shown.page.ask(completeness.round_events, shown.round.region, year, half)
    with st.container(key="history_card"):
        st.html(blocks.section("История раунда", shown.round.period))
        st.html(tables.show(round_blocks.history(events, shown.names)))
