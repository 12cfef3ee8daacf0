"""Whose rows a municipality may change.

A table of form × place column, the new row and the one that it supersedes.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from checks.catalogue import contracts, place_columns
from etl.intake import desk, finish
from etl.intake.desk import Check
from etl.intake.prepare import Incoming
from etl.intake.result import LoadResult
from tests.conftest import copy_of
from tests.examples.files import NOW, csv_file, header_of, load_rows, options
from tests.examples.rows import SNILS, VALID, Row, another
from warehouse.access import audit
from warehouse.access.rights import Actor
from warehouse.changes import quarantine
from warehouse.changes.connection import writer
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.ledger.batches import current_frame
from warehouse.marts.mart import open_mart
from warehouse.queries import kept_back
from warehouse.store.address import Address
from warehouse.store.key import Pseudonyms

ADMIN = Actor("Проверка", "admin")
SPECIALIST = Actor("Специалист", "specialist")
LUGA = Actor("Луга", "municipal", frozenset({"41633000"}))

OWN = {
    "municipality": "Лужский район",
    "territory": "Лужский муниципальный район",
    "organization_id": "ORG-2",
    "methodist_id": "met-luga",
}
REGION, NEIGHBOUR = "Ленинградская область", "Всеволожский район"

FOREIGN: Mapping[str, Mapping[str, str]] = {
    "organizations": {"municipality": NEIGHBOUR},
    "methodists": {"municipality": NEIGHBOUR},
    "programs": {},
    "passport_organizations": {"organization_id": "ORG-1"},
    "passport_municipalities": {"municipality": NEIGHBOUR},
    "passport_finance": {"territory": REGION},
    "passport_resources": {"territory": NEIGHBOUR},
    "outcomes": {"organization_id": "ORG-1"},
    "assignments": {"organization_id": "ORG-1", "methodist_id": "met-0001"},
    "registry": {"territory": REGION, "organization_id": "ORG-1"},
    "events": {"territory": REGION},
    "roadmap": {"territory": NEIGHBOUR},
    "diagnostics": {"organization_id": "ORG-1"},
    "routes": {"organization_id": "ORG-1"},
    "training": {"organization_id": "ORG-1"},
    "young_support": {"organization_id": "ORG-1"},
}
"""Form → every column that says where its row lies, with the value of somebody else."""

PLACES = [(dataset, column) for dataset, columns in FOREIGN.items() for column in columns]
# A column of the key names the same place in the row that is superseded.
MOVABLE = [(dataset, column) for dataset, column in PLACES if column not in contracts()[dataset].key]


def test_every_place_column_of_every_form_stands_in_the_table() -> None:
    assert {dataset: set(columns) for dataset, columns in FOREIGN.items()} == {
        dataset: set(place_columns(contract)) for dataset, contract in contracts().items()
    }


def own_row(dataset: str, number: int) -> Row:
    """Return a row of a form that is the municipality's in every column."""
    return another(dataset, number) | {column: OWN[column] for column in FOREIGN[dataset]}


def foreign_row(dataset: str, column: str, number: int) -> Row:
    """Return the same row with one place of somebody else."""
    return own_row(dataset, number) | {column: FOREIGN[dataset][column]}


TAKEN, GIVEN = 20, 40
"""Rows under the keys from these numbers on are stored: as somebody else's, as the municipality's own."""


@pytest.fixture(scope="module")
def stored(registers_of_module: Address) -> Address:
    """A warehouse with rows of others and of the municipality, one of each per place column."""
    address = registers_of_module
    methodist = VALID["methodists"] | {"methodist_id": "met-luga", "municipality": "Лужский район"}
    assert load_rows(address, "methodists", [methodist]).status == "loaded"
    for dataset, columns in FOREIGN.items():
        rows = [foreign_row(dataset, column, TAKEN + at) for at, column in enumerate(columns)]
        rows += [own_row(dataset, GIVEN + at) for at in range(len(columns))]
        rows += [another(dataset, TAKEN)] if not columns else []
        assert load_rows(address, dataset, rows, confirm="так").status == "loaded", dataset
    return address


def trial(address: Address, dataset: str, *rows: Row, actor: Actor = LUGA, quarantine: bool = False) -> Check:
    """Upload rows as the municipality does, up to what it is shown."""
    file = Incoming(f"{dataset}.csv", csv_file(dataset, rows))
    return desk.check(address, actor, [(dataset, file)], options(quarantine=quarantine))


