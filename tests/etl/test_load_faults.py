"""Ten faults in one file give ten findings in one run, and nothing published changes."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from checks.catalogue import contracts
from etl.commands.cli import main
from tests.examples.files import assert_speaks_russian, csv_file
from tests.examples.rows import Row, another
from warehouse.marts.mart import current_publication
from warehouse.store.address import Address


@pytest.fixture
def home(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    return loaded


def published(folder: Path) -> bytes:
    file = folder / "export.csv"
    assert main(["export", "indicators", "-o", str(file)]) == 0
    return file.read_bytes()


def found_in(file: Path, dataset: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Load a file that has to be rejected and return its findings but for the notices."""
    capsys.readouterr()
    assert main(["load", dataset, str(file), "--format", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["batch"], answer["rows"]["loaded"]) == ("rejected", None, 0)
    from checks.findings import Finding

    for finding in answer["findings"]:
        assert_speaks_russian(Finding(**finding))
    return [finding for finding in answer["findings"] if finding["severity"] != "notice"]


def placed(findings: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    return [(finding["row"], finding["column"], finding["rule"]) for finding in findings]


DIAGNOSTICS: list[Row] = [another("diagnostics", number) for number in range(14)]
FAULTS: list[tuple[int, str, str, str]] = [  # number of the row, column, what is written, rule
    (0, "score", "пятьдесят", "decimal"),
    (1, "score", "120", "maximum"),
    (2, "date", "30.02.2025", "date"),
    (3, "role", "директор", "choice"),
    (4, "deficit", "", "required"),
    (5, "person", "112-233-445 96", "person"),
    (6, "organization_id", "ORG-77", "unknown_reference"),
    (7, "competency", "ЛИДЕР", "competency"),
    (8, "date", "15.05.2099", "future_date"),
    (9, "deficit", "х", "boolean"),
]


def test_ten_faults_in_a_text_of_windows_1251_with_titles_and_totals(
    home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, publication = published(tmp_path), current_publication(home)
    rows = [dict(row) for row in DIAGNOSTICS]
    for number, column, text, _ in FAULTS:
        rows[number][column] = text
    above = [["Диагностика профессиональных компетенций"], ["Ленинградская область, 1 полугодие 2025 года"], []]
    content = csv_file(
        "diagnostics",
        rows,
        encoding="cp1251",
        above=above,
        below=[["Итого", "", "", "", "", "777", "14"], ["* по данным организаций"]],
    )
    file = tmp_path / "diagnostics_2025.csv"
    file.write_bytes(content)
    header = contracts()["diagnostics"].columns
    expected = [(number + 5, header[column].header, rule) for number, column, _, rule in FAULTS]
    found = found_in(file, "diagnostics", capsys)
    assert placed(found) == expected
    values = {finding["row"]: finding["value"] for finding in found}
    assert values[5] == "пятьдесят"
    assert values[9] is None
    assert set(values[10]) == {"•"}
    assert published(tmp_path) == before
    assert current_publication(home) == publication


STAFF: list[Row] = [another("passport_organizations", number) for number in range(12)]
STAFF_FAULTS: list[tuple[int, str, str, str]] = [
    (0, "pedagogical_staff", "сорок", "integer"),
    (1, "teachers", "41", "teachers_above_staff"),
    (2, "young_specialists", "50", "young_above_staff"),
    (3, "managers", "-1", "minimum"),
    (4, "management_teams", "", "required"),
    (5, "methodical_service", "v", "boolean"),
    (6, "half", "3", "maximum"),
    (7, "organization_id", "ORG-9", "unknown_reference"),
    (8, "teachers", "н/д", "required"),
    (9, "managers", "2,5", "integer"),
]


def workbook_of(rows: list[Row]) -> bytes:
    """Return the staff form as offices fill it in.

    Three merged header rows, column numbers, sections, totals and a signature.
    """
    columns = contracts()["passport_organizations"].columns
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Форма 1")
        sheet.merge_range(0, 0, 0, 8, "Кадровый состав образовательных организаций")
        sheet.write(1, 0, "на 30 июня")
        for position, code in enumerate(("organization_id", "year", "half")):
            sheet.merge_range(2, position, 4, position, columns[code].header)
        sheet.merge_range(2, 3, 2, 8, "Кадры")
        sheet.merge_range(3, 3, 3, 4, "Педагоги")
        sheet.write(4, 3, columns["pedagogical_staff"].header)
        sheet.write(4, 4, columns["teachers"].header)
        for position, code in enumerate(list(columns)[5:], start=5):
            sheet.merge_range(3, position, 4, position, columns[code].header)
        sheet.write_row(5, 0, list(range(1, 10)))
        for line, row in enumerate(rows, start=6):
            for position, code in enumerate(columns):
                text = row[code]
                sheet.write(line, position, int(text) if text.lstrip("-").isdigit() else text)
        last = 6 + len(rows)
        sheet.write_row(last, 0, ["Итого", "", "", 480, 360, 36, 60, 12])
        sheet.write(last + 2, 0, "Исполнитель: специалист ЦНППМ")
    return buffer.getvalue()


def test_ten_faults_in_a_workbook_with_three_merged_header_rows_and_column_numbers(
    home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = published(tmp_path)
    rows = [dict(row) for row in STAFF]
    for number, column, text, _ in STAFF_FAULTS:
        rows[number][column] = text
    file = tmp_path / "кадры.xlsx"
    file.write_bytes(workbook_of(rows))
    header = contracts()["passport_organizations"].columns
    expected = [(number + 7, header[column].header, rule) for number, column, _, rule in STAFF_FAULTS]
    assert placed(found_in(file, "passport_organizations", capsys)) == expected
    assert published(tmp_path) == before


def test_the_same_workbook_mended_loads_and_says_what_it_left_out(
    home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "кадры.xlsx"
    file.write_bytes(workbook_of(STAFF))
    capsys.readouterr()
    assert main(["load", "passport_organizations", str(file), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == {
        "read": 12, "loaded": 12, "superseded": 0, "unchanged": 0, "quarantined": 0, "left_out": 5,
    }  # fmt: skip
    assert [finding["row"] for finding in answer["findings"]] == [1, 2, 6, 19, 21]
    assert {finding["rule"] for finding in answer["findings"]} == {"left_out"}


def test_rows_count_as_a_spreadsheet_counts_them(
    home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [another("roadmap", number) for number in range(3)]
    rows[0]["title"] = 'Провести\nсовещание\nи «круглый стол» с "кавычками"'
    rows[2]["due_on"] = "скоро"
    file = tmp_path / "roadmap.csv"
    file.write_bytes(csv_file("roadmap", rows))
    ((row, column, rule),) = placed(found_in(file, "roadmap", capsys))
    assert (row, column, rule) == (4, "Срок", "date")


def test_a_cell_that_swallowed_half_of_the_file_is_shown_short(
    home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "events.csv"
    file.write_bytes(csv_file("events", [another("events", 0) | {"date": "я" * 100_000}]))
    (finding,) = found_in(file, "events", capsys)
    assert len(finding["value"]) < 250
    assert len(finding["message"]) < 400
