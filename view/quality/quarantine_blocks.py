"""Rows in quarantine as HTML: batches, faults of rows, the table that corrects them, events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from checks.catalogue import contracts
from checks.russian import NBSP, counted, listed, number, plural
from etl.intake import finish
from etl.intake.finish import Mended
from view.parts import blocks
from view.quality.batch_blocks import form_title
from view.shell import links
from view.shell.page import OpenPage, moment
from warehouse.changes.quarantine import SourceRow
from warehouse.store.row import Row

SHOWN_ROWS = 500
SHOWN_FAULTS = 60
NAMED_ROWS = 12
DROP, ROW, FILE = "·drop", "·row", "·file"
"""Columns of the editor beside the contract's: mark of a row to dismiss, row in the file, file."""


def headline(batches: pl.DataFrame) -> str:
    """Return the headline: how many rows wait, and of how many batches."""
    rows = int(batches.get_column("waiting").sum())
    if not rows:
        detail = "Сюда попадают ошибочные строки, если при загрузке выбрать «отложить в карантин»."
        return blocks.headline("Карантин пуст: ни одна строка не ждёт исправления.", detail)
    held = batches.filter(pl.col("waiting") > 0).height
    return blocks.headline(
        f"{plural(rows, 'Ждёт', 'Ждут', 'Ждут')} исправления {counted(rows, 'строка', 'строки', 'строк')} "
        f"из {counted(held, 'партии', 'партий', 'партий')}.",
        "Пока их не исправят и не загрузят, в показатели они не входят.",
    )


def batch_lines(page: OpenPage, rows: Sequence[Row], kept: Mapping[str, str]) -> str:
    """Return batches with quarantined rows as lines, each a link that opens it."""
    items = []
    for row in rows:
        anchor = links.anchor(
            "quality",
            page.filters(**kept, held=row["batch"]),
            f"<b>Партия №{NBSP}{row['batch']}</b> {escape(form_title(row['dataset']))}",
            css="finding-link",
        )
        items.append(
            f'<li>{anchor}<span class="finding-state">{_state(row)} · {moment(row["loaded_at"])}, '
            f"{escape(row['author'])} · {escape(row['files'])}</span></li>"
        )
    return f'<ul class="findings">{"".join(items)}</ul>'


def _state(row: Row) -> str:
    waiting = row["waiting"]
    if not waiting and row["emptied"]:
        return f'<span class="verdict verdict-no_data">– {_erased(row["emptied"])}</span>'
    if not waiting:
        return '<span class="verdict verdict-met">✓ всё разобрано</span>'
    wait = f"{plural(waiting, 'ждёт', 'ждут', 'ждут')} {counted(waiting, 'строка', 'строки', 'строк')}"
    return f'<span class="verdict verdict-near">? {wait}</span>'


def _erased(rows: int) -> str:
    erased = plural(rows, "стёрта", "стёрты", "стёрто")
    return f"{erased} {counted(rows, 'строка', 'строки', 'строк')} сжатых лет"


def facts(row: Row) -> list[tuple[str, str]]:
    """Return the numbers of rows of a batch by state."""
    said = [
        ("Ждут исправления", number(row["waiting"])),
        ("Исправлены и загружены", number(row["finished"])),
        ("Отклонены", number(row["dismissed"])),
    ]
    return [*said, ("Стёрты при сжатии", number(row["emptied"]))] if row["emptied"] else said


def emptied(rows: int) -> str:
    """Return the note that condensation erased quarantined rows."""
    return (
        f'<p class="quiet">При сжатии старых лет {_erased(rows)}: их никто не исправил, и сведения за эти годы больше '
        "не принимаются.</p>"
    )


def findings_list(rows: pl.DataFrame, found: pl.DataFrame) -> str:
    """Return the faults of the rows as they were quarantined, without notices."""
    files = dict(rows.select("file_number", "file").iter_rows())
    several = len(files) > 1
    faults = found.filter(pl.col("severity") != "notice").to_dicts()
    items = "".join(
        _fault(row["source_row"], row["column_header"], row["message"], files[row["file_number"]] if several else None)
        for row in faults[:SHOWN_FAULTS]
    )
    return _fault_list(items, len(faults))


def _fault(row: int | None, column: str | None, message: str, file: str | None = None) -> str:
    where = [f"файл «{file}»"] if file else []
    where += [f"строка {row}"] if row else []
    where += [f"«{column}»"] if column else []
    named = ", ".join(where) or "файл целиком"
    return f"<li><b>{escape(named[0].upper() + named[1:])}.</b> {escape(message)}</li>"


