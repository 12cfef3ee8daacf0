"""Муниципалитет: one municipality compared with targets, the region and earlier half-years.

Figures go down to its organizations.
"""

import polars as pl
import streamlit as st

from view.documents import document_downloads
from view.indicators import bullets, cascade, municipality_blocks
from view.parts import blocks, downloads, tables
from view.recommendations import listing
from view.shell import links
from view.shell.chrome import close_page, open_page
from view.shell.page import choose_indicator, ordered
from view.wording import sentences
from warehouse.access.rights import may
from warehouse.queries import passport, verdicts
from warehouse.queries.analysis import peers

page = open_page("municipality", subject="municipality")
scope = page.scope
rows = page.ask(verdicts.territory_verdicts, scope, "M", page.municipality)
region = page.ask(verdicts.territory_verdicts, scope, "R", scope.region)
ranks = page.ask(verdicts.ranks, scope, page.municipality)

silent = sentences.nobody_reported(rows)
st.html(
    blocks.headline(
        f"{sentences.goals_met(rows)} за {page.period}.",
        " ".join(filter(None, (silent, sentences.worst(rows), sentences.provisional(page.provisional)))),
    )
)
st.html(blocks.counts_strip(verdicts.verdict_counts(rows)))
if not silent:
    st.html(blocks.reporting(rows))
chart = st.container()
if advice := listing.for_municipality(page):
    with st.container(key="advice_card"):
        st.html(advice)

left, right = st.columns([3, 2])
with left, st.container(key="cascade_card"):
    cascade.card(page, "M", page.municipality)
with right, st.container(key="levels_card", height="stretch"):
    st.html(blocks.section("Методическая инфраструктура", "три уровня"))
    sent = page.ask(passport.infrastructure_by_municipality, scope).filter(
        pl.col("municipality_id") == page.municipality
    )
    st.html(municipality_blocks.infrastructure(rows, sent.row(0, named=True) if sent.height else None))

indicator = choose_indicator(dict(rows.select("code", "short").iter_rows()), "Показатель")
described = page.described(indicator)
with st.container(key="peers_card"):
    st.html(blocks.section(f"{described['short']}: среди соседей по размеру"))
    st.html(
        municipality_blocks.peers(
            page,
            page.ask(verdicts.indicator_verdicts, scope, indicator),
            page.ask(peers.sizes, scope.region, scope.year, scope.half),
            described,
        )
    )
    st.html(f'<p class="quiet small">{municipality_blocks.PEERS_RULE}</p>')

st.html(blocks.section("Организации", f"{described['short']}; щелчок по названию открывает строки"))
if not may(page.actor, "view_organizations", page.municipality):
    st.html('<p class="empty">Значения по организациям видны только своему муниципалитету.</p>')
elif "O" not in described["levels"].split():
    behind = links.anchor(
        "rows", page.filters(indicator=indicator, place=page.municipality), "строках, из которых он сложился"
    )
    st.html(f'<p class="empty">По организациям этот показатель не считается; подробности — в {behind}.</p>')
else:
    schools = page.ask(verdicts.organizations, scope, page.municipality, indicator)
    table = tables.organizations(schools)
    leads = [
        links.address("rows", page.filters(indicator=indicator, place=row["organization_id"]))
        for row in ordered(schools, "name").iter_rows(named=True)
    ]
    st.html(tables.show(table, described["decimals"], leads))
    downloads.offer(page, table, "Организации", f"организации_{indicator}", "organizations")

with chart:
    st.html(blocks.section("Показатели муниципалитета"))
    st.html(bullets.key())
    st.html(bullets.bullets(page, rows, region, ranks, indicator))
    with st.container(key="municipality_downloads", horizontal=True, gap="small"):
        downloads.offer(
            page, tables.municipality(rows, region, ranks), "Показатели муниципалитета", "муниципалитет", "bullets"
        )
        document_downloads.offer_letter(page, page.municipality)
close_page(page, {"indicator": indicator})
