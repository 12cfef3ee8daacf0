"""Identifiers of people reach no disk and no screen, wherever in a file they stand."""

import json
import re
import stat
from pathlib import Path

import pytest

from checks import cells
from etl.commands.cli import main
from tests.examples.files import csv_file, load_bytes, load_rows, xlsx_file
from tests.examples.rows import VALID, another
from warehouse.changes.connection import writer
from warehouse.store.address import Address
from warehouse.store.key import WrongKey, check_key, pseudonym_keys

# Right numbers, one for each place where one may turn up, so that a leak names its place.
NUMBERS = {
    "person": "112-233-445 95",
    "person without separators": "11223344696",
    "person with a wrong check sum": "112-233-447 11",
    "shifted into the organization": "112-233-448 98",
    "shifted into the role": "112-233-449 99",
    "shifted into the programme": "11223345092",
    "team": "112 233 451 93",
    "extra column": "112-233-452 94",
    "extra column without separators": "11223345395",
    "shifted into the date": "112-233-454 96",
    "header": "112-233-455 97",
    "free text": "112-233-456 98",
    "shifted into the number": "11223345799",
    "file name": "11223345800",
    "route": "11223345900",
    "attestation": "112–233–460 94",
    "note under the table": "112-233-461 95",
    "title above": "112-233-462 96",
}


def test_the_numbers_are_what_they_claim_to_be() -> None:
    for place, written in NUMBERS.items():
        digits = re.sub(r"\D", "", written)
        assert len(digits) == 11
        assert cells.has_valid_check_sum(digits) is not (place == "person with a wrong check sum"), (place, written)


def leaks(*texts: bytes) -> set[str]:
    """Return the keys whose digits occur in the texts, in any spelling, UTF-8 or UTF-16."""
    found = set()
    for place, written in NUMBERS.items():
        digits = re.sub(r"\D", "", written)
        pattern = rb"[-\s\x00\xa0\xc2\xe2\x80\x90-\x95]{0,6}".join(re.escape(digit.encode()) for digit in digits)
        if any(re.search(pattern, text) for text in texts):
            found.add(place)
    return found


def files_beside(address: Address) -> list[bytes]:
    return [file.read_bytes() for file in address.database.parent.rglob("*") if file.is_file()]


def test_the_search_itself_finds_what_is_there() -> None:
    assert leaks(b"... 112-233-445 95 ...", "11223344696".encode("utf-16")) == {"person", "person without separators"}
    assert leaks("112–233–460 94".encode()) == {"attestation"}


TRAINING = VALID["training"]
SPOILT = [
    TRAINING | {"person": NUMBERS["person"]},
    TRAINING | {"person": NUMBERS["person without separators"]},
    TRAINING | {"person": NUMBERS["person with a wrong check sum"]},
    TRAINING | {"organization_id": NUMBERS["shifted into the organization"], "person": "teacher-1"},
    TRAINING | {"role": NUMBERS["shifted into the role"], "person": "teacher-2"},
    TRAINING | {"program_id": NUMBERS["shifted into the programme"], "person": "teacher-3"},
    TRAINING | {"team_id": NUMBERS["team"], "person": "teacher-4"},
    TRAINING | {"started_on": NUMBERS["shifted into the date"], "person": "teacher-5"},
    TRAINING | {"attestation_passed": NUMBERS["attestation"], "person": "teacher-6"},
    TRAINING | {"team_id": "команда " + NUMBERS["free text"], "person": "teacher-7"},
    TRAINING | {"person": "teacher-8"},
]
EXTRA = {"Примечание": NUMBERS["extra column"], "Код": NUMBERS["extra column without separators"]}
ABOVE = [[f"Список {NUMBERS['title above']}"]]
BELOW = [["Итого"], [f"* {NUMBERS['note under the table']}"]]


@pytest.fixture
def place(loaded: Address, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(loaded.database))
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("options", [[], ["--quarantine", "--confirm", "да"], ["--dry-run", "--quarantine"]])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_number_reaches_a_file_or_a_screen(
    place: Path, loaded: Address, capfd: pytest.CaptureFixture[str], options: list[str], kind: str
) -> None:
    rows = [row | EXTRA for row in SPOILT]
    content = (
        csv_file("training", rows, above=ABOVE, below=BELOW)
        if kind == "csv"
        else xlsx_file("training", rows, above=ABOVE, below=BELOW)
    )
    file = place / f"training {NUMBERS['file name']}.{kind}"
    file.write_bytes(content)
    for extra in (["--format", "json"], ["--format", "text"]):
        main(["load", "training", str(file), *options, *extra])
    main(["inspect", str(file)])
    main(["batches"])
    out, err = capfd.readouterr()
    assert "Внутренняя ошибка" not in err
    assert leaks(out.encode(), err.encode(), *files_beside(loaded)) == set()


def test_rows_kept_back_keep_the_pseudonym_and_the_rest_as_written(loaded: Address) -> None:
    result = load_rows(loaded, "training", SPOILT, quarantine=True)
    assert (result.status, result.rows.loaded, result.rows.quarantined) == ("loaded", 3, 8)
    with writer(loaded, "проверка", None, finish=False) as connection:
        kept = [json.loads(row[0]) for row in connection.execute("select cells from ledger.quarantine").fetchall()]
    assert len(kept) == 8
    wrong = next(cells for cells in kept if cells["person"] is None)
    assert wrong["program_id"] == "PRG-1"
    assert sorted(cells["started_on"] for cells in kept)[-1] == "••••••••••••••"
    assert all(re.fullmatch("[0-9a-f]{32}", cells["person"] or "0" * 32) for cells in kept)