def _fault_list(items: str, count: int) -> str:
    rest = f'<p class="quiet small">Показаны первые {SHOWN_FAULTS} из {number(count)}.</p>'
    return f'<ul class="events faults">{items}</ul>{rest if count > SHOWN_FAULTS else ""}'


def editor(dataset: str, rows: pl.DataFrame, found: pl.DataFrame, key: str) -> pl.DataFrame:
    """Draw the rows in an editor, faulty columns first; return them as corrected."""
    columns = contracts()[dataset].columns
    several = rows.get_column("file").n_unique() > 1
    shown = finish.table(dataset, rows).select(
        pl.lit(False).alias(DROP),
        rows.get_column("source_row").alias(ROW),
        rows.get_column("file").alias(FILE),
        pl.all().fill_null(""),
    )
    faulty = set(found.filter(pl.col("severity") == "error").get_column("column_header").to_list())
    order = sorted(columns.values(), key=lambda column: column.header not in faulty)
    config: dict[str, ColumnConfig] = {
        column.code: st.column_config.TextColumn(
            column.header + (" *" if column.required else ""), help=column.description or None
        )
        for column in columns.values()
    }
    config[DROP] = st.column_config.CheckboxColumn("Убрать", help="Отметьте строки, которых быть не должно", width=90)
    config[ROW] = st.column_config.NumberColumn("Строка", format="%d", width=70)
    config[FILE] = st.column_config.TextColumn("Файл")
    mended: pl.DataFrame = st.data_editor(
        shown,
        hide_index=True,
        num_rows="fixed",
        column_config=config,
        column_order=[DROP, ROW, *([FILE] if several else []), *(column.code for column in order)],
        disabled=[ROW, FILE],
        key=key,
        width="stretch",
    )
    return mended


def edits(rows: pl.DataFrame, mended: pl.DataFrame) -> tuple[dict[SourceRow, dict[str, str | None]], list[SourceRow]]:
    """Return the corrected cells by row, and the rows marked to be dismissed.

    Rows are matched by order: the disabled columns could be altered in the browser and are not trusted.
    """
    keys = list(rows.select("file_number", "source_row").iter_rows())
    mended = mended.head(len(keys))
    marked = [key for key, drop in zip(keys, mended.get_column(DROP), strict=False) if drop]
    cells = mended.drop(DROP, ROW, FILE).iter_rows(named=True)
    return {key: row for key, row in zip(keys, cells, strict=False) if key not in marked}, marked


def verdict(mended: Mended, checked: int) -> str:
    """Return how many of the corrected rows passed the check."""
    ready = len(mended.source_rows)
    if mended.check is None:
        return '<div class="outcome outcome-missed" role="status">✕ Ни одна строка пока не готова: см. ниже.</div>'
    colour, mark = ("met", "✓") if ready == checked else ("near", "≈")
    left = checked - ready
    rest = (
        f" {plural(left, 'Останется', 'Останутся', 'Останутся')} в карантине "
        f"{counted(left, 'строка', 'строки', 'строк')}."
        if left
        else ""
    )
    said = f"{plural(ready, 'Готова', 'Готовы', 'Готовы')} к загрузке {counted(ready, 'строка', 'строки', 'строк')}"
    return f'<div class="outcome outcome-{colour}" role="status">{mark} {said}.{rest}</div>'


def faults_list(mended: Mended) -> str:
    """Return the faults left in the corrected rows by row of the file; empty without any."""
    faults = [(row, fault) for row, fault in mended.faults if fault.severity != "notice"]
    items = "".join(
        _fault(row[1] if row else None, fault.column, fault.message) for row, fault in faults[:SHOWN_FAULTS]
    )
    return _fault_list(items, len(faults)) if faults else ""


def event_list(events: pl.DataFrame) -> str:
    """Return the events of a batch's quarantined rows."""
    return f'<ul class="events">{"".join(_event(row) for row in events.iter_rows(named=True))}</ul>'


def _event(row: Row) -> str:
    rows = row["source_rows"]
    named = listed([str(line) for line in rows[:NAMED_ROWS]]) if len(rows) <= NAMED_ROWS else ""
    which = f" ({plural(len(rows), 'строка файла', 'строки файла', 'строки файла')} {named})" if named else ""
    count = counted(row["rows"], "строка", "строки", "строк")
    if row["event"] == "finished":
        done = plural(row["rows"], "Исправлена и загружена", "Исправлены и загружены", "Исправлены и загружены")
        more = f" партией №{NBSP}{row['finished_in']}"
    else:
        done = plural(row["rows"], "Отклонена", "Отклонены", "Отклонены")
        more = ""
    reason = f": {escape(row['reason'])}" if row["reason"] else ""
    return f"<li><b>{done}</b>{more} {count}{which} — {escape(row['actor'])}, {moment(row['happened_at'])}{reason}</li>"
