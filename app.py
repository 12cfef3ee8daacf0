"""Entry script of the application: navigation and page chrome.

`python -m view` serves it.
"""

import streamlit as st

from view.shell import chrome, navigation, screens
from view.shell.session import current_actor

st.set_page_config(page_title=navigation.PRODUCT, page_icon=chrome.ICON, layout="wide", initial_sidebar_state=236)
try:
    actor = current_actor()
    chosen = navigation.build(actor)
    st.set_page_config(page_title=f"{chosen.title} — {navigation.PRODUCT}")
    st.logo(chrome.LOGO, size="large")
    chrome.run(chosen, actor)
except Exception as error:
    screens.instead_of_page(error)
