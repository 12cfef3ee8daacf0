"""Deliveries of batches: inferred, stated, withdrawn, without rows, of older versions."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from checks.half_year import HalfYear
from tests.behaviour.commands import run_command
from tests.examples.files import csv_file, load_bytes, load_rows
from tests.examples.rows import VALID, Row
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes.connection import writer
from warehouse.changes.delivery_statements import DeliveryRefused, correct, no_data
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

REGION = "41000000"
PLACES = {"V": "41612000", "L": "41633000", "G": "41518000", "T": "41648000", "K": "41625000"}
"""Five municipalities with one organization each."""
NOW = dt.datetime(2026, 3, 1, 9)  # noqa: DTZ001 (UTC without a zone, as the ledger keeps it)
ADMIN = Actor("Проверка", "admin")
Delivered = set[tuple[str, int | None, int | None]]


@pytest.fixture
def address(tmp_path: Path) -> Address:
    """Warehouse with a register of five municipalities, one school each."""
    address = Address(tmp_path / "warehouse.duckdb")
    schools = [
        VALID["organizations"] | {"organization_id": f"S-{at}", "municipality": code} for at, code in PLACES.items()
    ]
    assert load_rows(address, "organizations", schools).status == "loaded"
    return address


def diagnosed(places: str, day: str = "10.03.2025") -> list[Row]:
    """Return a row of diagnostics of another person for each letter of a municipality."""
    return [
        VALID["diagnostics"] | {"organization_id": f"S-{place}", "person": f"person-{number:03}", "date": day}
        for number, place in enumerate(places)
    ]


def delivered(address: Address, batch: int | None) -> Delivered:
    """Return territory, year and half of what a batch delivers now."""
    with writer(address, "проверка", None) as connection:
        found = connection.execute(
            "select territory_id, year, half from current_deliveries where batch = ?", [batch]
        ).fetchall()
    return set(found)


def loaded(address: Address, dataset: str, rows: Sequence[Row], **changes: object) -> int:
    result = load_rows(address, dataset, rows, **({"confirm": "проверено"} | changes))
    assert result.batch is not None, result.findings
    return result.batch


def half_1(*letters: str) -> Delivered:
    return {(PLACES[letter], 2025, 1) for letter in letters}


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ("V", half_1("V")),
        ("V" * 19 + "L", half_1("V")),
        ("V" * 9 + "L", half_1("V", "L")),
        ("V" * 10 + "L" * 10, half_1("V", "L")),
        ("V" * 10 + "L" * 30 + "G", {(REGION, 2025, 1)}),
        ("VLG", {(REGION, 2025, 1)}),
    ],
)
def test_territory_follows_from_the_rows(address: Address, places: str, expected: Delivered) -> None:
    assert delivered(address, loaded(address, "diagnostics", diagnosed(places))) == expected


def test_rows_about_the_region_alone_deliver_for_the_region(address: Address) -> None:
    event = VALID["events"] | {"territory": "Ленинградская область", "date": "01.02.2025"}
    assert delivered(address, loaded(address, "events", [event])) == {(REGION, 2025, 1)}


def test_dates_cover_every_half_year_between_them(address: Address) -> None:
    rows = [*diagnosed("V", "01.02.2024"), *diagnosed("V", "10.10.2025")]
    batch = loaded(address, "diagnostics", rows)
    assert delivered(address, batch) == {(PLACES["V"], *half) for half in ((2024, 1), (2024, 2), (2025, 1), (2025, 2))}


def test_no_half_year_is_delivered_before_it_begins(address: Address) -> None:
    support = VALID["young_support"] | {
        "organization_id": "S-V",
        "started_on": "01.10.2025",
        "finished_on": "31.12.2027",
    }
    assert delivered(address, loaded(address, "young_support", [support])) == {
        (PLACES["V"], 2025, 2),
        (PLACES["V"], 2026, 1),
    }


def test_a_year_alone_covers_both_halves_and_a_register_none(address: Address) -> None:
    outcome = VALID["outcomes"] | {"organization_id": "S-V", "year": "2024"}
    assert delivered(address, loaded(address, "outcomes", [outcome])) == {
        (PLACES["V"], 2024, 1),
        (PLACES["V"], 2024, 2),
    }
    methodist = VALID["methodists"] | {"municipality": PLACES["V"]}
    assert delivered(address, loaded(address, "methodists", [methodist])) == {(PLACES["V"], None, None)}


def test_a_stray_row_is_a_warning_that_names_the_municipality(address: Address) -> None:
    result = load_rows(address, "diagnostics", diagnosed("V" * 19 + "L"))
    assert result.status == "rejected"
    (finding,) = [finding for finding in result.findings if finding.rule == "stray_municipality"]
    assert "1\N{NO-BREAK SPACE}строка другого муниципалитета (Лужский)" in finding.message


def test_what_is_stated_stands_in_place_of_the_rule(address: Address) -> None:
    rows = diagnosed("V")
    stated = loaded(address, "diagnostics", rows, covers=("region",), covers_periods=((2025, 1), (2025, 2)))
    assert delivered(address, stated) == {(REGION, 2025, 1), (REGION, 2025, 2)}


def test_a_municipality_delivers_for_itself_only(address: Address) -> None:
    sender = Actor("Служба", "municipal", frozenset({PLACES["V"], PLACES["L"]}))
    batch = loaded(address, "diagnostics", diagnosed("V"), actor=sender, covers=("region", PLACES["V"]))
    assert delivered(address, batch) == half_1("V")


def test_a_withdrawn_batch_delivers_nothing_until_it_is_restored(address: Address) -> None:
    batch = loaded(address, "diagnostics", diagnosed("V"))
    withdraw_or_restore(address, ADMIN, batch, "withdraw", "не тот файл", NOW)
    assert delivered(address, batch) == set()
    withdraw_or_restore(address, ADMIN, batch, "restore", "тот файл", NOW)
    assert delivered(address, batch) == half_1("V")


def test_a_correction_replaces_what_was_inferred(address: Address) -> None:
    batch = loaded(address, "diagnostics", diagnosed("V"))
    correct(address, ADMIN, batch, [PLACES["V"], PLACES["L"]], [HalfYear(2025, 1)], "файл двух районов", NOW)
    assert delivered(address, batch) == half_1("V", "L")
    correct(address, ADMIN, batch, [], [], "неполный файл", NOW)
    assert delivered(address, batch) == set()


def test_no_data_is_a_delivery_without_rows(address: Address) -> None:
    batch = no_data(address, ADMIN, "diagnostics", PLACES["G"], HalfYear(2025, 1), "диагностики не было", NOW)
    assert delivered(address, batch) == half_1("G")
    with writer(address, "проверка", None) as connection:
        assert connection.execute("select count(*) from facts.diagnostics").fetchone() == (0,)


@pytest.mark.parametrize("period", [HalfYear(2026, 2), HalfYear(2027, 1)])
def test_a_half_year_that_has_not_begun_is_refused(address: Address, period: HalfYear) -> None:
    with pytest.raises(DeliveryRefused, match="ещё не началось"):
        no_data(address, ADMIN, "diagnostics", PLACES["G"], period, "нет", NOW)


def test_unknown_territories_empty_reasons_and_others_municipalities_are_refused(address: Address) -> None:
    batch = loaded(address, "diagnostics", diagnosed("V"))
    with pytest.raises(DeliveryRefused, match="Нет территории"):
        correct(address, ADMIN, batch, ["99999999"], [HalfYear(2025, 1)], "опечатка", NOW)
    with pytest.raises(DeliveryRefused, match="причину"):
        correct(address, ADMIN, batch, [REGION], [HalfYear(2025, 1)], " ", NOW)
    with pytest.raises(DeliveryRefused, match="Партии № 77 нет"):
        correct(address, ADMIN, 77, [REGION], [HalfYear(2025, 1)], "область", NOW)
    sender = Actor("Служба", "municipal", frozenset({PLACES["V"]}))
    with pytest.raises(Forbidden):
        no_data(address, sender, "diagnostics", PLACES["G"], HalfYear(2025, 1), "нет", NOW)


def test_batches_of_older_versions_get_their_deliveries_by_the_rule(address: Address) -> None:
    batch = loaded(address, "diagnostics", diagnosed("V" * 19 + "L"))
    with writer(address, "проверка", None) as connection:
        connection.execute("delete from ledger.deliveries")
    assert delivered(address, batch) == half_1("V")
    with writer(address, "проверка", None) as connection:
        found = connection.execute("select count(*), count(distinct batch) from ledger.deliveries").fetchone()
    assert found == (2, 2)


def test_commands_state_show_and_correct(address: Address, tmp_path: Path) -> None:
    file = tmp_path / "diagnostics.csv"
    file.write_bytes(csv_file("diagnostics", diagnosed("V")))
    base = ("--warehouse", str(address.database))
    code, _, complaint = run_command(
        *base, "load", "diagnostics", str(file), "--covers", "region", "--covers-periods", "2025-1", "--region", REGION
    )
    assert code == 0, complaint
    code, printed, _ = run_command(*base, "deliveries", "list", "2")
    assert (code, printed.strip().replace("\N{NO-BREAK SPACE}", " ")) == (
        0,
        "№ 2  Диагностика профессиональных компетенций  Ленинградская область; 1-е полугодие 2025 года (указано)",
    )
    run_command(
        *base, "deliveries", "set", "2", "--covers", PLACES["L"], "--covers-periods", "2025-1,2025-2", "--reason", "р-н"
    )
    _, printed, _ = run_command(*base, "deliveries", "list", "2", "--format", "json")
    assert [(row["territory_id"], row["year"], row["half"]) for row in json.loads(printed)] == [
        (PLACES["L"], 2025, 1),
        (PLACES["L"], 2025, 2),
    ]
    code, printed, complaint = run_command(
        *base, "nodata", "routes", "--municipality", PLACES["G"], "--year", "2025", "--half", "1", "--reason", "нет"
    )
    assert (code, "сведений нет; партия № 3" in printed) == (0, True), complaint


def test_the_publication_lists_deliveries(address: Address) -> None:
    content = csv_file("diagnostics", diagnosed("V"))
    load_bytes(address, "diagnostics", content, publish=True)
    rows = open_mart(address).query_unguarded(
        "select territory_id, basis from deliveries where dataset = 'diagnostics'"
    )
    assert rows.rows() == [(PLACES["V"], "inferred")]
