"""The marked workbook: coloured and commented cells, the list of findings, limits."""

import time
from collections.abc import Callable

import pytest

from checks.findings import Finding, Severity
from etl.marked import TooLargeToMark, mark
from etl.marked.reasons import HEADINGS
from etl.marked.styles import COLOURS
from tests.examples.files import csv_file, xlsx_file
from tests.marking import (
    BAD_DATE,
    DAY,
    FINDINGS,
    REPEATED,
    ROWS,
    TRAINING,
    colour,
    error,
    left_out,
    marked,
    opened,
    table_of,
    texts_of_list,
    trained,
    training_xlsx,
    warning,
)


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
