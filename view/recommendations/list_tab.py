"""Tab of recommendations: headline, making drafts, filters, recommendations by territory."""

from __future__ import annotations

import datetime as dt

import polars as pl
import streamlit as st

from view.parts import opened_list
from view.recommendations import decisions, listing, opened
from view.shell import filters, links, writing
from view.shell.page import OpenPage
from view.wording import recommendation_words
from view.wording.signs import Sign
from warehouse.access.rights import may
from warehouse.changes.rounds import Round
from warehouse.recommendations import reading
from warehouse.recommendations.generate import Generated, generate
from warehouse.store.address import Address
from warehouse.store.row import Row


def draw_list(page: OpenPage, chosen: Round) -> tuple[dict[str, str], pl.DataFrame]:
    """Draw the recommendations of a round by municipality, one of them opened.

    Returns what the address keeps, and the recommendations that the filters leave.
    """
    scope = page.scope
    every = page.ask(reading.recommendations, reading.Filter(scope.region, scope.year, scope.half))
    known = page.ask(reading.rounds, scope.region)
    present = known.filter((pl.col("year") == scope.year) & (pl.col("half") == scope.half))
    reasons = int(present["reasons"][0]) if present.height else 0
    st.html(listing.headline(every, reasons, chosen.period))
    if every.height:
        st.html(listing.strip(every))
    _draw_making(page, chosen, every, reasons)
    if every.is_empty():
        _draw_other_rounds(page, known)
        return {}, every
    names = listing.territories(every)
    with st.container(key="advice_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        place = filters.choose("place", "Территория", ["all", *names], "all", lambda code: names.get(code, "Все"))
        state = _choose_sign("state", "Состояние", every, recommendation_words.STATES)
        urgency = _choose_sign("urgency", "Срочность", every, recommendation_words.URGENCIES)
        outcome = _choose_sign("outcome", "Итог проверки", every, recommendation_words.OUTCOMES)
    kept = {"part": "list", "place": place, "state": state, "urgency": urgency, "outcome": outcome}
    shown = every
    for column, code in (("territory_id", place), ("state", state), ("urgency", urgency), ("outcome", outcome)):
        if code != "all":
            shown = shown.filter(pl.col(column) == code)
    asked = st.query_params.get("recommendation", "")
    shown = opened_list.with_opened(shown, every, "recommendation", asked)
    if shown.is_empty():
        st.html('<p class="empty">По этому отбору рекомендаций нет: выберите другую территорию или состояние.</p>')
        return kept, shown
    st.html(listing.urgency_key(shown))
    decisions.draw_for_all(page, shown)
    by_territory: dict[str, list[Row]] = {code: [] for code in names}
    for row in shown.iter_rows(named=True):
        by_territory[row["territory_id"]].append(row)
    for rows in by_territory.values():
        if rows:
            _draw_territory(page, rows, asked, kept)
    opened = asked if asked in every.get_column("recommendation") else ""
    return {**kept, "recommendation": opened}, shown


def _draw_making(page: OpenPage, chosen: Round, every: pl.DataFrame, reasons: int) -> None:
    """Offer to make drafts of the round, or to make them anew by the present data."""
    if not may(page.actor, "edit_recommendations") or not (reasons or every.height) or page.pinned:
        return
    label = f"{'Обновить черновики' if every.height else 'Составить рекомендации'} за {chosen.period}"
    if writing.button(label, "make_recommendations", [chosen], kind="secondary" if every.height else "primary"):
        done: list[Generated] = []

        def make(address: Address, now: dt.datetime) -> int:
            done.append(generate(address, page.actor, chosen, now))
            return done[0].publication

        writing.write(page, make, "Черновики рекомендаций составлены")


def _draw_other_rounds(page: OpenPage, known: pl.DataFrame) -> None:
    """Lead to the rounds that have recommendations."""
    made = known.filter(pl.col("made") > 0)
    items = [
        links.anchor(
            "recommendations",
            page.filters(year=row["year"], half=row["half"]),
            f"{Round(page.scope.region, row['year'], row['half']).period}: {row['made']}",
            css="to-advice",
        )
        for row in made.iter_rows(named=True)
    ]
    if items:
        st.html(f'<p class="quiet">Рекомендации есть за {", ".join(items)}.</p>')


def _choose_sign(name: str, label: str, rows: pl.DataFrame, signs: dict[str, Sign]) -> str:
    """Draw a filter over the states, urgencies or outcomes that there are."""
    present = set(rows.get_column(name).unique().to_list())
    options = ["all", *(code for code in signs if code in present)]
    return filters.choose(name, label, options, "all", lambda code: signs[code].word if code in signs else "Все")


def _draw_territory(page: OpenPage, rows: list[Row], asked: str, kept: dict[str, str]) -> None:
    """Draw the recommendations of one territory, with the opened one in full after its line."""

    def draw_opened(row: Row) -> None:
        with st.container(key="advice_card"):
            opened.draw(page, row, kept)

    opened_list.draw(
        rows,
        opened_list.position(rows, "recommendation", asked),
        lambda some: listing.lines(page, some, kept),
        draw_opened,
        head=listing.territory_head(page, rows),
    )
