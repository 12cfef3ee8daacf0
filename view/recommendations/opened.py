"""One opened recommendation: evidence, outcome by later rounds, what-if, events, steps."""

from __future__ import annotations

import streamlit as st

from view.parts import blocks
from view.recommendations import card, decisions, next_steps
from view.shell import filters, links
from view.shell.page import OpenPage
from view.wording import recommendation_words
from warehouse.recommendations import reading, whatif
from warehouse.store.row import Row

_EVIDENCE = {
    "rows": "Строки показателя",
    "deficits": "Дефициты",
    "methodists": "Нагрузка методистов",
    "passport": "Паспорт",
    "rounds": "Кто что прислал",
    "municipality": "Муниципалитет",
}


def draw(page: OpenPage, row: Row, kept: dict[str, str]) -> None:
    """Draw one recommendation: text, evidence, outcome by later rounds, what-if, events, steps.

    kept: query parameters to keep when the recommendation is closed.
    """
    name = row["recommendation"]
    st.html(card.full(row))
    evidence = page.filters(indicator=row["indicator"], place=row["territory_id"], territory=row["territory_id"])
    st.html(links.anchor(row["evidence"], evidence, f"Откуда это видно: {_EVIDENCE[row['evidence']]}", css="to-advice"))
    tested = page.ask(reading.tests, name)
    if tested.height:
        st.html(blocks.section("Что показали следующие раунды", recommendation_words.OUTCOMES[row["outcome"]].word))
        st.html(card.test_list(row, tested))
    found = page.ask(whatif.what_if, name)
    if found is not None:
        st.html(blocks.section("Что изменится, когда рекомендация будет выполнена"))
        steps = st.number_input("Сколько сделано", 0, None, found.steps, key=f"steps_{name}", width=160)
        if (effect := page.ask(whatif.what_if, name, int(steps))) is not None:
            st.html(card.effect(row, effect))
    st.html(blocks.section("Ход работы") + card.event_list(page.ask(reading.events, name)))
    steps_now = next_steps.allowed(page, row)
    if "edit" in steps_now:
        with st.expander("Исправить текст или срок"):
            decisions.draw_edit_form(page, row)
    decisions.draw_step_form(page, [name], [step for step in steps_now if step != "edit"], "one")
    if st.button("Свернуть рекомендацию", key="close_recommendation", type="tertiary"):
        filters.keep({**page.kept, **kept})
        st.rerun()
