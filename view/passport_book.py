"""The passport as a workbook: one sheet a section, and one about the file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter

from view.downloads import write_table
from view.passport import Section, State, count_text, share_text

SHEETS = {
    "staff": "1 Кадры",
    "programs": "2 Программы ДПО",
    "infrastructure": "3 Инфраструктура",
    "finance": "4 Финансы",
    "events": "5 Мероприятия",
    "resources": "6 Ресурсы",
    "results": "7 Результативность",
}
FIRST_WIDTH, WIDTH = 46, 17


def workbook(sections: Sequence[Section], title: str, about: Sequence[tuple[str, str]]) -> bytes:
    """Return the workbook of a passport: on each sheet completeness, figures and tables of its section.

    Figures are unrounded and keep their type; every text is written as text, so that none becomes a formula.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "quiet": book.add_format({"font_color": "#566473"}),
        "section": book.add_format({"bold": True, "font_size": 12}),
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF1F5", "border": 1}),
    }
    for section in sections:
        _sheet(book.add_worksheet(SHEETS[section.code]), section, title, formats)
    notes = book.add_worksheet("О файле")
    notes.set_column(0, 0, 26)
    notes.set_column(1, 1, 90)
    for line, (name, value) in enumerate(about):
        notes.write_string(line, 0, name, formats["head"])
        notes.write_string(line, 1, value)
    book.close()
    return buffer.getvalue()


def _sheet(page: Any, section: Section, title: str, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, FIRST_WIDTH)
    page.set_column(1, 10, WIDTH)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, section.title, formats["title"])
    page.write_string(1, 0, title, formats["quiet"])
    line = 3
    blocks: list[tuple[str, pl.DataFrame]] = []
    if section.states:
        blocks.append((f"Полнота раздела: {share_text(section.share)}", completeness_table(section.states)))
    if section.figures:
        blocks.append(("Сведения", figures_table([section]).drop("Раздел")))
    for name, table in [*blocks, *((table.title, table.rows) for table in section.tables)]:
        page.write_string(line, 0, name, formats["section"])
        line = write_table(page, table, formats["head"], line + 1) + 1


def completeness_table(states: Sequence[State]) -> pl.DataFrame:
    """One row a part: what there is of what is expected, who owes it and who has not sent it."""
    return pl.DataFrame(
        {
            "Часть": [state.part.name for state in states],
            "Есть": [state.present for state in states],
            "Ожидается": [state.expected for state in states],
            "Всего словами": [count_text(state) for state in states],
            "Кто представляет": [state.part.owner for state in states],
            "Не представили": [state.debtors or None for state in states],
        },
        schema_overrides={"Не представили": pl.String},
    )


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
