"""Rows kept back: who sees them, finishing and dismissing them, what brings them back."""

import dataclasses
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from checks.catalogue import contracts
from etl.commands.cli import main
from etl.intake import desk, finish
from etl.intake.prepare import Incoming
from tests.conftest import copy_of
from tests.examples.files import NOW, csv_file, load_rows, options
from tests.examples.rows import VALID, another
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes import quarantine
from warehouse.changes.connection import writer
from warehouse.changes.quarantine import QuarantineRefused, SourceRow
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.ledger import batches
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import kept_back
from warehouse.store.address import Address
from warehouse.store.schema import SQL

SPECIALIST = Actor("Специалист", "specialist")
LUGA = Actor("Луга", "municipal", frozenset({"41633000"}))
VSEVOLOZHSK = Actor("Всеволожск", "municipal", frozenset({"41612000"}))
VIEWER = Actor("Председатель", "viewer")

# Rows 2 and 4 are bad: a day that is none, of Luga, and a score that is no number, of Vsevolozhsk.
PEOPLE = [
    another("diagnostics", 1) | {"organization_id": "ORG-2", "date": "31.02.2025"},
    another("diagnostics", 2),
    another("diagnostics", 3) | {"score": "много"},
]
BAD_DAY, BAD_SCORE = (0, 2), (0, 4)
WANTED = options(quarantine=True, publish=True)


@pytest.fixture(scope="module")
def sent(registers_of_module: Address) -> tuple[Address, int]:
    """Warehouse and a batch with two of three rows kept back; shared, so only copied from."""
    result = load_rows(registers_of_module, "diagnostics", PEOPLE, quarantine=True, publish=True)
    assert (result.rows.loaded, result.rows.quarantined) == (1, 2)
    assert result.batch is not None
    return registers_of_module, result.batch


@pytest.fixture
def batch(sent: tuple[Address, int]) -> int:
    return sent[1]


@pytest.fixture
def holding(sent: tuple[Address, int], tmp_path: Path) -> Address:
    """Copy of the warehouse with the batch that a test may change."""
    return copy_of(sent[0], tmp_path / "holding")


def waiting(address: Address, batch: int, actor: Actor = SPECIALIST) -> list[SourceRow]:
    rows = kept_back.rows_of(open_mart(address), actor, batch).filter(pl.col("state") == "waiting")
    return list(rows.select("file_number", "source_row").iter_rows())


def mended(address: Address, batch: int, source_row: SourceRow, **cells: str) -> dict[SourceRow, dict[str, str | None]]:
    """Return one row as the table of the page gives it, with some cells changed."""
    rows = kept_back.rows_of(open_mart(address), SPECIALIST, batch)
    (at,) = [n for n, found in enumerate(rows.select("file_number", "source_row").iter_rows()) if found == source_row]
    return {source_row: finish.table("diagnostics", rows).row(at, named=True) | cells}


def people(address: Address) -> pl.DataFrame:
    with writer(address, "проверка", None, finish=False) as connection:
        return batches.current_frame(connection, contracts()["diagnostics"])


def test_kept_back_rows_are_listed_with_what_is_wrong_with_them(holding: Address, batch: int) -> None:
    mart = open_mart(holding)
    (listed,) = kept_back.batches(mart, SPECIALIST).to_dicts()
    assert (listed["batch"], listed["waiting"], listed["finished"], listed["dismissed"]) == (batch, 2, 0, 0)
    rows = kept_back.rows_of(mart, SPECIALIST, batch).to_dicts()
    assert [(row["source_row"], row["municipality_id"]) for row in rows] == [(2, "41633000"), (4, "41612000")]
    found = kept_back.findings_of(mart, SPECIALIST, batch).to_dicts()
    assert [(f["source_row"], f["rule"], f["column_header"]) for f in found] == [
        (2, "date", "Дата диагностики"),
        (4, "decimal", "Результат, %"),
    ]


def test_a_person_is_only_a_pseudonym(holding: Address, batch: int) -> None:
    row = kept_back.rows_of(open_mart(holding), SPECIALIST, batch).row(0, named=True)
    pseudonym = json.loads(row["cells"])["person"]
    assert len(pseudonym) == 32 and "person-1" not in row["cells"]
    assert (
        finish.table("diagnostics", kept_back.rows_of(open_mart(holding), SPECIALIST, batch))["person"].to_list()
        == [finish.SAME_PERSON] * 2
    )


