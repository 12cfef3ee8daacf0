"""Workbooks, findings about them, and reading the marked workbook."""

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable

import openpyxl
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from checks.catalogue import headers, required
from checks.findings import Finding
from etl import reader
from etl.marked import mark
from etl.marked.reasons import HEADINGS
from tests.examples.files import csv_file, xlsx_file
from tests.examples.rows import VALID

DAY = dt.date(2026, 3, 1)
TRAINING = {code: texts[0] for code, texts in headers()["training"].items()}
PASSPORT = {code: texts[0] for code, texts in headers()["passport_organizations"].items()}
BAD_DATE = "«завтра» — не дата; впишите день, месяц и год как 30.06.2025."
REPEATED = "Строка полностью повторяет строку 5; загрузится одна из них."


def table_of(content: bytes, dataset: str = "training") -> reader.Table:
    return reader.read(content, "файл", headers(), required(), dataset)


def marked(content: bytes, findings: list[Finding], dataset: str = "training", name: str = "обучение.xlsx") -> bytes:
    result = mark(content, name, table_of(content, dataset), dataset, findings, DAY)
    assert_well_formed(result)
    return result


def assert_well_formed(content: bytes) -> None:
    """Check that every part is XML and declared, and that relations have targets."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        types = archive.read("[Content_Types].xml").decode()
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")):
                ET.fromstring(archive.read(name))
            assert f'"/{name}"' in types or f'"{name.rpartition(".")[2]}"' in types, name
            for target in re.findall(rb'Target="/([^"]+)"', archive.read(name) if name.endswith(".rels") else b""):
                assert target.decode() in names, target


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def colour(sheet: Worksheet, cell: str) -> str | None:
    fill = sheet[cell].fill
    return fill.fgColor.rgb if fill.patternType == "solid" else None


def texts_of_list(content: bytes) -> list[list[object]]:
    return [list(row) for row in opened(content)["Замечания"].iter_rows(values_only=True)]


def error(row: int | None, column: str | None, value: str | None = "завтра", message: str = BAD_DATE) -> Finding:
    return Finding("error", "date", row, column, value, message)


def warning(row: int | None, column: str | None = None, value: str | None = None) -> Finding:
    return Finding("warning", "duplicate_row", row, column, value, REPEATED)


def left_out(row: int) -> Finding:
    return Finding("notice", "left_out", row, None, None, "Строка не вошла в данные: текст над таблицей.")


def trained(count: int) -> list[dict[str, str]]:
    """Return `count` valid rows about different people."""
    return [VALID["training"] | {"person": f"teacher-{number}"} for number in range(1, count + 1)]


ROWS = [VALID["training"], *trained(3)]


def training_xlsx() -> bytes:
    return xlsx_file("training", ROWS, above=[["Сведения об обучении"]])


FINDINGS = [left_out(1), error(3, TRAINING["started_on"]), warning(6), warning(None)]


def passport(fill: Callable[[openpyxl.Workbook, Worksheet], None] = lambda *_: None) -> bytes:
    """Return a workbook with titles, three merged header rows, totals and another sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Паспорт «РС НМС» & Ко"
    sheet["A1"] = "Паспорт региональной системы"
    cells = {
        "A3:A5": PASSPORT["organization_id"],
        "B3:C3": "Период",
        "B4:B5": PASSPORT["year"],
        "C4:C5": PASSPORT["half"],
        "D3:I3": "Кадры",
        "D4:F4": "Работники",
        "D5:D5": PASSPORT["pedagogical_staff"],
        "E5:E5": PASSPORT["teachers"],
        "F5:F5": PASSPORT["managers"],
        "G4:I4": "Прочее",
        "G5:G5": PASSPORT["young_specialists"],
        "H5:H5": PASSPORT["management_teams"],
        "I5:I5": PASSPORT["methodical_service"],
    }
    for reference, text in cells.items():
        first, _, last = reference.partition(":")
        sheet[first] = text
        if first != last:
            sheet.merge_cells(reference)
    edge = Side(style="thin")
    for column in range(1, 10):
        sheet.cell(6, column, column)
        for row in range(7, 12):
            cell = sheet.cell(row, column)
            cell.value = [f"ORG-{row}", 2025, 1, 40, 30, 3, 5, 1, "да"][column - 1]
            cell.border = Border(edge, edge, edge, edge)
            cell.font = Font(italic=True)
            if row % 2:
                cell.fill = PatternFill("solid", fgColor="FFE2EFDA")
    sheet["A12"] = "Итого"
    sheet["D12"] = "=SUM(D7:D11)"
    sheet.column_dimensions["A"].width = 17
    sheet.freeze_panes = "B7"
    other = book.create_sheet("Справочник")
    other["A1"] = "=1+1"
    fill(book, sheet)
    return saved(book)


def with_reasons(content: bytes, *reasons: str | None) -> bytes:
    """Return the marked workbook with these reasons filled in, from the first finding on."""
    book = opened(content)
    for row, reason in enumerate(reasons, start=7):
        book["Замечания"].cell(row, HEADINGS.index("Обоснование") + 1, reason)
    return saved(book)


DIAGNOSTICS = {code: texts[0] for code, texts in headers()["diagnostics"].items()}
FAULTY = [
    VALID["diagnostics"] | {"person": "teacher-1", "date": "31.02.2025"},
    VALID["diagnostics"] | {"person": "teacher-2", "score": "90", "deficit": "да"},
]
CP1251 = csv_file("diagnostics", FAULTY, encoding="cp1251", above=[["Диагностика\nза год"], []])
