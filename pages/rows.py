"""Строки показателя: which rows a value came from, and why the others were left out."""

import polars as pl
import streamlit as st

from view.indicators import row_blocks
from view.parts import blocks, downloads, tables
from view.shell import filters, outline
from view.shell.chrome import close_page, open_page
from warehouse.access.rights import Forbidden
from warehouse.queries import rows, verdicts

page = open_page("rows", subject="indicator")
scope, indicator = page.scope, page.described(page.indicator)
territories = page.ask(rows.territories_of, scope.region)
territory = filters.choose(
    "place", "", territories.get_column("territory_id").to_list(), scope.region, control="hidden"
)
chosen = territories.row(by_predicate=pl.col("territory_id") == territory, named=True)
kept = {"place": territory}
st.html(row_blocks.trail(page, chosen, indicator))

if indicator["row_source"] is None:
    st.html(blocks.headline("Для этого показателя строки не описаны.", "Как он считается, сказано в методике."))
    close_page(page, kept)
    outline.stop()

only = filters.choose("only", "", rows.choices(indicator["row_source"]), "all", control="hidden")
kept["only"] = only
try:
    values = page.ask(verdicts.territory_verdicts, scope, chosen["level"], territory)
    found = page.ask(
        rows.behind, scope.region, scope.year, scope.half, page.indicator, chosen["level"], territory, only
    )
except Forbidden as refusal:
    st.html(blocks.headline(str(refusal), "Значения показателей открыты на страницах «Показатель» и «Муниципалитет»."))
    close_page(page, kept)
    outline.stop()
assert found is not None  # The indicator has a source.

of_count = indicator["kind"] == "count"
value = next((row for row in values.to_dicts() if row["code"] == page.indicator), None)
st.html(blocks.headline(row_blocks.finding(chosen["name"], indicator, value), row_blocks.explanation(found)))
if found.total:
    st.html(row_blocks.reasons(page, found, kept, only, of_count))
if chosen["level"] == "O" and indicator["denominator"] and value:
    st.html(row_blocks.denominator(page.ask(rows.passport_of, territory, scope.year, scope.half), page.period))
if found.rows.height:
    st.html(blocks.section(found.source.title, row_blocks.limited(found) or page.period))
    table = row_blocks.table(found, of_count)
    st.html(tables.show(table))
    downloads.offer(page, table, found.source.title, f"строки_{page.indicator}", "rows", people=territory)
    if found.source.dataset:
        st.html(row_blocks.batches(page, found))
close_page(page, kept)