def test_rows_are_seen_by_the_region_and_by_their_own_municipality(holding: Address, batch: int) -> None:
    assert waiting(holding, batch) == [BAD_DAY, BAD_SCORE]
    assert waiting(holding, batch, LUGA) == [BAD_DAY]
    assert waiting(holding, batch, VSEVOLOZHSK) == [BAD_SCORE]
    assert kept_back.findings_of(open_mart(holding), LUGA, batch)["source_row"].to_list() == [2]
    for question in (kept_back.rows_of, kept_back.findings_of, kept_back.events_of):
        with pytest.raises(Forbidden):
            question(open_mart(holding), VIEWER, batch)
    with pytest.raises(Forbidden):
        kept_back.batches(open_mart(holding), VIEWER)


def test_a_row_that_names_no_place_belongs_to_the_sender(loaded: Address) -> None:
    rows = [another("events", n) | {"territory": "Лужский район", "level": "муниципальный"} for n in range(2)]
    rows[0]["territory"] = "Нигде"
    checked = desk.check(loaded, LUGA, [("events", Incoming("events.csv", csv_file("events", rows)))], WANTED)
    (result,) = desk.confirm(loaded, LUGA, checked, WANTED)
    assert result.batch is not None
    assert waiting(loaded, result.batch, LUGA) == [(0, 2)]
    assert waiting(loaded, result.batch, VSEVOLOZHSK) == []
    (regional,) = [load_rows(loaded, "events", rows, quarantine=True, publish=True, now=NOW).batch]
    assert regional == result.batch
    rows[1]["participants"] = "50"
    other = load_rows(loaded, "events", rows, quarantine=True, publish=True).batch
    assert other is not None
    assert (waiting(loaded, other), waiting(loaded, other, LUGA)) == ([(0, 2)], [])


def test_a_mended_row_loads_for_the_same_person(holding: Address, batch: int) -> None:
    before = current_publication(holding)
    edits = mended(holding, batch, BAD_DAY, date="28.02.2025") | mended(holding, batch, BAD_SCORE)
    checked = finish.check(holding, SPECIALIST, batch, edits, options())
    assert checked.source_rows == [BAD_DAY]
    assert [(source_row, fault.rule) for source_row, fault in checked.faults] == [(BAD_SCORE, "decimal")]
    assert current_publication(holding) == before and people(holding).height == 1
    foretold = finish.rehearse(holding, SPECIALIST, checked, options(), "composite")
    assert foretold.indicators.height > 0

    result = finish.confirm(holding, SPECIALIST, checked, options(publish=True))
    assert (result.status, result.rows.loaded) == ("loaded", 1)
    assert waiting(holding, batch) == [BAD_SCORE]
    kept = kept_back.rows_of(open_mart(holding), SPECIALIST, batch).row(0, named=True)
    assert (kept["state"], kept["finished_in"], kept["finished_row"]) == ("finished", result.batch, 2)
    # The same person, sent again in a file, is the same row: nobody was made anew.
    load_rows(holding, "diagnostics", [PEOPLE[0] | {"date": "28.02.2025"}])
    assert people(holding).height == 2


def test_a_mended_person_is_an_identifier_like_any_other(holding: Address, batch: int) -> None:
    edits = mended(holding, batch, BAD_DAY, date="28.02.2025", person="person-2")
    finish.confirm(holding, SPECIALIST, finish.check(holding, SPECIALIST, batch, edits, options()), options())
    assert people(holding)["person"].n_unique() == 1
    assert people(holding).height == 2


def test_a_pseudonym_in_a_file_or_a_cell_is_nobody_s(holding: Address, batch: int) -> None:
    """Only the program may use a pseudonym: written by a person it is a new identifier."""
    cells = json.loads(kept_back.rows_of(open_mart(holding), SPECIALIST, batch)["cells"][0])
    load_rows(holding, "diagnostics", [PEOPLE[1] | {"person": cells["person"]}])
    edits = mended(holding, batch, BAD_DAY, date="28.02.2025", person=cells["person"])
    finish.confirm(holding, SPECIALIST, finish.check(holding, SPECIALIST, batch, edits, options()), options())
    assert cells["person"] not in people(holding)["person"].to_list()
    # Nor does the word for a known person stand for anybody in a row whose person is not known.
    result = load_rows(
        holding,
        "diagnostics",
        [PEOPLE[0] | {"person": "И. И."}, another("diagnostics", 9)],
        quarantine=True,
        publish=True,
    )
    assert result.batch is not None
    edits = mended(holding, result.batch, (0, 2), date="28.02.2025", person=finish.SAME_PERSON)
    assert [f.rule for _, f in finish.check(holding, SPECIALIST, result.batch, edits, options()).faults] == ["person"]


def test_a_row_becomes_right_when_its_register_comes(loaded: Address) -> None:
    rows = [another("diagnostics", 1) | {"organization_id": "N-1"}, another("diagnostics", 2)]
    batch = load_rows(loaded, "diagnostics", rows, quarantine=True, publish=True).batch
    assert batch is not None
    edits = mended(loaded, batch, (0, 2))
    assert finish.check(loaded, SPECIALIST, batch, edits, options()).check is None
    load_rows(loaded, "organizations", [another("organizations", 1)])
    assert finish.check(loaded, SPECIALIST, batch, edits, options()).source_rows == [(0, 2)]


