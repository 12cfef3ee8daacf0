"""How a file's columns were matched to the form, to be corrected by hand."""

from __future__ import annotations

from html import escape

import streamlit as st

from checks.catalogue import contracts
from etl.intake import desk
from view.intake.recognise import Sent, mapping_key
from view.shell import writing
from warehouse.access.rights import Actor
from warehouse.store.address import Address


def draw_match(address: Address, actor: Actor, checked: desk.Check, position: int, sent: Sent) -> None:
    """Draw how the columns of a file are matched, in a form to change it.

    A match by hand is kept in the session and the page redrawn. If a municipality once matched columns of such a file,
    its match is proposed to a specialist, who may apply it.
    """
    match = desk.column_match(checked, position)
    if match is None:
        return
    headers, mapping = match
    proposal = desk.proposed_match(address, actor, checked, position)
    proposed = {} if proposal is None else proposal.mapping
    with (
        st.expander("Как сопоставлены колонки", expanded=proposal is not None),
        st.form(f"upload_match_{sent.file_id}_{sent.form}"),
    ):
        if proposal is not None:
            st.html(
                f'<p class="quiet">Недостающее сопоставлено так, как это сделали для такого же файла: '
                f"{escape(proposal.municipality)}. Проверьте и примените: тогда это послужит всей области.</p>"
            )
        choice: dict[str, int] = {}
        columns = st.columns(2)
        for number, column in enumerate(contracts()[sent.form].columns.values()):
            at = columns[number % 2].selectbox(
                column.header + (" *" if column.required else ""),
                range(-1, len(headers)),
                index=mapping.get(column.code, proposed.get(column.code, -1)) + 1,
                format_func=lambda i: "— нет в файле —" if i < 0 else f"{i + 1}. {headers[i] or 'без названия'}",
                key=f"upload_column_{sent.file_id}_{sent.form}_{column.code}",
            )
            if at >= 0:
                choice[column.code] = at
        about = [sent.file_id, sent.form]
        if writing.button("Применить и запомнить для таких файлов", "upload_match_apply", about, in_form=True):
            st.session_state[mapping_key(sent.file_id, sent.form)] = choice
            st.rerun()
