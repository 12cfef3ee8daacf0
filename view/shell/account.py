"""The signed-in person and the sign-out button, at the foot of the menu."""

from __future__ import annotations

from html import escape

import streamlit as st

from view.shell import outline, sign_in
from warehouse.access import rights
from warehouse.access.rights import Actor, Role
from warehouse.store import address

ROLE_NAMES: dict[Role, str] = {
    "viewer": "Руководство",
    "specialist": "Специалист ЦНППМ",
    "municipal": "Муниципалитет",
    "admin": "Администратор",
}
"""Russian names of the roles."""


def draw(actor: Actor) -> None:
    """Draw who is signed in; without sign-in, a notice that it is not set up.

    If the program is then open to the network, the notice says that everybody is an administrator.
    """
    with st.sidebar.container(key="account"):
        if actor is rights.LOCAL:
            if sign_in.is_open_to_network():
                st.html(
                    '<p class="account-open" role="alert"><b>Вход не настроен.</b> '
                    "Программа открыта для сети: каждый, кто её откроет, — администратор.</p>"
                )
            else:
                st.html('<p class="account">Местный режим<br><span class="quiet">вход не настроен</span></p>')
            return
        st.html(f'<p class="account">{escape(actor.name)}<br><span class="quiet">{ROLE_NAMES[actor.role]}</span></p>')
        if st.button("Выйти", key="sign_out", type="tertiary"):
            sign_in.sign_out(address.resolve(), actor, sign_in.claims_of_session(), sign_in.present_second())
            st.logout()
            outline.stop()
