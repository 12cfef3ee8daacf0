"""Results of recommendations that were sent: headline, strip of outcomes, table by measure."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import NBSP, agreed, counted, number, percent
from view.parts import blocks, downloads, tables
from view.shell.page import OpenPage
from view.wording.recommendation_words import OUTCOMES, PROVISIONAL, genitive
from view.wording.signs import strip
from warehouse.recommendations import reading
from warehouse.recommendations.reading import Achieved


def achieved_headline(found: Achieved) -> str:
    """Return the headline of results: how many recommendations the data closed."""
    if not found.sent:
        return blocks.headline(
            "Направленных рекомендаций ещё не было.", "Итоги появятся, когда следующий раунд проверит направленные."
        )
    if not found.tested:
        return blocks.headline(
            agreed(found.sent, "Направлена, Направлены, Направлено", "рекомендация, рекомендации, рекомендаций") + ".",
            "Подействовали ли они, покажет следующий раунд.",
        )
    median = found.median_rounds
    time = ""
    if median is not None:
        rounds = counted(int(median), "раунд", "раунда", "раундов") if median == int(median) else (
            f"{number(median, 1)}{NBSP}раунда"
        )  # fmt: skip
        time = f" Медиана до закрытия — {rounds}."
    return blocks.headline(
        f"Данными закрыто {number(found.closed)} из {genitive(found.tested)}: {percent(found.closed_share, 0)}.",
        f"Направлено всего {number(found.sent)}.{time}{PROVISIONAL if found.provisional else ''}",
    )


def achieved_strip(found: Achieved) -> str:
    """Return a strip of the recommendations that were sent, by outcome."""
    counts = {
        "closed": found.closed,
        "improving": found.improving,
        "recurring": found.recurring,
        "reported_not_met": found.reported_not_met,
        "waiting": found.sent - found.tested - found.hidden,
        "hidden": found.hidden,
    }
    return strip(counts, OUTCOMES, "Что дали рекомендации")


def measures_table(found: Achieved) -> pl.DataFrame:
    """Return results by measure."""
    return found.measures.select(
        pl.col("title").alias("Мера"),
        pl.col("sent").alias("Направлено"),
        pl.col("tested").alias("Проверено раундом"),
        pl.col("closed").alias("Закрыто данными"),
        pl.col("closed_share").alias("Доля закрытых, %"),
        pl.col("median_rounds").alias("Медиана раундов до закрытия"),
    )


def draw_achieved(page: OpenPage) -> None:
    """Draw what the recommendations sent so far have achieved, by measure."""
    found = page.ask(reading.achieved, page.scope.region)
    st.html(achieved_headline(found))
    if not found.sent:
        return
    st.html(achieved_strip(found))
    table = measures_table(found)
    st.html(blocks.section("По мерам", "все раунды; черновики и снятые не считаются"))
    st.html(tables.show(table, 0))
    downloads.offer(page, table, "Что дали рекомендации", "итоги_рекомендаций", "achieved")
