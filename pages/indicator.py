"""Показатель: one indicator — what is lacking and where to add it, who is ahead, why it changed, how it is counted."""

import streamlit as st

from view import analysis, downloads, regions
from view.page import close_page, open_page

view = open_page("indicator", subject="indicator")
subject = analysis.subject_of(view)
municipal = not subject.places.is_empty()

st.html(analysis.headline(view, subject))
st.html(analysis.facts(view, subject))

left, right = st.columns([3, 2])
with left, st.container(key="ranking_card" if municipal else "trend_card"):
    (analysis.ranking_card if municipal else analysis.trend_card)(view, subject)
with right:
    with st.container(key="path_card"):
        variant = analysis.path_card(view, subject)
    with st.container(key="bounds_card"):
        analysis.bounds_card(view, subject)

below = st.container()
if municipal:
    if not analysis.leaves_room(subject):
        right, below = st.columns([2, 3])
    with right, st.container(key="trend_card"):
        analysis.trend_card(view, subject)
with below, st.container(key="change_card"):
    compared = analysis.change_card(view, subject)

with st.container(key="details_card"):
    chosen = analysis.details_card(view, subject)
regions.comparison_card(view)
downloads.choose_picture_format()
close_page(view, {"path": variant, "compare": compared, **chosen})
