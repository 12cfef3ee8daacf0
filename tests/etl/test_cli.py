"""The operators' command line: exit codes, JSON, where the warehouse is named, templates."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from checks.catalogue import contracts
from etl.commands import export
from etl.commands.cli import main
from etl.intake.template import write_template
from tests.conftest import copy_of
from tests.examples.files import csv_file, load_bytes, xlsx_file
from tests.examples.rows import VALID, another
from warehouse.marts.mart import current_publication
from warehouse.store.address import Address

LOAD_KEYS = {"dataset", "status", "batch", "rows", "findings"}
ROW_KEYS = {"read", "loaded", "superseded", "unchanged", "quarantined", "left_out"}
FINDING_KEYS = {"severity", "rule", "row", "column", "value", "message"}
INSPECT_KEYS = {
    "format", "encoding", "delimiter", "sheet", "header_row", "columns", "rows", "left_out", "dataset", "message",
}  # fmt: skip


@pytest.fixture
def home(loaded: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    return loaded


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    file = tmp_path / "outcomes.csv"
    file.write_bytes(csv_file("outcomes", [another("outcomes", 1)]))
    return file


def run(*arguments: str) -> int:
    """Run a command and return its exit code, that of wrong usage too."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(*arguments, "--format", "json")
    return code, json.loads(capsys.readouterr().out)


