"""Качество данных: findings of checks across datasets, rows kept back, batches, the difference of publications."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted
from etl import finish
from etl.impact import Impact
from etl.prepare import Options
from view import blocks, downloads, filters, history, links, quality, quarantine, session, tables, upload, writing
from view.page import View, close_page, moment, open_page, ordered
from warehouse import history as batch_history
from warehouse import quality as tracking
from warehouse import quarantine as kept_back
from warehouse.access import may
from warehouse.address import Address
from warehouse.mart import PublicationPruned

PARTS = {"findings": "Находки", "quarantine": "Карантин", "batches": "Партии", "compare": "Сравнение публикаций"}
SHOWN_STATES = {"unsettled": "Ждут решения", "all": "Все"} | {
    code: state.word.capitalize() for code, state in quality.SHOWN_STATES.items()
}
NEWEST_BATCHES = 30
SHOWN_DIFFERENCES = 200

view = open_page("quality")
parts = [code for code in PARTS if code != "batches" or may(view.actor, "view_history")]
part = filters.choose("part", "Раздел", parts, "findings", PARTS.__getitem__, control="buttons")
writing.tell_outcome()


def findings_part(view: View) -> dict[str, str]:
    """Draw the findings of the period, one of them open in its place."""
    scope = view.scope
    period = tracking.Filter(scope.region, scope.year, None if view.annual else scope.half)
    every = view.ask(tracking.findings, period)
    st.html(quality.headline(every, tracking.counts(every), view.period))
    if every.is_empty():
        return {}
    st.html(quality.strip(tracking.counts(every)))
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
        st.html(quality.group_head(described[str(code)], len(rows)))
        at = next((number for number, row in enumerate(rows) if row["finding"] == chosen), None)
        limit = max(quality.SHOWN_FINDINGS, (at or 0) + 1)
        if at is None:
            st.html(quality.finding_list(view, rows[:limit], kept, several))
        else:
            st.html(quality.finding_list(view, rows[: at + 1], kept, several))
            one_finding(view, rows[at], kept)
            st.html(quality.finding_list(view, rows[at + 1 : limit], kept, several))
        if len(rows) > limit:
            st.html(f'<p class="quiet small">Показаны первые {limit} из {len(rows)}; все — в скачанной таблице.</p>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(view, quality.findings_table(shown), "Находки качества данных", "находки", "findings")
    decide_on_all(view, shown)
    return {**kept, "finding": chosen if opened.height else ""}


def _states(state: str) -> tuple[str, ...]:
    return tracking.UNSETTLED if state == "unsettled" else (state,)


def one_finding(view: View, row: dict[str, object], kept: dict[str, str]) -> None:
    """Draw one finding: facts, rows or values behind it, what was decided, and the decision to take."""
    identity = str(row["finding"])
    with st.container(key="finding_card"):
        st.html(blocks.facts(quality.finding_facts(row)))
        behind = view.ask(tracking.rows_behind, identity)
        values = view.ask(tracking.values_behind, identity)
        if behind.height:
            st.html(blocks.section("Строки, из которых это видно"))
            table = quality.rows_table(behind)
            st.html(tables.show(table.head(quality.SHOWN_ROWS)))
            place = str(row["territory_id"] or view.scope.region)
            downloads.offer(view, table, "Строки находки", f"строки_{identity}", "finding_rows", people=place)
        elif row["row_count"] and row["state"] != "resolved":
            st.html('<p class="summary">Строки находки сжаты вместе с другими строками о людях прошлых лет.</p>')
        if values.height:
            st.html(blocks.section("С чем сравнивается"))
            st.html(quality.values_table(values, str(row["territory_id"])))
        if (decided := view.ask(tracking.decisions, identity)).height:
            st.html(blocks.section("Решения"))
            st.html(quality.decision_list(decided))
        decision_form(view, [identity], tracking.allowed(str(row["state"])), "one")
        if st.button("Свернуть находку", key="close_finding", type="tertiary"):
            filters.keep({**view.kept, **kept})
            st.rerun()


def decide_on_all(view: View, shown: pl.DataFrame) -> None:
    """Offer one decision about everything that the filters leave on the screen."""
    if shown.height < 2 or not may(view.actor, "resolve_findings"):
        return
    with st.expander(f"Решить сразу обо всех показанных: {shown.height}"):
        allowed = tracking.decided_by_all(shown)
        if allowed:
            decision_form(view, shown.get_column("finding").to_list(), allowed, "all")
        else:
            st.html('<p class="empty">Состояния находок разные: отберите одно, чтобы решить обо всех сразу.</p>')


def decision_form(view: View, chosen: list[str], allowed: Sequence[tracking.Decision], key: str) -> None:
    """Draw the form of a decision, for those who may take it, at the current publication only."""
    if not allowed or not may(view.actor, "resolve_findings"):
        return
    if not writing.at_present(view):
        return
    with st.form(f"decision_{key}", border=False):
        decision = st.segmented_control(
            "Решение", allowed, default=allowed[0], format_func=quality.DECISIONS.__getitem__, required=True,
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


def quarantine_part(view: View) -> dict[str, str]:
    """Draw the batches with rows kept back, one of them open in its place."""
    every = view.ask(kept_back.batches)
    st.html(quarantine.headline(every))
    kept = {"part": "quarantine"}
    rows = every.to_dicts()
    waiting = [str(row["batch"]) for row in rows if row["waiting"]]
    chosen = st.query_params.get("held", "") or (waiting[0] if len(waiting) == 1 else "")
    at = next((number for number, row in enumerate(rows) if str(row["batch"]) == chosen), None)
    if at is None:
        st.html(quarantine.batch_lines(view, rows, kept))
        return kept
    st.html(quarantine.batch_lines(view, rows[: at + 1], kept))
    with st.container(key="finding_card"):
        held_batch(view, rows[at])
    st.html(quarantine.batch_lines(view, rows[at + 1 :], kept))
    return {**kept, "held": chosen}


def held_batch(view: View, row: dict[str, object]) -> None:
    """Draw the rows that a batch has kept back: what is wrong, the table to mend them, what became of others."""
    batch, dataset = int(str(row["batch"])), str(row["dataset"])
    st.html(blocks.facts(quarantine.facts(row)))
    waiting = view.ask(kept_back.rows_of, batch).filter(pl.col("state") == "waiting")
    if waiting.height:
        shown = waiting.head(quarantine.SHOWN_ROWS)
        found = view.ask(kept_back.findings_of, batch).join(
            shown.select("file_number", "source_row"), on=["file_number", "source_row"], how="semi"
        )
        st.html(blocks.section("Что не так") + quarantine.findings_list(shown, found))
        if writing.at_present(view):
            mend(view, batch, dataset, shown, found)
        if waiting.height > shown.height:
            left = counted(waiting.height - shown.height, "строка", "строки", "строк")
            st.html(f'<p class="quiet">Остальные ({left}) появятся здесь, когда будут разобраны эти.</p>')
    if (events := view.ask(kept_back.events_of, batch)).height:
        st.html(blocks.section("Что сделано") + quarantine.event_list(events))


def mend(view: View, batch: int, dataset: str, rows: pl.DataFrame, found: pl.DataFrame) -> None:
    """Draw the table to mend rows in, check what was mended, and load or dismiss it when asked."""
    key = f"{batch}_{view.publication}"
    with st.form(f"quarantine_{key}", border=False):
        st.html(blocks.section("Исправить строки", "щелчок по клетке открывает её для правки"))
        with st.container(key="quarantine_table"):
            mended = quarantine.editor(dataset, rows, found, f"quarantine_editor_{key}")
        cells, marked = quarantine.edits(rows, mended)
        with st.container(key="quarantine_buttons", horizontal=True, gap="small"):
            check = st.form_submit_button("Проверить исправленное", type="primary")
            reason = st.text_input(
                "Почему отмеченные строки не нужны", key=f"quarantine_reason_{key}", placeholder="например: повтор"
            )
            dismiss = st.form_submit_button("Отклонить отмеченные")
    if dismiss:
        writing.write(
            view,
            lambda place, now: kept_back.dismiss(place, view.actor, batch, marked, reason, now),
            f"Отклонено: {counted(len(marked), 'строка', 'строки', 'строк')}",
        )
    if check:
        options = Options(actor=view.actor, now=writing.now())

        def examine() -> tuple[finish.Mended, Impact | None]:
            checked = finish.check(writing.place(), view.actor, batch, cells, options)
            if checked.check is None:
                return checked, None
            return checked, finish.rehearse(writing.place(), view.actor, checked, options, view.scope.profile)

        if outcome := writing.attempt(examine, "Проверяю строки…"):
            st.session_state["quarantine_checked"] = (key, len(cells), *outcome)
    held = st.session_state.get("quarantine_checked")
    if held is not None and held[0] == key:
        load_mended(view, *held[1:])


def load_mended(view: View, asked: int, mended: finish.Mended, impact: Impact | None) -> None:
    """Draw what the check of mended rows said and what loading them would change, and load them when asked."""
    st.html(quarantine.verdict(mended, asked))
    if faults := quarantine.faults_list(mended):
        st.html(faults)
    if impact is None:
        return
    draw_impact(view, impact.indicators)
    reason = ""
    if mended.warnings:
        reason = st.text_input("Причина, по которой предупреждения принимаются", key="quarantine_confirm")
    count = counted(len(mended.places), "строку", "строки", "строк")
    if st.button(f"Загрузить {count}", type="primary", key="quarantine_load"):
        if mended.warnings and not reason.strip():
            st.html(
                '<p class="outcome outcome-near" role="alert">≈ Впишите причину: она хранится вместе с партией.</p>'
            )
            return

        def load(place: Address, now: dt.datetime) -> int:
            return finish.publication_of(
                finish.confirm(place, view.actor, mended, Options(actor=view.actor, now=now, confirm=reason))
            )

        rows = counted(len(mended.places), "строка", "строки", "строк")
        writing.write(view, load, f"Исправленное загружено: {rows}")


def batches_part(view: View) -> dict[str, str]:
    """Draw the batches, one of them open in its place with its files, findings and life."""
    every = view.ask(batch_history.batch_list)
    st.html(history.batches_headline(every))
    if every.is_empty():
        return {}
    forms = every.get_column("dataset").unique().to_list()
    chosen = st.query_params.get("batch", "")
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        form = filters.choose(
            "form", "Форма", ["all", *sorted(forms, key=history.form_title)], "all",
            lambda code: "Все формы" if code == "all" else history.form_title(code),
        )  # fmt: skip
        every = every.filter(pl.lit(form == "all") | (pl.col("dataset") == form))
        extents = {"newest": f"Последние {NEWEST_BATCHES}", "all": "Все", "withdrawn": "Отозванные"}
        # A link from a figure leads to one batch, which would stand far down among the others.
        if chosen in every.get_column("batch").cast(pl.String):
            extents["one"] = f"№{NBSP}{chosen}"
        extent = filters.choose("extent", "Показать", list(extents), "newest", extents.__getitem__, control="buttons")
    kept = {"part": "batches", "form": form, "extent": extent}
    rows = every.filter(
        (pl.lit(extent != "withdrawn") | (pl.col("state") == "withdrawn"))
        & (pl.lit(extent != "one") | (pl.col("batch").cast(pl.String) == chosen))
    ).to_dicts()
    at = next((number for number, row in enumerate(rows) if str(row["batch"]) == chosen), None)
    if extent == "newest":
        rows = rows[: max(NEWEST_BATCHES, (at or 0) + 1)]
    if not rows:
        st.html('<p class="empty">По этому отбору партий нет.</p>')
    elif at is None:
        st.html(history.batch_lines(view, rows, kept))
    else:
        st.html(history.batch_lines(view, rows[: at + 1], kept))
        one_batch(view, rows[at], kept)
        st.html(history.batch_lines(view, rows[at + 1 :], kept))
    condensed = view.ask(batch_history.condensations)
    if condensed.height:
        st.html(blocks.section("Сжатие старых строк", "строк о людях за эти годы нет, показатели сохранены"))
        st.html(history.condensation_list(condensed))
    return {**kept, "batch": chosen if at is not None else ""}


def one_batch(view: View, row: dict[str, object], kept: dict[str, str]) -> None:
    """Draw one batch: counts, files, confirmation, findings, events, and withdrawing or restoring it."""
    batch = int(str(row["batch"]))
    details = view.ask(batch_history.batch_details, batch)
    with st.container(key="finding_card"):
        st.html(blocks.facts(history.batch_facts(details)))
        if details["rows_quarantined"] and row["state"] != "withdrawn":
            to_rows = view.filters(part="quarantine", held=batch)
            st.html(links.anchor("quality", to_rows, "Строки партии в карантине", css="to-quarantine"))
        st.html(blocks.section("Файлы") + history.file_list(view.ask(batch_history.batch_files, batch)))
        if details["confirmation"]:
            st.html(blocks.section("Предупреждения приняты с обоснованием"))
            st.text(details["confirmation"])
        found = view.ask(batch_history.batch_findings, batch)
        if found.height:
            st.html(blocks.section("Что замечено при загрузке"))
            st.html(tables.show(history.batch_findings_table(found)))
        st.html(blocks.section("Что было с партией") + history.event_list(view.ask(batch_history.batch_events, batch)))
        if through := details.get("condensed_through"):
            st.html(
                f'<p class="summary">Строки партии о людях по {through} год включительно сжаты, поэтому её нельзя '
                "отозвать или вернуть.</p>"
            )
        elif may(view.actor, "withdraw") and writing.at_present(view):
            change_form(view, batch, withdrawn=row["state"] == "withdrawn")
        if st.button("Свернуть партию", key="close_batch", type="tertiary"):
            filters.keep({**view.kept, **kept})
            st.rerun()


def change_form(view: View, batch: int, withdrawn: bool) -> None:
    """Draw what withdrawing a batch or bringing it back would change, and then the form that does it."""
    change: batch_history.Change = "restore" if withdrawn else "withdraw"
    key = (batch, change, view.publication, view.scope.profile)
    label = "Показать, что изменит возврат" if withdrawn else "Показать, что изменит отзыв"
    if st.button(label, key="preview_change", help="Ничего не записывается"):
        changed = writing.attempt(
            lambda: batch_history.change_preview(
                writing.place(), view.actor, batch, change, view.scope.profile, writing.now()
            ),
            "Считаю, что изменится…",
        )
        if changed is not None:
            st.session_state["change_preview"] = (key, changed)
    held = st.session_state.get("change_preview")
    if held is None or held[0] != key:
        return
    st.html(blocks.section("Что изменится", "посчитано теми же правилами, ничего ещё не записано"))
    draw_impact(view, held[1])
    with st.form("change_batch", border=False):
        reason = st.text_input("Причина возврата" if withdrawn else "Причина отзыва", key="change_batch_reason")
        label = "Вернуть партию" if withdrawn else "Отозвать партию"
        if st.form_submit_button(label, type="primary", help="Показатели будут сразу пересчитаны и опубликованы"):
            writing.write(
                view,
                lambda place, now: batch_history.withdraw_or_restore(place, view.actor, batch, change, reason, now),
                f"Партия № {batch} {'возвращена' if withdrawn else 'отозвана'}",
            )


def draw_impact(view: View, changed: pl.DataFrame) -> None:
    """Draw the values and verdicts that a step would change."""
    st.html(f'<p class="summary">{upload.impact_sentence(changed)}</p>')
    if not changed.is_empty():
        names = dict(view.indicators.select("code", "short").iter_rows())
        st.html(tables.show(upload.impact_table(changed, names)))
        if changed.height > upload.SHOWN_CHANGES:
            st.html(f'<p class="quiet small">Показаны первые {upload.SHOWN_CHANGES}, сначала смена оценок.</p>')


def compare_part(view: View) -> dict[str, str]:
    """Draw what two kept publications differ in."""
    listed = view.ask(batch_history.publications)
    kept = batch_history.openable(writing.place(), listed)
    if kept.height < 2:
        st.html(blocks.headline("Сравнивать пока не с чем.", "Нужны хотя бы две хранимые публикации."))
        return {}
    rows = {str(row["publication"]): row for row in kept.iter_rows(named=True)}

    def described(number: str) -> str:
        return f"№ {number} от {moment(rows[number]['published_at'])} — {rows[number]['reason']}"

    numbers = list(rows)
    with st.container(key="quality_filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        before = filters.choose("before", "Было", numbers, numbers[1], described)
        after = filters.choose("after", "Стало", numbers, numbers[0], described)
        shown = filters.choose(
            "shown", "Показать", ["flips", "all"], "flips",
            {"flips": "Смену оценок", "all": "Все изменения"}.__getitem__, control="buttons",
        )  # fmt: skip
    first, second = sorted((int(before), int(after)))
    try:
        found = session.difference(first, second, view.actor, view.scope.region, view.scope.profile)
    except PublicationPruned:
        st.html(blocks.headline("Одна из публикаций больше не хранится.", "Выберите другую."))
        return {}
    st.html(history.difference_headline(found, first, second))
    values = found.values.filter("flipped") if shown == "flips" else found.values
    titles = dict(view.indicators.select("code", "short").iter_rows())
    if values.height:
        table = history.difference_table(values, titles)
        st.html(blocks.section("Что изменилось", f"профиль целей на экране, все полугодия; строк: {table.height}"))
        st.html(tables.show(table.head(SHOWN_DIFFERENCES)))
        downloads.offer(view, table, "Сравнение публикаций", f"сравнение_{first}-{second}", "difference")
    elif found.values.height:
        st.html('<p class="empty">Ни одна оценка не сменилась; значения — под кнопкой «Все изменения».</p>')
    st.html(history.between_list(found))
    return {"part": "compare", "before": before, "after": after, "shown": shown}


drawn = {"findings": findings_part, "quarantine": quarantine_part, "batches": batches_part, "compare": compare_part}[
    part
](view)
close_page(view, {"part": part, **drawn})
