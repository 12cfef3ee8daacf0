"""Загрузка данных: drop files, read what is wrong, see what would change, confirm."""

import streamlit as st

from etl.reader import isolated
from view.intake.check import check_files
from view.intake.confirm import draw_confirmation, draw_outcomes
from view.intake.findings import draw_findings
from view.intake.impact import draw_impact
from view.intake.recognise import choose_files
from view.intake.templates import draw_templates
from view.shell import chrome
from warehouse.store.address import resolve

actor = chrome.admit("upload")
address = resolve()
isolated.warm_up()

with st.container(key="upload_head", horizontal=True, vertical_alignment="bottom", gap="small"):
    st.html('<h1 class="page-title">Загрузка данных</h1>', width="content")
    draw_templates()
draw_outcomes(address, actor)
request = choose_files(address)
checked = check_files(address, actor, request)
draw_findings(address, actor, checked)
found = draw_impact(address, actor, checked)
draw_confirmation(address, actor, checked, found)
