"""The marked workbook: what it shows, what it leaves alone, and what comes back with it."""

import datetime as dt
import io
import re
import time
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable

import openpyxl
import polars as pl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from checks.catalogue import headers, required
from checks.findings import Finding, Severity
from etl import reader
from etl.load import Incoming, LoadResult, load
from etl.marked import ReasonKey, TooLargeToMark, mark, read_reasons, reason_key, reasons_cover
from etl.marked.reasons import HEADINGS
from etl.marked.styles import COLOURS
from etl.prepare import layout_of
from tests.examples.files import csv_file, options, xlsx_file
from tests.examples.rows import VALID
from warehouse.address import Address

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
    """Every part is XML, is declared, and every relation leads to a part."""
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
    """So many right rows about different people."""
    return [VALID["training"] | {"person": f"teacher-{number}"} for number in range(1, count + 1)]


ROWS = [VALID["training"], *trained(3)]


def training_xlsx() -> bytes:
    return xlsx_file("training", ROWS, above=[["Сведения об обучении"]])


FINDINGS = [left_out(1), error(3, TRAINING["started_on"]), warning(6), warning(None)]


def test_cells_are_coloured_and_commented_and_listed() -> None:
    book = opened(marked(training_xlsx(), FINDINGS))
    assert book.sheetnames == ["Данные", "Замечания"]
    assert book.active.title == "Замечания"
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["Замечания"]
    data = book["Данные"]
    assert {cell: colour(data, cell) for cell in ("A1", "E3", "A6", "B3")} == {
        "A1": COLOURS["notice"],
        "E3": COLOURS["error"],
        "A6": COLOURS["warning"],
        "B3": None,
    }
    assert data["E3"].comment.text == f"ОШИБКА № 3\n{BAD_DATE}"
    assert data["A6"].comment.text == f"ПРЕДУПРЕЖДЕНИЕ № 4\n{REPEATED}"
    assert data["A1"].comment.text.startswith("ЗАМЕЧАНИЕ № 2\n")


def test_the_list_links_to_cells_and_rows_link_back() -> None:
    book = opened(marked(training_xlsx(), FINDINGS))
    listing, data = book["Замечания"], book["Данные"]
    links = {cell.row: cell.hyperlink.location for row in listing.iter_rows() for cell in row if cell.hyperlink}
    assert links == {8: "'Данные'!A1", 9: "'Данные'!E3", 10: "'Данные'!A6"}
    back = {cell.coordinate: cell.hyperlink.location for row in data.iter_rows() for cell in row if cell.hyperlink}
    assert back == {"I1": "'Замечания'!A8", "I3": "'Замечания'!A9", "I6": "'Замечания'!A10"}
    assert (data["I3"].value, data["I3"].number_format) == (" ", ';;;"ошибка →"')


