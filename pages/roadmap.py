"""Дорожная карта: measures planned, done, late or overdue; comparison of territories."""

import polars as pl
import streamlit as st

from view.parts import blocks, charts, downloads, tables
from view.roadmap import measure_blocks, roadmap_charts, territory_table
from view.shell import filters, links
from view.shell.chrome import close_page, open_page
from warehouse.access.rights import may
from warehouse.queries import roadmap
from warehouse.store import clock

ALL = "all"

page = open_page("roadmap")
with st.container(key="roadmap_filters", horizontal=True, vertical_alignment="bottom"):
    territory, name = page.choose_territory()
    every = page.ask(roadmap.measures, page.scope, territory)
    directions = sorted(every.get_column("direction").unique().to_list())
    direction = filters.choose(
        "direction", "Направление", [ALL, *directions], ALL, lambda code: "Все направления" if code == ALL else code
    )
close_page(page, {"territory": territory, "direction": direction})
shown = every if direction == ALL else every.filter(pl.col("direction") == direction)
cutoff = page.freshness["cutoff"]
side_by_side = page.ask(roadmap.comparison, page.scope)

if shown.is_empty():
    st.html(
        blocks.headline(
            f"{name}: дорожная карта не загружена.",
            "Загрузите форму «Комплекс мер («дорожная карта»)» на странице «Загрузка данных» "
            "или выберите другую территорию.",
        )
    )
    if may(page.actor, "view_page", "upload"):
        st.html(links.anchor("upload", page.filters(), "Открыть загрузку данных", css="plain-link"))
else:
    st.html(blocks.headline(measure_blocks.finding(shown, cutoff), measure_blocks.detail(shown)))
    st.html(measure_blocks.strip(shown))
    with st.container(key="timeline_card"):
        st.html(blocks.section(f"Меры по срокам: {name}", "линия за знаком — сколько длилась или длится задержка"))
        charts.draw(
            roadmap_charts.timeline(shown, cutoff, clock.today(), charts.is_dark()),
            key=f"timeline_{territory}_{direction}_{cutoff}",
            file_name=f"дорожная_карта_{territory}_{cutoff}",
            alt=f"Меры дорожной карты по срокам: {name}",
        )
    left, right = st.columns([1, 1])
    with left, st.container(key="overdue_card"):
        st.html(blocks.section("Просрочены", "самая долгая задержка — первая") + measure_blocks.overdue_list(shown))
    with right, st.container(key="plan_card"):
        st.html(blocks.section("Исполнение и план", "мер нарастающим итогом"))
        charts.draw(
            roadmap_charts.plan(shown, cutoff, charts.is_dark()),
            key=f"plan_{territory}_{direction}_{cutoff}",
            file_name=f"исполнение_плана_{territory}_{cutoff}",
            alt=f"Исполнение дорожной карты и план: {name}",
        )

st.html(blocks.section("Область и муниципалитеты", territory_table.territories_finding(side_by_side)))
reachable = {
    code
    for code in side_by_side.get_column("territory_id")
    if code == page.scope.region or may(page.actor, "view_passport", code)
}
st.html(territory_table.territories(page, side_by_side, territory, reachable))
st.html(
    '<p class="quiet small">Карта принадлежит только своей территории: меры муниципалитетов в карту области не входят. '
    "Исполнение — доля исполненных мер среди тех, срок которых наступил.</p>"
)
downloads.offer(
    page, territory_table.territories_table(side_by_side), "Дорожные карты территорий", "дорожные_карты", "roadmaps"
)
if not shown.is_empty():
    st.html(blocks.section("Все меры", "просроченные — первые; щелчок по заголовку меняет порядок"))
    table = measure_blocks.measures_table(shown)
    with st.container(key="measures_table"):
        st.html(tables.show(table))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(page, table, f"Меры: {name}", f"дорожная_карта_{territory}", "measures")
        downloads.choose_picture_format()
