"""The passport as a workbook: a sheet per section, and one about the file."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from view.parts.downloads import write_table
from view.passport.headline import share_text
from view.passport.sections import Section, State

SHEETS = {
    "staff": "1 Кадры",
    "programs": "2 Программы ДПО",
    "infrastructure": "3 Инфраструктура",
    "finance": "4 Финансы",
    "events": "5 Мероприятия",
    "resources": "6 Ресурсы",
    "results": "7 Результативность",
}
FIRST_WIDTH, WIDTH, LAST_COLUMN = 52, 18, 8
HEAD_HEIGHT, LINE_HEIGHT = 32, 16
DEBTORS_WIDTH = 62
"""Characters in a line of the merged cells with debtors."""


def workbook(
    sections: Sequence[Section],
    title: str,
    about: Sequence[tuple[str, str]],
    closing: Mapping[str, str] | None = None,
) -> bytes:
    """Return the passport as XLSX: a sheet per section with completeness, figures and tables.

    Figures are unrounded; texts never become formulas. about: lines of the sheet about the file. closing: texts at the
    foot of sections' sheets, by code.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "quiet": book.add_format({"font_color": "#566473"}),
        "section": book.add_format({"bold": True, "font_size": 12}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "fraction": book.add_format({"num_format": "#,##0.0#", "valign": "top"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF1F5", "border": 1}),
    }
    for section in sections:
        _sheet(book.add_worksheet(SHEETS[section.code]), section, title, formats, (closing or {}).get(section.code, ""))
    notes = book.add_worksheet("О файле")
    notes.set_column(0, 0, 26)
    notes.set_column(1, 1, 90)
    for line, (name, value) in enumerate(about):
        notes.write_string(line, 0, name, formats["head"])
        notes.write_string(line, 1, value)
    book.close()
    return buffer.getvalue()


def _sheet(sheet: Worksheet, section: Section, title: str, formats: Mapping[str, Format], closing: str) -> None:
    sheet.set_column(0, 0, FIRST_WIDTH, formats["wrapped"])
    sheet.set_column(1, LAST_COLUMN, WIDTH, formats["wrapped"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, section.title, formats["title"])
    sheet.write_string(1, 0, title, formats["quiet"])
    line = 3
    if section.states:
        sheet.write_string(line, 0, f"Полнота раздела: {share_text(section.share)}", formats["section"])
        line = _completeness(sheet, section.states, formats, line + 1)
    blocks: list[tuple[str, pl.DataFrame]] = []
    if section.figures:
        blocks.append(("Сведения", figures_table([section]).drop("Раздел")))
    blocks += [(table.title, table.rows) for table in section.tables]
    for name, table in blocks:
        sheet.write_string(line, 0, name, formats["section"])
        sheet.set_row(line + 1, HEAD_HEIGHT)
        line = 1 + write_table(sheet, table, formats["head"], line + 1, formats["whole"], formats["fraction"])
    if closing:
        sheet.merge_range(line, 0, line + 2, LAST_COLUMN, "", formats["wrapped"])
        sheet.write_string(line, 0, closing, formats["wrapped"])


def _completeness(sheet: Worksheet, states: Sequence[State], formats: Mapping[str, Format], top: int) -> int:
    """Write the completeness of parts with their debtors; return the next free row."""
    for column, name in enumerate(("Часть", "Есть", "Ожидается")):
        sheet.write_string(top, column, name, formats["head"])
    sheet.merge_range(top, 3, top, 4, "Кто представляет", formats["head"])
    sheet.merge_range(top, 5, top, LAST_COLUMN, "Не представили", formats["head"])
    for line, state in enumerate(states, start=top + 1):
        sheet.write_string(line, 0, state.part.name, formats["wrapped"])
        sheet.write_number(line, 1, state.present, formats["whole"])
        sheet.write_number(line, 2, state.expected, formats["whole"])
        sheet.merge_range(line, 3, line, 4, "", formats["wrapped"])
        sheet.write_string(line, 3, state.part.owner, formats["wrapped"])
        sheet.merge_range(line, 5, line, LAST_COLUMN, "", formats["wrapped"])
        sheet.write_string(line, 5, state.debtors, formats["wrapped"])
        sheet.set_row(line, LINE_HEIGHT * max(1, math.ceil(len(state.debtors) / DEBTORS_WIDTH)))
    return top + len(states) + 2


def figures_table(sections: Sequence[Section]) -> pl.DataFrame:
    """Return the figures of sections with their past values and changes, one row per figure."""
    rows = [
        {
            "Показатель": figure.name,
            "Раздел": section.title,
            "Единица": figure.unit,
            "Значение": figure.value,
            "Год назад": figure.past,
            "Изменение за год": figure.change,
        }
        for section in sections
        for figure in section.figures
    ]
    return pl.DataFrame(
        rows,
        schema={
            "Показатель": pl.String,
            "Раздел": pl.String,
            "Единица": pl.String,
            "Значение": pl.Float64,
            "Год назад": pl.Float64,
            "Изменение за год": pl.Float64,
        },
    )
