"""Раунды и полнота: who has sent what by when, reminders, and the life of a round from opening to closing."""

import datetime as dt
from collections.abc import Callable
from html import escape

import polars as pl
import streamlit as st

from checks.catalogue import contracts
from checks.russian import counted, date, half_year
from view.intake import rounds
from view.parts import blocks, charts, downloads, tables
from view.shell import links
from view.shell.page import close_page, open_page
from view.shell.screens import nothing_published
from warehouse.access.rights import Actor, may
from warehouse.changes import reminders
from warehouse.changes import rounds as ledger
from warehouse.changes.rounds import Round
from warehouse.errors import Refused
from warehouse.ledger.collection import municipal_datasets
from warehouse.ledger.reference import shipped_places
from warehouse.marts.mart import PublicationPruned
from warehouse.queries import completeness
from warehouse.store import address, clock
from warehouse.store.row import Row

USUAL_WEEKS, DAYS_TO_CLOSE = 5, 7

form_version = st.session_state.setdefault("round_form", 0)
place, today = address.resolve(), clock.today()


def enter(do: Callable[[], int], done: str) -> None:
    """Enter an event; say its outcome, with fresh forms, on the page as it is after it."""
    try:
        publication = do()
    except Refused as refusal:
        st.html(f'<div class="outcome outcome-missed" role="alert">✕ {escape(str(refusal))}</div>')
        return
    st.session_state["round_outcome"] = f"{done} Публикация № {publication}."
    st.session_state["round_form"] += 1
    st.rerun()


def usual_due(year: int, half: int) -> dt.date:
    """Return a week before the half-year ends, so that its round can close in time; later when that has passed."""
    due_on = dt.date(year, 6 * half, 30) - dt.timedelta(days=DAYS_TO_CLOSE)
    return due_on if due_on > today else today + dt.timedelta(weeks=USUAL_WEEKS)


def opening_form(
    actor: Actor, region: str, places_of: dict[str, str], proposed: tuple[int, int], forms: list[str]
) -> None:
    """Draw the form that opens a round of a region.

    places_of: its municipalities by code. proposed: year and half. forms: datasets that are proposed as expected.
    """
    with st.form(f"open_{form_version}", border=False):
        year = st.number_input("Год", ledger.FIRST_YEAR, ledger.LAST_YEAR, proposed[0], key=f"open_year_{form_version}")
        half = st.radio("Полугодие", [1, 2], index=proposed[1] - 1, horizontal=True, key=f"open_half_{form_version}")
        due_on = st.date_input(
            "Последний день приёма",
            usual_due(*proposed),
            format="DD.MM.YYYY",
            key=f"open_due_{form_version}",
        )
        datasets = st.multiselect(
            "Какие формы ожидаются",
            municipal_datasets(),
            forms,
            format_func=lambda code: contracts()[code].title,
            placeholder="Выберите формы",
            key=f"open_datasets_{form_version}",
        )
        places = st.multiselect(
            "От каких муниципалитетов",
            list(places_of),
            format_func=places_of.__getitem__,
            placeholder="От всех",
            key=f"open_places_{form_version}_{region}",
        )
        if st.form_submit_button("Открыть раунд", type="primary"):
            opened = Round(region, int(year), int(half))
            enter(
                lambda: ledger.open_round(
                    place,
                    opened,
                    due_on=due_on,
                    datasets=datasets,
                    municipalities=places or None,
                    actor=actor,
                    now=clock.now(),
                ),
                f"Раунд за {opened.period} открыт, срок — {date(due_on)}.",
            )


def draw_first(actor: Actor) -> None:
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
        names_of = dict(own.select("municipality_id", "short_name").iter_rows())
        proposed = (today.year, 1 if today.month <= 6 else 2)
        opening_form(actor, region, names_of, proposed, ledger.expected_by_default())


view = open_page("rounds", subject="round", empty=draw_first)
scope = view.scope
this = Round(scope.region, scope.year, scope.half)
where = (scope.region, scope.year, scope.half)
chosen = view.ask(completeness.round_of, *where)
cells = view.ask(completeness.completeness, *where)
names = dict(view.municipalities.select("municipality_id", "short_name").iter_rows())
overdue = rounds.is_overdue(chosen, today)


def draw_opening() -> None:
    """Draw the form that opens a round: the first half-year without one is proposed."""
    with st.popover("Открыть раунд", icon=":material/flag:", key=f"opening_{form_version}"):
        forms = chosen["datasets"] if chosen else ledger.expected_by_default()
        opening_form(view.actor, scope.region, names, next_period(), forms)


