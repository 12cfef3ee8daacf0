"""Forms of targets: set, change or withdraw one, with the verdicts that would flip."""

from __future__ import annotations

import datetime as dt
from html import escape

import polars as pl
import streamlit as st

from checks.russian import NBSP
from view.parts import blocks, tables
from view.settings import target_blocks
from view.shell import writing
from view.shell.page import OpenPage
from view.shell.session import mart
from warehouse.build.indicators import LEVELS, catalogue
from warehouse.changes import targets
from warehouse.ledger import profiles
from warehouse.queries import target_list
from warehouse.store.row import Row


def draw_edit(page: OpenPage, standing: pl.DataFrame, regions: list[str], present: Row | None) -> None:
    """Draw the form of a new target (None) or of a change, with its impact, and save it."""
    proposal, reason = _propose(page, present)
    target = present["target"] if present else None
    known = {indicator.code: indicator for indicator in catalogue()}
    wrong = targets.problems(proposal, known, standing, regions, target)
    if proposal.value and not wrong:
        st.html(blocks.section("Что сменится", "посчитано теми же правилами, ничего ещё не записано"))
        _draw_preview(page, targets.with_change(standing, proposal, target), proposal.indicator)
    elif proposal.value:
        st.html('<ul class="events">' + "".join(f"<li>✕ {escape(problem)}</li>" for problem in wrong) + "</ul>")
    label = f"{'Сохранить' if present else 'Задать'} цель на {proposal.year} год"
    about = [target, proposal.profile, proposal.indicator, proposal.year]
    if writing.button(label, "save_target", about, kind="primary"):
        if target:
            writing.write(
                page,
                lambda address, now: targets.change(address, page.actor, target, proposal, reason, now),
                "Цель изменена",
            )
        else:
            writing.write(
                page, lambda address, now: targets.add(address, page.actor, proposal, reason, now), "Цель задана"
            )


def draw_withdrawal(page: OpenPage, standing: pl.DataFrame, present: Row) -> None:
    """Draw what withdrawing a target would do, and do it when asked."""
    with st.expander("Отозвать эту цель"):
        _draw_preview(page, targets.with_change(standing, None, present["target"]), present["indicator"])
        reason = st.text_input("Причина отзыва", key=f"withdraw_reason_{present['target']}")
        if writing.button(f"Отозвать цель на {present['year']} год", "withdraw_target", [present["target"]]):
            writing.write(
                page,
                lambda address, now: targets.withdraw(address, page.actor, present["target"], reason, now),
                "Цель отозвана",
            )


def _draw_preview(page: OpenPage, after: pl.DataFrame, indicator: str) -> None:
    """Draw which verdicts would flip if these targets stood."""
    shown_mart = mart(page.publication)
    flips = target_list.flips(shown_mart, page.actor, after, page.scope.profile, indicator)
    composite = target_list.flips(shown_mart, page.actor, after, "composite", indicator)
    st.html(target_blocks.flips_sentence(flips, composite))
    listed = flips if flips.height else composite
    if listed.height:
        st.html(tables.show(target_blocks.flips_table(listed.head(target_blocks.SHOWN_FLIPS))))


def _propose(page: OpenPage, present: Row | None) -> tuple[targets.Proposal, str]:
    """Draw the fields of a target and return the proposal and the reason entered in them.

    present: the target whose values fill the fields, None for a new one.
    """
    known = {row["code"]: row for row in page.indicators.iter_rows(named=True)}
    now = present or {}
    key = f"{page.scope.profile}_{now.get('target', 'new')}"
    first = st.columns([3, 1, 1, 3])
    codes = list(known)
    indicator = first[0].selectbox(
        "Показатель", codes, index=codes.index(now["indicator"]) if now else 0,
        format_func=lambda code: known[code]["short"], key=f"target_indicator_{key}", disabled=bool(now),
    )  # fmt: skip
    described = known[indicator]
    year = first[1].number_input(
        "Год", *targets.YEARS, value=int(now.get("year") or page.scope.year), key=f"target_year_{key}"
    )
    sign = ">=" if described["better"] == "higher" else "<="
    value = first[2].number_input(
        f"Цель, {target_blocks.SIGNS[sign]}{NBSP}{described['unit']}", value=now.get("value"), min_value=0.0, step=1.0,
        format="%.10g", key=f"target_value_{key}", placeholder="число",
    )  # fmt: skip
    possible = [level for level in LEVELS if level in described["levels"].split()]
    usual = now["levels"].split() if now else [level for level in possible if level != "O"]
    levels = first[3].pills(
        "Уровни", possible, selection_mode="multi", default=usual, format_func=target_blocks.LEVELS.__getitem__,
        key=f"target_levels_{key}_{indicator}",
    )  # fmt: skip
    second = st.columns([4, 1, 1, 1])
    act = second[0].text_input(
        "Документ", value=_act(now) if now else _usual_act(page.scope.profile), key=f"target_act_{key}"
    )
    order_number = second[1].text_input("Номер", value=now.get("order_number") or "", key=f"target_number_{key}")
    order_date = second[2].date_input(
        "Дата документа", value=now.get("order_date"), format="DD.MM.YYYY", key=f"target_date_{key}"
    )
    clause = second[3].text_input("Пункт", value=now.get("clause") or "", key=f"target_clause_{key}")
    third = st.columns([1, 1, 2, 3])
    valid_from = third[0].date_input(
        "Действует с", value=now.get("valid_from"), format="DD.MM.YYYY", key=f"target_from_{key}"
    )
    valid_to = third[1].date_input(
        "Действует по", value=now.get("valid_to"), format="DD.MM.YYYY", key=f"target_to_{key}"
    )
    note = third[2].text_input("Примечание", value=now.get("note") or "", key=f"target_note_{key}")
    reason = third[3].text_input(
        "Причина изменения", key=f"target_reason_{key}", placeholder="например: утверждены целевые значения на год"
    )
    proposal = targets.Proposal(
        profile=page.scope.profile,
        indicator=indicator,
        year=int(year),
        operator=sign,
        value=float(value or 0),
        levels=tuple(levels),
        act=act,
        order_number=order_number,
        order_date=_day(order_date),
        clause=clause,
        valid_from=_day(valid_from),
        valid_to=_day(valid_to),
        note=note,
    )
    return proposal, reason


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _usual_act(profile: str) -> str:
    """Return the act by which the region of a profile sets its targets."""
    known = profiles.shipped().get(profile)
    return known.act if known else ""


def _act(row: Row) -> str:
    """Return the document without its date and number, which have fields of their own."""
    document = str(row["document"] or "")
    if row["order_number"]:
        document = document.removesuffix(f" № {row['order_number']}")
    if row["order_date"]:
        document = document.removesuffix(f" от {row['order_date']:%d.%m.%Y}")
    return document
