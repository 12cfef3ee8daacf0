"""Two publications compared on the page of data quality."""

from __future__ import annotations

import streamlit as st

from view.parts import blocks, downloads, tables
from view.quality import history
from view.shell import filters, session, writing
from view.shell.page import View, moment
from warehouse.changes import history as batch_history
from warehouse.marts.mart import PublicationPruned

SHOWN_DIFFERENCES = 200


def compare_part(view: View) -> dict[str, str]:
    """Draw what two kept publications differ in."""
    listed = view.ask(batch_history.publications)
    kept = batch_history.openable(writing.place(), listed)
    if kept.height < 2:
        st.html(blocks.headline("Сравнивать пока не с чем.", "Нужны хотя бы две хранимые публикации."))
        return {}
    rows = {str(row["publication"]): row for row in kept.iter_rows(named=True)}

    def described(number: str) -> str:
        return f"№ {number} от {moment(rows[number]['published_at'])} — {rows[number]['reason']}"

    numbers = list(rows)
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        before = filters.choose("before", "Было", numbers, numbers[1], described)
        after = filters.choose("after", "Стало", numbers, numbers[0], described)
        shown = filters.choose(
            "shown", "Показать", ["flips", "all"], "flips",
            {"flips": "Смену оценок", "all": "Все изменения"}.__getitem__, control="buttons",
        )  # fmt: skip
    first, second = sorted((int(before), int(after)))
    try:
        found = session.difference(first, second, view.actor, view.scope.region, view.scope.profile)
    except PublicationPruned:
        st.html(blocks.headline("Одна из публикаций больше не хранится.", "Выберите другую."))
        return {}
    st.html(history.difference_headline(found, first, second))
    values = found.values.filter("flipped") if shown == "flips" else found.values
    titles = dict(view.indicators.select("code", "short").iter_rows())
    if values.height:
        table = history.difference_table(values, titles)
        st.html(blocks.section("Что изменилось", f"профиль целей на экране, все полугодия; строк: {table.height}"))
        st.html(tables.show(table.head(SHOWN_DIFFERENCES)))
        downloads.offer(view, table, "Сравнение публикаций", f"сравнение_{first}-{second}", "difference")
    elif found.values.height:
        st.html('<p class="empty">Ни одна оценка не сменилась; значения — под кнопкой «Все изменения».</p>')
    st.html(history.between_list(found))
    return {"part": "compare", "before": before, "after": after, "shown": shown}
