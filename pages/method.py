"""Методика: how every figure is computed, generated from the definitions the program uses."""

from html import escape
from itertools import groupby

import streamlit as st

from view.settings import method_blocks
from view.shell import filters
from view.shell.chrome import close_page, open_page
from warehouse.build import quality_checks
from warehouse.queries import published, target_list

EVERY = "all"
PARTS = (
    ("indicators", "Показатели"),
    ("terms", "Термины и правила оценки"),
    ("forms", "Формы"),
    ("rules", "Проверки файлов"),
    ("checks", "Проверки между формами"),
    ("competencies", "Компетенции"),
)

page = open_page("method")
asked = st.query_params.get("indicator", "")
chosen = asked if asked in page.indicators.get_column("code").to_list() else ""
standing = page.ask(target_list.listing)
with st.container(key="method_filters", horizontal=True, vertical_alignment="bottom"):
    if "method_search" not in st.session_state:
        st.session_state["method_search"] = st.query_params.get("search", "")
    wanted = st.text_input("Найти", key="method_search", placeholder="слово из методики: аттестация, знаменатель…")
    themes = page.indicators.get_column("theme").unique(maintain_order=True).to_list()
    theme = filters.choose(
        "theme", "Тема показателей", [EVERY, *themes], EVERY, lambda code: "Все темы" if code == EVERY else code
    )
close_page(page, {"indicator": chosen, "search": wanted, "theme": theme})

st.html(method_blocks.headline(page, standing))
st.html(method_blocks.part_links(PARTS))
rows = method_blocks.found_indicators(page.indicators, wanted, "" if theme == EVERY else theme, chosen)
terms, forms = method_blocks.found_terms(wanted), method_blocks.found_forms(wanted)
rules = method_blocks.found_rules(wanted)
checks = method_blocks.found_checks(quality_checks.catalogue(), wanted)
if not (rows or terms or forms or rules or checks):
    st.html('<p class="empty">Ничего не нашлось. Попробуйте другое слово или его начало.</p>')

if rows:
    st.html(method_blocks.part_heading("indicators", "Показатели", f"{len(rows)} из {page.indicators.height}"))
    for name, members in groupby(rows, key=lambda row: row["theme"]):
        st.html(
            f'<p class="method-theme">{escape(name)}</p>'
            + "".join(method_blocks.indicator_entry(page, row, standing, row["code"] == chosen) for row in members)
        )
if terms:
    st.html(method_blocks.part_heading("terms", "Термины и правила оценки") + method_blocks.terms(terms))
if forms:
    st.html(
        method_blocks.part_heading("forms", "Формы", "столбцы, обязательность и допустимые значения")
        + "".join(method_blocks.form_entry(form, opened=bool(wanted)) for form in forms)
    )
if rules:
    st.html(
        method_blocks.part_heading("rules", "Проверки файлов", "код правила стоит в каждом замечании")
        + method_blocks.rules_table(rules)
    )
if checks:
    st.html(method_blocks.part_heading("checks", "Проверки между формами") + method_blocks.checks_table(checks))
if not wanted:
    st.html(
        method_blocks.part_heading("competencies", "Компетенции")
        + method_blocks.competencies(page.ask(published.competencies))
    )
if chosen:
    method_blocks.scroll_to(chosen)