def next_period() -> tuple[int, int]:
    """Return the half-year after the latest round, else the one that goes on today."""
    held = view.ask(completeness.reporting_series, scope.region)
    if held.is_empty():
        return scope.year, scope.half
    year, half = held.select("year", "half").row(-1)
    return (year, 2) if half == 1 else (year + 1, 1)


def draw_due(chosen: Row) -> None:
    """Draw the form that moves the due date."""
    with (
        st.popover("Изменить срок", icon=":material/event:", key=f"due_{form_version}"),
        st.form(f"due_form_{form_version}", border=False),
    ):
        due_on = st.date_input(
            "Последний день приёма", chosen["due_on"], format="DD.MM.YYYY", key=f"due_day_{form_version}"
        )
        comment = st.text_input("Пояснение (необязательно)", key=f"due_comment_{form_version}")
        if st.form_submit_button("Изменить срок", type="primary"):
            enter(
                lambda: ledger.change_due(place, this, due_on, comment=comment, actor=view.actor, now=clock.now()),
                f"Срок раунда — {date(due_on)}.",
            )


def draw_closing() -> None:
    """Draw the confirmation of a closing: what freezing means, and what is still lacking."""
    with (
        st.popover("Закрыть раунд", icon=":material/lock:", key=f"closing_{form_version}"),
        st.form(f"close_{form_version}", border=False),
    ):
        lacking = completeness.owed(cells)
        owing = f" Сейчас недостаёт: {counted(lacking.height, 'форма', 'формы', 'форм')}." if lacking.height else ""
        st.html(
            f"<p>Закрытие закрепит значения за {this.period}: публикация этого дня хранится всегда. Данные можно "
            "исправлять и после закрытия, но рядом с исправленными останутся значения при закрытии. Раунд, "
            f"закрытый до конца полугодия, засчитывается в показатель «Мониторинги за год».{owing}</p>"
        )
        comment = st.text_input("Пояснение (необязательно)", key=f"close_comment_{form_version}")
        sure = st.checkbox("Понимаю: значения будут закреплены", key=f"close_sure_{form_version}")
        if st.form_submit_button("Закрыть раунд", type="primary"):
            if not sure:
                st.html('<p class="notice">Отметьте, что значения будут закреплены.</p>')
                return
            enter(
                lambda: ledger.close_round(place, this, comment=comment, actor=view.actor, now=clock.now()),
                f"Раунд за {this.period} закрыт, значения закреплены.",
            )


def draw_reopening() -> None:
    """Draw the form that opens a closed round again."""
    with (
        st.popover("Открыть заново", icon=":material/lock_open:", key=f"reopening_{form_version}"),
        st.form(f"reopen_{form_version}", border=False),
    ):
        st.html("<p>Значения при закрытии сохранятся. Причина останется в истории раунда.</p>")
        reason = st.text_input("Причина", key=f"reopen_reason_{form_version}")
        if st.form_submit_button("Открыть заново", type="primary"):
            enter(
                lambda: ledger.reopen_round(place, this, reason, actor=view.actor, now=clock.now()),
                f"Раунд за {this.period} открыт заново.",
            )


def draw_return(municipality: str, dataset: str) -> None:
    """Draw the form that sends back what a municipality sent of a form; the cell that was chosen is proposed."""
    with (
        st.popover("Вернуть подачу", icon=":material/undo:", key=f"returning_{form_version}"),
        st.form(f"return_{form_version}_{municipality}_{dataset}", border=False),
    ):
        codes, forms = list(names), rounds.forms_of(chosen, cells)
        sender = st.selectbox(
            "Муниципалитет",
            codes,
            index=codes.index(municipality) if municipality in codes else 0,
            format_func=names.__getitem__,
        )
        code = st.selectbox(
            "Форма",
            forms,
            index=forms.index(dataset) if dataset in forms else 0,
            format_func=lambda form: contracts()[form].title,
        )
        comment = st.text_area("Что исправить", key=f"return_comment_{form_version}")
        if st.form_submit_button("Вернуть на доработку", type="primary"):
            enter(
                lambda: ledger.send_back(
                    place, this, comment, municipality=sender, dataset=code, actor=view.actor, now=clock.now()
                ),
                f"«{contracts()[code].title}» возвращена: {names[sender]}.",
            )


def draw_actions(municipality: str, dataset: str) -> None:
    """Draw what the actor may do with the round now."""
    if not may(view.actor, "manage_rounds") or view.pinned:
        return
    with st.container(key="round_actions", horizontal=True, gap="small"):
        if chosen and chosen["state"] == "open":
            draw_return(municipality, dataset)
            draw_due(chosen)
            draw_closing()
        elif chosen:
            draw_reopening()
        draw_opening()


