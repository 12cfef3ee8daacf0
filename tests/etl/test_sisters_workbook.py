"""Number formats × writers: what a workbook shows is what is loaded, or there is a finding."""

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from checks.catalogue import headers, required
from etl.reader import Table, read
from tests.examples.cases import SCHOOLS, SCORES, STAFF, person, school, staff
from tests.examples.raw_books import Cell, Formula, Number, Spelling, ods, xls, xlsx

SPELLINGS = {
    "plain": Spelling(),
    "prefix": Spelling(prefix="x:"),
    "single quotes": Spelling(quote="'"),
    "attributes backwards": Spelling(backwards=True),
    "no addresses": Spelling(addresses=False),
    "backslashes": Spelling(slash="\\"),
    "targets from the root": Spelling(root="/xl/"),
    "everything": Spelling("main:", "'", backwards=True, addresses=False, slash="\\"),
}
SHOWN = [
    ("0.85", "0%", "85%"),
    ("0.375", "0.0%", "37.5%"),
    ("0.375", "0%", "37.5%"),
    ("1", "0.00%", "100%"),
    ("85", '0" %"', "85"),
    ("0.5", "[Red]0%;[Blue]-0%", "50%"),
    ("-0.5", "0%;(0%)", "-50%"),
    ("0.07", "#,##0.00%", "7%"),
    ("102", "00000", "00102"),
    ("1234567819", "00000000000", "01234567819"),
    ("11223344595", '000"-"000"-"000" "00', "112-233-445 95"),
    ("11223344595", "000\\-000\\-000\\ 00", "112-233-445 95"),
    ("7", '"ORG-"000', "ORG-007"),
    ("1.1", "0.00", "1.10"),
    ("1.234", "0.00", "1.234"),
    ("1250500", "#,##0.0,", "1250.5"),
    ("1250", '0" тыс. руб."', "1250 тыс. руб."),
    ("40", '0" чел."', "40"),
    ("40", "General", "40"),
    ("1250.5", "#,##0.00", "1250.5"),
    ("12", "@", "12"),
]


def first_cell(data: bytes, form: str = "diagnostics", column: str = "score") -> str | None:
    table = read(data, "книга", headers(), required(), form)
    value: str | None = table.frame[f"c{table.mapping[column]}"][0]
    return value


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("stored", "form", "shown"), SHOWN)
def test_a_number_is_read_as_shown_however_xml_is_spelt(spelling: str, stored: str, form: str, shown: str) -> None:
    data = xlsx([SCORES, person(Number(stored, form))], SPELLINGS[spelling])
    assert first_cell(data) == shown


@pytest.mark.parametrize(("stored", "form", "shown"), SHOWN)
def test_a_number_of_an_xls_is_read_as_shown(stored: str, form: str, shown: str) -> None:
    assert first_cell(xls([SCORES, person(Number(stored, form))])) == shown


