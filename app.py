"""Entry of the program: navigation and page chrome, nothing else. `python -m view` serves it."""

import streamlit as st

from view.shell import navigation, page, screens
from view.shell.session import current_actor
from warehouse.access.rights import Forbidden
from warehouse.marts.mart import NoPublication, PublicationOutdated

st.set_page_config(page_title=navigation.PRODUCT, page_icon=page.ICON, layout="wide", initial_sidebar_state=236)
try:
    actor = current_actor()
    chosen = navigation.build(actor)
    st.set_page_config(page_title=f"{chosen.title} — {navigation.PRODUCT}")
    st.logo(page.LOGO, size="large")
    page.run(chosen, actor)
except Forbidden as refusal:
    screens.refused(refusal)
except NoPublication:
    screens.nothing_published()
except PublicationOutdated as old:
    screens.outdated(str(old))
except Exception as error:
    screens.failed(error)
