"""Показатель: one indicator: path to the target, ranking, causes of change, method."""

import streamlit as st

from view.indicators import cards, region_comparison
from view.indicators.change_card import change_card
from view.indicators.subject import subject_of
from view.parts import downloads
from view.shell.chrome import close_page, open_page

page = open_page("indicator", subject="indicator")
subject = subject_of(page)
municipal = not subject.municipalities.is_empty()

st.html(cards.headline(page, subject))
st.html(cards.facts(page, subject))

left, right = st.columns([3, 2])
with left, st.container(key="ranking_card" if municipal else "trend_card"):
    (cards.ranking_card if municipal else cards.trend_card)(page, subject)
with right:
    with st.container(key="path_card"):
        variant = cards.path_card(page, subject)
    with st.container(key="bounds_card"):
        cards.bounds_card(page, subject)

below = st.container()
if municipal:
    if not cards.leaves_room(subject):
        right, below = st.columns([2, 3])
    with right, st.container(key="trend_card"):
        cards.trend_card(page, subject)
with below, st.container(key="change_card"):
    compared = change_card(page, subject)

with st.container(key="details_card"):
    chosen = cards.details_card(page, subject)
region_comparison.comparison_card(page)
downloads.choose_picture_format()
close_page(page, {"path": variant, "compare": compared, **chosen})
