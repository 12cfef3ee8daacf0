"""Загрузка данных: drop files, read what is wrong, see what would change, confirm."""

import streamlit as st

from etl.reader import isolated
from view.intake.check import check_files
from view.intake.confirm import draw_confirmation, draw_outcomes
from view.intake.findings import draw_findings
from view.intake.impact import draw_impact
from view.intake.recognise import choose_files
from view.intake.templates import draw_templates
from view.shell import chrome, writing

actor = chrome.admit("upload")
place = writing.place()
isolated.warm_up()

with st.container(key="upload_head", horizontal=True, vertical_alignment="bottom", gap="small"):
    st.html('<h1 class="page-title">Загрузка данных</h1>', width="content")
    draw_templates()
draw_outcomes(place, actor)
request = choose_files(place)
checked = check_files(place, actor, request)
draw_findings(place, actor, checked)
found = draw_impact(place, actor, checked)
draw_confirmation(place, actor, checked, found)
