"""The passport as a workbook: one sheet a section, and one about the file."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import xlsxwriter

from view.parts.downloads import write_table
from view.passport.contents import Section, State
from view.passport.sentences import share_text

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
"""Characters in a line of the merged cells that name the debtors."""


def workbook(
    sections: Sequence[Section],
    title: str,
    about: Sequence[tuple[str, str]],
    closing: Mapping[str, str] | None = None,
) -> bytes:
    """Return the workbook of a passport: on each sheet completeness, figures and tables of its section.

    Figures are unrounded and keep their type; every text is written as text, so that none becomes a formula.
    closing: words at the foot of a section's sheet, by its code.
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


def _sheet(page: Any, section: Section, title: str, formats: dict[str, Any], closing: str) -> None:
    page.set_column(0, 0, FIRST_WIDTH, formats["wrapped"])
    page.set_column(1, LAST_COLUMN, WIDTH, formats["wrapped"])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, section.title, formats["title"])
    page.write_string(1, 0, title, formats["quiet"])
    line = 3
    if section.states:
        page.write_string(line, 0, f"Полнота раздела: {share_text(section.share)}", formats["section"])
        line = _completeness(page, section.states, formats, line + 1)
    blocks: list[tuple[str, pl.DataFrame]] = []
    if section.figures:
        blocks.append(("Сведения", figures_table([section]).drop("Раздел")))
    blocks += [(table.title, table.rows) for table in section.tables]
    for name, table in blocks:
        page.write_string(line, 0, name, formats["section"])
        page.set_row(line + 1, HEAD_HEIGHT)
        line = 1 + write_table(page, table, formats["head"], line + 1, formats["whole"], formats["fraction"])
    if closing:
        page.merge_range(line, 0, line + 2, LAST_COLUMN, "", formats["wrapped"])
        page.write_string(line, 0, closing, formats["wrapped"])


def _completeness(page: Any, states: Sequence[State], formats: dict[str, Any], top: int) -> int:
    """Write what is there of what is expected, who owes it and who has not sent it; return the next free row."""
    for column, name in enumerate(("Часть", "Есть", "Ожидается")):
        page.write_string(top, column, name, formats["head"])
    page.merge_range(top, 3, top, 4, "Кто представляет", formats["head"])
    page.merge_range(top, 5, top, LAST_COLUMN, "Не представили", formats["head"])
    for line, state in enumerate(states, start=top + 1):
        page.write_string(line, 0, state.part.name, formats["wrapped"])
        page.write_number(line, 1, state.present, formats["whole"])
        page.write_number(line, 2, state.expected, formats["whole"])
        page.merge_range(line, 3, line, 4, "", formats["wrapped"])
        page.write_string(line, 3, state.part.owner, formats["wrapped"])
        page.merge_range(line, 5, line, LAST_COLUMN, "", formats["wrapped"])
        page.write_string(line, 5, state.debtors, formats["wrapped"])
        page.set_row(line, LINE_HEIGHT * max(1, math.ceil(len(state.debtors) / DEBTORS_WIDTH)))
    return top + len(states) + 2


def figures_table(sections: Sequence[Section]) -> pl.DataFrame:
    """Every figure of the sections with its value a year before: one row a figure."""
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
