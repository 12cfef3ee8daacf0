"""Раунды и полнота: who has sent what and when, reminders, opening and closing of rounds."""

import polars as pl
import streamlit as st

from checks.catalogue import contracts
from view.intake import round_blocks, round_cards, round_forms
from view.parts import blocks, downloads
from view.shell import writing
from view.shell.chrome import close_page, open_page
from warehouse.changes.rounds import Round
from warehouse.queries import completeness
from warehouse.store import clock

page = open_page("rounds", subject="round", empty=round_forms.first_round)
this, today = Round(page.scope.region, page.scope.year, page.scope.half), clock.today()
chosen = page.ask(completeness.round_of, this.region, this.year, this.half)
cells = page.ask(completeness.completeness, this.region, this.year, this.half)
names = dict(page.municipalities.select("municipality_id", "short_name").iter_rows())
shown = round_forms.Shown(page, this, chosen, cells, names)
overdue = round_blocks.is_overdue(chosen, today)

writing.tell_outcome()
st.html(
    blocks.headline(
        round_blocks.finding(chosen, cells, this.period),
        round_blocks.detail(chosen, cells, today),
    )
)
if chosen:
    st.html(round_blocks.strip(cells, overdue))
municipality = st.query_params.get("municipality", "")
dataset = st.query_params.get("form", "")
round_forms.actions(shown, municipality, dataset)

if chosen is None and cells.is_empty():
    st.html(
        '<p class="empty">За это полугодие ещё ничего нет. Специалист ЦНППМ открывает раунд: выбирает полугодие, '
        "срок и формы; после этого здесь видно, кто что прислал.</p>"
    )
else:
    st.html(blocks.section("Муниципалитеты и формы", "щелчок по ячейке показывает, что за ней стоит"))
    if municipality in names and dataset in contracts():
        row = cells.filter((pl.col("municipality_id") == municipality) & (pl.col("dataset") == dataset))
        st.html(round_blocks.behind(row.row(0, named=True) if row.height else None, names[municipality], dataset))
    st.html(round_blocks.matrix(page, chosen, cells, overdue))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(round_blocks.legend(overdue), width="stretch")
        table = round_blocks.cells_table(chosen, cells)
        downloads.offer(page, table, "Полнота сведений", "полнота", "completeness")

kept: dict[str, str] = {}
if chosen and chosen["state"] == "open" and names:
    owing = completeness.owed(cells)["municipality"].unique().sort().to_list()
    first = next((code for code, name in names.items() if name in owing), next(iter(names)))
    municipality = municipality if municipality in names else first
    round_cards.reminder_cards(shown, chosen, municipality)
if municipality in names:
    kept["municipality"] = municipality
if dataset in contracts():
    kept["form"] = dataset

if chosen and chosen["closing_publication"]:
    round_cards.closing_card(shown, chosen["closing_publication"])
round_cards.series_card(shown)
if chosen:
    round_cards.history_card(shown)
close_page(page, kept)
