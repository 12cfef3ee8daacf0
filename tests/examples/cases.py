"""The inputs of public bug reports, made by code: name → form and files."""

import io
import unicodedata
from collections.abc import Mapping, Sequence

import xlsxwriter

from checks.catalogue import contracts
from tests.examples.files import csv_file
from tests.examples.raw_books import Cell, Formula, Number, Spelling, ods, xls, xlsx
from tests.examples.rows import VALID, Row

Files = list[tuple[str, bytes]]

REGISTERS: Mapping[str, Sequence[Row]] = {
    "organizations": [
        VALID["organizations"] | {"organization_id": code, "name": name, "municipality": place}
        for code, name, place in (
            ("ORG-1", "Средняя школа № 1", "Всеволожский район"),
            ("ORG-2", "Средняя школа № 2", "Лужский район"),
            ("ORG-3", "Средняя школа № 3", "Гатчинский район"),
            ("101", "Школа сто один", "Лужский район"),
            ("00102", "Школа сто два", "Лужский район"),
        )
    ],
    "methodists": [VALID["methodists"]],
    "programs": [VALID["programs"] | {"competencies": "METH"}],
}


def header(form: str, *codes: str) -> list[str]:
    """Return the Russian headers of a form, or of some of its columns."""
    columns = contracts()[form].columns
    return [columns[code].header for code in codes or columns]


SCORES = header("diagnostics")
STAFF = header("passport_organizations")
SCHOOLS = header("organizations")
MEASURES = header("roadmap")


def person(score: Cell = "55", number: int = 1, organization: Cell = "ORG-1") -> list[Cell]:
    """Return a row of diagnostics with a deficit."""
    return [f"person-{number:02}", organization, "учитель", "10.02.2025", "METH", score, "да"]