def test_rows_finished_alike_from_two_batches_are_one_in_the_facts(loaded: Address) -> None:
    bad = [another("outcomes", 1) | {"exam": "контрольная"}]
    kept = [
        load_rows(loaded, "outcomes", [*bad, another("outcomes", n)], quarantine=True, publish=n == 3).batch
        for n in (2, 3)
    ]
    done = []
    for batch in kept:
        assert batch is not None
        rows = kept_back.rows_of(open_mart(loaded), SPECIALIST, batch)
        cells = finish.table("outcomes", rows).row(0, named=True) | {"exam": "ЕГЭ"}
        checked = finish.check(loaded, SPECIALIST, batch, {(0, 2): cells}, options())
        done.append(finish.confirm(loaded, SPECIALIST, checked, options(publish=True)))
        assert waiting(loaded, batch) == []
    assert done[0].batch == done[1].batch
    assert done[1].publication == current_publication(loaded)


def test_a_warning_of_a_mended_row_needs_a_reason(holding: Address, batch: int) -> None:
    edits = mended(holding, batch, BAD_SCORE, score="95")
    checked = finish.check(holding, SPECIALIST, batch, edits, options())
    assert [finding.rule for finding in checked.warnings] == ["deficit_against_score"]
    assert finish.confirm(holding, SPECIALIST, checked, options()).status == "rejected"
    assert waiting(holding, batch) == [BAD_DAY, BAD_SCORE]
    assert finish.confirm(holding, SPECIALIST, checked, options(confirm="сверено", publish=True)).status == "loaded"
    assert waiting(holding, batch) == [BAD_DAY]


def test_a_hidden_number_has_to_be_written_anew(loaded: Address) -> None:
    rows = [VALID["events"] | {"title": "Встреча 112-233-445 95"}, another("events", 2)]
    batch = load_rows(loaded, "events", rows, quarantine=True, publish=True).batch
    assert batch is not None
    kept = finish.table("events", kept_back.rows_of(open_mart(loaded), SPECIALIST, batch)).row(0, named=True)
    assert "112" not in kept["title"] and "•" in kept["title"]
    checked = finish.check(loaded, SPECIALIST, batch, {(0, 2): kept}, options())
    assert [fault.rule for _, fault in checked.faults] == ["personal_number"]
    assert finish.check(loaded, SPECIALIST, batch, {(0, 2): kept | {"title": "Встреча"}}, options()).check is not None


def test_a_municipality_finishes_its_own_rows_only(holding: Address, batch: int) -> None:
    own = mended(holding, batch, BAD_DAY, date="28.02.2025")
    foreign = mended(holding, batch, BAD_SCORE, score="55")
    with pytest.raises(QuarantineRefused):
        finish.check(holding, LUGA, batch, own | foreign, options())
    checked = finish.check(holding, SPECIALIST, batch, own | foreign, options())
    with pytest.raises(Forbidden):
        finish.confirm(holding, VIEWER, checked, options())
    with pytest.raises(Forbidden):
        quarantine.dismiss(holding, LUGA, batch, [BAD_SCORE], "чужая", NOW)
    moved = mended(holding, batch, BAD_DAY, date="28.02.2025", organization_id="ORG-1")
    faults = finish.check(holding, LUGA, batch, moved, options()).faults
    assert [fault.rule for _, fault in faults] == ["foreign_municipality"]
    assert (
        finish.confirm(holding, LUGA, finish.check(holding, LUGA, batch, own, options()), options()).status == "loaded"
    )


def test_rows_are_dismissed_with_a_reason_and_leave_the_list(holding: Address, batch: int) -> None:
    with pytest.raises(QuarantineRefused, match="Впишите причину"):
        quarantine.dismiss(holding, SPECIALIST, batch, [BAD_DAY], "  ", NOW)
    with pytest.raises(QuarantineRefused, match="Не отмечено"):
        quarantine.dismiss(holding, SPECIALIST, batch, [], "лишняя", NOW)
    publication = quarantine.dismiss(holding, SPECIALIST, batch, [BAD_DAY], "лишняя", NOW)
    assert publication == current_publication(holding)
    assert waiting(holding, batch) == [BAD_SCORE]
    (event,) = kept_back.events_of(open_mart(holding), SPECIALIST, batch).to_dicts()
    assert (event["event"], event["actor"], event["reason"], event["source_rows"]) == (
        "dismissed",
        "Специалист",
        "лишняя",
        [2],
    )
    assert kept_back.events_of(open_mart(holding), VSEVOLOZHSK, batch).is_empty()
    with pytest.raises(QuarantineRefused, match="1\u00a0строка уже не ждёт"):
        quarantine.dismiss(holding, SPECIALIST, batch, [BAD_DAY, BAD_SCORE], "лишние", NOW)
    assert waiting(holding, batch) == [BAD_SCORE]


