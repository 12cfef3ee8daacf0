"""Рекомендации: recommendations of a round, their states, outcomes by later rounds."""

import streamlit as st

from view.documents import document_downloads
from view.parts import downloads
from view.recommendations import list_tab, listing, results, rules_table
from view.shell import filters, writing
from view.shell.chrome import close_page, open_page
from warehouse.changes.rounds import Round

PARTS = {"list": "Рекомендации", "achieved": "Что они дали", "rules": "Правила"}

page = open_page("recommendations")
part = filters.choose("part", "Раздел", list(PARTS), "list", PARTS.__getitem__, control="buttons")
writing.tell_outcome()
kept: dict[str, str] = {}
if part == "list":
    kept, shown = list_tab.draw_list(page, Round(page.scope.region, page.scope.year, page.scope.half))
    if shown.height:
        with st.container(key="advice_downloads", horizontal=True, gap="small"):
            downloads.offer(page, listing.table(shown), "Рекомендации", "рекомендации", "recommendations")
            document_downloads.offer_region(page)
elif part == "achieved":
    results.draw_achieved(page)
else:
    rules_table.draw_rules(page)
close_page(page, {"part": part, **kept})