def test_json_of_load_has_exactly_the_keys_of_the_contract(
    home: Address, outcomes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, valid = answer(capsys, "load", "outcomes", str(outcomes), "--dry-run")
    assert (code, valid["status"], valid["batch"]) == (0, "valid", None)
    code, loaded = answer(capsys, "load", "outcomes", str(outcomes))
    assert (code, loaded["status"], loaded["dataset"], loaded["batch"]) == (0, "loaded", "outcomes", 5)
    outcomes.write_bytes(csv_file("outcomes", [another("outcomes", 1) | {"exam": "?"}]))
    code, rejected = answer(capsys, "load", "outcomes", str(outcomes))
    assert (code, rejected["status"], rejected["batch"]) == (1, "rejected", None)
    for found in (valid, loaded, rejected):
        assert set(found) == LOAD_KEYS
        assert set(found["rows"]) == ROW_KEYS
        assert all(type(count) is int for count in found["rows"].values())
    assert [set(finding) for finding in rejected["findings"]] == [FINDING_KEYS]


def test_findings_of_several_files_name_the_file(
    home: Address, outcomes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = answer(capsys, "load", "outcomes", str(outcomes), str(outcomes))
    assert code == 1
    assert [set(finding) for finding in found["findings"]] == [FINDING_KEYS | {"file"}]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["load"],
        ["load", "outcomes"],
        ["load", "небывалое", "файл.csv"],
        ["load", "outcomes", "нет такого файла.csv"],
        ["load-dir", "нет такой папки"],
        ["load", "outcomes", "файл.csv", "--half", "3"],
        ["load", "outcomes", "файл.csv", "--year", "двадцать"],
        ["load", "outcomes", "файл.csv", "--нечто"],
        ["inspect", "нет такого файла.csv"],
        ["template", "outcomes"],
        ["template", "outcomes", "-o", "шаблон.csv"],
        ["withdraw", "1"],
        ["withdraw", "1", "--reason", " "],
        ["withdraw", "первая", "--reason", "так"],
        ["export", "indicators"],
        ["export", "indicators", "-o", "файл.txt"],
        ["export", "indicators", "-o", "файл.csv", "--level", "страна"],
        ["небывалое"],
    ],
)
def test_wrong_usage_is_exit_2(
    home: Address, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.database.parent)
    assert run(*arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["withdraw", "99", "--reason", "так"], "Партии № 99 нет"),
        (["restore", "1"], "не отозвана"),
        (["export", "indicators", "-o", "файл.csv", "--publication", "77"], "Публикация № 77 не хранится"),
        (["--warehouse", "ducklake:база", "batches"], "не открывается этой версией"),
        (["--warehouse", "пусто/w.duckdb", "batches"], "нет ни одной публикации"),
    ],
)
def test_what_cannot_be_done_is_exit_1_and_said_in_russian(
    home: Address,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(home.database.parent)
    assert run(*arguments) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_warehouse_is_left_alone(
    tmp_path: Path, outcomes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "письмо.duckdb"
    letter.write_text("просто письмо " * 500, encoding="utf-8")
    assert run("load", "outcomes", str(outcomes), "--warehouse", str(letter)) == 1
    assert "не открывается как хранилище" in capsys.readouterr().err
    assert letter.read_text(encoding="utf-8").startswith("просто письмо")


def test_the_warehouse_is_named_before_the_command_or_after_it_or_by_the_environment(
    registers: Address, tmp_path: Path, outcomes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [copy_of(registers, tmp_path / name) for name in ("before", "after", "scheme", "environment")]
    before, after, scheme, environment = (str(address.database) for address in addresses)
    monkeypatch.setenv("RSNMS_WAREHOUSE", environment)
    assert run("--warehouse", before, "load", "outcomes", str(outcomes)) == 0
    assert [current_publication(address) for address in addresses] == [2, 1, 1, 1]
    assert run("load", "--warehouse", after, "outcomes", str(outcomes)) == 0
    assert run("load", "outcomes", str(outcomes), "--warehouse", f"duckdb:{scheme}") == 0
    assert [current_publication(address) for address in addresses] == [2, 2, 2, 1]
    assert run("load", "outcomes", str(outcomes)) == 0
    assert current_publication(addresses[3]) == 2


def test_the_module_runs_as_a_program(registers: Address, tmp_path: Path, outcomes: Path) -> None:
    address = copy_of(registers, tmp_path / "copy")
    command = [sys.executable, "-m", "etl", "load", "outcomes", str(outcomes), "--format", "json"]
    environment = os.environ | {"RSNMS_WAREHOUSE": str(address.database), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=Path(__file__).parents[2], check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["status"] == "loaded"


def test_text_is_for_people(home: Address, outcomes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = csv_file("outcomes", [another("outcomes", 1), another("outcomes", 2) | {"participants": "0"}])
    outcomes.write_bytes(content)
    assert run("load", "outcomes", str(outcomes)) == 1
    said = capsys.readouterr().out
    assert "«Результаты обучающихся»: не загружено." in said
    assert "ошибка: строка 3, «Участники»: «0» меньше возможного" in said
    outcomes.write_bytes(csv_file("outcomes", [another("outcomes", 1)]))
    assert run("load", "outcomes", str(outcomes), "--dry-run") == 0
    assert "можно загружать 1\u00a0строку." in capsys.readouterr().out
    assert run("load", "outcomes", str(outcomes)) == 0
    assert "загружено, партия № 5, 1\u00a0строка, публикация № 2." in capsys.readouterr().out
    for options in ([], ["--dry-run"]):
        assert run("load", "outcomes", str(outcomes), *options) == 0
        assert "уже загружено, партия № 5" in capsys.readouterr().out
    assert run("withdraw", "5", "--reason", "не тот год", "--author", "Петрова") == 0
    assert run("batches") == 0
    said = capsys.readouterr().out
    assert "Партия № 5 отозвана, публикация № 3." in said
    assert "№ 5" in said and "отозвана: не тот год" in said and "outcomes.csv" in said
    assert run("restore", "5") == 0
    assert "Партия № 5 возвращена, публикация № 4." in capsys.readouterr().out
    for publication in (1, 4):
        file = outcomes.with_suffix(".parquet")
        assert run("export", "indicators", "-o", str(file), "--publication", str(publication)) == 0


def test_warnings_tell_how_to_accept_them(home: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "passport_finance.csv"
    file.write_bytes(csv_file("passport_finance", [VALID["passport_finance"] | {"spent_rub": "9999999"}]))
    assert run("load", "passport_finance", str(file)) == 1
    assert "--confirm" in capsys.readouterr().out
    assert run("load", "passport_finance", str(file), "--confirm", "уточнённый план") == 0


def test_inspect_answers_with_the_keys_of_the_contract(
    home: Address, outcomes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, seen = answer(capsys, "inspect", str(outcomes))
    assert code == 0
    assert set(seen) >= INSPECT_KEYS
    assert (seen["format"], seen["encoding"], seen["delimiter"]) == ("csv", "utf-8", ";")
    assert (seen["dataset"], seen["rows"], seen["header_row"]) == ("outcomes", 1, 1)
    outcomes.write_text("письмо без таблицы", encoding="utf-8")
    code, seen = answer(capsys, "inspect", str(outcomes))
    assert (code, seen["dataset"]) == (1, None)
    assert seen["message"].endswith(".")
    outcomes.write_bytes(b"PK\x03\x04 not a workbook")
    code, seen = answer(capsys, "inspect", str(outcomes))
    assert code == 1 and set(seen) >= INSPECT_KEYS and seen["message"]


def test_levels_are_named_in_any_way(home: Address, tmp_path: Path) -> None:
    frames = []
    for level in ("R", "r", "region", "регион", "РЕГИОН"):
        assert run("export", "indicators", "--level", level, "-o", str(tmp_path / "r.parquet")) == 0
        frames.append(pl.read_parquet(tmp_path / "r.parquet"))
    assert all(frame.equals(frames[0]) for frame in frames)
    assert set(frames[0]["level"]) == {"R"}


def test_an_export_runs_no_formula_and_leaves_no_draft(tmp_path: Path) -> None:
    frame = pl.DataFrame({"territory": ["=1+1", "+7", "-x", "@a", "Школа"], "operator": [">=", "<=", None, None, ">="]})
    for ending in ("csv", "xlsx", "parquet"):
        export.write(frame, tmp_path / f"e.{ending}")
    written = pl.read_csv(tmp_path / "e.csv", separator=";")
    assert written["territory"].to_list() == ["'=1+1", "'+7", "'-x", "'@a", "Школа"]
    assert written["operator"].to_list() == [">=", "<=", None, None, ">="]
    book = fastexcel.read_excel(tmp_path / "e.xlsx").load_sheet(0).to_polars()
    assert book["territory"].to_list() == frame["territory"].to_list()
    with pytest.raises(ValueError, match="не подходит"):
        export.write(frame, tmp_path / "e.json")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["e.csv", "e.parquet", "e.xlsx"]


@pytest.mark.parametrize("dataset", contracts())
def test_a_template_has_the_headers_lists_and_explanations(tmp_path: Path, dataset: str) -> None:
    file = tmp_path / "t.xlsx"
    assert run("template", dataset, "-o", str(file)) == 0
    book = fastexcel.read_excel(file)
    assert book.sheet_names == ["Данные", "Пояснения"]
    contract = contracts()[dataset]
    form = book.load_sheet("Данные").to_polars()
    assert form.columns == [column.header for column in contract.columns.values()]
    explained = book.load_sheet("Пояснения", header_row=2).to_polars()
    assert explained["Код"].to_list() == list(contract.columns)
    assert explained["Пояснение"].null_count() == 0
    assert explained["Что вписывать"].null_count() == 0
    sheet = _part(file, "xl/worksheets/sheet1.xml")
    listed = [column for column in contract.columns.values() if column.kind in ("boolean", "choice")]
    assert sheet.count("<dataValidation ") == len(listed)
    for option in (option for column in listed for option in column.options):
        assert option in sheet


def _part(file: Path, name: str) -> str:
    import zipfile

    with zipfile.ZipFile(file) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("dataset", contracts())
def test_a_filled_template_loads(registers: Address, tmp_path: Path, dataset: str) -> None:
    """The template's own header with right rows under it, as a person fills it in."""
    file = tmp_path / "t.xlsx"
    write_template(dataset, file)
    header = fastexcel.read_excel(file).load_sheet("Данные").to_polars().columns
    codes = {column.header: code for code, column in contracts()[dataset].columns.items()}
    filled = tmp_path / "filled.xlsx"
    with xlsxwriter.Workbook(filled) as book:
        sheet = book.add_worksheet("Данные")
        sheet.write_row(0, 0, header)
        for line in (1, 2):
            sheet.write_row(line, 0, [another(dataset, line)[codes[title]] for title in header])
        book.add_worksheet("Пояснения").write_row(0, 0, ["Колонка", "Код"])
    result = load_bytes(registers, dataset, filled.read_bytes(), dry_run=True)
    assert (result.status, result.rows.loaded, result.findings) == ("valid", 2, [])


@pytest.mark.parametrize("dataset", ["organizations", "training"])
def test_an_empty_template_has_no_rows(registers: Address, tmp_path: Path, dataset: str) -> None:
    file = tmp_path / "t.xlsx"
    write_template(dataset, file)
    (finding,) = load_bytes(registers, dataset, file.read_bytes(), dry_run=True).findings
    assert finding.rule == "no_rows"


def test_a_workbook_of_rows_is_what_it_was(registers: Address) -> None:
    result = load_bytes(registers, "events", xlsx_file("events", [another("events", 1)]), dry_run=True)
    assert result.findings == []
