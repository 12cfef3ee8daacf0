"""Quality findings as HTML and tables: headline, states, lines, rows behind a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, counted, date, half_year, number, plural
from view.parts import blocks
from view.shell import links
from view.shell.page import OpenPage, moment
from view.wording import signs
from view.wording.figures import plain
from view.wording.signs import Sign
from warehouse.changes.finding_decisions import Decision
from warehouse.queries.quality_findings import STATES, UNSETTLED
from warehouse.store.row import Row

SHOWN_FINDINGS = 40
SHOWN_ROWS = 200


STATE_SIGNS = {
    "open": Sign("near", "?", "ждёт решения", ("ждёт решения", "ждут решения", "ждут решения")),
    "returned": Sign("missed", "↻", "появилась снова", ("появилась снова", "появились снова", "появились снова")),
    "sent_back": Sign("no_target", "←", "возвращена на исправление", ("возвращена", "возвращены", "возвращено")),
    "accepted": Sign("no_data", "○", "принята с обоснованием", ("принята", "приняты", "принято")),
    "resolved": Sign("met", "✓", "снята новыми данными", ("снята данными", "сняты данными", "снято данными")),
}  # fmt: skip
SEVERITIES = {"error": "ошибка", "warning": "противоречие", "notice": "повод проверить"}
DECISIONS: dict[Decision, str] = {
    "accepted": "Принять с обоснованием",
    "sent_back": "Вернуть на исправление",
    "reopened": "Открыть снова",
}
DECIDED = {"accepted": "принята", "sent_back": "возвращена на исправление", "reopened": "открыта снова"}


def headline(rows: pl.DataFrame, counts: Mapping[str, int], period: str) -> str:
    """Return the headline: how many findings wait for a decision, and which check finds most."""
    waiting = sum(counts[state] for state in UNSETTLED)
    settled = [
        f"{plural(counts[state], *STATE_SIGNS[state].plural)} {number(counts[state])}"
        for state in ("accepted", "resolved")
        if counts[state]
    ]
    rest = f"{', '.join(settled).capitalize()}." if settled else ""
    if not rows.height:
        return blocks.headline(
            f"Противоречий и выбросов за {period} не найдено.",
            "Проверки между формами идут при каждой публикации; новые находки появятся здесь.",
        )
    if not waiting:
        return blocks.headline(f"Все находки за {period} разобраны.", rest)
    unsettled = rows.filter(pl.col("state").is_in(list(UNSETTLED)))
    title, count = unsettled.group_by("title", maintain_order=True).len().sort("len", descending=True).row(0)
    verb = plural(waiting, "Ждёт", "Ждут", "Ждут")
    most = f" Больше всего — «{title}»: {number(count)}." if waiting > count else f" Это «{title}»."
    return blocks.headline(
        f"{verb} решения {counted(waiting, 'находка', 'находки', 'находок')} за {period}.{most}", rest
    )


def strip(counts: Mapping[str, int]) -> str:
    """Return a strip of findings by state."""
    return signs.strip(counts, STATE_SIGNS, "Находки по состояниям")


def state_chip(state: str) -> str:
    """Return a state of a finding as mark and word."""
    return signs.chip(STATE_SIGNS[state])


def group_head(check: Row, count: int) -> str:
    """Return the heading of a check's findings: title, number, why, what to do."""
    note = f"{counted(count, 'находка', 'находки', 'находок')}, {SEVERITIES[check['severity']]}"
    reason = f'<p class="quiet small">{escape(check["why"])} {escape(check["advice"])}</p>'
    return blocks.section(check["title"], note) + reason


def finding_list(page: OpenPage, rows: Sequence[Row], kept: Mapping[str, str], with_states: bool) -> str:
    """Return findings as lines, each a link that opens it. with_states: show their states."""
    items = []
    for row in rows:
        parts = [state_chip(row["state"])] if with_states else []
        if row["row_count"]:
            parts.append(counted(row["row_count"], "строка", "строки", "строк"))
        anchor = links.anchor(
            "quality", page.filters(**kept, finding=row["finding"]), escape(row["message"]), css="finding-link"
        )
        items.append(f'<li id="{row["finding"]}">{anchor}<span class="finding-state">{" · ".join(parts)}</span></li>')
    return f'<ul class="findings">{"".join(items)}</ul>'


