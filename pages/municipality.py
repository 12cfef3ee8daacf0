"""Муниципалитет: one municipality against its targets, the region and its own past, down to organizations."""

import streamlit as st

from view import blocks, bullets, downloads, links, sentences, tables
from view.page import choose_indicator, close_page, open_page, ordered
from warehouse import queries
from warehouse.access import may

view = open_page("municipality", subject="municipality")
scope = view.scope
rows = view.ask(queries.territory_verdicts, scope, "M", view.municipality)
region = view.ask(queries.territory_verdicts, scope, "R", scope.region)
ranks = view.ask(queries.ranks, scope, view.municipality)

st.html(
    blocks.headline(
        f"{sentences.goals_met(rows)} за {view.period}.",
        f"{sentences.worst(rows)} {sentences.provisional(view.provisional)}",
    )
)
st.html(blocks.counts_strip(queries.verdict_counts(rows)))
st.html(blocks.reporting(rows))
chart = st.container()

st.html(blocks.section("Организации", "значения выбранного показателя"))
indicator = choose_indicator(dict(rows.select("code", "short").iter_rows()), "Показатель по организациям")
described = view.described(indicator)
if not may(view.actor, "view_organizations", view.municipality):
    st.html('<p class="empty">Значения по организациям видны только своему муниципалитету.</p>')
elif "O" not in described["levels"].split():
    st.html('<p class="empty">По отдельным организациям этот показатель не считается. Выберите другой.</p>')
else:
    schools = view.ask(queries.organizations, scope, view.municipality, indicator)
    table = tables.organizations(schools)
    leads = [
        links.address("rows", view.filters(indicator=indicator, place=row["organization_id"]))
        for row in ordered(schools, "name").iter_rows(named=True)
    ]
    st.html(tables.show(table, described["decimals"], leads))
    downloads.offer(view, table, "Организации", f"организации_{indicator}", "organizations")

with chart:
    st.html(blocks.section("Показатели муниципалитета"))
    st.html(bullets.key())
    st.html(bullets.bullets(view, rows, region, ranks, indicator))
    downloads.offer(
        view, tables.municipality(rows, region, ranks), "Показатели муниципалитета", "муниципалитет", "bullets"
    )
close_page(view, {"indicator": indicator})
