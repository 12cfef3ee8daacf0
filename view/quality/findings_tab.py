"""The tab of findings: filters, findings by check with one opened, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from checks.russian import counted
from view.parts import blocks, downloads, opened_list, tables
from view.quality import finding_blocks
from view.shell import filters, writing
from view.shell.page import OpenPage, ordered
from warehouse.access.rights import may
from warehouse.changes import finding_decisions
from warehouse.queries import quality_findings
from warehouse.store.row import Row

STATE_OPTIONS = {"unsettled": "Ждут решения", "all": "Все"} | {
    code: sign.word.capitalize() for code, sign in finding_blocks.STATE_SIGNS.items()
}


def findings_tab(page: OpenPage) -> dict[str, str]:
    """Draw the findings of the period, one of them opened; return the parameters of the address."""
    scope = page.scope
    period = quality_findings.Filter(scope.region, scope.year, None if page.annual else scope.half)
    every = page.ask(quality_findings.findings, period)
    st.html(finding_blocks.headline(every, quality_findings.counts(every), page.period))
    if every.is_empty():
        return {}
    st.html(finding_blocks.strip(quality_findings.counts(every)))
    kept = {"part": "findings", **_filters(every)}
    chosen = st.query_params.get("finding", "")
    shown = opened_list.with_opened(_filtered(every, kept), every, "finding", chosen)
    if shown.is_empty():
        st.html('<p class="empty">По этому отбору находок нет: выберите другое состояние, проверку или территорию.</p>')
        return kept
    _by_check(page, shown, chosen, kept)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(page, finding_blocks.findings_table(shown), "Находки качества данных", "находки", "findings")
    _decide_on_all(page, shown)
    return {**kept, "finding": chosen if chosen in every.get_column("finding") else ""}


def _filters(every: pl.DataFrame) -> dict[str, str]:
    """Draw the filters and return their values: state, check, territory (in the address: place)."""
    titles = dict(every.select("check_code", "title").iter_rows())
    territories = dict(
        ordered(every.unique("territory_id"), "municipality").select("territory_id", "municipality").iter_rows()
    )
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        state = filters.choose("state", "Состояние", list(STATE_OPTIONS), "unsettled", STATE_OPTIONS.__getitem__)
        check = filters.choose(
            "check", "Проверка", ["all", *titles], "all", lambda code: titles.get(code, "Все проверки")
        )
        territory = filters.choose(
            "place", "Территория", ["all", *territories], "all", lambda code: territories.get(code, "Все")
        )
    return {"state": state, "check": check, "place": territory}


def _filtered(every: pl.DataFrame, kept: Mapping[str, str]) -> pl.DataFrame:
    states = quality_findings.UNSETTLED if kept["state"] == "unsettled" else (kept["state"],)
    return every.filter(
        (pl.lit(kept["state"] == "all") | pl.col("state").is_in(list(states)))
        & (pl.lit(kept["check"] == "all") | (pl.col("check_code") == kept["check"]))
        & (pl.lit(kept["place"] == "all") | (pl.col("territory_id") == kept["place"]))
    )


def _by_check(page: OpenPage, shown: pl.DataFrame, chosen: str, kept: dict[str, str]) -> None:
    """Draw the first findings of each check under its heading, and the opened one."""
    several = shown.get_column("state").n_unique() > 1
    described = {row["code"]: row for row in page.ask(quality_findings.checks).iter_rows(named=True)}
    for (code,), group in shown.group_by("check_code", maintain_order=True):
        rows = group.to_dicts()
        st.html(finding_blocks.group_head(described[str(code)], len(rows)))
        opened = opened_list.position(rows, "finding", chosen)
        limit = max(finding_blocks.SHOWN_FINDINGS, (opened or 0) + 1)
        opened_list.draw(
            rows[:limit],
            opened,
            lambda some: finding_blocks.finding_list(page, some, kept, several),
            lambda row: _opened_finding(page, row, kept),
        )
        if len(rows) > limit:
            st.html(f'<p class="quiet small">Показаны первые {limit} из {len(rows)}; все — в скачанной таблице.</p>')


def _opened_finding(page: OpenPage, row: Row, kept: dict[str, str]) -> None:
    """Draw one finding: facts, rows or values behind it, decisions, form of a decision."""
    identity = str(row["finding"])
    with st.container(key="finding_card"):
        st.html(blocks.facts(finding_blocks.finding_facts(row)))
        behind = page.ask(quality_findings.rows_behind, identity)
        values = page.ask(quality_findings.values_behind, identity)
        if behind.height:
            st.html(blocks.section("Строки, из которых это видно"))
            table = finding_blocks.rows_table(behind)
            st.html(tables.show(table.head(finding_blocks.SHOWN_ROWS)))
            territory = str(row["territory_id"] or page.scope.region)
            downloads.offer(page, table, "Строки находки", f"строки_{identity}", "finding_rows", people=territory)
        elif row["row_count"] and row["state"] != "resolved":
            st.html('<p class="summary">Строки находки сжаты вместе с другими строками о людях прошлых лет.</p>')
        if values.height:
            st.html(blocks.section("С чем сравнивается"))
            st.html(finding_blocks.values_table(values, str(row["territory_id"])))
        if (decided := page.ask(quality_findings.decisions, identity)).height:
            st.html(blocks.section("Решения"))
            st.html(finding_blocks.decision_list(decided))
        _decision_form(page, [identity], finding_decisions.allowed(str(row["state"])), "one")
        if st.button("Свернуть находку", key="close_finding", type="tertiary"):
            filters.keep({**page.kept, **kept})
            st.rerun()


def _decide_on_all(page: OpenPage, shown: pl.DataFrame) -> None:
    """Draw the form of one decision about all findings that the filters leave on the screen."""
    if shown.height < 2 or not may(page.actor, "resolve_findings"):
        return
    with st.expander(f"Решить сразу обо всех показанных: {shown.height}"):
        allowed = finding_decisions.decided_by_all(shown)
        if allowed:
            _decision_form(page, shown.get_column("finding").to_list(), allowed, "all")
        else:
            st.html('<p class="empty">Состояния находок разные: отберите одно, чтобы решить обо всех сразу.</p>')


def _decision_form(page: OpenPage, chosen: list[str], allowed: Sequence[finding_decisions.Decision], key: str) -> None:
    """Draw the form of a decision for those who may take it, at the current publication only."""
    if not allowed or not may(page.actor, "resolve_findings"):
        return
    if not writing.at_present(page):
        return
    about = [key, page.scope.region, *chosen]
    with st.form(writing.bound("decision", about), border=False):
        decision = st.segmented_control(
            "Решение", allowed, default=allowed[0], format_func=finding_blocks.DECISIONS.__getitem__, required=True,
            key=writing.bound("decision_kind", about),
        )  # fmt: skip
        reason = st.text_area(
            "Обоснование или замечание", key=writing.bound("decision_reason", about),
            placeholder="например: школа на капитальном ремонте, сведения придут в январе",
        )  # fmt: skip
        many = counted(len(chosen), "находке", "находкам", "находкам")
        label = "Записать решение" if len(chosen) == 1 else f"Записать решение по {many}"
        if writing.button(label, "decide", about, in_form=True, kind="primary"):
            writing.write(
                page,
                lambda address, now: finding_decisions.decide(address, page.actor, chosen, decision, reason, now),
                "Решение записано",
            )