def staff(organization: Cell, people: int = 40) -> list[Cell]:
    """Return a row of an organization's staff."""
    return [organization, 2025, 1, people, people * 3 // 4, 3, 5, 1, "да"]


def school(code: Cell, place: str = "Лужский район") -> list[Cell]:
    """Return a row of the register of organizations."""
    return [code, "Школа", place, "школа", "нет", "нет"]


def measure(number: Cell, done: Cell = None) -> list[Cell]:
    """Return a row of a roadmap."""
    return ["Ленинградская область", number, "Кадры", "Провести диагностику", "ЦНППМ", "30.06.2025", done, None]


def line(*cells: Cell) -> str:
    """Return cells as a line of a text file."""
    return ";".join("" if cell is None else str(cell) for cell in cells) + "\r\n"


def text(*rows: Sequence[Cell], encoding: str = "utf-8") -> bytes:
    """Return rows as a text file without quotes."""
    return "".join(line(*row) for row in rows).encode(encoding)


def two_sheets(first: Sequence[Sequence[Cell]], second: Sequence[Sequence[Cell]]) -> bytes:
    """Return a workbook of two sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in (("Лист1", first), ("Лист2", second)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def _renamed(columns: Sequence[str], **changes: str) -> list[str]:
    return [changes.get(f"c{position}", column) for position, column in enumerate(columns)]


def made() -> dict[str, tuple[str, Files]]:
    """Return every case by its name: the form and its files, each a batch of its own."""
    percent: list[Sequence[Cell]] = [SCORES, person(Number("0.85", "0%"))]
    own_headers = ["№", "Код организации", "Год", "Полугодие", "Пед. работников", "Учителей", "Руководителей",
                   "Молодых", "Упр. команд", "Метод. служба"]  # fmt: skip
    finance = header("passport_finance")
    event = VALID["events"]
    percentage = (
        '<table:table-cell office:value="0.85" office:value-type="percentage"><text:p>85%</text:p></table:table-cell>'
    )
    single: dict[str, tuple[str, bytes]] = {
        "01-percent-x-prefix.xlsx": ("diagnostics", xlsx(percent, Spelling(prefix="x:"))),
        "02-percent-numfmt-attribute-order.xlsx": (
            "diagnostics",
            xlsx([SCORES, person(Number("0.85", "0.0%"))], Spelling(backwards=True)),
        ),
        "04-percent-no-cell-reference.xlsx": ("diagnostics", xlsx(percent, Spelling(addresses=False))),
        "06-percent.xls": ("diagnostics", xls(percent)),
        "07-percent-attribute-order.ods": ("diagnostics", ods([SCORES, [str(c) for c in person(percentage)]])),
        "09-formula-without-value.xlsx": ("roadmap", xlsx([MEASURES, measure("1.1", Formula("DATE(2026,3,25)"))])),
        "10-missing-markers-in-text.csv": (
            "training",
            text(
                header("training"),
                ["person-01", "ORG-1", "руководитель", "PRG-1", "01.02.2026", "30.03.2026", "да", "#Н/Д"],
                ["person-02", "ORG-2", "руководитель", "PRG-1", "01.02.2026", "30.03.2026", "да", "nan"],
            ),
        ),
        "12-merged-optional-cells.xlsx": (
            "roadmap",
            xlsx([MEASURES, measure("1.1", "25.03.2026"), *[measure(f"1.{n}") for n in (2, 3, 4)]], merged=["G2:G5"]),
        ),
        "13-total-in-article.csv": (
            "passport_finance",
            text(
                finance,
                ["Лужский район", 2026, "муниципальный", "Курсы", 100, 100],
                ["Лужский район", 2026, "муниципальный", "Командировки", 50, 50],
                ["Лужский район", 2026, "муниципальный", "Итого", 150, 150],
            ),
        ),
        "15-second-sheet-one-header-differs.xlsx": (
            "passport_organizations",
            two_sheets([STAFF, staff("ORG-1")], [_renamed(STAFF, c3="Всего педработников"), staff("ORG-2")]),
        ),
        "17-near-snils.csv": (
            "diagnostics",
            text(
                SCORES,
                ["112-233-445 95", "ORG-2", "учитель", "10.02.2026", "METH", 55, "да"],
                ["112-233-445-9О", "ORG-2", "учитель", "11.02.2026", "SUBJ", 55, "да"],
                ["112-233-445-955", "ORG-2", "учитель", "12.02.2026", "PSY", 55, "да"],
            ),
        ),
        "18-snils-lost-zero.csv": (
            "diagnostics",
            text(
                SCORES,
                ["01234567819", "ORG-2", "учитель", "10.02.2026", "METH", 55, "да"],
                ["1234567819", "ORG-2", "учитель", "11.02.2026", "SUBJ", 55, "да"],
            ),
        ),
        "19-lookalike-organization-code.csv": ("organizations", text(SCHOOLS, school("ОRG-1"), school("org-2"))),
        "21-nfd-key.csv": (
            "events",
            csv_file("events", [event | {"event_id": unicodedata.normalize(form, "Мй-1")} for form in ("NFC", "NFD")]),
        ),
        "22-measure-number-became-date.xlsx": (
            "roadmap",
            xlsx([MEASURES, measure(Number("46054", "yyyy-mm-dd")), measure(Number("46082", "yyyy-mm-dd"))]),
        ),
        "24-long-code-as-number.xlsx": ("organizations", xlsx([SCHOOLS, school(Number("1.234567890123457E+18"))])),
        "26-short-cp866.csv": (
            "roadmap",
            text(
                ["territory", "measure_id", "direction", "title", "responsible", "due_on"],
                ["41000000", 1, "Кадры", "ДПО", "ЦНППМ", "30.06.2025"],
                encoding="cp866",
            ),
        ),
        "28-hidden-filtered-row.xlsx": (
            "passport_organizations",
            xlsx([STAFF, staff("ORG-1"), staff("ORG-2", 10), staff("ORG-3", 500)], hidden_rows=[4]),
        ),
        "30-thousand-roubles-by-hand.csv": (
            "passport_finance",
            text(
                _renamed(finance, c4="План, тыс. руб.", c5="Исполнено, тыс. руб."),
                ["Ленинградская область", 2025, "региональный", "Курсы", "1250,5", 900],
            ),
        ),
        "31-numbering-under-subheader.xlsx": (
            "roadmap",
            xlsx(
                [
                    [*MEASURES[:6], "Финансирование"],
                    [None] * 6 + ["План", "Факт"],
                    list(range(1, 9)),
                    [*measure("1.1")[:6], 100, 200],
                ],
                merged=["G1:H1"],
            ),
        ),
        "32-two-row-header-srok.xlsx": (
            "roadmap",
            xlsx(
                [
                    MEASURES[:6],
                    [None] * 5 + ["начала", "окончания"],
                    list(range(1, 8)),
                    [*measure("1.1")[:5], "01.01.2025", "30.06.2025"],
                ],
                merged=["F1:G1"],
            ),
        ),
        "34-numbering-after-repeated-header.xlsx": (
            "passport_organizations",
            xlsx(
                [STAFF, list(range(1, 10)), staff("ORG-1"), STAFF, list(range(1, 10)), staff("ORG-2", 10)],
            ),
        ),
        "36-bom-mid-file.csv": (
            "organizations",
            text(SCHOOLS, school("ORG-61"), encoding="utf-8-sig")
            + text(SCHOOLS, school("ORG-72"), encoding="utf-8-sig"),
        ),
        "37-backslash-in-zip.xlsx": ("diagnostics", xlsx([SCORES, person(55)], Spelling(slash="\\"))),
        "38-equals-quoted-code.csv": ("diagnostics", text(SCORES, person(organization='"=""00102"""'))),
        "39-prefilled-year-half.xlsx": (
            "passport_organizations",
            xlsx([STAFF, staff("ORG-1"), *[[None, 2025, 1]] * 4]),
        ),
        "41-region-before-municipality.csv": (
            "organizations",
            csv_file(
                "organizations",
                [
                    VALID["organizations"] | {"organization_id": f"ORG-{98 + number}", "municipality": place}
                    for number, place in enumerate(
                        ("Ленинградская область, Лужский район", "Лужский муниципальный р-он")
                    )
                ],
            ),
        ),
        "42-header-row-not-movable.xlsx": (
            "passport_organizations",
            xlsx([["Сведения", "Год", 2025], own_headers, [1, *staff("ORG-1")]]),
        ),
        "43-total-row-matched-by-hand.xlsx": (
            "passport_organizations",
            xlsx(
                [_renamed(own_headers, c1="Орг.", c2="Отч. год", c3="Полуг.")]
                + [[n, *staff(c)] for n, c in enumerate(("ORG-1", "ORG-2", "Итого"), start=1)]
            ),
        ),
        "44-whole-line-quoted.csv": (
            "diagnostics",
            "".join(f'"{line(*row).strip()}"\r\n' for row in (SCORES, person(), person(number=2))).encode(),
        ),
        "46-two-forms-on-one-sheet.xlsx": (
            "organizations",
            xlsx([SCHOOLS, school("ORG-81"), [], STAFF, staff("ORG-81")]),
        ),
        "47-latin-letter-in-yes.csv": ("passport_organizations", text(STAFF, [*staff("ORG-1")[:-1], "дa"])),
        "49-year-option-ignored.csv": ("passport_organizations", text(STAFF, ["ORG-1", 2024, *staff("ORG-1")[2:]])),
        "51-zero-padded-number-format.xlsx": ("organizations", xlsx([SCHOOLS, school(Number("102", "00000"))])),
    }
    cases = {name: (form, [(f"{form}.csv", content)]) for name, (form, content) in single.items()}
    cases["29-two-files-conflict"] = (
        "diagnostics",
        [
            ("diagnostics_Всеволожск.csv", text(SCORES, [*person(65)[:-1], "нет"])),
            ("diagnostics_Луга.csv", text(SCORES, person(55))),
        ],
    )
    return cases
