"""Диагностика и дефициты: competency deficits, losses between steps, matching programmes."""

import polars as pl
import streamlit as st

from view.indicators import cascade, deficit_blocks
from view.parts import blocks, downloads, tables
from view.shell import filters, links
from view.shell.chrome import close_page, open_page
from view.shell.page import ONLY_OWN
from warehouse.access.rights import may
from warehouse.queries import deficits

page = open_page("deficits", subject="territory")
scope = page.scope
rows = page.ask(deficits.deficits, scope)
here = rows.filter(pl.col("territory_id") == page.territory)
every = next(here.filter(pl.col("competency") == deficits.EVERY).iter_rows(named=True), None)
competencies = here.filter(pl.col("competency") != deficits.EVERY)
programs = page.ask(deficits.programs, scope)
names = dict(competencies.select("competency", "name").iter_rows())

st.html(blocks.headline(*deficit_blocks.headline(competencies, every, page.territory_name)))
chosen = ""
if rows.filter(pl.col("assessed").fill_null(1) > 0).is_empty():
    upload = links.anchor("upload", {}, "загрузите форму «Диагностика»", css="inline")
    st.html(f'<p class="empty">Чтобы увидеть дефициты, {upload} или выберите другой период.</p>')
else:
    left, right = st.columns([3, 2])
    with left, st.container(key="cascade_card"):
        steps = cascade.card(page, "R" if page.whole_region else "M", page.territory, page.territory_name)
        if note := deficit_blocks.beside_cascade(steps, every):
            st.html(f'<p class="quiet small">{note}</p>')
        if steps.height:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                downloads.offer(page, cascade.table(steps), "Каскад", f"каскад_{page.territory}", "cascade")
                downloads.choose_picture_format()
    with left, st.container(key="deficit_method_card"):
        st.html(blocks.section("Как считается"))
        st.html(f'<p class="quiet small">{cascade.METHOD}</p><p class="quiet small">{deficit_blocks.METHOD}</p>')
    with right, st.container(key="answers_card"):
        st.html(blocks.section("Что отвечает на дефициты", page.territory_name))
        st.html(deficit_blocks.answers_key())
        st.html(deficit_blocks.answers(competencies))

    st.html(blocks.section("Доля людей с дефицитом, %", "по компетенциям и муниципалитетам"))
    st.html(deficit_blocks.heat_key(rows))
    st.html(deficit_blocks.heat_map(page, rows))
    if not may(page.actor, "view_passport"):
        st.html(f'<p class="quiet small">{ONLY_OWN}</p>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(
            page, deficit_blocks.deficits_table(rows, page.region["name"]), "Дефициты", "дефициты", "deficits"
        )
        downloads.offer_picture(
            page,
            lambda: deficit_blocks.picture(rows, f"Дефициты, {page.period}"),
            "дефициты_карта",
            "heat_map",
            "Рисунок",
        )

with st.container(key="programs_card"):
    st.html(blocks.section("Программы и обученные", "по области; дефициты — с начала года"))
    if programs.is_empty():
        st.html('<p class="empty">В этом году не реализуется ни одной программы: загрузите форму «Программы ДПО».</p>')
    else:
        chosen = filters.choose(
            "competency",
            "Компетенция",
            ["all", *names],
            "all",
            lambda code: "все" if code == "all" else names[code],
        )
        if chosen != "all":
            programs = programs.filter(pl.col("competencies").str.split(",").list.contains(chosen))
        if programs.is_empty():
            st.html(f'<p class="empty">На дефицит «{names[chosen]}» не отвечает ни одна программа.</p>')
        else:
            table = deficit_blocks.programs_table(programs, names)
            st.html(tables.show(table))
            downloads.offer(page, table, "Программы", "программы", "programs")
close_page(page, {"competency": chosen})