def finding_facts(row: Row) -> list[tuple[str, str]]:
    """Return the facts of a finding: state, territory, half-year, publications."""
    items = [
        ("Состояние", state_chip(row["state"])),
        ("Территория", escape(row["municipality"])),
        ("Полугодие", half_year(row["year"], row["half"])),
        ("Замечена", f"в публикации №{NBSP}{row['first_publication']}"),
    ]
    if row["resolved_in"]:
        items.append(("Снята", f"в публикации №{NBSP}{row['resolved_in']}"))
    return items


def rows_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows behind a finding as a table; people only as pseudonyms."""
    titles = {code: contract.title for code, contract in contracts().items()}
    people = rows.get_column("person").drop_nulls().len() > 0
    table = rows.select(
        pl.col("dataset").replace_strict(titles, default=pl.col("dataset"), return_dtype=pl.String).alias("Форма"),
        pl.col("organization").alias("Организация"),
        pl.format("№ {}", "batch").alias("Партия"),
        pl.col("files").alias("Файл"),
        pl.col("source_row").alias("Строка файла"),
        pl.col("person").str.head(12).alias("Человек (псевдоним)"),
    )
    return table if people else table.drop("Человек (псевдоним)")


def values_table(values: pl.DataFrame, municipality: str) -> str:
    """Return the values that a finding compares, its own municipality marked."""
    lines = []
    for row in values.sort("level", "value", descending=[True, True], nulls_last=True).iter_rows(named=True):
        own = row["municipality_id"] == municipality
        numbers = "".join(
            f'<td class="number">{text}</td>'
            for text in (
                plain(row["value"], row["decimals"], row["unit"]),
                number(row["numerator"]) if row["numerator"] is not None else "–",
                number(row["denominator"]) if row["denominator"] is not None else "–",
                plain(row["value_before"], row["decimals"], row["unit"]),
            )
        )
        name = f"<b>▸ {escape(row['municipality'])}</b>" if own else escape(row["municipality"])
        lines.append(f'<tr><th scope="row">{name}</th>{numbers}</tr>')
    head = "".join(
        f'<th scope="col" class="number">{name}</th>' for name in ("Значение", "Числитель", "Знаменатель", "Год назад")
    )
    return (
        '<div class="table" tabindex="0" role="region" aria-label="Значения муниципалитетов"><table><thead><tr>'
        f'<th scope="col">Территория</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def decision_list(rows: pl.DataFrame) -> str:
    """Return the decisions about a finding, the latest first."""
    items = "".join(
        f"<li><b>{DECIDED[row['decision']].capitalize()}</b> — {escape(row['actor'])}, {moment(row['happened_at'])}, "
        f"публикация №{NBSP}{row['publication']}: {escape(row['reason'])}</li>"
        for row in rows.iter_rows(named=True)
    )
    return f'<ul class="events">{items}</ul>'


def findings_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the findings on the screen as a table for a file."""
    states = {code: STATE_SIGNS[code].word for code in STATES}
    return rows.select(
        pl.col("title").alias("Проверка"),
        pl.col("municipality").alias("Территория"),
        pl.col("organization").alias("Организация"),
        pl.format("{}-{}", "year", "half").alias("Полугодие"),
        pl.col("message").alias("Находка"),
        pl.col("row_count").alias("Строк"),
        pl.col("state").replace_strict(states, return_dtype=pl.String).alias("Состояние"),
        pl.col("reason").alias("Обоснование или замечание"),
        pl.col("decided_by").alias("Кто решил"),
        pl.col("decided_at").dt.date().map_elements(date, return_dtype=pl.String).alias("Когда"),
    )
