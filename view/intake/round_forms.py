"""Forms that open, change, send back, close and reopen a round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from checks.catalogue import contracts
from checks.half_year import HalfYear
from checks.russian import counted, date
from view.intake import round_blocks
from view.parts import blocks
from view.shell import writing
from view.shell.page import OpenPage
from view.shell.screens import nothing_published
from warehouse.access.rights import Actor, may
from warehouse.changes import rounds as ledger
from warehouse.changes.rounds import Round
from warehouse.errors import Refused
from warehouse.ledger.collection import municipal_datasets
from warehouse.ledger.reference import shipped_places
from warehouse.queries import completeness
from warehouse.store import clock
from warehouse.store.address import resolve
from warehouse.store.row import Row

USUAL_WEEKS, DAYS_TO_CLOSE = 5, 7
_WRITES = "round_writes"


@dataclass(frozen=True)
class Shown:
    """The round of a page about rounds, opened or not.

    chosen: its row of `completeness.round_of`, None when no round was opened. cells: the frame of
    `completeness.completeness`. names: short names of the municipalities by code.
    """

    page: OpenPage
    round: Round
    chosen: Row | None
    cells: pl.DataFrame
    names: Mapping[str, str]


def _key(name: str) -> str:
    """Return the key of a widget; another one after every write, so that forms are empty again."""
    return f"{name}_{st.session_state.get(_WRITES, 0)}"


def _of_round(name: str, shown: Shown) -> str:
    """Return the key of a widget that belongs to the round on the screen."""
    return _key(writing.bound(name, [shown.round]))


def _enter(do: Callable[[], int], done: str) -> None:
    """Enter an event and draw the page anew with its outcome; say a refusal in place.

    do: returns the number of the publication.
    """
    try:
        publication = do()
    except Refused as refusal:
        writing.say_refused(refusal)
        return
    st.session_state[writing.OUTCOME] = f"{done} Публикация № {publication}."
    st.session_state[_WRITES] = st.session_state.get(_WRITES, 0) + 1
    st.rerun()


def usual_due(half_year: HalfYear, today: dt.date) -> dt.date:
    """Return the proposed due day of a round: a week before the half-year ends.

    The round can then be closed in time. When that day has passed, it is five weeks after today.
    """
    due_on = half_year.last_day.replace(day=30) - dt.timedelta(days=DAYS_TO_CLOSE)
    return due_on if due_on > today else today + dt.timedelta(weeks=USUAL_WEEKS)


def opening_form(
    actor: Actor, region: str, names: Mapping[str, str], proposed: HalfYear, expected: Sequence[str]
) -> None:
    """Draw the form that opens a round of a region.

    Args:
        names: names of its municipalities by code.
        proposed: the half-year that stands in the form at first.
        expected: datasets that are proposed as expected.
    """
    with st.form(_key(f"open_{region}"), border=False):
        year = st.number_input("Год", ledger.FIRST_YEAR, ledger.LAST_YEAR, proposed.year, key=_key("open_year"))
        half = st.radio("Полугодие", [1, 2], index=proposed.half - 1, horizontal=True, key=_key("open_half"))
        due_on = st.date_input(
            "Последний день приёма", usual_due(proposed, clock.today()), format="DD.MM.YYYY", key=_key("open_due")
        )
        datasets = st.multiselect(
            "Какие формы ожидаются",
            municipal_datasets(),
            expected,
            format_func=lambda code: contracts()[code].title,
            placeholder="Выберите формы",
            key=_key("open_datasets"),
        )
        municipalities = st.multiselect(
            "От каких муниципалитетов",
            list(names),
            format_func=names.__getitem__,
            placeholder="От всех",
            key=_key(f"open_places_{region}"),
        )
        if writing.button("Открыть раунд", "open_round", [region], in_form=True, kind="primary"):
            opened = Round(region, int(year), int(half))
            _enter(
                lambda: ledger.open_round(
                    resolve(),
                    opened,
                    due_on=due_on,
                    datasets=datasets,
                    municipalities=municipalities or None,
                    actor=actor,
                    now=clock.now(),
                ),
                f"Раунд за {opened.period} открыт, срок — {date(due_on)}.",
            )


def first_round(actor: Actor) -> None:
    """Draw the page of a warehouse that does not exist yet: its first round may be opened here."""
    if not may(actor, "manage_rounds"):
        nothing_published("rounds", actor)
        return
    st.html('<h1 class="page-title">Раунды и полнота</h1>')
    st.html(
        blocks.headline(
            "Раундов ещё не было: откройте первый.",
            "После этого здесь будет видно, кто что прислал, кому напомнить и что ещё недостаёт.",
        )
    )
    regions, municipalities = shipped_places()
    known = dict(regions.select("region_id", "name").iter_rows())
    with st.container(key="first_round_card"):
        region = st.selectbox(
            "Регион", list(known), index=None, format_func=known.__getitem__, placeholder="Выберите регион",
            key="first_round_region",
        )  # fmt: skip
        if region is None:
            return
        own = municipalities.filter(pl.col("region_id") == region).sort("short_name")
        names = dict(own.select("municipality_id", "short_name").iter_rows())
        opening_form(actor, region, names, HalfYear.of(clock.today()), ledger.expected_by_default())


def actions(shown: Shown, municipality: str, dataset: str) -> None:
    """Draw the forms of what the actor may do with the round now.

    municipality, dataset: those of the chosen cell, empty without one.
    """
    if not may(shown.page.actor, "manage_rounds") or shown.page.pinned:
        return
    with st.container(key="round_actions", horizontal=True, gap="small"):
        if shown.chosen and shown.chosen["state"] == "open":
            _return_form(shown, municipality, dataset)
            _due_form(shown, shown.chosen["due_on"])
            _closing_form(shown)
        elif shown.chosen:
            _reopening_form(shown)
        with st.popover("Открыть раунд", icon=":material/flag:", key=_key("opening")):
            expected = shown.chosen["datasets"] if shown.chosen else ledger.expected_by_default()
            opening_form(shown.page.actor, shown.round.region, shown.names, _next_half_year(shown), expected)


def _next_half_year(shown: Shown) -> HalfYear:
    """Return the half-year after the latest round, else the one that is shown."""
    held = shown.page.ask(completeness.reporting_series, shown.round.region)
    if held.is_empty():
        return shown.round.half_year
    return HalfYear(*held.select("year", "half").row(-1)).next


def _due_form(shown: Shown, present: dt.date) -> None:
    """Draw the form that moves the due date."""
    with (
        st.popover("Изменить срок", icon=":material/event:", key=_key("due")),
        st.form(_of_round("due_form", shown), border=False),
    ):
        due_on = st.date_input("Последний день приёма", present, format="DD.MM.YYYY", key=_of_round("due_day", shown))
        comment = st.text_input("Пояснение (необязательно)", key=_of_round("due_comment", shown))
        label = f"Изменить срок: {shown.round.period}"
        if writing.button(label, "change_due", [shown.round], in_form=True, kind="primary"):
            _enter(
                lambda: ledger.change_due(
                    resolve(), shown.round, due_on, comment=comment, actor=shown.page.actor, now=clock.now()
                ),
                f"Срок раунда — {date(due_on)}.",
            )


def _closing_form(shown: Shown) -> None:
    """Draw the confirmation of a closing: what freezing means, and what is still lacking."""
    period = shown.round.period
    with (
        st.popover("Закрыть раунд", icon=":material/lock:", key=_key("closing")),
        st.form(_of_round("close", shown), border=False),
    ):
        lacking = completeness.owed(shown.cells)
        owing = f" Сейчас недостаёт: {counted(lacking.height, 'форма', 'формы', 'форм')}." if lacking.height else ""
        st.html(
            f"<p>Закрытие закрепит значения за {period}: публикация этого дня хранится всегда. Данные можно "
            "исправлять и после закрытия, но рядом с исправленными останутся значения при закрытии. Раунд, "
            f"закрытый до конца полугодия, засчитывается в показатель «Мониторинги за год».{owing}</p>"
        )
        comment = st.text_input("Пояснение (необязательно)", key=_of_round("close_comment", shown))
        sure = st.checkbox("Понимаю: значения будут закреплены", key=_of_round("close_sure", shown))
        label = f"Закрыть раунд за {period}"
        if writing.button(label, "close_round", [shown.round], in_form=True, kind="primary"):
            if not sure:
                st.html('<p class="notice">Отметьте, что значения будут закреплены.</p>')
                return
            _enter(
                lambda: ledger.close_round(
                    resolve(), shown.round, comment=comment, actor=shown.page.actor, now=clock.now()
                ),
                f"Раунд за {period} закрыт, значения закреплены.",
            )


def _reopening_form(shown: Shown) -> None:
    """Draw the form that opens a closed round again."""
    with (
        st.popover("Открыть заново", icon=":material/lock_open:", key=_key("reopening")),
        st.form(_of_round("reopen", shown), border=False),
    ):
        st.html("<p>Значения при закрытии сохранятся. Причина останется в истории раунда.</p>")
        reason = st.text_input("Причина", key=_of_round("reopen_reason", shown))
        label = f"Открыть заново раунд за {shown.round.period}"
        if writing.button(label, "reopen_round", [shown.round], in_form=True, kind="primary"):
            _enter(
                lambda: ledger.reopen_round(resolve(), shown.round, reason, actor=shown.page.actor, now=clock.now()),
                f"Раунд за {shown.round.period} открыт заново.",
            )


def _return_form(shown: Shown, municipality: str, dataset: str) -> None:
    """Draw the fields that send a municipality's data back for correction.

    The cell that the address names is proposed once; what is chosen here afterwards stands. The button names what it
    sends back.
    """
    codes, forms = list(shown.names), round_blocks.forms_of(shown.chosen, shown.cells)
    place_key, form_key, proposed_key = (
        _key(writing.bound(f"return_{part}", [shown.round])) for part in ("place", "form", "proposed")
    )
    asked = (municipality, dataset)
    if municipality in codes and dataset in forms and st.session_state.get(proposed_key) != asked:
        st.session_state[place_key], st.session_state[form_key] = asked
        st.session_state[proposed_key] = asked
    with st.popover("Вернуть подачу", icon=":material/undo:", key=_key("returning")):
        sender = st.selectbox(
            "Муниципалитет", codes, index=None, format_func=shown.names.__getitem__, placeholder="Выберите",
            key=place_key,
        )  # fmt: skip
        code = st.selectbox(
            "Форма", forms, index=None, format_func=lambda form: contracts()[form].title, placeholder="Выберите",
            key=form_key,
        )  # fmt: skip
        if sender is None or code is None:
            return
        what = f"«{contracts()[code].title}», {shown.names[sender]}"
        about = [shown.round, sender, code]
        comment = st.text_area("Что исправить", key=_key(writing.bound("return_comment", about)))
        if writing.button(f"Вернуть на доработку: {what}", "return", about, kind="primary"):
            _enter(
                lambda: ledger.send_back(
                    resolve(),
                    shown.round,
                    comment,
                    municipality=sender,
                    dataset=code,
                    actor=shown.page.actor,
                    now=clock.now(),
                ),
                f"Возвращено на доработку: {what}.",
            )
