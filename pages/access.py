"""Доступ и журнал: people and their roles, and the audit trail."""

import datetime as dt
from functools import partial

import polars as pl
import streamlit as st

from checks.russian import counted
from view.parts import blocks, tables
from view.parts.downloads import csv_bytes
from view.settings import audit_trail, people_register
from view.shell import chrome, filters, writing
from view.shell.account import ROLE_NAMES
from view.wording.labels import plain
from warehouse.access import audit, audit_events
from warehouse.access.people import Person, everybody
from warehouse.access.rights import ROLES, Role
from warehouse.changes import appointments
from warehouse.changes.connection import writer
from warehouse.ledger.reference import municipality_names
from warehouse.store import clock
from warehouse.store.address import resolve
from warehouse.version import VERSION

PARTS = {"people": "Люди и роли", "audit": "Журнал"}
PERIODS = {"7": "7 дней", "30": "30 дней", "365": "год", "all": "всё время"}

actor = chrome.admit("access")
address = resolve()
municipalities = municipality_names(address)
register = everybody(address, actor)
names = {str(one.person): one.name for one in register}
entries = audit.entries(address, actor)
st.html('<h1 class="page-title">Доступ и журнал</h1>')
part = filters.choose("part", "Раздел", list(PARTS), "people", PARTS.__getitem__, control="buttons")
kept = {"part": part}
writing.tell_outcome()


def describe(person: Person | None, key: str) -> tuple[str, str, Role, list[str]]:
    """Draw the fields of a person and return what is entered in them.

    They are filled with the person's present identity, name, role and municipalities, in this order of the result.
    """
    first = st.columns(2)
    identity = first[0].text_input(
        "Учётная запись (адрес почты, под которым входит)",
        value=person.identity if person else "",
        key=f"person_identity_{key}",
        disabled=person is not None,
        placeholder="ivanova@lenreg.ru",
    )
    name = first[1].text_input(
        "Как подписывать действия", value=person.name if person else "", key=f"person_name_{key}",
        placeholder="Иванова А. П.",
    )  # fmt: skip
    second = st.columns(2)
    role = second[0].selectbox(
        "Роль", ROLES, index=ROLES.index(person.role) if person else 0, format_func=people_register.role_described,
        key=f"person_role_{key}",
    )  # fmt: skip
    chosen = second[1].multiselect(
        "Муниципалитеты (для роли «Муниципалитет»)", list(municipalities), format_func=municipalities.__getitem__,
        default=sorted(person.municipalities & municipalities.keys()) if person else [], key=f"person_places_{key}",
        placeholder="выберите",
    )  # fmt: skip
    return identity, name, role, chosen


def draw_people() -> None:
    """Draw the register, and the ways to change it."""
    st.html(blocks.headline(*people_register.headline(register)))
    if register:
        st.html(tables.show(people_register.table(register, municipalities, entries)))
    else:
        st.html('<p class="empty">Добавьте первым администратора: пока его нет, войти не сможет никто.</p>')
    with st.container(key="person_add"), st.form("person_add_form", border=False, clear_on_submit=False):
        st.html(blocks.section("Добавить человека"))
        identity, name, role, chosen = describe(None, "new")
        if st.form_submit_button("Дать доступ", type="primary"):
            people_register.appoint(
                lambda: appointments.add(address, actor, identity, name, role, chosen, clock.now()),
                f"{name.strip()}: доступ дан, роль «{ROLE_NAMES[role]}»",
            )
    if not register:
        return
    with st.container(key="person_change"):
        st.html(blocks.section("Изменить или закрыть доступ"))
        person = st.selectbox(
            "Кому", register, format_func=lambda one: f"{one.name} — {one.identity}", key="person_chosen"
        )
        key = f"{person.person}_{hash(person)}"
        with st.form(f"person_change_form_{key}", border=False):
            # The key resets the fields when the person has changed, not at every run.
            _, name, role, chosen = describe(person, key)
            with st.container(horizontal=True):
                who = plain(person.name)
                change = writing.button(f"Сохранить: {who}", "person_save", [key], in_form=True, kind="primary")
                label = f"Вернуть доступ: {who}" if person.closed else f"Закрыть доступ: {who}"
                switch = writing.button(label, "person_switch", [key], in_form=True)
        edit = partial(appointments.change, address, actor, person.person, clock.now())
        if change:
            people_register.appoint(
                lambda: edit(name=name, role=role, municipalities=chosen),
                f"{name.strip()}: роль «{ROLE_NAMES[role]}»",
            )
        if switch:
            people_register.appoint(
                lambda: edit(closed=not person.closed),
                f"{person.name}: доступ {'возвращён' if person.closed else 'закрыт'}",
            )


def draw_audit() -> None:
    """Draw the trail with its filters."""
    with st.container(key="audit_filters", horizontal=True, vertical_alignment="bottom"):
        period = filters.choose("period", "За", list(PERIODS), "30", PERIODS.__getitem__)
        event = filters.choose(
            "event", "Событие", ["all", *audit_events.EVENTS], "all",
            lambda code: "все" if code == "all" else audit_events.EVENTS[code],
        )  # fmt: skip
        outcome = filters.choose(
            "outcome", "Итог", ["all", *audit_events.OUTCOMES], "all",
            lambda code: "все" if code == "all" else audit_events.OUTCOMES[code],
        )  # fmt: skip
        who = filters.choose(
            "who", "Кто", ["all", "unknown", "local", *names], "all",
            lambda code: "все" if code == "all" else audit_trail.who(code, names),
        )  # fmt: skip
    kept.update(period=period, event=event, outcome=outcome, who=who)
    found = entries
    if period != "all":
        found = found.filter(pl.col("at") >= clock.now() - dt.timedelta(days=int(period)))
    for column, wanted in (("event", event), ("outcome", outcome), ("who", who)):
        if wanted != "all":
            found = found.filter(pl.col(column) == wanted)
    refused = found.filter(pl.col("outcome") == "refused").height
    said = counted(found.height, "запись", "записи", "записей")
    st.html(blocks.headline(f"{said}, отказов {refused}." if refused else f"{said}, отказов нет."))
    if st.button("Проверить, что журнал не меняли", key="verify_audit"):
        checked = writing.attempt(verify, "Проверяю…")
        if checked is not None:
            st.html(audit_trail.verdict(checked.entries, checked.digest, checked.fault))
    if found.is_empty():
        st.html('<p class="empty">За это время таких записей нет: измените отбор.</p>')
        return
    shown = audit_trail.table(found, names, municipalities)
    with st.container(key="audit_table"):
        st.html(tables.show(shown.head(audit_trail.SHOWN)))
    if shown.height > audit_trail.SHOWN:
        st.html(f'<p class="quiet small">Показаны последние {audit_trail.SHOWN}; все — в файле.</p>')
    st.download_button(
        "Скачать (CSV)", lambda: csv_bytes(shown), file_name="журнал.csv", mime="text/csv", on_click="ignore",
        key="audit_csv", icon=":material/download:",
    )  # fmt: skip


def verify() -> audit.Verified:
    """Verify the chain of the audit trail, and compare it with the anchors in the warehouse."""
    with writer(address, "проверка журнала", actor) as connection:
        return audit.verify(address, connection)


draw_people() if part == "people" else draw_audit()
st.html(f'<p class="quiet small">Версия программы {VERSION}</p>')
writing.tell_unanswered()
filters.keep(kept)
