"""Findings of the page of data quality: the filters, one finding in its place, decisions about one and about all."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from view.parts import blocks, downloads, tables
from view.quality import findings
from view.shell import filters, writing
from view.shell.page import View, ordered
from warehouse.access.rights import may
from warehouse.changes import quality as tracking

SHOWN_STATES = {"unsettled": "Ждут решения", "all": "Все"} | {
    code: state.word.capitalize() for code, state in findings.SHOWN_STATES.items()
}


def findings_part(view: View) -> dict[str, str]:
    """Draw the findings of the period, one of them open in its place."""
    scope = view.scope
    period = tracking.Filter(scope.region, scope.year, None if view.annual else scope.half)
    every = view.ask(tracking.findings, period)
    st.html(findings.headline(every, tracking.counts(every), view.period))
    if every.is_empty():
        return {}
    st.html(findings.strip(tracking.counts(every)))
    titles = dict(every.select("check_code", "title").iter_rows())
    places = dict(
        ordered(every.unique("territory_id"), "municipality").select("territory_id", "municipality").iter_rows()
    )
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        state = filters.choose("state", "Состояние", list(SHOWN_STATES), "unsettled", SHOWN_STATES.__getitem__)
        check = filters.choose(
            "check", "Проверка", ["all", *titles], "all", lambda code: titles.get(code, "Все проверки")
        )
        place = filters.choose("place", "Территория", ["all", *places], "all", lambda code: places.get(code, "Все"))
    kept = {"part": "findings", "state": state, "check": check, "place": place}
    shown = every.filter(
        (pl.lit(state == "all") | pl.col("state").is_in(list(_states(state))))
        & (pl.lit(check == "all") | (pl.col("check_code") == check))
        & (pl.lit(place == "all") | (pl.col("territory_id") == place))
    )
    chosen = st.query_params.get("finding", "")
    opened = every.filter(pl.col("finding") == chosen)
    if opened.height and chosen not in shown.get_column("finding"):
        shown = pl.concat([opened, shown])
    if shown.is_empty():
        st.html('<p class="empty">По этому отбору находок нет: выберите другое состояние, проверку или территорию.</p>')
        return kept
    several = shown.get_column("state").n_unique() > 1
    described = {row["code"]: row for row in view.ask(tracking.checks).iter_rows(named=True)}
    for (code,), group in shown.group_by("check_code", maintain_order=True):
        rows = group.to_dicts()
        st.html(findings.group_head(described[str(code)], len(rows)))
        at = next((number for number, row in enumerate(rows) if row["finding"] == chosen), None)
        limit = max(findings.SHOWN_FINDINGS, (at or 0) + 1)
        if at is None:
            st.html(findings.finding_list(view, rows[:limit], kept, several))
        else:
            st.html(findings.finding_list(view, rows[: at + 1], kept, several))
            _one_finding(view, rows[at], kept)
            st.html(findings.finding_list(view, rows[at + 1 : limit], kept, several))
        if len(rows) > limit:
            st.html(f'<p class="quiet small">Показаны первые {limit} из {len(rows)}; все — в скачанной таблице.</p>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(view, findings.findings_table(shown), "Находки качества данных", "находки", "findings")
    _decide_on_all(view, shown)
    return {**kept, "finding": chosen if opened.height else ""}


def _states(state: str) -> tuple[str, ...]:
    return tracking.UNSETTLED if state == "unsettled" else (state,)


def _one_finding(view: View, row: dict[str, object], kept: dict[str, str]) -> None:
    """Draw one finding: facts, rows or values behind it, what was decided, and the decision to take."""
    identity = str(row["finding"])
    with st.container(key="finding_card"):
        st.html(blocks.facts(findings.finding_facts(row)))
        behind = view.ask(tracking.rows_behind, identity)
        values = view.ask(tracking.values_behind, identity)
        if behind.height:
            st.html(blocks.section("Строки, из которых это видно"))
            table = findings.rows_table(behind)
            st.html(tables.show(table.head(findings.SHOWN_ROWS)))
            place = str(row["territory_id"] or view.scope.region)
            downloads.offer(view, table, "Строки находки", f"строки_{identity}", "finding_rows", people=place)
        elif row["row_count"] and row["state"] != "resolved":
            st.html('<p class="summary">Строки находки сжаты вместе с другими строками о людях прошлых лет.</p>')
        if values.height:
            st.html(blocks.section("С чем сравнивается"))
            st.html(findings.values_table(values, str(row["territory_id"])))
        if (decided := view.ask(tracking.decisions, identity)).height:
            st.html(blocks.section("Решения"))
            st.html(findings.decision_list(decided))
        _decision_form(view, [identity], tracking.allowed(str(row["state"])), "one")
        if st.button("Свернуть находку", key="close_finding", type="tertiary"):
            filters.keep({**view.kept, **kept})
            st.rerun()


def _decide_on_all(view: View, shown: pl.DataFrame) -> None:
    """Offer one decision about everything that the filters leave on the screen."""
    if shown.height < 2 or not may(view.actor, "resolve_findings"):
        return
    with st.expander(f"Решить сразу обо всех показанных: {shown.height}"):
        allowed = tracking.decided_by_all(shown)
        if allowed:
            _decision_form(view, shown.get_column("finding").to_list(), allowed, "all")
        else:
            st.html('<p class="empty">Состояния находок разные: отберите одно, чтобы решить обо всех сразу.</p>')


def _decision_form(view: View, chosen: list[str], allowed: Sequence[tracking.Decision], key: str) -> None:
    """Draw the form of a decision, for those who may take it, at the current publication only."""
    if not allowed or not may(view.actor, "resolve_findings"):
        return
    if not writing.at_present(view):
        return
    with st.form(f"decision_{key}", border=False):
        decision = st.segmented_control(
            "Решение", allowed, default=allowed[0], format_func=findings.DECISIONS.__getitem__, required=True,
            key=f"decision_kind_{key}",
        )  # fmt: skip
        reason = st.text_area(
            "Обоснование или замечание", key=f"decision_reason_{key}",
            placeholder="например: школа на капитальном ремонте, сведения придут в январе",
        )  # fmt: skip
        if st.form_submit_button("Записать решение", type="primary"):
            writing.write(
                view,
                lambda place, now: tracking.decide(place, view.actor, chosen, decision, reason, now),
                "Решение записано",
            )
