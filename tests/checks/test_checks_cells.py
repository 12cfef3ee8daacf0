"""Values of one cell: numbers, dates, booleans, missing ones."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import cells
from checks.cells import Problem
from checks.russian import counted, date, listed, number, percent, plural, sort_key
from checks.text import fold, squeeze
from tests.examples.files import load_bytes, load_rows, xlsx_file
from tests.examples.rows import another
from warehouse.store.address import Address

SPACES = [" ", "\u00a0", "\u2009", "\u202f", "\u2007", "\u200a"]


def problem(found: object) -> str:
    assert isinstance(found, Problem)
    return found.rule


@pytest.mark.parametrize("space", SPACES)
def test_any_space_parts_thousands(space: str) -> None:
    written = squeeze(f"{space}1{space}234{space}567{space}")
    assert cells.integer(written) == 1_234_567
    assert cells.decimal(written + ",5") == 1_234_567.5


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("12,0", 12), ("12.00", 12), ("5 %", 5), ("5%", 5), ("-7", -7), ("−7", -7), ("+7", 7), ("007", 7)],
)
def test_integers(text: str, value: int) -> None:
    assert cells.integer(text) == value


@pytest.mark.parametrize(
    "text", ["", "1 2", "12 34", "1 2345", "1.5", "1,2,3", "1e3", "½", "٣", "5%%", "%", "1 000 00"]
)
def test_what_is_no_integer(text: str) -> None:
    assert problem(cells.integer(text)) == "integer"


@pytest.mark.parametrize(
    ("text", "value"),
    [("67,5", 67.5), ("67.5", 67.5), ("55,5 %", 55.5), ("1 250 000,50", 1_250_000.5), ("-0,1", -0.1), ("100", 100.0)],
)
def test_decimals(text: str, value: float) -> None:
    assert cells.decimal(text) == value


@pytest.mark.parametrize("text", ["", ",5", "5,", "1 2,5", "inf", "nan", "1e5", "9" * 400, "0x1F", "1.234,5"])
def test_what_is_no_decimal(text: str) -> None:
    assert problem(cells.decimal(text)) == "decimal"


@given(st.integers(-(10**15), 10**15), st.sampled_from(SPACES))
def test_every_whole_number_is_read_back_from_the_way_the_product_prints_it(value: int, space: str) -> None:
    assert cells.integer(squeeze(number(value).replace("\u00a0", space))) == value


@pytest.mark.parametrize(
    "text",
    [
        "30.06.2025",
        "2025-06-30",
        "30.06.2025 14:05",
        "30.06.2025 00:00:00",
        "2025-06-30T23:59:59.999",
        "2025-06-30 0:00",
    ],
)
def test_dates(text: str) -> None:
    assert cells.date(text) == dt.date(2025, 6, 30)


@pytest.mark.parametrize(
    "text",
    ["31.02.2025", "30.06.25", "06/30/2025", "2025.06.30", "32.01.2025", "45838", "30 июня 2025", "01.01.1899", "2025"],
)
def test_what_is_no_date(text: str) -> None:
    assert problem(cells.date(text)) == "date"


def test_a_serial_day_is_named_so_that_the_person_can_check_it() -> None:
    found = cells.date("45838")
    assert isinstance(found, Problem)
    assert "30.06.2025" in found.message


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)))
def test_every_day_is_read_in_both_spellings(day: dt.date) -> None:
    assert cells.date(day.strftime("%d.%m.") + f"{day.year:04}") == cells.date(day.isoformat()) == day


@pytest.mark.parametrize("text", ["да", "ДА", "Да", "1", "true", "TRUE", "+", "истина"])
def test_yes(text: str) -> None:
    assert cells.boolean(text) is True


@pytest.mark.parametrize("text", ["нет", "Нет", "0", "false", "-", "−", "ложь"])
def test_no(text: str) -> None:
    assert cells.boolean(text) is False


@pytest.mark.parametrize("text", ["x", "х", "X", "v", "✓", "2", "есть", "yes", "*"])
def test_a_cross_is_no_answer(text: str) -> None:
    assert problem(cells.boolean(text)) == "boolean"


@pytest.mark.parametrize("text", ["", "-", "–", "—", "…", "...", "н/д", "Н/Д", "нет данных", "Нет данных"])
def test_missing(text: str) -> None:
    assert cells.is_missing(text)


@pytest.mark.parametrize("text", ["0", "нет", "x", ".", "0,0", "н.д.?"])
def test_missing_is_not_zero_nor_anything_else(text: str) -> None:
    assert not cells.is_missing(text)


def test_a_minus_is_no_in_a_boolean_column_and_a_long_dash_is_missing(registers: Address) -> None:
    row = another("passport_municipalities", 1)
    result = load_rows(registers, "passport_municipalities", [row | {"mutual_learning": "-"}], dry_run=True)
    assert result.status == "valid"
    (finding,) = load_rows(
        registers, "passport_municipalities", [row | {"mutual_learning": "—"}], dry_run=True
    ).findings
    assert finding.rule == "required"
    (finding,) = load_rows(
        registers, "passport_municipalities", [row | {"mutual_learning": "x"}], dry_run=True
    ).findings
    assert finding.rule == "boolean"


def test_a_workbook_keeps_dates_numbers_and_codes(registers: Address) -> None:
    row = another("routes", 1) | {"created_on": dt.date(2025, 6, 30), "closed_on": dt.datetime(2025, 7, 1)}  # noqa: DTZ001
    assert load_bytes(registers, "routes", xlsx_file("routes", [row]), dry_run=True).findings == []
    outcome = another("outcomes", 1) | {"participants": 25, "mean_score": 67.4, "year": 2024.0}
    assert load_bytes(registers, "outcomes", xlsx_file("outcomes", [outcome]), dry_run=True).findings == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Код организации", "  код\u00a0 ОРГАНИЗАЦИИ*"),
        ("прoцентов", "процентов"),  # the first «o» is Latin
        ("Ещё", "еще"),
        ("«Всего»", "всего"),
        ("Организаций1)", "организаций"),
        ("organization_id", "Organization ID"),
        ("Число учителей²", "число учителей"),
        ("Должность,\nкатегория", "должность категория"),
    ],
)
def test_spellings_that_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Результат, %", "Результат"), ("№ п/п", "п/п"), ("Год 1", "Год 2")])
def test_spellings_that_are_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_russian_forms() -> None:
    forms = ("педагог", "педагога", "педагогов")
    counts = [1, 2, 5, 11, 12, 21, 22, 25, 101, 111, 112, 1001, 0]
    assert [plural(count, *forms)[7:] for count in counts] == [
        "", "а", "ов", "ов", "ов", "", "а", "ов", "", "ов", "ов", "", "ов",
    ]  # fmt: skip
    assert counted(1234, *forms) == "1\u00a0234\u00a0педагога"
    assert (number(1234.55, 1), number(-0.04, 1), number(2.5), number(None)) == (
        "1\u00a0234,6",
        "0,0",
        "3",
        "нет данных",
    )
    assert (percent(12.25), percent(None)) == ("12,3\u00a0%", "нет данных")
    assert (date(dt.date(2026, 11, 21)), date(None)) == ("21.11.2026", "нет данных")
    assert (listed([]), listed(["а"]), listed(["а", "б", "в"]), listed(["а", "б"], "или")) == (
        "",
        "а",
        "а, б и в",
        "а или б",
    )
    assert sorted(["Ёлкино", "Жуково", "Едрово"], key=sort_key) == ["Едрово", "Ёлкино", "Жуково"]
