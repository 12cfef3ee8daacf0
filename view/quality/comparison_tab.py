"""The tab that compares two publications: changed values and verdicts, batches between."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted, half_year, listed, plural
from view.parts import blocks, downloads, tables
from view.quality.batch_blocks import form_title
from view.shell import filters, session
from view.shell.page import OpenPage, moment
from view.wording.figures import plain
from view.wording.theme import VERDICTS
from warehouse.marts.mart import PublicationPruned
from warehouse.queries import batch_history
from warehouse.queries.batch_history import Difference
from warehouse.store.address import resolve

SHOWN_DIFFERENCES = 200
CHANGES = {"added": "добавлена", "withdrawn": "отозвана", "restored": "возвращена"}


def comparison_tab(page: OpenPage) -> dict[str, str]:
    """Draw the difference of two kept publications; return the parameters of the address."""
    listed = page.ask(batch_history.publications)
    kept = batch_history.openable(resolve(), listed)
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
        found = session.compare(
            first, second, page.actor, batch_history.difference, page.scope.region, page.scope.profile
        )
    except PublicationPruned:
        st.html(blocks.headline("Одна из публикаций больше не хранится.", "Выберите другую."))
        return {}
    st.html(difference_headline(found, first, second))
    values = found.values.filter("flipped") if shown == "flips" else found.values
    titles = dict(page.indicators.select("code", "short").iter_rows())
    if values.height:
        table = difference_table(values, titles)
        st.html(blocks.section("Что изменилось", f"профиль целей на экране, все полугодия; строк: {table.height}"))
        st.html(tables.show(table.head(SHOWN_DIFFERENCES)))
        downloads.offer(page, table, "Сравнение публикаций", f"сравнение_{first}-{second}", "difference")
    elif found.values.height:
        st.html('<p class="empty">Ни одна оценка не сменилась; значения — под кнопкой «Все изменения».</p>')
    st.html(between_list(found))
    return {"part": "compare", "before": before, "after": after, "shown": shown}


def difference_headline(found: Difference, before: int, after: int) -> str:
    """Return the headline: how many verdicts and values changed, how many batches came and went."""
    flipped = found.values.filter("flipped").height
    if not found.values.height:
        first = f"Между публикациями № {before} и № {after} значения и оценки не изменились."
    else:
        moved = found.values.filter(pl.col("value_before").ne_missing(pl.col("value_after"))).height
        values = (
            f"{plural(moved, 'изменилось', 'изменились', 'изменилось')} "
            f"{counted(moved, 'значение', 'значения', 'значений')}"
            if moved
            else "значения те же"
        )
        verdicts = (
            f"{plural(flipped, 'сменилась', 'сменились', 'сменилось')} {counted(flipped, 'оценка', 'оценки', 'оценок')}"
            if flipped
            else "оценки те же"
        )
        first = f"Между публикациями № {before} и № {after} {verdicts}; {values}."
    counts = dict(found.batches.group_by("change").len().iter_rows())
    parts = [
        f"{plural(counts[change], f'{stem}а', f'{stem}ы', f'{stem}о')} "
        f"{counted(counts[change], 'партия', 'партии', 'партий')}"
        for change, stem in (("added", "добавлен"), ("withdrawn", "отозван"), ("restored", "возвращен"))
        if counts.get(change)
    ]
    second = f"{listed(parts).capitalize()}." if parts else "Партии те же."
    return blocks.headline(first, second)


def difference_table(found: pl.DataFrame, titles: Mapping[str, str]) -> pl.DataFrame:
    """Return changed values and verdicts as a table. titles: short names of indicators by code."""
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": row["territory"],
                "Показатель": titles.get(row["indicator"], row["indicator"]),
                "Период": half_year(row["year"], row["half"]),
                "Было": plain(row["value_before"], 1, row["unit"]),
                "Стало": plain(row["value_after"], 1, row["unit"]),
                "Оценка была": words.get(row["verdict_before"], "не было"),
                "Оценка стала": words.get(row["verdict_after"], "больше нет"),
            }
            for row in found.iter_rows(named=True)
        ]
    )


def between_list(found: Difference) -> str:
    """Return the publications and batches between the two."""
    published = "".join(
        f"<li><b>№{NBSP}{row['publication']}</b> {moment(row['published_at'])}, {escape(row['author'])}: "
        f"{escape(row['reason'])}</li>"
        for row in found.publications.iter_rows(named=True)
    )
    changed = "".join(
        f"<li>Партия <b>№{NBSP}{row['batch']}</b> {CHANGES[row['change']]}: {escape(form_title(row['dataset']))}, "
        f"{counted(row['rows_loaded'], 'строка', 'строки', 'строк')}, {escape(row['files'])}</li>"
        for row in found.batches.iter_rows(named=True)
    )
    return (
        blocks.section("Публикации между ними")
        + f'<ul class="events">{published}</ul>'
        + (blocks.section("Партии между ними") + f'<ul class="events">{changed}</ul>' if changed else "")
    )
