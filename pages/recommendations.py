"""Рекомендации: recommendations of a round, their states, outcomes by later rounds."""

import datetime as dt

import polars as pl
import streamlit as st

from checks.russian import counted
from view.documents import document_downloads
from view.parts import blocks, downloads, opened_list, tables
from view.recommendations import card, listing, next_steps, results
from view.recommendations.rules_table import rules_table
from view.shell import filters, links, writing
from view.shell.chrome import close_page, open_page
from view.shell.page import OpenPage
from view.wording import recommendation_words
from view.wording.signs import Sign
from warehouse.access.rights import may
from warehouse.changes.rounds import Round
from warehouse.recommendations import flow, reading, whatif
from warehouse.recommendations.generate import Generated, generate
from warehouse.recommendations.rules import rules
from warehouse.store.address import Address
from warehouse.store.row import Row

PARTS = {"list": "Рекомендации", "achieved": "Что они дали", "rules": "Правила"}
EVIDENCE = {
    "rows": "Строки показателя",
    "deficits": "Дефициты",
    "methodists": "Нагрузка методистов",
    "passport": "Паспорт",
    "rounds": "Кто что прислал",
    "municipality": "Муниципалитет",
}

page = open_page("recommendations")
part = filters.choose("part", "Раздел", list(PARTS), "list", PARTS.__getitem__, control="buttons")
writing.tell_outcome()
chosen_round = Round(page.scope.region, page.scope.year, page.scope.half)


