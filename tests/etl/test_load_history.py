"""Batches over time: superseding, withdrawing, restoring, repeating, keeping back, joining."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from checks.catalogue import contracts
from etl.commands.export import indicators
from tests.examples.files import NOW, csv_file, load_bytes, load_rows
from tests.examples.rows import REGISTERS, VALID, another
from warehouse.access.rights import Actor
from warehouse.changes.connection import transaction, writer
from warehouse.changes.withdrawals import Change, withdraw_or_restore
from warehouse.ledger import batches
from warehouse.ledger.batches import UnknownBatch
from warehouse.marts.mart import current_publication, open_mart
from warehouse.store.address import Address

OUTCOME = VALID["outcomes"]


def current(address: Address, dataset: str) -> list[dict[str, Any]]:
    with writer(address, "проверка", None, finish=False) as connection:
        return batches.current_frame(connection, contracts()[dataset]).drop("source_row").to_dicts()


def exported(address: Address) -> bytes:
    return indicators(open_mart(address)).write_csv().encode()


def change(address: Address, batch: int, what: Change) -> int:
    return withdraw_or_restore(address, Actor("Проверка", "admin"), batch, what, "ошибка", NOW)


@pytest.mark.parametrize("seed", [1, 2])
def test_current_rows_are_those_of_a_naive_model(loaded: Address, seed: int) -> None:
    """The model walks over active batches, each a table by key."""
    chance = random.Random(seed)
    model: dict[int, dict[tuple[str, str], float]] = {}
    withdrawn: set[int] = set()
    for _ in range(14):
        action = chance.choice(["load", "load", "withdraw", "restore"])
        active = sorted(model.keys() - withdrawn)
        if action == "load":
            keys = {(chance.choice(["ORG-1", "ORG-2"]), chance.choice("АБВ")) for _ in range(3)}
            rows = {key: float(chance.randint(1, 100)) for key in sorted(keys)}
            now = {key: value for batch in active for key, value in model[batch].items()}
            result = load_rows(
                loaded,
                "outcomes",
                [
                    OUTCOME | {"organization_id": org, "subject": subject, "mean_score": f"{score:g}"}
                    for (org, subject), score in rows.items()
                ],
                confirm="так и есть",
            )
            assert result.status == "loaded"
            assert result.rows.unchanged == sum(now.get(key) == value for key, value in rows.items())
            if result.rows.loaded:
                assert result.batch is not None and result.batch not in model
                assert result.rows.superseded == sum(now.get(key, value) != value for key, value in rows.items())
                model[result.batch] = rows
        elif action == "withdraw" and active:
            batch = chance.choice(active)
            with writer(loaded, "проверка", None, finish=False) as connection, transaction(connection):
                batches.withdraw(connection, batch, actor="я", reason="так", at=NOW)
            withdrawn.add(batch)
        elif withdrawn:
            batch = chance.choice(sorted(withdrawn))
            with writer(loaded, "проверка", None, finish=False) as connection, transaction(connection):
                batches.restore(connection, batch, actor="я", reason="так", at=NOW)
            withdrawn.remove(batch)
        expected = {key: (v, b) for b in sorted(model.keys() - withdrawn) for key, v in model[b].items()}
        found = {
            (row["organization_id"], row["subject"]): (row["mean_score"], row["batch"])
            for row in current(loaded, "outcomes")
        }
        assert found == expected


def test_withdrawing_and_restoring_bring_exports_back_to_the_byte(loaded: Address) -> None:
    first = exported(loaded)
    assert first.count(b"\n") > 100
    staff = VALID["passport_organizations"] | {"pedagogical_staff": "44", "methodical_service": "нет"}
    result = load_rows(loaded, "passport_organizations", [staff], publish=True)
    assert (result.rows.loaded, result.rows.superseded, result.rows.unchanged) == (1, 1, 0)
    assert result.publication == current_publication(loaded)
    assert result.batch is not None
    second = exported(loaded)
    assert second != first
    assert change(loaded, result.batch, "withdraw") == (result.publication or 0) + 1
    assert exported(loaded) == first
    change(loaded, result.batch, "restore")
    assert exported(loaded) == second


def test_a_batch_is_withdrawn_once_and_restored_once(loaded: Address) -> None:
    with pytest.raises(UnknownBatch, match="не отозвана"):
        change(loaded, 1, "restore")
    change(loaded, 1, "withdraw")
    with pytest.raises(UnknownBatch, match="уже отозвана"):
        change(loaded, 1, "withdraw")
    with pytest.raises(UnknownBatch, match="Партии № 99 нет"):
        change(loaded, 99, "withdraw")


def test_the_same_file_twice_is_recognised(loaded: Address) -> None:
    content = csv_file("outcomes", [another("outcomes", 1)])
    first = load_bytes(loaded, "outcomes", content, publish=True)
    publication = current_publication(loaded)
    second = load_bytes(loaded, "outcomes", content, now=NOW + dt.timedelta(days=1), publish=True)
    assert (second.status, second.batch) == ("loaded", first.batch)
    assert [finding.rule for finding in second.findings] == ["already_loaded"]
    assert f"партия № {first.batch} от 01.03.2026" in second.findings[0].message
    assert (second.rows.loaded, second.rows.unchanged) == (0, 1)
    assert current_publication(loaded) == publication


def test_an_older_file_again_asks_for_a_confirmation(loaded: Address) -> None:
    old = csv_file("outcomes", [OUTCOME])
    new = csv_file("outcomes", [OUTCOME | {"mean_score": "70"}])
    first, second = load_bytes(loaded, "outcomes", old), load_bytes(loaded, "outcomes", new)
    again = load_bytes(loaded, "outcomes", old)
    assert (again.status, [finding.rule for finding in again.findings]) == ("rejected", ["older_file_again"])
    confirmed = load_bytes(loaded, "outcomes", old, confirm="верны прежние")
    assert confirmed.status == "loaded"
    assert confirmed.batch not in (first.batch, second.batch)
    assert [row["mean_score"] for row in current(loaded, "outcomes")] == [67.4]


def test_a_file_whose_newer_version_is_withdrawn_is_simply_loaded_already(loaded: Address) -> None:
    old = csv_file("outcomes", [OUTCOME])
    first = load_bytes(loaded, "outcomes", old)
    second = load_rows(loaded, "outcomes", [OUTCOME | {"mean_score": "70"}])
    assert second.batch is not None
    change(loaded, second.batch, "withdraw")
    again = load_bytes(loaded, "outcomes", old)
    assert (again.batch, [finding.rule for finding in again.findings]) == (first.batch, ["already_loaded"])


def test_one_file_serves_two_half_years(loaded: Address) -> None:
    """A form without year and half may be sent again for another half-year."""
    row = {code: text for code, text in VALID["passport_organizations"].items() if code not in ("year", "half")}
    content = csv_file("passport_organizations", [row])
    for year in (2027, 2028):
        for half in (1, 2):
            result = load_bytes(loaded, "passport_organizations", content, year=year, half=half)
            assert (result.status, result.rows.loaded, result.findings) == ("loaded", 1, [])
    found = {(row["year"], row["half"]) for row in current(loaded, "passport_organizations")}
    assert found == {(2025, 1), (2027, 1), (2027, 2), (2028, 1), (2028, 2)}


def test_year_and_half_fill_only_columns_that_the_file_lacks(registers: Address) -> None:
    row = another("passport_organizations", 1)
    assert load_rows(registers, "passport_organizations", [row], year=2015, half=2, dry_run=True).status == "valid"
    without = {code: text for code, text in row.items() if code not in ("year", "half")}
    lacking = load_rows(registers, "passport_organizations", [without], year=2026, dry_run=True)
    assert [finding.rule for finding in lacking.findings] == ["missing_column"]
    assert lacking.findings[0].column == "Полугодие"
    assert load_rows(registers, "passport_organizations", [without], year=2026, half=1, dry_run=True).status == "valid"


def test_identical_rows_load_once_and_are_named(loaded: Address) -> None:
    row = another("outcomes", 1)
    doubtful = load_rows(loaded, "outcomes", [row, another("outcomes", 2), row])
    assert (doubtful.status, doubtful.findings[0].row) == ("rejected", 4)
    assert "повторяет строку 2;" in doubtful.findings[0].message
    result = load_rows(loaded, "outcomes", [row, another("outcomes", 2), row], confirm="повтор")
    assert (result.rows.read, result.rows.loaded) == (3, 2)
    assert len(current(loaded, "outcomes")) == 2


def test_several_files_are_one_batch_and_duplicates_across_them_are_found(loaded: Address) -> None:
    one, two = another("outcomes", 1), another("outcomes", 2)
    result = load_bytes(loaded, "outcomes", csv_file("outcomes", [one]), csv_file("outcomes", [two], encoding="cp1251"))
    assert (result.status, result.rows.loaded, result.files) == ("loaded", 2, ["outcomes_1.csv", "outcomes_2.csv"])
    clash = load_bytes(
        loaded,
        "outcomes",
        csv_file("outcomes", [one, two]),
        csv_file("outcomes", [another("outcomes", 3), one | {"mean_score": "1"}, two]),
    )
    assert clash.status == "rejected"
    said = {(finding.file, finding.row): finding for finding in clash.findings}
    assert {place: finding.rule for place, finding in said.items()} == {
        ("outcomes_1.csv", 2): "duplicate_key",
        ("outcomes_2.csv", 3): "duplicate_key",
        ("outcomes_2.csv", 4): "duplicate_row",
    }
    assert "3 (файл № 2)" in said["outcomes_1.csv", 2].message
    assert "2 (файл № 1)" in said["outcomes_2.csv", 3].message
    assert "строку 3 (файл № 1)" in said["outcomes_2.csv", 4].message


def test_every_row_of_a_duplicate_names_the_others(registers: Address) -> None:
    rows = [another("outcomes", 1) | {"mean_score": f"{number}"} for number in range(8)]
    findings = load_rows(registers, "outcomes", rows, dry_run=True).findings
    assert [finding.row for finding in findings] == list(range(2, 10))
    assert "в строках 3, 4, 5, 6 и 7 и ещё в 2," in findings[0].message


def test_bad_rows_are_kept_back_with_their_findings(loaded: Address) -> None:
    rows = [another("outcomes", number) for number in range(4)]
    rows[1]["exam"], rows[3]["participants"] = "контрольная", "-5"
    assert load_rows(loaded, "outcomes", rows).status == "rejected"
    result = load_rows(loaded, "outcomes", rows, quarantine=True)
    assert (result.status, result.rows.read, result.rows.loaded, result.rows.quarantined) == ("loaded", 4, 2, 2)
    with writer(loaded, "проверка", None, finish=False) as connection:
        kept = connection.execute(
            """
            select q.source_row, q.cells ->> '$.exam', q.cells ->> '$.participants', f.rule, f.message
            from ledger.quarantine as q
            inner join ledger.findings as f using (batch, source_row)
            where batch = ? order by q.source_row
            """,
            [result.batch],
        ).fetchall()
    assert [row[:4] for row in kept] == [(3, "контрольная", "25", "choice"), (5, "ЕГЭ", "-5", "minimum")]
    assert all(row[4].endswith(".") for row in kept)
    again = load_rows(loaded, "outcomes", rows, quarantine=True)
    assert (again.batch, again.rows.loaded) == (result.batch, 0)


def test_a_good_row_beside_a_bad_one_keeps_its_default(loaded: Address) -> None:
    rows = [another("organizations", 1) | {"low_results": ""}, another("organizations", 2) | {"low_results": "x"}]
    result = load_rows(loaded, "organizations", rows, quarantine=True)
    assert (result.rows.loaded, result.rows.quarantined) == (1, 1)
    (found,) = [row for row in current(loaded, "organizations") if row["organization_id"] == "N-1"]
    assert found["low_results"] is False


def test_nothing_loads_when_every_row_is_bad(registers: Address) -> None:
    rows = [another("outcomes", 1) | {"exam": "контрольная"}]
    assert load_rows(registers, "outcomes", rows, quarantine=True, dry_run=True).status == "rejected"


def test_a_bad_row_and_its_blank_twin_are_not_lost_together(loaded: Address) -> None:
    """Two rows of one key, one with an unreadable cell, differ: neither is a duplicate."""
    row = another("events", 1)
    findings = load_rows(loaded, "events", [row | {"participants": "сто"}, row | {"participants": ""}]).findings
    assert {(finding.row, finding.rule) for finding in findings} == {
        (2, "integer"),
        (2, "duplicate_key"),
        (3, "duplicate_key"),
    }


def test_warnings_load_only_with_a_reason_and_the_reason_is_kept(loaded: Address) -> None:
    row = another("passport_finance", 1) | {"spent_rub": "2 000 000"}
    for confirm in (None, "", "   "):
        assert load_rows(loaded, "passport_finance", [row], confirm=confirm).status == "rejected"
    result = load_rows(loaded, "passport_finance", [row], confirm="доп. соглашение", publish=True)
    assert result.status == "loaded"
    batch = open_mart(loaded).query_unguarded("select * from batches where batch = ?", [result.batch]).to_dicts()
    assert batch[0]["reason"] == "доп. соглашение"


def test_a_rehearsal_changes_nothing(loaded: Address) -> None:
    before = loaded.database.read_bytes()
    marts = {file.name: file.read_bytes() for file in loaded.marts.iterdir()}
    for rows in ([another("outcomes", 1)], [another("outcomes", 1) | {"exam": "нет"}]):
        result = load_rows(loaded, "outcomes", rows, dry_run=True)
        assert (result.batch, result.publication) == (None, None)
    assert {file.name: file.read_bytes() for file in loaded.marts.iterdir()} == marts
    assert current(loaded, "outcomes") == []
    assert len(loaded.database.read_bytes()) == len(before)


def test_a_later_batch_of_a_register_supersedes_row_by_row(loaded: Address) -> None:
    moved = VALID["organizations"] | {"municipality": "Гатчинский"}
    assert load_rows(loaded, "organizations", [moved]).rows.superseded == 1
    found = {row["organization_id"]: row["municipality"] for row in current(loaded, "organizations")}
    assert found == {"ORG-1": "41518000", "ORG-2": "41633000"}


def test_regional_assignments_add_up_over_batches(loaded: Address) -> None:
    first = VALID["assignments"] | {"teachers_assigned": "30"}
    assert load_rows(loaded, "assignments", [first]).status == "loaded"
    assert load_rows(loaded, "methodists", [VALID["methodists"] | {"methodist_id": "met-0003"}]).status == "loaded"
    second = first | {"methodist_id": "met-0003", "teachers_assigned": "11"}
    (finding,) = load_rows(loaded, "assignments", [second], dry_run=True).findings
    assert (finding.rule, finding.severity) == ("assigned_above_staff", "warning")
    assert "организации «ORG-1» за региональными методистами: 41, а работает в ней 40" in finding.message
    municipal = first | {"methodist_id": "met-0002", "teachers_assigned": "100"}
    assert load_rows(loaded, "assignments", [municipal], dry_run=True).findings == []
    corrected = first | {"teachers_assigned": "39"}
    assert load_rows(loaded, "assignments", [corrected], dry_run=True).findings == []


@pytest.mark.parametrize(
    ("staff", "warned"), [("27", True), ("28", False), ("52", False), ("53", True), ("60", True), ("40", False)]
)
def test_a_jump_of_staff_is_more_than_ten_people_and_more_than_thirty_per_cent(
    registers: Address, staff: str, warned: bool
) -> None:
    row = VALID["passport_organizations"] | {"half": "2", "pedagogical_staff": staff, "teachers": "20"}
    findings = load_rows(registers, "passport_organizations", [row], dry_run=True).findings
    assert [finding.rule for finding in findings] == ["staff_jump"] * warned


def test_a_small_organization_may_double(registers: Address) -> None:
    row = REGISTERS["passport_organizations"][1] | {"half": "2", "pedagogical_staff": "20"}
    assert load_rows(registers, "passport_organizations", [row], dry_run=True).findings == []


def test_a_batch_is_whole_in_the_ledger(loaded: Address, tmp_path: Path) -> None:
    result = load_rows(loaded, "outcomes", [another("outcomes", 1)], actor=Actor("Иванова", "admin"), publish=True)
    batch = open_mart(loaded).query_unguarded("select * from batches where batch = ?", [result.batch]).to_dicts()[0]
    assert batch["author"] == "Иванова"
    assert (batch["dataset"], batch["files"], batch["rows_loaded"]) == ("outcomes", "outcomes_1.csv", 1)
    assert batch["loaded_at"] == NOW
    assert batch["state"] == "active"