def foreign_columns(result: LoadResult) -> list[str | None]:
    return [finding.column for finding in result.findings if finding.rule == "foreign_municipality"]


@pytest.mark.parametrize("dataset", [dataset for dataset, columns in FOREIGN.items() if columns])
def test_a_row_of_one_s_own_is_taken(stored: Address, dataset: str) -> None:
    (result,) = trial(stored, dataset, own_row(dataset, 1)).results
    assert (result.status, result.findings) == ("valid", [])


@pytest.mark.parametrize(("dataset", "column"), PLACES)
def test_a_new_row_of_somebody_else_is_refused_at_its_column(stored: Address, dataset: str, column: str) -> None:
    (result,) = trial(stored, dataset, foreign_row(dataset, column, 1)).results
    assert (result.status, foreign_columns(result)) == ("rejected", [header_of(dataset, column)])
    assert trial(stored, dataset, foreign_row(dataset, column, 1), quarantine=True).results[0].requests == 0


@pytest.mark.parametrize(("dataset", "column"), MOVABLE)
@pytest.mark.parametrize("begin", [TAKEN, GIVEN], ids=["taken", "given"])
def test_a_row_moves_by_the_region_alone(stored: Address, dataset: str, column: str, begin: int) -> None:
    number = begin + list(FOREIGN[dataset]).index(column)
    row = own_row(dataset, number) if begin == TAKEN else foreign_row(dataset, column, number)
    (result,) = trial(stored, dataset, row).results
    place = contracts()[dataset].place or ""
    assert foreign_columns(result) == [header_of(dataset, place if begin == TAKEN else column)]
    assert result.status == "rejected" and "ЦНППМ" in result.findings[0].message
    checked = trial(stored, dataset, row, own_row(dataset, 1), quarantine=True)
    (result,) = checked.results
    assert (result.status, result.rows.loaded, result.rows.superseded, result.requests) == ("valid", 1, 0, 1)
    alone = trial(stored, dataset, row, quarantine=True)
    assert desk.rehearse(stored, LUGA, alone, options(quarantine=True), "composite").cells == [None]
    assert foreign_columns(trial(stored, dataset, row, actor=SPECIALIST).results[0]) == []


@pytest.mark.parametrize("dataset", [dataset for dataset, columns in FOREIGN.items() if not columns])
@pytest.mark.parametrize("number", [1, TAKEN])
def test_a_form_without_places_is_the_region_s(stored: Address, dataset: str, number: int) -> None:
    (result,) = trial(stored, dataset, another(dataset, number)).results
    assert (result.status, foreign_columns(result)) == ("rejected", [None])


def test_a_withdrawn_row_still_belongs_to_whom_it_belonged(loaded: Address) -> None:
    event = VALID["events"] | {"event_id": "М-1", "territory": NEIGHBOUR}
    batch = load_rows(loaded, "events", [event], publish=True).batch
    withdraw_or_restore(loaded, ADMIN, batch or 0, "withdraw", "опечатка", NOW)
    (result,) = trial(loaded, "events", event | {"territory": OWN["territory"]}).results
    assert foreign_columns(result) == ["Территория"]


def test_nothing_of_somebody_else_s_rows_is_compared(loaded: Address) -> None:
    """A jump of staff is told with the figure of the half-year before."""
    staff = VALID["passport_organizations"] | {"half": "2", "pedagogical_staff": "400"}
    (result,) = trial(loaded, "passport_organizations", staff).results
    assert {finding.rule for finding in result.findings} == {"foreign_municipality"}
    (result,) = trial(loaded, "passport_organizations", staff, actor=SPECIALIST).results
    assert {finding.rule for finding in result.findings} == {"staff_jump"}


