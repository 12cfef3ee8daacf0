"""Workbooks: cells as text, rows and columns, choice of the sheet, unreadable files."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from checks import catalogue
from etl.reader import LeftOut, Table, Unreadable, read
from etl.reader.layout import TITLE
from etl.reader.leftout import FOOTNOTE, NUMBERING, SECTION, TOTAL

HEADER = ["Код организации", "Наименование", "Муниципальное образование", "Тип организации"]
SCHOOL = ["41-001", "Школа № 1", "Волховский район", "школа"]
LYCEUM = ["41-002", "Лицей № 2", "Тосненский район", "школа"]

Filler = Callable[[xlsxwriter.Workbook], None]


def workbook(fill: Filler) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    fill(book)
    book.close()
    return target.getvalue()


def sheet_of(rows: Sequence[Sequence[object]], name: str = "Данные", first: tuple[int, int] = (0, 0)) -> Filler:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows, start=first[0]):
            sheet.write_row(number, first[1], row)

    return fill


def read_book(data: bytes, dataset: str | None = None, sheet: str | None = None) -> Table:
    return read(data, "книга.csv", catalogue.headers(), catalogue.required(), dataset, sheet=sheet)


def rows(table: Table) -> list[int]:
    return table.frame.get_column("row").to_list()


def test_rows_and_columns_are_those_of_the_sheet() -> None:
    table = read_book(workbook(sheet_of([HEADER, SCHOOL, [], LYCEUM], first=(3, 2))))
    assert (table.format, table.sheet, table.header_row) == ("xlsx", "Данные", 4)
    assert table.columns == ("", "", *HEADER)
    assert table.frame.rows() == [(5, None, None, *SCHOOL), (7, None, None, *LYCEUM)]


def test_a_sheet_as_people_make_it() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Свод")
        sheet.merge_range("A1:D1", "Реестр образовательных организаций")
        sheet.merge_range("A3:A4", "Код организации")
        sheet.merge_range("B3:D3", "Сведения")
        sheet.write_row("B4", HEADER[1:])
        sheet.write_row("A5", [1, 2, 3, 4])
        sheet.merge_range("A6:D6", "Школы Волховского района")
        sheet.write_row("A7", SCHOOL)
        sheet.write_row("A8", ["41-003"])
        sheet.write_row("A9", LYCEUM)
        sheet.write_row("A10", ["Итого", 3])
        sheet.write_row("A12", ["* по состоянию на 1 сентября"])

    table = read_book(workbook(fill))
    assert table.header_rows == (3, 4)
    assert table.columns == (HEADER[0], *(f"Сведения {text}" for text in HEADER[1:]))
    assert table.mapping == {"organization_id": 0, "name": 1, "municipality": 2, "kind": 3}
    assert rows(table) == [7, 8, 9]
    assert list(table.left_out) == [
        LeftOut(1, TITLE),
        LeftOut(5, NUMBERING),
        LeftOut(6, SECTION),
        LeftOut(10, TOTAL),
        LeftOut(12, FOOTNOTE),
    ]


def test_cells_come_as_people_write_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [f"Столбец {letter}" for letter in "абвгдежзийк"])
        date, moment, share = (
            book.add_format({"num_format": shape}) for shape in ("dd.mm.yyyy", "dd.mm.yyyy hh:mm", "0.0%")
        )
        sheet.write(1, 0, 5.0)
        sheet.write(1, 1, 37.8)
        sheet.write(1, 2, 41_618_000_001)
        sheet.write_datetime(1, 3, dt.datetime(2025, 2, 1), date)  # noqa: DTZ001
        sheet.write_datetime(1, 4, dt.datetime(2025, 2, 1, 13, 5), moment)  # noqa: DTZ001
        sheet.write(1, 5, True)
        sheet.write(1, 6, 0.375, share)
        sheet.write_formula(1, 7, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 8, "=NA()", None, "#N/A")
        sheet.write(1, 9, "  с\nпереносом ")
        sheet.write_string(1, 10, "0007")

    (row,) = read_book(workbook(fill)).frame.rows()
    assert row == (
        2,
        "5",
        "37.8",
        "41618000001",
        "2025-02-01",
        "2025-02-01 13:05:00",
        "true",
        "37.5%",
        "#DIV/0!",
        "#N/A",
        "  с\nпереносом ",
        "0007",
    )


def test_the_sheet_with_the_table_is_chosen() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        notes = book.add_worksheet("Пояснения")
        for number, text in enumerate(HEADER):
            notes.write_row(number, 0, [text, "текст", "обязательный столбец"])
        book.add_worksheet("Пустой")
        sheet = book.add_worksheet("Школы")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, SCHOOL)

    data = workbook(fill)
    assert read_book(data).sheet == "Школы"
    assert read_book(data, "organizations").sheet == "Школы"
    assert read_book(data, sheet="Пояснения").dataset is None
    with pytest.raises(Unreadable, match="«Школы»"):
        read_book(data, sheet="Школа")


def test_other_sheets_with_the_same_table_are_named() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name, row in (("Волхов", SCHOOL), ("Тосно", LYCEUM)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, row)
        book.add_worksheet("Пустой бланк").write_row(0, 0, HEADER)

    table = read_book(workbook(fill))
    assert (table.sheet, table.other_sheets) == ("Волхов", ("Тосно",))
    assert "«Тосно»" in table.message


def test_a_sheet_people_see_is_not_given_up_for_a_hidden_copy() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        seen = book.add_worksheet("Видимый")
        seen.write_row(0, 0, HEADER[:3])
        seen.write_row(1, 0, SCHOOL[:3])
        old = book.add_worksheet("Старый")
        old.hide()
        old.write_row(0, 0, HEADER)
        old.write_row(1, 0, SCHOOL)

    table = read_book(workbook(fill), "organizations")
    assert (table.sheet, table.missing) == ("Видимый", ("kind",))


def test_percentages_are_read_as_people_see_them() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Итоги & доли")
        sheet.write_row(0, 0, ["Школа", "Доля", "Число"])
        whole, fine, literal = (book.add_format({"num_format": code}) for code in (9, "0.00%", '0"%"'))
        for row, (value, form) in enumerate([(0.85, whole), (0.0775, fine), (60, literal), (1, whole)], start=1):
            sheet.write(row, 0, f"Школа {row}")
            sheet.write(row, 1, value, form)
            sheet.write(row, 2, 0.5)
        sheet.write(5, 0, "Школа 5")
        sheet.write(5, 1, "нет", whole)

    frame = read_book(workbook(fill)).frame
    assert frame.get_column("c1").to_list() == ["85%", "7.75%", "60", "100%", "нет"]
    assert frame.get_column("c2").to_list() == ["0.5"] * 4 + [None]


def test_a_hidden_sheet_serves_when_nothing_else_fits() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Обложка").write(0, 0, "Отчёт")
        hidden = book.add_worksheet("Скрытый")
        hidden.hide()
        hidden.write_row(0, 0, HEADER)
        hidden.write_row(1, 0, SCHOOL)

    assert read_book(workbook(fill)).sheet == "Скрытый"


def test_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист")
    for column, text in enumerate([*HEADER, "Дата", "Число"]):
        sheet.write(2, column, text)
    for column, text in enumerate(SCHOOL):
        sheet.write(3, column, text)
    sheet.write(3, 4, dt.date(2025, 2, 1), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    sheet.write(3, 5, 12)
    target = io.BytesIO()
    book.save(target)
    table = read_book(target.getvalue())
    assert (table.format, table.header_row, table.dataset) == ("xls", 3, "organizations")
    assert table.frame.rows() == [(4, *SCHOOL, "2025-02-01", "12")]


def test_ods() -> None:
    def cell(text: str, **attributes: str) -> TableCell:
        result = TableCell(**(attributes or {"valuetype": "string"}))
        result.addElement(P(text=text))
        return result

    book = OpenDocumentSpreadsheet()
    sheet = OdfTable(name="Лист")
    sheet.addElement(TableRow(numberrowsrepeated=2))
    for row in ([*HEADER, "Дата", "Доля"], SCHOOL):
        line = TableRow()
        for text in row:
            line.addElement(cell(text))
        if row is SCHOOL:
            line.addElement(cell("01.02.2025", valuetype="date", datevalue="2025-02-01"))
            line.addElement(cell("25,5%", valuetype="percentage", value="0.255"))
        sheet.addElement(line)
    sheet.addElement(TableRow(numberrowsrepeated=1_000_000))
    book.spreadsheet.addElement(sheet)
    target = io.BytesIO()
    book.write(target)
    table = read_book(target.getvalue())
    assert (table.format, table.header_row, table.dataset) == ("ods", 3, "organizations")
    assert table.frame.rows() == [(4, *SCHOOL, "2025-02-01", "25.5%")]


def _zip(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _encrypted() -> bytes:
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook(sheet_of([HEADER])))).encrypt("пароль", target)
    return target.getvalue()


def _far_away(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write(1_048_575, 200, "случайно")


UNREADABLE: list[tuple[Callable[[], bytes], str]] = [
    (_encrypted, "encrypted"),
    (lambda: workbook(sheet_of([HEADER]))[:3000], "damaged"),
    (lambda: b"PK\x03\x04" + b"\x00" * 100, "damaged"),
    (lambda: _zip({"readme.txt": b"1"}), "not_a_table"),
    (lambda: _zip({"word/document.xml": b"<w/>"}), "not_a_table"),
    (lambda: _zip({"xl/workbook.bin": b""}), "not_a_table"),
    (lambda: _zip({"xl/workbook.xml": b"<broken"}), "damaged"),
    (lambda: _zip({"xl/workbook.xml": b" " * 150_000_000}), "zip_bomb"),
    (lambda: _zip({"mimetype": b"application/vnd.oasis.opendocument.text"}), "not_a_table"),
    (lambda: _zip({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "damaged"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "not_a_table"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 100, "damaged"),
    (lambda: workbook(_far_away), "too_vast"),
]


@pytest.mark.parametrize(("made", "rule"), UNREADABLE)
def test_what_cannot_be_opened_gets_a_clear_answer(made: Callable[[], bytes], rule: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_book(made())
    assert caught.value.rule == rule
    assert caught.value.message.endswith(".")


def test_formatting_far_away_is_no_table() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, SCHOOL)
        sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert rows(read_book(workbook(fill))) == [2]


@pytest.mark.parametrize("filled", [[], [["Один столбец"], ["а"], ["б"]]])
def test_a_workbook_without_a_table_says_so(filled: list[list[object]]) -> None:
    table = read_book(workbook(sheet_of(filled)))
    assert not table.is_table
    assert "таблицы нет" in table.message