def test_a_file_without_a_header_does_not_tell_its_first_row(
    place: Path, loaded: Address, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = csv_file("diagnostics", [VALID["diagnostics"] | {"person": NUMBERS["header"]}]).decode().splitlines()[1:]
    file = place / "diagnostics.csv"
    file.write_text("\n".join(lines * 2), encoding="utf-8")
    for command in (["load", "diagnostics", str(file), "--format", "json"], ["inspect", str(file)]):
        assert main(command) in (0, 1)
    assert main(["inspect", str(file), "--format", "json"]) in (0, 1)
    out, err = capfd.readouterr()
    assert leaks(out.encode(), err.encode(), *files_beside(loaded)) == set()


def test_an_exception_tells_no_cell(
    place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(NUMBERS["person"])

    monkeypatch.setattr("etl.intake.prepare.check_rows", broken)
    file = place / "training.csv"
    file.write_bytes(csv_file("training", SPOILT))
    assert main(["load", "training", str(file)]) == 1
    out, err = capfd.readouterr()
    assert "ValueError" in err
    assert leaks(out.encode(), err.encode()) == set()


def test_a_route_and_a_shifted_row_are_refused(registers: Address) -> None:
    route = another("routes", 1) | {"route_id": NUMBERS["route"]}
    (finding,) = load_rows(registers, "routes", [route], dry_run=True).findings
    assert (finding.rule, finding.column, finding.value) == ("personal_number", "Код маршрута", "•" * 11)
    methodist = another("methodists", 1) | {"methodist_id": NUMBERS["route"]}
    assert load_rows(registers, "methodists", [methodist], dry_run=True).status == "rejected"


def test_personal_columns_are_named_and_dropped(registers: Address) -> None:
    personal = ["ФИО", "Ф.И.О. педагога", "Телефон", "E-mail", "Дата рождения", "Адрес проживания", "Паспорт", "Снилс"]
    row = another("young_support", 1) | dict.fromkeys(personal, "есть")
    row |= {"Примечание": NUMBERS["extra column without separators"], "Связь": "+7 (921) 123-45-67", "Счётчик": "15"}
    findings = load_rows(registers, "young_support", [row], dry_run=True).findings
    named = {finding.column for finding in findings if finding.rule == "personal_column"}
    assert named == {*personal, "Примечание", "Связь"}
    assert {finding.column for finding in findings if finding.rule == "extra_column"} == {"Счётчик"}


def test_the_key_is_made_once_for_its_owner_only(warehouse: Address) -> None:
    (key,) = pseudonym_keys(warehouse)
    assert pseudonym_keys(warehouse) == (key,)
    assert len(key) == 32
    assert stat.S_IMODE(warehouse.key.stat().st_mode) == 0o600
    assert sorted(file.name for file in warehouse.key.parent.iterdir()) == [warehouse.key.name]


def test_the_environment_names_the_key(warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_KEY", "сорок тысяч обезьян")
    assert pseudonym_keys(warehouse) == ("сорок тысяч обезьян".encode(),)
    assert not warehouse.key.exists()
    monkeypatch.setenv("RSNMS_KEY", "коротко")
    with pytest.raises(WrongKey, match="короче"):
        pseudonym_keys(warehouse)


def test_a_spoilt_key_file_is_not_replaced(warehouse: Address) -> None:
    warehouse.key.parent.mkdir(parents=True)
    for content in ("не ключ", "", "00ff"):
        warehouse.key.write_text(content, encoding="utf-8")
        with pytest.raises(WrongKey, match="испорчен"):
            pseudonym_keys(warehouse)
        assert warehouse.key.read_text(encoding="utf-8") == content


def batches_of(address: Address) -> list[tuple[object, ...]]:
    with writer(address, "проверка", None, finish=False) as connection:
        return connection.execute("from ledger.batches order by batch").fetchall()


def test_a_warehouse_refuses_another_key_and_does_not_keep_its_own(
    place: Path, loaded: Address, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (key,) = pseudonym_keys(loaded)
    assert load_rows(loaded, "young_support", [another("young_support", 1)]).status == "loaded"
    assert not any(key in text or key.hex().encode() in text for text in [loaded.database.read_bytes()])
    file = place / "young_support.csv"
    file.write_bytes(csv_file("young_support", [VALID["young_support"]]))
    before = batches_of(loaded)
    monkeypatch.setenv("RSNMS_KEY", "совсем другой ключ")
    assert main(["load", "young_support", str(file)]) == 1
    assert "под другим ключом" in capfd.readouterr().err
    assert batches_of(loaded) == before
    monkeypatch.delenv("RSNMS_KEY")
    assert main(["load", "young_support", str(file)]) == 0


def test_the_first_key_is_remembered(warehouse: Address) -> None:
    with writer(warehouse, "проверка", None) as connection:
        check_key(connection, "отпечаток")
        check_key(connection, "отпечаток")
        with pytest.raises(WrongKey):
            check_key(connection, "другой отпечаток")


def test_one_person_is_one_in_all_files(loaded: Address) -> None:
    for number, spelling in enumerate(["112-233-445 95", "11223344595", "112 233 445 95"]):
        row = another("diagnostics", number) | {"person": spelling, "date": f"1{number}.02.2025"}
        assert load_bytes(loaded, "diagnostics", csv_file("diagnostics", [row])).status == "loaded"
    assert load_rows(loaded, "training", [TRAINING]).status == "loaded"
    with writer(loaded, "проверка", None, finish=False) as connection:
        people = "select person from facts.diagnostics union select person from facts.training"
        assert len(connection.execute(people).fetchall()) == 1