def list_part(page: OpenPage) -> dict[str, str]:
    """Draw the recommendations of the round by municipality, one of them open in its place."""
    scope = page.scope
    every = page.ask(reading.recommendations, reading.Filter(scope.region, scope.year, scope.half))
    known = page.ask(reading.rounds, scope.region)
    present = known.filter((pl.col("year") == scope.year) & (pl.col("half") == scope.half))
    reasons = int(present["reasons"][0]) if present.height else 0
    st.html(listing.headline(every, reasons, chosen_round.period))
    if every.height:
        st.html(listing.strip(every))
    making(page, every, reasons)
    if every.is_empty():
        others(page, known)
        return {}
    names = listing.territories(every)
    with st.container(key="advice_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        place = filters.choose("place", "Территория", ["all", *names], "all", lambda code: names.get(code, "Все"))
        state = chosen_sign("state", "Состояние", every, recommendation_words.STATES)
        urgency = chosen_sign("urgency", "Срочность", every, recommendation_words.URGENCIES)
        outcome = chosen_sign("outcome", "Итог проверки", every, recommendation_words.OUTCOMES)
    kept = {"part": "list", "place": place, "state": state, "urgency": urgency, "outcome": outcome}
    shown = every
    for column, code in (("territory_id", place), ("state", state), ("urgency", urgency), ("outcome", outcome)):
        if code != "all":
            shown = shown.filter(pl.col(column) == code)
    asked = st.query_params.get("recommendation", "")
    shown = opened_list.with_opened(shown, every, "recommendation", asked)
    if shown.is_empty():
        st.html('<p class="empty">По этому отбору рекомендаций нет: выберите другую территорию или состояние.</p>')
        return kept
    st.html(listing.urgency_key(shown))
    deciding(page, shown)
    by_territory: dict[str, list[Row]] = {code: [] for code in names}
    for row in shown.iter_rows(named=True):
        by_territory[row["territory_id"]].append(row)
    for rows in by_territory.values():
        if rows:
            territory_part(page, rows, asked, kept)
    with st.container(key="advice_downloads", horizontal=True, gap="small"):
        downloads.offer(page, listing.table(shown), "Рекомендации", "рекомендации", "recommendations")
        document_downloads.offer_region(page)
    return {**kept, "recommendation": asked if asked in every.get_column("recommendation") else ""}


def chosen_sign(name: str, label: str, rows: pl.DataFrame, signs: dict[str, Sign]) -> str:
    """Draw a filter over the states, urgencies or outcomes that there are."""
    present = set(rows.get_column(name).unique().to_list())
    options = ["all", *(code for code in signs if code in present)]
    return filters.choose(name, label, options, "all", lambda code: signs[code].word if code in signs else "Все")


def territory_part(page: OpenPage, rows: list[Row], asked: str, kept: dict[str, str]) -> None:
    """Draw the recommendations of one territory, with the opened one in full after its line."""

    def opened(row: Row) -> None:
        with st.container(key="advice_card"):
            one(page, row, kept)

    opened_list.draw(
        rows,
        opened_list.position(rows, "recommendation", asked),
        lambda some: listing.lines(page, some, kept),
        opened,
        head=listing.territory_head(page, rows),
    )


def making(page: OpenPage, every: pl.DataFrame, reasons: int) -> None:
    """Offer to make drafts of the round, or to make them anew by the present data."""
    if not may(page.actor, "edit_recommendations") or not (reasons or every.height) or page.pinned:
        return
    label = f"{'Обновить черновики' if every.height else 'Составить рекомендации'} за {chosen_round.period}"
    if writing.button(label, "make_recommendations", [chosen_round], kind="secondary" if every.height else "primary"):
        done: list[Generated] = []

        def make(address: Address, now: dt.datetime) -> int:
            done.append(generate(address, page.actor, chosen_round, now))
            return done[0].publication

        writing.write(page, make, "Черновики рекомендаций составлены")


def others(page: OpenPage, known: pl.DataFrame) -> None:
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


def deciding(page: OpenPage, shown: pl.DataFrame) -> None:
    """Offer one step for all recommendations that the filters leave on the screen."""
    steps = next_steps.allowed_for_all(page, shown)
    if shown.height < 2 or not steps:
        return
    with st.expander(f"Решить сразу обо всех показанных: {shown.height}"):
        step_form(page, shown.get_column("recommendation").to_list(), steps, "all")


def step_form(page: OpenPage, names: list[str], steps: list[str], key: str) -> None:
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


def edit_form(page: OpenPage, row: Row) -> None:
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


def one(page: OpenPage, row: Row, kept: dict[str, str]) -> None:
    """Draw one recommendation: text, evidence, outcome by later rounds, what-if, events, steps.

    kept: query parameters to keep when the recommendation is closed.
    """
    name = row["recommendation"]
    st.html(card.full(row))
    evidence = page.filters(indicator=row["indicator"], place=row["territory_id"], territory=row["territory_id"])
    st.html(links.anchor(row["evidence"], evidence, f"Откуда это видно: {EVIDENCE[row['evidence']]}", css="to-advice"))
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
            edit_form(page, row)
    step_form(page, [name], [step for step in steps_now if step != "edit"], "one")
    if st.button("Свернуть рекомендацию", key="close_recommendation", type="tertiary"):
        filters.keep({**page.kept, **kept})
        st.rerun()


def achieved_part(page: OpenPage) -> dict[str, str]:
    """Draw what the recommendations sent so far have achieved, by measure."""
    found = page.ask(reading.achieved, page.scope.region)
    st.html(results.achieved_headline(found))
    if not found.sent:
        return {}
    st.html(results.achieved_strip(found))
    table = results.measures_table(found)
    st.html(blocks.section("По мерам", "все раунды; черновики и снятые не считаются"))
    st.html(tables.show(table, 0))
    downloads.offer(page, table, "Что дали рекомендации", "итоги_рекомендаций", "achieved")
    return {}


def rules_part(page: OpenPage) -> dict[str, str]:
    """Draw the rules that recommendations are made by."""
    every = rules()
    count = counted(len(every), "правило", "правила", "правил")
    st.html(
        blocks.headline(
            f"Рекомендации составляются по {counted(len(every), 'правилу', 'правилам', 'правилам')}.",
            "Правило говорит, что делать, кому и по какому пункту Положения, когда данные дают основание.",
        )
    )
    titles = dict(page.indicators.select("code", "short").iter_rows())
    table = rules_table(every, page.scope.region, titles)
    st.html(blocks.section("Правила", count))
    st.html(tables.show(table, 0))
    downloads.offer(page, table, "Правила рекомендаций", "правила_рекомендаций", "rules")
    return {}


drawn = {"list": list_part, "achieved": achieved_part, "rules": rules_part}[part](page)
close_page(page, {"part": part, **drawn})
