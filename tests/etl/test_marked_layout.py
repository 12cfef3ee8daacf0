"""The marked workbook keeps the sender's layout and removes its own earlier marks."""

import io
import zipfile

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from checks.findings import Finding
from etl.marked import read_reasons
from etl.marked.styles import COLOURS
from tests.examples.rows import VALID
from tests.marking import (
    PASSPORT,
    TRAINING,
    colour,
    error,
    marked,
    opened,
    passport,
    saved,
    table_of,
    texts_of_list,
    warning,
)


def test_the_sender_s_layout_stays() -> None:
    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet["E8"] = "тридцать"
        sheet["F9"] = None

    content = passport(fill)
    findings = [
        Finding("error", "integer", 8, PASSPORT["teachers"], "тридцать", "«тридцать» — не целое число."),
        Finding("error", "required", 9, PASSPORT["managers"], None, "Нет значения."),
    ]
    result = marked(content, findings, "passport_organizations")
    before, after = opened(content), opened(result)
    name = before.sheetnames[0]
    assert after.sheetnames == [*before.sheetnames, "Замечания"]
    old, new = before[name], after[name]
    assert sorted(map(str, old.merged_cells.ranges)) == sorted(map(str, new.merged_cells.ranges))
    assert (new.freeze_panes, new.column_dimensions["A"].width) == ("B7", 17)
    for row in old.iter_rows():
        for cell in row:
            twin = new[cell.coordinate]
            assert (cell.value, cell.number_format) == (twin.value, twin.number_format)
            for aspect in ("font", "border", "alignment", "protection"):
                assert repr(getattr(cell, aspect)) == repr(getattr(twin, aspect))
            assert (repr(cell.fill) == repr(twin.fill)) is (cell.coordinate not in ("E8", "F9"))
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(io.BytesIO(result)) as now:
        assert was.read("xl/worksheets/sheet2.xml") == now.read("xl/worksheets/sheet2.xml")
    read = table_of(result, "passport_organizations")
    assert read.sheet == name
    assert read.frame.select(table_of(content, "passport_organizations").frame.columns).equals(
        table_of(content, "passport_organizations").frame
    )


def test_results_of_formulas_stay() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Данные")
        sheet.write_row(0, 0, [TRAINING[code] for code in VALID["training"]])
        sheet.write_row(1, 0, list(VALID["training"].values()))
        sheet.write_formula(1, 4, '="01.04"&".2025"', None, "01.04.2025")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Данные!$A$2:$A$2"})
        sheet.insert_chart("K2", chart)
        sheet.insert_textbox("K20", "Внимание")
    content = target.getvalue()
    result = marked(content, [error(2, TRAINING["started_on"])])
    assert table_of(result).frame["c4"].to_list() == ["01.04.2025"]
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(io.BytesIO(result)) as now:
        for part in was.namelist():
            if "drawing" in part or "chart" in part:
                assert was.read(part) == now.read(part)


def test_a_comment_of_the_sender_is_kept_below_and_given_back() -> None:
    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet["E8"] = "тридцать"
        sheet["E8"].comment = Comment("Уточнить", "Иванова")
        sheet["H9"].comment = Comment("Моя заметка", "Иванова")

    wrong = Finding("error", "integer", 8, PASSPORT["teachers"], "тридцать", "«тридцать» — не целое число.")
    first = marked(passport(fill), [wrong], "passport_organizations")
    sheet = opened(first).worksheets[0]
    assert sheet["E8"].comment.text == ("ОШИБКА № 1\n«тридцать» — не целое число.\n\nПримечание отправителя:\nУточнить")
    assert sheet["H9"].comment.text == "Моя заметка"
    sheet = opened(marked(first, [], "passport_organizations")).worksheets[0]
    assert (sheet["E8"].comment.text, sheet["H9"].comment.text) == ("Уточнить", "Моя заметка")


def test_a_finding_inside_a_merged_range_is_marked_where_it_shows() -> None:
    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        sheet.merge_cells("B7:B9")

    finding = Finding("error", "required", 9, PASSPORT["year"], None, "Нет значения.")
    result = marked(passport(fill), [finding], "passport_organizations")
    assert opened(result).worksheets[0]["B7"].comment.text.startswith("ОШИБКА № 1")


def test_marking_again_takes_the_old_marks_off() -> None:
    content = passport()
    wrong = [
        Finding("error", "integer", 8, PASSPORT["teachers"], "30", "Не то число."),
        Finding("warning", "staff_jump", 9, PASSPORT["teachers"], "30", "Слишком много."),
    ]
    first = marked(content, wrong, "passport_organizations")
    again = marked(first, [wrong[1]], "passport_organizations")
    for result in (again, marked(saved(opened(first)), [wrong[1]], "passport_organizations")):
        book = opened(result)
        sheet, plain = book.worksheets[0], opened(content).worksheets[0]
        assert book.sheetnames == [*opened(content).sheetnames, "Замечания"]
        commented = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment]
        linked = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        assert (commented, linked) == (["E9"], ["J9"])
        assert colour(sheet, "E8") == colour(plain, "E8") is None
        assert colour(sheet, "E9") == COLOURS["warning"]
        assert (sheet["J9"].number_format, sheet["J8"].number_format) == (';;;"предупреждение →"', ';;;""')
        assert len(texts_of_list(result)) == 7
    none = opened(marked(again, [], "passport_organizations")).worksheets[0]
    assert colour(none, "E9") == colour(opened(content).worksheets[0], "E9") == "FFE2EFDA"


def test_a_sheet_of_the_sender_with_the_same_name_is_left_alone() -> None:
    def fill(book: openpyxl.Workbook, _: Worksheet) -> None:
        book.create_sheet("Замечания")["A1"] = "наше"

    content = passport(fill)
    for _ in range(2):
        content = marked(content, [warning(8)], "passport_organizations")
        book = opened(content)
        assert book.sheetnames[1:] == ["Справочник", "Замечания", "Замечания проверки"]
        assert book["Замечания"]["A1"].value == "наше"
    assert list(read_reasons(with_reasons_on(content, "Замечания проверки")).values()) == ["верно"]


def with_reasons_on(content: bytes, sheet: str) -> bytes:
    book = opened(content)
    book[sheet]["H7"] = "верно"
    return saved(book)
