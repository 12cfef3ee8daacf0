"""Обзор: which indicators and municipalities are off target, and whether they improve.

It is made to be read in five minutes before a meeting.
"""

import polars as pl
import streamlit as st

from view.maps import boundarymap
from view.parts import blocks, downloads, tables
from view.parts.matrix import matrix
from view.shell.chrome import close_page, open_page
from view.shell.page import choose_indicator
from view.wording import sentences
from warehouse.marts.mart import PublicationPruned
from warehouse.queries import verdicts

page = open_page("overview")
scope = page.scope
region = page.ask(verdicts.territory_verdicts, scope, "R", scope.region)
trends = page.ask(verdicts.trends, scope.region, scope.profile, "R", scope.region)
municipalities = page.ask(verdicts.municipality_verdicts, scope)

counts = verdicts.verdict_counts(region)
st.html(
    blocks.headline(
        f"{sentences.goals_met(region)} — {page.region['name']}, {page.period}.",
        f"{sentences.worst(region)} {sentences.provisional(page.provisional)}",
    )
)
st.html(blocks.counts_strip(counts))
st.html(blocks.tiles(page, region, trends))

left, right = st.columns([3, 2])
with left, st.container(key="map_card", height="stretch"):
    st.html(blocks.section("Муниципалитеты на карте", "цвет — оценка выбранного показателя"))
    measured = municipalities.get_column("indicator").unique().to_list()
    titles = dict(page.indicators.filter(pl.col("code").is_in(measured)).select("code", "short").iter_rows())
    indicator = choose_indicator(titles, "Показатель на карте")
    described = page.described(indicator)
    rows = page.ask(verdicts.indicator_verdicts, scope, indicator).with_columns(
        pl.lit(described["unit"]).alias("unit"), pl.lit(described["decimals"]).alias("decimals")
    )
    outlines = boundarymap.draw(page, rows, indicator)
    st.html(blocks.legend(rows))
    title = f"{described['short']}, {page.period} — {page.region['name']}"
    downloads.offer_picture(page, lambda: boundarymap.picture(rows, title, outlines), f"карта_{indicator}", "map")
with right, st.container(key="gaps_card", height="stretch"):
    st.html(blocks.section("Пять наибольших разрывов", "сколько людей не хватает до цели"))
    st.html(blocks.gap_list(page, page.ask(verdicts.largest_gaps, scope)))

with st.container(key="changes_card"):
    previous = page.freshness["previous_publication"]
    st.html(blocks.section("Что изменилось с прошлой публикации"))
    try:
        if previous is None:
            st.html('<p class="empty">Это первая публикация: сравнивать не с чем.</p>')
        else:
            st.html(blocks.change_list(page, page.changes(previous), previous))
    except PublicationPruned:
        st.html(f'<p class="empty">Публикация № {previous} больше не хранится: сравнить не с чем.</p>')

st.html(
    blocks.section("Муниципалитеты и показатели", "щелчок по заголовку сортирует, по ячейке — открывает муниципалитет")
)
st.html(matrix(page, municipalities, region))
downloads.offer(page, tables.matrix(municipalities, region, page), "Муниципалитеты и показатели", "матрица", "matrix")
close_page(page, {"indicator": indicator})