def draw_reminders(chosen: Row, municipality: str) -> None:
    """Draw who owes what, the letter to one municipality and the file with all letters."""
    left, right = st.columns([2, 3])
    with left, st.container(key="debtors_card"):
        st.html(blocks.section("Кто что должен", "щелчок по названию открывает напоминание"))
        st.html(rounds.debtors(view, cells))
    with right, st.container(key="reminder_card"):
        st.html(blocks.section("Напоминание", names.get(municipality, "")))
        own = cells.filter(pl.col("municipality_id") == municipality)
        genitive = view.region["name_genitive"]
        if letter := reminders.reminder(own, chosen, genitive, today):
            st.code(letter, language=None, wrap_lines=True)
        else:
            st.html('<p class="empty">Всё прислано, напоминать не о чем.</p>')
        if may(view.actor, "manage_rounds"):
            st.download_button(
                "Скачать все напоминания (TXT)",
                lambda: reminders.all_reminders(cells, chosen, genitive, today).encode("utf-8-sig"),
                file_name=f"напоминания_{scope.year}-{scope.half}.txt",
                mime="text/plain",
                icon=":material/download:",
                on_click="ignore",
                key="all_reminders",
            )


def draw_frozen(publication: int) -> None:
    """Draw the figures of the closing beside the present ones."""
    with st.container(key="frozen_card"):
        note = f"закреплены публикацией № {publication}"
        st.html(blocks.section("Значения при закрытии и сейчас", note))
        try:
            changes = view.changes(publication)
        except PublicationPruned:
            st.html(f'<p class="empty">Публикация закрытия № {publication} не хранится: сравнить не с чем.</p>')
            return
        if changes.is_empty():
            st.html('<p class="empty">После закрытия значения этого полугодия не менялись.</p>')
        else:
            st.html(f'<p class="summary">{rounds.corrected(changes)}</p>{tables.show(rounds.corrections(changes))}')
        half = {"year": scope.year, "half": scope.half, "publication": publication}
        link = links.anchor("overview", {"region": scope.region, **half}, "Открыть обзор, каким он был при закрытии")
        st.html(f'<p class="frozen-link">{link}</p>')


if done := st.session_state.pop("round_outcome", None):
    st.html(f'<div class="outcome outcome-met" role="status">✓ {escape(done)}</div>')
st.html(blocks.headline(rounds.finding(chosen, cells, this.period), rounds.detail(chosen, cells, today)))
if chosen:
    st.html(rounds.strip(cells, overdue))
municipality = st.query_params.get("municipality", "")
dataset = st.query_params.get("form", "")
draw_actions(municipality, dataset)

if chosen is None and cells.is_empty():
    st.html(
        '<p class="empty">За это полугодие ещё ничего нет. Специалист ЦНППМ открывает раунд: выбирает полугодие, '
        "срок и формы; после этого здесь видно, кто что прислал.</p>"
    )
else:
    st.html(blocks.section("Муниципалитеты и формы", "щелчок по ячейке показывает, что за ней стоит"))
    if municipality in names and dataset in contracts():
        row = cells.filter((pl.col("municipality_id") == municipality) & (pl.col("dataset") == dataset))
        st.html(rounds.behind(row.row(0, named=True) if row.height else None, names[municipality], dataset))
    st.html(rounds.matrix(view, chosen, cells, overdue))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(rounds.legend(overdue), width="stretch")
        downloads.offer(view, rounds.cells_table(chosen, cells), "Полнота сведений", "полнота", "completeness")

kept: dict[str, str] = {}
if chosen and chosen["state"] == "open" and names:
    owing = completeness.owed(cells)["municipality"].unique().sort().to_list()
    first = next((code for code, name in names.items() if name in owing), next(iter(names)))
    municipality = municipality if municipality in names else first
    draw_reminders(chosen, municipality)
if municipality in names:
    kept["municipality"] = municipality
if dataset in contracts():
    kept["form"] = dataset

if chosen and chosen["closing_publication"]:
    draw_frozen(chosen["closing_publication"])

held = view.ask(completeness.reporting_series, scope.region)
if held.height and may(view.actor, "view_completeness"):
    with st.container(key="series_card"):
        st.html(blocks.section("Полнота по раундам", "доля ожидаемых форм: принято и принято в срок"))
        charts.draw(rounds.series(held, charts.is_dark()), "round_series", "полнота", "Доля принятых форм по раундам")
if chosen:
    with st.container(key="history_card"):
        st.html(blocks.section("История раунда", half_year(scope.year, scope.half)))
        st.html(tables.show(rounds.history(view.ask(completeness.round_events, *where), names)))
close_page(view, kept)
