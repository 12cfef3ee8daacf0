"""The marked workbook of any source: text files, every form, old and odd workbooks."""

import io
import re
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue import headers, required
from checks.findings import Finding
from etl import reader
from etl.intake.matching import layout_of
from etl.marked import read_reasons, warnings_without_reason
from etl.marked.styles import COLOURS
from tests.examples.files import csv_file
from tests.examples.rows import VALID
from tests.marking import (
    BAD_DATE,
    FINDINGS,
    ROWS,
    TRAINING,
    colour,
    error,
    marked,
    opened,
    table_of,
    texts_of_list,
    training_xlsx,
    warning,
    with_reasons,
)


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
    assert warnings_without_reason([f for f in findings if f.value != "_x0041_"], read_reasons(back)) == []


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