@pytest.mark.parametrize("actor", [LUGA, SPECIALIST], ids=["municipal", "specialist"])
def test_changed_cells_show_no_pseudonym(loaded: Address, actor: Actor) -> None:
    route = VALID["routes"] | {"organization_id": "ORG-2"}
    score = VALID["diagnostics"] | {"organization_id": "ORG-2"}
    load_rows(loaded, "routes", [route])
    load_rows(loaded, "diagnostics", [score])
    files = [
        ("routes", Incoming("r.csv", csv_file("routes", [route | {"person": "teacher-0001"}]))),
        ("diagnostics", Incoming("d.csv", csv_file("diagnostics", [score | {"score": "61"}]))),
    ]
    checked = desk.check(loaded, actor, files, options())
    found = desk.rehearse(loaded, actor, checked, options(), "composite").cells
    shown = json.dumps([cells.to_dicts() for cells in found if cells is not None], ensure_ascii=False)
    pseudonym = Pseudonyms(loaded)
    for identifier in ("id:teacher-0001", "snils:" + "".join(filter(str.isdigit, SNILS))):
        assert pseudonym(identifier) not in shown
    assert "другой педагог" in shown and '"new": "61.0"' in shown and "педагог · 2025-02-10 · METH" in shown


def test_a_refused_file_troubles_nobody_else(loaded: Address) -> None:
    """Rows of others in a file say nothing of those others in the completeness of a round."""
    rows = [VALID["outcomes"], VALID["outcomes"] | {"organization_id": "ORG-2"}]
    checked = trial(loaded, "outcomes", *rows)
    (result,) = desk.confirm(loaded, LUGA, checked, options())
    assert result.status == "rejected"
    with duckdb.connect(str(loaded.database)) as connection:
        places = connection.execute("select distinct municipality_id from ledger.attempt_places").fetchall()
    assert places == [("41633000",)]


def moved_school(address: Address) -> LoadResult:
    """Let the municipality ask for a school of its neighbour, and keep the row back."""
    school = VALID["organizations"] | {"municipality": OWN["municipality"]}
    wanted = options(quarantine=True, publish=True)
    checked = trial(address, "organizations", school, quarantine=True)
    assert desk.rehearse(address, LUGA, checked, wanted, "composite").cells == [None]
    (result,) = desk.confirm(address, LUGA, checked, wanted)
    return result


def municipality_of(address: Address, organization: str) -> str:
    with writer(address, "проверка", None, finish=False) as connection:
        schools = current_frame(connection, contracts()["organizations"])
    return str(schools.filter(pl.col("organization_id") == organization)["municipality"].item())


def test_a_moved_school_waits_for_the_region(loaded: Address) -> None:
    result = moved_school(loaded)
    assert (result.status, result.rows.loaded, result.requests) == ("loaded", 0, 1)
    assert municipality_of(loaded, "ORG-1") == "41612000"
    mart = open_mart(loaded)
    assert kept_back.batches(mart, LUGA).is_empty()
    (batch,) = kept_back.batches(mart, SPECIALIST)["batch"].to_list()
    assert batch == result.batch
    (finding,) = kept_back.findings_of(mart, SPECIALIST, batch)["message"].to_list()
    assert finding.startswith("Под этим ключом уже есть строка другого муниципалитета или области.")
    trail = audit.entries(loaded, ADMIN)
    (checked,) = trail.filter(pl.col("event") == "files_checked")["about"].to_list()
    assert json.loads(checked)["foreign"] == 1
    assert trail.filter((pl.col("event") == "load") & (pl.col("outcome") == "done")).height >= 1
    again = moved_school(loaded)
    assert (again.batch, again.is_new) == (result.batch, False)


def test_the_region_moves_what_it_was_asked_to(loaded: Address) -> None:
    batch = moved_school(loaded).batch or 0
    rows = kept_back.rows_of(open_mart(loaded), SPECIALIST, batch)
    mended = {(row["file_number"], row["source_row"]): json.loads(row["cells"]) for row in rows.to_dicts()}
    checked = finish.check(loaded, SPECIALIST, batch, mended, options())
    assert finish.confirm(loaded, SPECIALIST, checked, options(publish=True)).rows.superseded == 1
    assert municipality_of(loaded, "ORG-1") == "41633000"
    assert kept_back.rows_of(open_mart(loaded), SPECIALIST, batch)["state"].to_list() == ["finished"]


def test_the_municipality_cannot_finish_its_request_itself(loaded: Address, tmp_path: Path) -> None:
    address = copy_of(loaded, tmp_path / "asked")
    batch = moved_school(address).batch or 0
    with pytest.raises(quarantine.QuarantineRefused):
        finish.check(address, LUGA, batch, {(0, 2): VALID["organizations"] | OWN}, options())
