"""Batches as HTML and tables: headline, lines, facts, files, events, condensations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from checks.catalogue import contracts
from checks.findings import SEVERITY_NAMES
from checks.russian import NBSP, counted, number, plural
from view.parts import blocks
from view.shell import links
from view.shell.page import OpenPage, moment
from warehouse.store.row import Row

EVENTS = {"loaded": "Загружена", "withdrawn": "Отозвана", "restored": "Возвращена"}


def form_title(dataset: str) -> str:
    """Return the Russian title of a dataset."""
    return contracts()[dataset].title if dataset in contracts() else dataset


def headline(rows: pl.DataFrame) -> str:
    """Return the headline: how many batches there are, and which came last."""
    if not rows.height:
        return blocks.headline("Ни одной партии ещё не загружено.", "Файлы загружаются на странице «Загрузка данных».")
    withdrawn = rows.filter(pl.col("state") == "withdrawn").height
    last = rows.row(0, named=True)
    gone = (
        f", {plural(withdrawn, 'отозвана', 'отозваны', 'отозвано')} {number(withdrawn)}" if withdrawn else ""
    )  # fmt: skip
    form = form_title(last["dataset"])
    loaded = plural(rows.height, "Загружена", "Загружены", "Загружено")
    return blocks.headline(
        f"{loaded} {counted(rows.height, 'партия', 'партии', 'партий')}{gone}.",
        f"Последняя — № {last['batch']} «{form}», {moment(last['loaded_at'])}, {last['author']}.",
    )


def batch_lines(page: OpenPage, rows: Sequence[Row], kept: Mapping[str, str]) -> str:
    """Return batches as lines, each a link that opens it."""
    items = []
    for row in rows:
        withdrawn = row["state"] == "withdrawn"
        state = (
            '<span class="verdict verdict-missed">✕ отозвана</span>'
            if withdrawn
            else '<span class="verdict verdict-met">✓ действует</span>'
        )
        noted = [counted(row["rows_loaded"], "строка", "строки", "строк")]
        if row["warnings"]:
            noted.append(counted(row["warnings"], "предупреждение", "предупреждения", "предупреждений"))
        anchor = links.anchor(
            "quality",
            page.filters(**kept, batch=row["batch"]),
            f"<b>№{NBSP}{row['batch']}</b> {escape(form_title(row['dataset']))}",
            css="finding-link",
        )
        items.append(
            f'<li>{anchor}<span class="finding-state">{state} · {moment(row["loaded_at"])}, {escape(row["author"])} · '
            f"{', '.join(noted)} · {escape(row['files'])}</span></li>"
        )
    return f'<ul class="findings">{"".join(items)}</ul>'


def batch_facts(details: Row) -> list[tuple[str, str]]:
    """Return the counts of rows of a batch."""
    new = details["rows_loaded"] - details["rows_superseded"] - details["rows_unchanged"]
    return [
        ("Прочитано строк", number(details["rows_read"])),
        ("Новых", number(new)),
        ("Изменённых", number(details["rows_superseded"])),
        ("Без изменений", number(details["rows_unchanged"])),
        ("В карантине", number(details["rows_quarantined"])),
        ("Не данные", number(details["rows_left_out"])),
    ]


def file_list(rows: pl.DataFrame) -> str:
    """Return the files of a batch with size and checksum."""
    items = "".join(
        f"<li><b>{escape(row['name'])}</b> — {escape(row['format'].upper())}, {_size(row['bytes'])}, "
        f'<span class="quiet" title="SHA-256: {row["sha256"]}">контрольная сумма {row["sha256"][:12]}…</span></li>'
        for row in rows.iter_rows(named=True)
    )
    return f'<ul class="events">{items}</ul>'


def _size(count: int) -> str:
    if count < 1024:
        return counted(count, "байт", "байта", "байт")
    return f"{number(count / 1024, 0)}{NBSP}КБ" if count < 1024**2 else f"{number(count / 1024**2, 1)}{NBSP}МБ"


def event_list(rows: pl.DataFrame) -> str:
    """Return the events of a batch: loading, withdrawal, restoring."""
    items = "".join(
        f"<li><b>{EVENTS[row['event']]}</b> — {escape(row['actor'])}, {moment(row['happened_at'])}"
        f"{': ' + escape(row['reason']) if row['reason'] else ''}</li>"
        for row in rows.iter_rows(named=True)
    )
    return f'<ul class="events">{items}</ul>'


def batch_findings_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the findings of loading a batch, one row per rule and column."""
    return pl.DataFrame(
        [
            {
                "Что замечено": row["message"],
                "Колонка": row["column_header"] or "",
                "Важность": SEVERITY_NAMES[row["severity"]],
                "Раз": row["findings"],
                "Строки файла": _first_rows(row["source_rows"], row["findings"]),
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def _first_rows(source_rows: Sequence[int] | None, findings: int) -> str:
    if not source_rows:
        return ""
    more = " …" if findings > len(source_rows) else ""
    return ", ".join(str(row) for row in source_rows) + more


def condensation_list(rows: pl.DataFrame) -> str:
    """Return the condensations of old rows about people, with removed and kept rows by form."""
    items = []
    for _, parts in rows.group_by("number", maintain_order=True):
        one = parts.row(0, named=True)
        forms = "; ".join(
            f"{form_title(part['dataset'])}: убрано {number(part['removed'])}, осталось {number(part['kept'])}"
            + (f", в карантине очищено {number(part['emptied'])}" if part["emptied"] else "")
            for part in parts.iter_rows(named=True)
        )
        items.append(
            f"<li><b>По {one['through_year']} год включительно</b> — {escape(one['actor'])}, "
            f"{moment(one['condensed_at'])}: {escape(one['reason'])}. {escape(forms)}</li>"
        )
    return f'<ul class="events">{"".join(items)}</ul>'
