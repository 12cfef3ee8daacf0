"""Letters, the report and the appendix: figures equal the export; rights; wording."""

import dataclasses
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from checks.russian import NBSP, number
from etl.commands import export
from etl.commands.cli import main
from view.documents import appendix as workbook
from view.documents import pdf, recommendations, styles, table_of_contents
from view.documents.appendix import appendix
from view.documents.archive import archive
from view.documents.letter import letter
from view.documents.refusals import NothingToReport
from view.documents.report import report
from view.documents.source import DocumentSource, document_source
from view.wording.figures import bound, change_text, value_text
from view.wording.theme import VERDICTS
from warehouse.access.rights import Actor, Forbidden
from warehouse.marts.mart import open_mart
from warehouse.recommendations import reading
from warehouse.store.address import Address

REGION, VSEVOLOZHSK, GATCHINA, SILENT = "41000000", "41612000", "41518000", "41642000"
YEAR, HALF = 2025, 2
ADMIN = Actor("Проверка", "admin")


@pytest.fixture(scope="module")
def source(demo_warehouse: Address) -> DocumentSource:
    """The half-year whose recommendations were sent."""
    return document_source(open_mart(demo_warehouse), ADMIN, REGION, YEAR, HALF)


@pytest.fixture(scope="module")
def later(demo_warehouse: Address) -> DocumentSource:
    """The half-year after it, whose recommendations are drafts still."""
    return document_source(open_mart(demo_warehouse), ADMIN, REGION, 2026, 1)


@pytest.fixture(scope="module")
def without_office() -> Iterator[None]:
    """Make documents as on a machine without LibreOffice, to save time.

    Conversions have tests of their own in test_report_office.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "libreoffice", lambda: None)
        yield


@pytest.fixture(scope="module")
def made_letter(source: DocumentSource) -> Document:
    return docx.Document(io.BytesIO(letter(source, VSEVOLOZHSK)))


@pytest.fixture(scope="module")
def made_report(source: DocumentSource, without_office: None) -> Document:
    told: list[float] = []
    content = report(source, lambda share, doing: told.append(share))
    assert told == sorted(told) and told[-1] == 1.0
    return docx.Document(io.BytesIO(content))


def exported(source: DocumentSource) -> dict[tuple[str, str], dict[str, Any]]:
    """Return (territory, indicator) → exported row with the catalogue's words."""
    rows = export.indicators(source.mart, year=YEAR, half=HALF).iter_rows(named=True)
    return {
        (row["territory_id"], row["indicator"]): {**source.catalogue[row["indicator"]], **row}
        for row in rows
        if row["region"] == REGION
    }


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace("\n", " ")


def table(document: Document, *first: str) -> list[list[str]]:
    """Return the cells of the table whose headings begin so."""
    for found in document.tables:
        grid = [[plain(cell.text) for cell in row.cells] for row in found.rows]
        if grid[0][: len(first)] == list(first):
            return grid
    raise AssertionError(f"no table {first}")


def style_of(paragraph: Paragraph) -> str:
    return (paragraph.style and paragraph.style.name) or ""


def texts(document: Document) -> str:
    """Return all text of a document."""
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for found in document.tables for row in found.rows for cell in row.cells]
    return plain("\n".join(parts))


