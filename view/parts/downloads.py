"""Downloads of what is on the screen: XLSX and CSV of tables, pictures of charts.

Pictures are saved by the charts' own button.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence

import polars as pl
import streamlit as st
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.text import without_formula
from view.parts.tables import told_rows
from view.shell import session
from view.shell.page import OpenPage, moment
from warehouse.access import audit, audit_events
from warehouse.access.rights import may
from warehouse.store import address

_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")


def neutral(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return without_formula(value) if isinstance(value, str) else value


def csv_bytes(table: pl.DataFrame) -> bytes:
    """Return the table as CSV for Russian spreadsheets: UTF-8 with BOM, «;», decimal commas."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(name) for name in table.columns])
    for row in told_rows(table):
        writer.writerow([_csv_cell(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, dt.date):
        return value.strftime("%d.%m.%Y")
    return neutral(value)


def xlsx_bytes(table: pl.DataFrame, sheet: str, about: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook with the table and a second sheet about it.

    about: names and values on the second sheet, such as what the table is and where it comes from.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF1F5", "border": 1})
    filled = book.add_worksheet(sheet_name(sheet))
    for column, name in enumerate(table.columns):
        longest = max((len(_words(value)) for value in table.get_column(name).head(200)), default=0)
        filled.set_column(column, column, min(60, max(10, longest + 2)))
    write_table(filled, table, head)
    filled.freeze_panes(1, 1)
    if table.height:
        filled.autofilter(0, 0, table.height, len(table.columns) - 1)
    notes = book.add_worksheet("О таблице")
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 90)
    for line, (name, value) in enumerate(about):
        notes.write_string(line, 0, name, head)
        notes.write_string(line, 1, value)
    book.close()
    return buffer.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as a valid name of a sheet, shortened and without forbidden characters.

    «Меры: Лужский» becomes «Меры Лужский».
    """
    short = _NOT_IN_SHEET_NAMES.sub("", title)[:_LONGEST_SHEET_NAME]
    return _NOT_IN_SHEET_NAMES.sub("", short).strip() or "Таблица"


def write_table(
    sheet: Worksheet,
    table: pl.DataFrame,
    head: Format,
    top: int = 0,
    whole: Format | None = None,
    fraction: Format | None = None,
) -> int:
    """Write a table onto a worksheet and return the first row below it.

    top: row of the headings, from 0. head: the format of headings; whole, fraction: those of figures. Texts never
    become formulas or links; a missing value leaves its cell empty, a hidden one says so.
    """
    for column, name in enumerate(table.columns):
        sheet.write_string(top, column, name, head)
    for line, row in enumerate(told_rows(table), start=top + 1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_string(line, column, "да" if value else "нет")
            elif isinstance(value, int | float):
                sheet.write_number(line, column, value, whole if value == int(value) else fraction)
            else:
                sheet.write_string(line, column, _words(value))
    return top + 1 + table.height


def _words(value: object) -> str:
    return value.strftime("%d.%m.%Y") if isinstance(value, dt.date) else str(value)


def about(page: OpenPage, title: str, extra: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Return what a reader of a file must know to find the same figures again."""
    fresh = page.freshness
    lines = [
        ("Таблица", title),
        ("Регион", str(page.region["name"])),
        ("Период", page.period + (", предварительно" if page.provisional else "")),
        ("Профиль целей", page.scope.profile),
        ("Публикация", f"№ {page.publication} от {moment(fresh['published_at'])}"),
        ("Отчитались организации", f"{fresh['reporting']} из {fresh['expected']}"),
        *(extra or {}).items(),
    ]
    if fresh["demonstration"]:
        lines.append(("Внимание", "Демонстрационные данные, не для отчётности"))
    return lines


def on_request(
    page: OpenPage, make: Callable[[], bytes], event: audit_events.Event | None = None, **about: object
) -> Callable[[], bytes]:
    """Return what makes a file when it is asked for, if its reader still may have it.

    event: what that is in the audit trail, None where it is nothing to enter. about: what the entry says.
    """

    def make_for_whom_may() -> bytes:
        session.check_access_unchanged(page.actor)
        if event:
            at: dict[str, object] = {"publication": page.publication, "year": page.scope.year, "half": page.scope.half}
            audit.record(address.resolve(), page.actor, event, "done", **about, **at)
        return make()

    return make_for_whom_may


def offer(page: OpenPage, table: pl.DataFrame, title: str, file_name: str, key: str, people: str | None = None) -> None:
    """Draw the download menu of a table; files are made when asked for.

    people: the territory whose people the rows are about; such downloads are entered in the audit trail.
    """
    if not may(page.actor, "export"):
        return
    name = f"{file_name}_{page.scope.year}-{page.scope.half}_публикация-{page.publication}"
    event: audit_events.Event | None = None if people is None else "people_exported"
    entry: dict[str, object] = {} if people is None else {"resource": people, "document": title, "rows": table.height}
    with st.popover("Скачать", icon=":material/download:", key=f"download_{key}"):
        st.download_button(
            "Excel (XLSX)",
            on_request(page, lambda: xlsx_bytes(table, title, about(page, title)), event, **entry),
            file_name=f"{name}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"xlsx_{key}",
            on_click="ignore",
            width="stretch",
        )
        st.download_button(
            "CSV (точка с запятой)",
            on_request(page, lambda: csv_bytes(table), event, **entry),
            file_name=f"{name}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            on_click="ignore",
            width="stretch",
        )


def offer_picture(page: OpenPage, draw: Callable[[], bytes], file_name: str, key: str, label: str = "Скачать") -> None:
    """Draw the download menu of an SVG picture that is no Plotly chart.

    draw: makes the file, called when it is asked for. Nothing is drawn without the right to export.
    """
    if not may(page.actor, "export"):
        return
    name = f"{file_name}_{page.scope.year}-{page.scope.half}_публикация-{page.publication}.svg"
    with st.popover(label, icon=":material/download:", key=f"download_{key}"):
        st.download_button(
            "Рисунок (SVG)",
            on_request(page, draw),
            file_name=name,
            mime="image/svg+xml",
            key=f"svg_{key}",
            on_click="ignore",
            width="stretch",
        )


def choose_picture_format() -> None:
    """Draw the choice of the format in which the charts' own button saves them."""
    st.segmented_control(
        "Сохранять рисунки как",
        ["png", "svg"],
        default="png",
        key="picture_format",
        format_func=str.upper,
        required=True,
    )