@pytest.mark.parametrize(("stored", "form", "shown"), SHOWN)
def test_a_number_of_openpyxl_and_xlsxwriter_is_read_as_shown(stored: str, form: str, shown: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(SCORES)
    sheet.append(person(0))
    sheet["F2"].value, sheet["F2"].number_format = float(stored), form
    written = io.BytesIO()
    book.save(written)
    assert first_cell(written.getvalue()) == shown

    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as other:
        page = other.add_worksheet()
        page.write_row(0, 0, SCORES)
        page.write_row(1, 0, person(0))
        page.write_number(1, 5, float(stored), other.add_format({"num_format": form}))
    assert first_cell(written.getvalue()) == shown


def test_a_percentage_of_polars_is_read_as_shown() -> None:
    frame = pl.DataFrame([dict(zip(SCORES, person(0), strict=True)) | {SCORES[5]: 0.85}])
    written = io.BytesIO()
    frame.write_excel(written, column_formats={SCORES[5]: "0.0%"})
    assert first_cell(written.getvalue()) == "85%"


@pytest.mark.parametrize("ending", ["ods", "xls"])
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_saves_what_is_read_as_shown(tmp_path: Path, ending: str) -> None:
    rows: list[list[Cell]] = [list(SCORES), person(Number("0.85", "0%")), person(Number("102", "00000"))]
    (tmp_path / "a.xlsx").write_bytes(xlsx(rows))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", ending]
    subprocess.run([*command, "a.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    table = read(tmp_path / f"a.{ending}", "a", headers(), required(), "diagnostics")
    assert table.frame["c5"].to_list() == ["85%", "00102"]


def _cell(attributes: str, text: str) -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (_cell('office:value="0.85" office:value-type="percentage"', "85%"), "85%"),
        (_cell("office:value-type='percentage' office:value='0.375'", "37,50%"), "37.5%"),
        (_cell('office:value-type="float" office:value="102"', "00102"), "00102"),
        (_cell('office:value-type="float" office:value="40"', "40,00"), "40"),
        (_cell('table:formula="of:=1/0" office:value-type="string" office:string-value=""', "#DIV/0!"), "#DIV/0!"),
        (_cell('table:formula="of:=X" office:value-type="float" office:value="0" calcext:value-type="error"', "#NAME?"),
         "#NAME?"),
        (_cell('table:formula="of:=Y" office:value-type="string" calcext:value-type="error"', "Err:502"), "Err:502"),
        ('<table:table-cell table:formula="of:=1+1"/>', "#НЕ ВЫЧИСЛЕНО!"),
    ],
)  # fmt: skip
def test_a_cell_of_an_ods_is_read_as_shown(cell: str, shown: str) -> None:
    row = [str(value) for value in person("F")]
    row[5] = cell
    assert first_cell(ods([SCORES, row])) == shown


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_formula_without_a_value_is_told(spelling: str) -> None:
    assert first_cell(xlsx([SCORES, person(Formula("1+1"))], SPELLINGS[spelling])) == "#НЕ ВЫЧИСЛЕНО!"


def test_a_zero_that_xlsxwriter_writes_for_a_formula_is_told() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, SCORES)
        page.write_row(1, 0, person(0))
        page.write_formula(1, 5, "=40+45")
    assert first_cell(written.getvalue()) == "#НЕ ВЫЧИСЛЕНО!"


def read_staff(data: bytes) -> Table:
    return read(data, "книга", headers(), required(), "passport_organizations")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_hidden_rows_columns_and_merges_are_named(spelling: str) -> None:
    rows: list[list[Cell]] = [list(STAFF), staff("ORG-1"), [None, *staff("")[1:]], staff("ORG-3")]
    data = xlsx(rows, SPELLINGS[spelling], merged=["A2:A3"], hidden_rows=[4], hidden_columns=[5])
    table = read_staff(data)
    assert table.frame["c0"].to_list() == ["ORG-1", "ORG-1", "ORG-3"]
    assert (table.merged, table.hidden_rows, table.hidden_columns) == (((2, 3, 0),), (4,), (5,))


def test_hidden_rows_and_merges_of_an_xls_are_named() -> None:
    rows: list[list[Cell]] = [list(STAFF), staff("ORG-1"), staff("ORG-2"), staff("ORG-3")]
    rows[2][0] = None
    table = read_staff(xls(rows, hidden_rows=[4], merged=["A2:A3"]))
    assert table.frame["c0"].to_list() == ["ORG-1", "ORG-1", "ORG-3"]
    assert (table.merged, table.hidden_rows) == (((2, 3, 0),), (4,))


def test_a_filtered_row_of_an_ods_is_named() -> None:
    rows = [STAFF, *[[str(cell) for cell in staff(code)] for code in ("ORG-1", "ORG-2")]]
    assert read_staff(ods(rows, hidden_rows=[3])).hidden_rows == (3,)


def test_a_long_code_stays_a_code_of_its_digits() -> None:
    data = xlsx([SCHOOLS, school(Number("1.234567890123457E+18"))])
    assert first_cell(data, "organizations", "organization_id") == "1234567890123457024"