def test_two_people_cannot_finish_the_same_row(holding: Address, batch: int) -> None:
    edits = mended(holding, batch, BAD_DAY, date="28.02.2025")
    checked = finish.check(holding, SPECIALIST, batch, edits, options())
    quarantine.dismiss(holding, SPECIALIST, batch, [BAD_DAY], "лишняя", NOW)
    with pytest.raises(QuarantineRefused):
        finish.confirm(holding, SPECIALIST, checked, options(publish=True))
    assert people(holding).height == 1


def test_a_withdrawal_brings_the_rows_back(holding: Address, batch: int) -> None:
    edits = mended(holding, batch, BAD_DAY, date="28.02.2025")
    checked = finish.check(holding, SPECIALIST, batch, edits, options())
    result = finish.confirm(holding, SPECIALIST, checked, options(publish=True))
    assert result.batch is not None
    assert waiting(holding, batch) == [BAD_SCORE]
    withdraw_or_restore(holding, Actor("Проверка", "admin"), result.batch, "withdraw", "ошибка", NOW)
    assert waiting(holding, batch) == [BAD_DAY, BAD_SCORE]
    withdraw_or_restore(holding, Actor("Проверка", "admin"), batch, "withdraw", "не тот файл", NOW)
    assert kept_back.batches(open_mart(holding), SPECIALIST).is_empty()


def test_kept_back_rows_survive_an_upgrade() -> None:
    """Rows kept back before rows had a municipality belong to the region."""
    connection = duckdb.connect()
    connection.execute("create schema ledger")
    connection.execute("create table ledger.quarantine (batch int, file_number int, source_row bigint, cells varchar)")
    connection.execute("insert into ledger.quarantine values (1, 0, 2, '{}')")
    connection.execute((SQL / "schema" / "004_quarantine.sql").read_text(encoding="utf-8"))
    assert connection.execute("select municipality_id from ledger.quarantine").fetchall() == [(None,)]


def test_the_command_line_lists_and_dismisses(
    holding: Address, batch: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(holding.database))
    assert main(["quarantine", "list"]) == 0
    said = capsys.readouterr().out
    assert f"Партия № {batch}" in said and "такого дня в календаре нет" in said and "2 строки ждут." in said
    assert main(["quarantine", "dismiss", str(batch), "2", "--reason", "лишняя"]) == 0
    assert f"публикация № {current_publication(holding)}" in capsys.readouterr().out
    assert main(["quarantine", "dismiss", str(batch), "2", "--reason", "лишняя"]) == 1
    assert "уже не ждёт" in capsys.readouterr().err
    assert main(["quarantine", "list", "--format", "json"]) == 0
    (left,) = json.loads(capsys.readouterr().out)
    assert (left["batch"], left["source_row"], left["cells"]["score"]) == (batch, 4, "много")


def test_a_finished_quarantine_is_no_longer_a_fault_of_its_municipality(holding: Address, batch: int) -> None:
    def faults() -> list[str]:
        query = "select municipality_id from completeness where dataset = 'diagnostics' and state = 'errors'"
        return open_mart(holding).query_unguarded(query)["municipality_id"].to_list()

    assert faults() == ["41612000"]
    quarantine.dismiss(holding, SPECIALIST, batch, [BAD_SCORE], "лишняя", NOW)
    assert faults() == []


def test_options_of_a_batch_keep_its_region(loaded: Address) -> None:
    rows = [another("programs", 1) | {"hours": "0"}, another("programs", 2)]
    wanted = dataclasses.replace(options(quarantine=True, publish=True), region="41000000")
    file = Incoming("programs.csv", csv_file("programs", rows))
    checked = desk.check(loaded, SPECIALIST, [("programs", file)], wanted)
    (result,) = desk.confirm(loaded, SPECIALIST, checked, wanted)
    assert result.batch is not None
    kept = kept_back.rows_of(open_mart(loaded), SPECIALIST, result.batch)
    cells = finish.table("programs", kept).row(0, named=True) | {"hours": "36"}
    good = finish.check(loaded, SPECIALIST, result.batch, {(0, 2): cells}, options())
    done = finish.confirm(loaded, SPECIALIST, good, options(publish=True))
    regions = open_mart(loaded).query_unguarded("select region_id from batches where batch = ?", [done.batch])
    assert regions.item() == "41000000"
