"""Показатель: one indicator — who is ahead, who is behind, how it moved, and how it is counted."""

import polars as pl
import streamlit as st

from view import blocks, charts, downloads, links, sentences, tables
from view.page import close_page, open_page
from warehouse import queries

view = open_page("indicator", subject="indicator")
close_page(view)
scope, indicator = view.scope, view.described(view.indicator)
region = view.ask(queries.territory_verdicts, scope, "R", scope.region).row(
    by_predicate=pl.col("code") == view.indicator, named=True
)
places = view.ask(queries.indicator_verdicts, scope, view.indicator)
history = view.ask(queries.trends, scope.region, scope.profile, "R", scope.region).filter(
    pl.col("indicator") == view.indicator
)

st.html(
    blocks.headline(
        sentences.indicator_finding(region, places),
        sentences.gap_sentence(region, people="O" in indicator["levels"].split()),
    )
)
st.html(blocks.facts(blocks.indicator_facts(view, region)))

left, right = st.columns([3, 2])
with left, st.container(key="ranking_card"):
    st.html(blocks.section("Муниципалитеты от лучшего к худшему", "щелчок по полосе открывает муниципалитет"))
    if places.is_empty():
        st.html('<p class="empty">Этот показатель считается только по области в целом.</p>')
    else:
        clicked = charts.draw(
            charts.ranking(places, indicator, region["value"], charts.is_dark()),
            key=f"ranking_{view.indicator}_{scope.year}_{scope.half}_{scope.profile}",
            file_name=f"рейтинг_{view.indicator}_{scope.year}-{scope.half}",
            alt=f"Рейтинг муниципалитетов: {indicator['title']}",
            clickable=True,
        )
        if clicked:
            links.go("municipality", view.filters(municipality=clicked[0]["customdata"][0]))
        st.html(blocks.legend(places))
with right:
    with st.container(key="trend_card"):
        st.html(blocks.section("Как менялось по области", "ступени — цель года"))
        charts.draw(
            charts.trend(history, indicator, charts.is_dark()),
            key=f"trend_{view.indicator}_{scope.profile}",
            file_name=f"динамика_{view.indicator}",
            alt=f"Динамика по области: {indicator['title']}",
        )
    if spread := blocks.distribution(places, indicator):
        with st.container(key="spread_card"):
            st.html(blocks.section("Разброс муниципалитетов", "точка — муниципалитет, черта — цель"))
            st.html(spread)

st.html(blocks.section("Таблица"))
table = tables.ranking(places, region, view)
st.html(tables.show(table, indicator["decimals"]))
with st.container(horizontal=True, vertical_alignment="bottom"):
    downloads.offer(view, table, indicator["short"], f"показатель_{view.indicator}", "ranking")
    downloads.choose_picture_format()
with st.container(key="method_card"):
    st.html(blocks.section("Как считается"))
    st.html(blocks.method(view, indicator, region))