def test_the_list_says_what_it_is_and_how_to_go_on() -> None:
    content = marked(training_xlsx(), [*FINDINGS, *[error(row, TRAINING["started_on"]) for row in range(4, 8)]])
    rows = texts_of_list(content)
    assert [row[0] for row in rows[:4]] == [
        "Проверка файла «обучение.xlsx»",
        "Форма: «Обучение по программам ДПО». Проверено 01.03.2026.",
        "Найдено: 5\u00a0ошибок, 2\u00a0предупреждения и 1\u00a0замечание.",
        "Исправьте окрашенные клетки на листе «Данные», сохраните книгу и загрузите её снова. Где предупреждение есть, "
        "а значение верно, впишите причину в столбец «Обоснование»: без неё файл не загрузится.",
    ]
    assert rows[5] == list(HEADINGS)
    assert rows[8][:7] == [3, 3, TRAINING["started_on"], "ошибка", "завтра", BAD_DATE, "E3 →"]
    sheet = opened(content)["Замечания"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A7", "A6:H14")
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$6:$6", "landscape")
    assert sheet["F9"].alignment.wrap_text
    assert sheet.column_dimensions["I"].hidden


@pytest.mark.parametrize(
    ("findings", "counts", "advice"),
    [
        ([], "Ошибок, предупреждений и замечаний нет.", "Файл в порядке."),
        ([left_out(1)], "Найдено: 1\u00a0замечание.", "Исправлять ничего не нужно."),
        ([warning(6)], "Найдено: 1\u00a0предупреждение.", "Исправьте клетки с предупреждениями"),
        ([error(3, None)] * 21, "Найдено: 21\u00a0ошибка.", "Исправьте окрашенные клетки"),
    ],
)
def test_the_summary_fits_what_was_found(findings: list[Finding], counts: str, advice: str) -> None:
    rows = texts_of_list(marked(training_xlsx(), findings))
    assert rows[2][0] == counts
    assert str(rows[3][0]).startswith(advice)


def test_findings_of_one_cell_share_a_comment_and_the_worst_gives_the_colour() -> None:
    column = TRAINING["started_on"]
    data = opened(marked(training_xlsx(), [warning(3, column), error(3, column), left_out(1)]))["Данные"]
    assert data["E3"].comment.text == f"ОШИБКА № 2\n{BAD_DATE}\n\nПРЕДУПРЕЖДЕНИЕ № 3\n{REPEATED}"
    assert colour(data, "E3") == COLOURS["error"]


def test_an_overfull_comment_sends_to_the_list() -> None:
    data = opened(marked(training_xlsx(), [error(3, TRAINING["started_on"])] * 100))["Данные"]
    assert data["E3"].comment.text.endswith("записей об этой клетке — на листе «Замечания».")
    assert len(data["E3"].comment.text) < 2_000


def test_what_is_wrong_with_a_column_is_marked_at_its_header() -> None:
    rows = [row | {"Телефон": "нет"} for row in ROWS]
    finding = Finding("notice", "extra_column", None, "Телефон", None, "Колонка «Телефон» не входит в форму.")
    missing = Finding("error", "missing_column", None, "Нет такой", None, "Нет обязательной колонки «Нет такой».")
    book = opened(marked(xlsx_file("training", rows), [finding, missing]))
    commented = [cell.value for row in book["Данные"].iter_rows() for cell in row if cell.comment]
    assert commented == ["Телефон"]
    assert [cell.hyperlink for cell in book["Замечания"]["G"][6:8]].count(None) == 1


def passport(fill: Callable[[openpyxl.Workbook, Worksheet], None] = lambda *_: None) -> bytes:
    """A workbook as people make it: titles, three merged header rows, column numbers, totals, another sheet."""
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


def with_reasons(content: bytes, *reasons: str | None) -> bytes:
    """Fill in the column of reasons as a person does, from the first row of the list on."""
    book = opened(content)
    for row, reason in enumerate(reasons, start=7):
        book["Замечания"].cell(row, HEADINGS.index("Обоснование") + 1, reason)
    return saved(book)


def test_reasons_come_back_and_stay_with_their_warnings() -> None:
    warnings = [warning(4, TRAINING["team_id"], "=К-1"), warning(5), warning(6), warning(None)]
    back = with_reasons(marked(training_xlsx(), warnings), "так велено", "две группы,\nразные дни", None, "-")
    reasons = read_reasons(back)
    # The finding about the whole file is listed first.
    assert reasons == {
        reason_key(warning(None)): "так велено",
        ReasonKey("duplicate_row", 4, TRAINING["team_id"], "=К-1"): "две группы, разные дни",
    }
    assert reasons_cover(warnings, reasons) == [warning(5), warning(6)]
    assert reasons_cover([error(3, None), left_out(1)], {}) == []
    again = marked(back, warnings[:1])
    assert list(read_reasons(again).values()) == ["две группы, разные дни"]
    assert read_reasons(marked(back, [warning(5)])) == {}


def test_numbers_of_people_in_reasons_are_hidden() -> None:
    back = with_reasons(marked(training_xlsx(), [warning(6)]), "это 112-233-445 95")
    assert list(read_reasons(back).values()) == ["это ••••••••••••••"]


def test_files_that_are_no_marked_workbook_have_no_reasons() -> None:
    own = openpyxl.Workbook()
    own.active.title = "Замечания"
    own.active.append(["№", "Обоснование"])
    for content in (b"a;b\n1;2\n", training_xlsx(), saved(own), b"\x00\x01", b"PK\x03\x04broken"):
        assert read_reasons(content) == {}


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


def test_a_text_file_becomes_a_workbook_of_texts_in_the_same_places() -> None:
    rows = [ROWS[0] | {"team_id": 'Команда\n"А"'}, ROWS[1] | {"started_on": "=1+1", "team_id": "+7"}, *ROWS[2:]]
    content = csv_file("training", rows, encoding="cp1251", above=[["Отчёт"], []], below=[["Итого", "4"]])
    table = table_of(content)
    result = marked(content, [error(5, TRAINING["started_on"], "=1+1")], name="обучение.csv")
    sheet = opened(result)["Данные"]
    assert (sheet["A1"].value, sheet["A3"].value, sheet["H4"].value) == ("Отчёт", TRAINING["person"], 'Команда\n"А"')
    assert (sheet["E5"].value, sheet["E5"].data_type, sheet["E5"].number_format) == ("=1+1", "s", "@")
    assert sheet["A3"].font.bold
    assert sheet.freeze_panes == "A4"
    read = table_of(result)
    assert read.frame.select(table.frame.columns).equals(table.frame)
    assert (read.left_out, read.header_rows, read.columns[:8]) == (table.left_out, table.header_rows, table.columns)
    assert (read.extra, read.message.partition(";")[0]) == ((), "Книга XLSX, лист «Данные»")


def test_a_marked_workbook_has_the_layout_of_its_source() -> None:
    content = training_xlsx()
    layouts = [layout_of(table_of(file).columns) for file in (content, marked(content, FINDINGS))]
    assert layouts[0] == layouts[1]


@pytest.mark.parametrize("dataset", sorted(VALID))
def test_a_marked_workbook_of_every_form_reads_as_its_source(dataset: str) -> None:
    content = csv_file(dataset, [VALID[dataset]])
    table = table_of(content, dataset)
    texts = [texts[0] for texts in headers()[dataset].values()]
    findings = [Finding("error", "date", 2, text, "нет", "Неверно.") for text in texts] + [warning(2), warning(None)]
    result = marked(content, findings, dataset)
    for asked in (dataset, None):
        read = reader.read(result, "файл", headers(), required(), asked)
        assert (read.dataset, read.sheet, read.mapping) == (table.dataset, "Данные", table.mapping)
        assert read.frame.select(table.frame.columns).equals(table.frame)
        assert (read.extra, read.other_sheets) == ((), ())


def test_an_old_workbook_comes_back_as_xlsx() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for position, (code, value) in enumerate(VALID["training"].items()):
        sheet.write(1, position, TRAINING[code])
        sheet.write(2, position, value)
    target = io.BytesIO()
    book.save(target)
    result = marked(target.getvalue(), [error(3, TRAINING["started_on"])])
    assert opened(result).sheetnames == ["Лист1", "Замечания"]
    assert colour(opened(result)["Лист1"], "E3") == COLOURS["error"]


def test_macros_are_dropped() -> None:
    plain = training_xlsx()
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.namelist():
            body = source.read(part)
            if part == "[Content_Types].xml":
                body = body.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(
                    b"</Types>",
                    b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
                    b"</Types>",
                )
            if part == "xl/_rels/workbook.xml.rels":
                kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
                link = b'<Relationship Id="rId99" Type="' + kind + b'" Target="vbaProject.bin"/></Relationships>'
                body = body.replace(b"</Relationships>", link)
            copy.writestr(part, body)
        copy.writestr("xl/vbaProject.bin", b"macro")
    result = marked(target.getvalue(), [error(3, TRAINING["started_on"])])
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert not [part for part in archive.namelist() if "vba" in part]
        whole = b"".join(archive.read(part) for part in archive.namelist())
    assert b"macroEnabled" not in whole
    assert b"vbaProject" not in whole


def changed_parts(content: bytes, change: Callable[[str, str], str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.namelist():
            copy.writestr(part, change(part, source.read(part).decode()))
    return target.getvalue()


def _prefixed(part: str, text: str) -> str:
    if part not in ("xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        return text
    return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace("xmlns=", "xmlns:x=")


def _without_references(part: str, text: str) -> str:
    return re.sub(r'<c r="[A-Z]+\d+"', "<c", text) if part == "xl/worksheets/sheet1.xml" else text


def _with_remark(part: str, text: str) -> str:
    return text.replace("<sheetData>", "<!-- remark --><sheetData>") if part == "xl/worksheets/sheet1.xml" else text


@pytest.mark.parametrize("change", [_prefixed, _without_references, _with_remark])
def test_workbooks_written_in_other_ways_are_marked_too(change: Callable[[str, str], str]) -> None:
    content = changed_parts(training_xlsx(), change)
    table = table_of(content)
    result = marked(content, FINDINGS)
    data = opened(result)[opened(result).sheetnames[0]]
    assert data["E3"].comment.text == f"ОШИБКА № 3\n{BAD_DATE}"
    assert colour(data, "E3") == COLOURS["error"]
    assert table_of(result).frame.select(table.frame.columns).equals(table.frame)


TROUBLESOME = [
    "\x00нуль",
    "a\u202eb",
    "\ud800",
    "\ufffe",
    "_x0041_",
    "=cmd|' /C calc'!A0",
    "@x",
    "<b>&amp;",
    "к\rл",
    "🙂" * 9,
]


def test_whatever_a_finding_holds_the_workbook_opens() -> None:
    findings = [
        Finding(severity, "date", row, TRAINING["started_on"], text, f"«{text}» — не дата.")
        for row, text in enumerate(TROUBLESOME, start=3)
        for severity in ("error", "warning", "notice")
    ]
    result = marked(training_xlsx(), findings, name="имя\x00\u202e<&>.xlsx")
    values = {row[4] for row in texts_of_list(result)[6:]}
    assert {"нуль", "ab", "=cmd|' /C calc'!A0", "@x", "<b>&amp;", "к\nл"} <= values
    back = with_reasons(result, *["причина"] * len(findings))
    assert reasons_cover([f for f in findings if f.value != "_x0041_"], read_reasons(back)) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_any_text_of_a_file_survives(texts: list[str]) -> None:
    rows = [ROWS[0] | {"team_id": text.replace("\x00", "").encode("utf-8", "ignore").decode()} for text in texts]
    content = csv_file("training", [ROWS[0] | {"team_id": "К"}, *rows])
    try:
        table = table_of(content)
    except reader.Unreadable:
        return
    result = marked(content, [warning(2)])

    def visible(frame: pl.DataFrame) -> list[list[str]]:
        unseen = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufffe\uffff\ufffd]|_x[0-9A-Fa-f]{4}_")
        return [[unseen.sub("", cell or "") for cell in row] for row in frame.drop("row").select("c7").iter_rows()]

    kept = table_of(result)
    if kept.frame.height == table.frame.height:
        assert visible(kept.frame) == visible(table.frame)


def test_a_table_that_no_workbook_holds_is_refused_in_words() -> None:
    rows_of_a_sheet = 1_048_576
    with pytest.raises(TooLargeToMark) as refusal:
        marked(b"a;b\n" + b"1;2\n" * rows_of_a_sheet, [])
    assert refusal.value.message.startswith("Таблица слишком велика")


def test_persons_are_nowhere_but_in_the_cells_that_were_sent() -> None:
    masked = Finding("error", "person", 3, TRAINING["person"], "•••", "Контрольная сумма СНИЛС не сходится.")
    content = training_xlsx()
    result = marked(content, [masked], name="112-233-445 95.xlsx")
    assert not any("112-233" in str(cell) for row in texts_of_list(result) for cell in row)
    data = opened(result)["Данные"]
    assert not any("112-233" in cell.comment.text for row in data.iter_rows() for cell in row if cell.comment)


def test_the_same_input_gives_the_same_bytes() -> None:
    for content in (training_xlsx(), csv_file("training", ROWS)):
        assert marked(content, FINDINGS) == marked(content, FINDINGS)


def test_comments_are_limited_and_errors_come_first() -> None:
    count = 2_500
    content = csv_file("training", trained(count))
    column = TRAINING["team_id"]
    findings = [warning(row, column) for row in range(2, count + 1)] + [error(count + 1, column)]
    sheet = opened(marked(content, findings))["Данные"]
    commented = [row for row in range(2, count + 2) if sheet.cell(row, 8).comment]
    assert len(commented) == 2_000
    assert commented[-1] == count + 1
    assert colour(sheet, f"H{count}") == COLOURS["warning"]


DIAGNOSTICS = {code: texts[0] for code, texts in headers()["diagnostics"].items()}
FAULTY = [
    VALID["diagnostics"] | {"person": "teacher-1", "date": "31.02.2025"},
    VALID["diagnostics"] | {"person": "teacher-2", "score": "90", "deficit": "да"},
]
CP1251 = csv_file("diagnostics", FAULTY, encoding="cp1251", above=[["Диагностика\nза год"], []])
THREE_HEADER_ROWS = xlsx_file(
    "diagnostics",
    FAULTY,
    above=[["Диагностика"], []],
    groups=((0, 2, "Педагог"), (3, 6, "Результат")),
    numbering=True,
    below=[["Итого", "2"]],
)


@pytest.mark.parametrize("content", [CP1251, THREE_HEADER_ROWS], ids=["cp1251", "three header rows"])
def test_a_faulty_file_is_mended_in_the_workbook_that_came_back(loaded: Address, content: bytes) -> None:
    def sent(file: bytes) -> LoadResult:
        return load(loaded, "diagnostics", [Incoming("диагностика", file)], options())

    first = sent(content)
    assert first.status == "rejected"
    book = opened(marked(content, first.findings, "diagnostics"))
    data, listing = book.worksheets[0], book["Замечания"]
    (wrong,) = [cell for row in data.iter_rows() for cell in row if cell.value == "31.02.2025"]
    assert colour(data, wrong.coordinate) == COLOURS["error"]
    wrong.value = "28.02.2025"
    half_mended = saved(book)
    assert sent(half_mended).status == "rejected"

    (row,) = [row for row in listing.iter_rows(min_row=7) if row[3].value == "предупреждение"]
    row[HEADINGS.index("Обоснование")].value = "сверено с протоколом"
    mended = sent(saved(book))
    assert (mended.status, mended.rows.loaded) == ("loaded", 2)
    assert not [finding for finding in mended.findings if finding.severity == "error"]


@pytest.mark.load
@pytest.mark.parametrize("make", [csv_file, xlsx_file], ids=["csv", "xlsx"])
def test_ten_thousand_rows_are_marked_in_no_time(make: Callable[..., bytes]) -> None:
    content = make("training", trained(10_000))
    table = table_of(content)
    severities: list[Severity] = ["error", "warning", "notice"]
    columns = list(TRAINING.values())
    findings = [
        Finding(severities[number % 3], "date", 2 + 17 * number, columns[number % 8], "завтра", BAD_DATE)
        for number in range(500)
    ]
    times = []
    for _ in range(5):
        began = time.process_time()
        mark(content, "обучение", table, "training", findings, DAY)
        times.append(time.process_time() - began)
    assert min(times) < 2