def as_printed(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> list[str]:
    """Return value, fraction, target, verdict and change as a document prints them."""
    share = row["denominator"] is not None and row["numerator"] is not None
    of_year = "" if row["target_year"] in (None, YEAR) else f" ({row['target_year']} г.)"
    change = None
    if before and before["value"] is not None and row["value"] is not None:
        change = row["value"] - before["value"]
    return [
        plain(value_text(row)),
        f"{plain(number(row['numerator']))} / {plain(number(row['denominator']))}" if share else "–",
        plain(bound(row)) + of_year if row["target"] is not None else "–",
        f"{VERDICTS[row['verdict']].mark} {VERDICTS[row['verdict']].word}",
        plain(change_text(change, row["unit"], row["decimals"])) or "–",
    ]


@pytest.mark.parametrize(("which", "territory"), [("made_letter", VSEVOLOZHSK), ("made_report", REGION)])
def test_the_table_of_indicators_equals_the_export(
    which: str, territory: str, source: DocumentSource, request: pytest.FixtureRequest
) -> None:
    grid = table(request.getfixturevalue(which), "Показатель", "Значение", "Числитель / знаменатель", "Цель", "Итог")
    rows = {row[0]: row for row in grid[1:] if len(set(row)) > 1}
    expected = {plain(row["title"]): row for (place, _), row in exported(source).items() if place == territory}
    year_before = export.indicators(source.mart, year=YEAR - 1, half=HALF).iter_rows(named=True)
    before = {row["indicator"]: row for row in year_before if row["territory_id"] == territory}
    assert set(rows) == set(expected) and len(rows) >= 15
    for title, row in expected.items():
        value, fraction, target, verdict, change = as_printed(row, before.get(row["indicator"]))
        printed = rows[title]
        assert printed[1:4] == [value, fraction, target], title
        assert printed[4].split(";")[0] == verdict, title
        assert printed[5] == change, title
        lacking = re.search(r"ещё ([\d ]+)", printed[4])
        assert int(lacking[1].replace(" ", "")) == row["gap"] if lacking else not row["gap"], title


def test_sections_and_matrix_of_municipalities_equal_the_export(made_report: Document, source: DocumentSource) -> None:
    known = exported(source)
    by_short = {plain(row["short"]): code for code, row in source.catalogue.items()}
    places = {row["name"]: row["municipality_id"] for row in source.municipalities}
    matrix = table(made_report, "Муниципалитет", plain(source.catalogue["diagnostics_share"]["short"]))
    codes = [by_short[short] for short in matrix[0][1:-1]]
    by_short_name = {row["short_name"]: row["municipality_id"] for row in source.municipalities}
    assert len(matrix) == 19
    for name, *marks, met in matrix[1:]:
        verdicts = [known[by_short_name[name], code]["verdict"] for code in codes]
        assert marks == [VERDICTS[verdict].mark for verdict in verdicts]
        assert int(met) == verdicts.count("met")
    seen = 0
    place = ""
    for block in made_report.element.body.iterchildren():
        if block.tag.endswith("}p"):
            paragraph = Paragraph(block, made_report)
            place = places.get(plain(paragraph.text), place)
        elif block.tag.endswith("}tbl"):
            rows = Table(block, made_report).rows
            if [plain(cell.text) for cell in rows[0].cells][-1] != "Не хватает":
                continue
            for row in rows[1:]:
                short, value, fraction, target, verdict, lacking = (plain(cell.text) for cell in row.cells)
                expected = known[place, by_short[short]]
                assert [value, fraction, target, verdict] == as_printed(expected, None)[:4]
                assert str(expected["gap"]) in lacking.replace(" ", "")
                seen += 1
    behind = [row for row in known.values() if row["level"] == "M" and row["verdict"] in {"near", "missed"}]
    assert seen == len(behind) > 20


def test_completeness_equals_the_export(made_report: Document, source: DocumentSource) -> None:
    known = exported(source)
    grid = table(made_report, "Муниципалитет", "Организаций в реестре")
    names = {row["name"]: row["municipality_id"] for row in source.municipalities}
    for name, expected, given, silent, share in grid[1:]:
        row = known[names[name], "diagnostics_share"]
        assert (int(expected), int(given), int(silent)) == (
            row["expected"],
            row["reporting"],
            row["expected"] - row["reporting"],
        )
        assert share == plain(number(100 * row["reporting"] / row["expected"], 1)) + " %"


def test_recommendations_have_number_measure_gap_deadline_and_responsible(
    made_letter: Document, source: DocumentSource
) -> None:
    grid = table(made_letter, "№", "Что установлено и что рекомендуется")
    made = reading.recommendations(source.mart, ADMIN, reading.Filter(REGION, YEAR, HALF, VSEVOLOZHSK)).to_dicts()
    assert [row[0] for row in grid[1:]] == [str(position) for position in range(1, len(made) + 1)]
    for printed, row in zip(grid[1:], made, strict=True):
        assert plain(row["finding"]) in printed[1] and plain(row["words"]) in printed[1]
        assert printed[3] == f"{row['due_on']:%d.%m.%Y}"
        assert plain(row["responsible"]) in printed[4] and plain(row["basis"]) in printed[4]
    assert made


def test_drafts_stand_in_a_letter_only_as_a_project(later: DocumentSource, made_letter: Document) -> None:
    project = "ПРОЕКТ. Рекомендации ещё не утверждены."
    assert project in texts(docx.Document(io.BytesIO(letter(later, VSEVOLOZHSK))))
    assert project not in texts(made_letter)
    reader = dataclasses.replace(later, actor=Actor("Руководитель", "viewer"))
    said = texts(docx.Document(io.BytesIO(letter(reader, VSEVOLOZHSK))))
    assert "Утверждённых рекомендаций за этот период нет." in said and project not in said


def test_what_earlier_recommendations_achieved_is_told(later: DocumentSource) -> None:
    made = styles.blank()
    recommendations.achieved(made, later)
    earlier = reading.recommendations(later.mart, ADMIN, reading.Filter(REGION, YEAR, HALF))
    done = reading.achieved_by(earlier)
    grid = table(made, "Мера", "Направлено", "Проверено данными", "Закрыто данными")
    assert sum(int(row[1]) for row in grid[1:]) == done.sent > 50
    assert sum(int(row[3]) for row in grid[1:]) == done.closed > 0
    assert f"направлено {done.sent} рекомендаций" in texts(made)


def test_documents_are_russian_addressed_and_whole(
    made_letter: Document, made_report: Document, source: DocumentSource
) -> None:
    said = texts(made_letter)
    assert "Руководителю методической службы" in said and "Всеволожского муниципального района" in said
    assert "во Всеволожском муниципальном районе" in said
    assert f"публикации № {source.mart.publication}" in said
    for document in (made_letter, made_report):
        words = texts(document)
        assert re.findall(r"[A-Za-z]{2,}", words) == []
        assert "None" not in words and "nan" not in words
        headings = [p for p in document.paragraphs if style_of(p).startswith("Heading")]
        assert len({p.text for p in headings}) == len(headings)
    bodies = list(made_report.element.body.iterchildren())
    for here, after in itertools.pairwise(bodies):
        styled = [style_of(Paragraph(p, made_report)) for p in (here, after) if p.tag.endswith("}p")]
        assert styled != ["Heading 2", "Heading 2"] and styled != ["Heading 2", "Heading 1"], "an empty section"


def test_the_contents_are_a_field_with_an_entry_for_each_heading(made_report: Document) -> None:
    entries = [p for p in made_report.paragraphs if style_of(p).startswith("toc")]
    headings = [p.text for p in made_report.paragraphs if style_of(p) in {"Heading 1", "Heading 2"}]
    assert [entry.text for entry in entries] == headings and len(headings) > 25
    assert 'TOC \\o "1-2"' in entries[0]._p.xml
    marks = table_of_contents.bookmarks(made_report)
    assert len(set(marks)) == len(marks)
    assert all(mark in entry._p.xml for mark, entry in zip(marks, entries, strict=True))
    assert "updateFields" in made_report.settings.element.xml


def test_a_silent_municipality_gets_a_letter_that_says_so(source: DocumentSource) -> None:
    said = texts(docx.Document(io.BytesIO(letter(source, SILENT))))
    assert "не прислали 22 организации" in said
    assert "Просим прислать недостающее" in said


def test_the_appendix_equals_the_export(source: DocumentSource) -> None:
    book = openpyxl.load_workbook(io.BytesIO(appendix(source)), data_only=True)
    check_values(book, source)
    formulas = openpyxl.load_workbook(io.BytesIO(appendix(source)))
    for name in ("Регион", "Муниципалитеты"):
        page = formulas[name]
        assert page.freeze_panes == f"B{workbook.FIRST_LINE + 2}" and page.auto_filter.ref
        assert page.conditional_formatting and page.print_title_rows and page.page_setup.orientation == "landscape"
        for row in page.iter_rows(min_row=workbook.FIRST_LINE + 2):
            kinds = {cell.column for cell in row if cell.data_type == "f"}
            assert kinds == {workbook.VALUE + 1, workbook.VERDICT + 1, workbook.CHANGE + 1}
    for name in ("Рекомендации", "Методика", "О файле"):
        assert all(cell.data_type != "f" for row in formulas[name].iter_rows() for cell in row)


def check_values(book: openpyxl.Workbook, source: DocumentSource) -> None:
    """Compare the sheets of values with the export."""
    known = exported(source)
    by_title = {row["title"]: code for code, row in source.catalogue.items()}
    names = {row["name"]: row["municipality_id"] for row in source.municipalities} | {source.region["name"]: REGION}
    seen = 0
    for sheet in ("Регион", "Муниципалитеты"):
        for row in book[sheet].iter_rows(min_row=workbook.FIRST_LINE + 2, values_only=True):
            expected = known[names[row[0]], by_title[row[1]]]
            shown = VERDICTS[expected["verdict"]]
            assert row[workbook.NUMERATOR] == expected["numerator"]
            assert row[workbook.DENOMINATOR] == expected["denominator"]
            if expected["value"] is None:
                assert not row[workbook.VALUE]
            else:
                assert row[workbook.VALUE] == pytest.approx(expected["value"], rel=1e-12)
            assert row[workbook.TARGET] == expected["target"]
            assert row[workbook.VERDICT] == f"{shown.mark} {shown.word}"
            assert row[workbook.VERDICT + 1] == expected["gap"]
            assert row[workbook.VERDICT + 2 : workbook.VERDICT + 4] == (expected["reporting"], expected["expected"])
            seen += 1
    assert seen == sum(row["level"] in {"R", "M"} for row in known.values())


def test_the_archive_holds_what_its_maker_may_make(demo_warehouse: Address, without_office: None) -> None:
    own = Actor("Служба", "municipal", frozenset({VSEVOLOZHSK}))
    source = document_source(open_mart(demo_warehouse), own, REGION, YEAR, HALF)
    with zipfile.ZipFile(io.BytesIO(archive(source))) as file:
        assert [Path(name).name.split("_")[1] for name in file.namelist()] == ["Всеволожский"]
    steps: tuple[Callable[[], object], ...] = (
        lambda: letter(source, GATCHINA),
        lambda: report(source),
        lambda: appendix(source),
    )
    for refused in steps:
        with pytest.raises(Forbidden):
            refused()


def test_what_is_not_there_is_said(demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    for region, year, profile in (("46000000", 2025, "composite"), (REGION, 2019, "composite"), (REGION, 2025, "нет")):
        with pytest.raises(NothingToReport):
            document_source(mart, ADMIN, region, year, HALF, profile)


def test_the_command_line_makes_documents(
    demo_warehouse: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str], without_office: None
) -> None:
    def run(*words: str) -> int:
        return main(["--warehouse", str(demo_warehouse.database), "report", *words])

    target = tmp_path / "письмо.docx"
    assert run("letter", "--year", "2025", "--municipality", "Всеволожский", "-o", str(target)) == 0
    assert "Готово, письмо муниципалитету за 2025 год" in capsys.readouterr().out
    assert texts(docx.Document(str(target))).count("Всеволожского") >= 1
    assert run("appendix", "--year", "2026", "--half", "1", "-o", str(tmp_path / "a.xlsx")) == 0
    for words in (
        ("letter", "--year", "2025", "-o", str(target)),
        ("letter", "--year", "2025", "--municipality", "Нигде", "-o", str(target)),
        ("region", "--year", "2025", "-o", str(tmp_path / "a.txt")),
        ("region", "--year", "2019", "-o", str(target)),
        ("region", "--year", "2025", "-o", str(tmp_path / "a.pdf")),
    ):
        assert run(*words) == 1
        assert re.search("[а-я]", capsys.readouterr().err)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "письмо.docx"]
