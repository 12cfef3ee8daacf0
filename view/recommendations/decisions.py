"""Forms of decisions on recommendations: a step of one or of many, text and deadline."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from checks.russian import counted
from view.recommendations import next_steps
from view.shell import writing
from view.shell.page import OpenPage
from view.wording import recommendation_words
from warehouse.recommendations import flow
from warehouse.store.row import Row


def draw_for_all(page: OpenPage, shown: pl.DataFrame) -> None:
    """Offer one step for all recommendations that the filters leave on the screen."""
    steps = next_steps.allowed_for_all(page, shown)
    if shown.height < 2 or not steps:
        return
    with st.expander(f"Решить сразу обо всех показанных: {shown.height}"):
        draw_step_form(page, shown.get_column("recommendation").to_list(), steps, "all")


def draw_step_form(page: OpenPage, names: list[str], steps: list[str], key: str) -> None:
    """Draw the form of a step with recommendations, at the current publication only."""
    if not steps or not writing.at_present(page):
        return
    about = [key, steps, *names]
    step = st.segmented_control(
        "Шаг", steps, default=steps[0], format_func=recommendation_words.STEP_LABELS.__getitem__, required=True,
        key=writing.bound("step_kind", about),
    )  # fmt: skip
    with st.form(writing.bound("step", [step, *about]), border=False):
        comment = st.text_area(
            "Основание, ответ или причина",
            key=writing.bound("step_comment", about),
            placeholder="например: протокол № 2",
        )
        label = recommendation_words.STEP_LABELS[step]
        if len(names) > 1:
            label += f": {counted(len(names), 'рекомендация', 'рекомендации', 'рекомендаций')}"
        if writing.button(label, "take_step", [step, *about], in_form=True, kind="primary"):
            writing.write(
                page,
                lambda address, now: flow.take(address, page.actor, step, names, now, comment),
                f"{recommendation_words.STEP_DONE[step]}: {len(names)}",
            )


def draw_edit_form(page: OpenPage, row: Row) -> None:
    """Draw the form in which a specialist changes the text or the deadline of a draft."""
    if not writing.at_present(page):
        return
    about = [row["recommendation"]]
    with st.form(writing.bound("edit_recommendation", about), border=False):
        text = st.text_area(
            "Свой текст; пустой возвращает составленный", value=row["words"], key=writing.bound("edit_text", about)
        )
        due_on = st.date_input("Срок", value=row["due_on"], format="DD.MM.YYYY", key=writing.bound("edit_due", about))
        if writing.button("Записать текст и срок", "save_text", about, in_form=True):
            own = "" if text.strip() == row["measure"] else text
            writing.write(
                page,
                lambda address, now: flow.edit(
                    address, page.actor, row["recommendation"], now, text=own,
                    due_on=due_on if isinstance(due_on, dt.date) and due_on != row["due_on"] else None,
                ),
                "Текст рекомендации записан",
            )  # fmt: skip
