"""Completeness: matrices worked out by hand from loaded files."""

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.intake.result import LoadResult
from tests.conftest import copy_of
from tests.examples.files import csv_file, load_bytes, load_rows
from tests.examples.rows import VALID
from view.intake import round_blocks as drawing
from warehouse.access.rights import Actor, Forbidden
from warehouse.changes import reminders
from warehouse.changes.connection import writer
from warehouse.changes.rounds import Round, change_due, close_round, open_round, send_back
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import completeness
from warehouse.store.address import Address

REGION = "41000000"
SPECIALIST = Actor("Специалист", "specialist")
FIRST, SECOND = Round(REGION, 2025, 1), Round(REGION, 2025, 2)
# The register has one school in Vsevolozhsk and one in Luga; Gatchina has none.
VSEVOLOZHSK, LUGA, GATCHINA = "41612000", "41633000", "41518000"
PLACES = [VSEVOLOZHSK, LUGA, GATCHINA]
DUE = dt.date(2025, 6, 24)


def at(day: int, month: int = 6, year: int = 2025) -> dt.datetime:
    return dt.datetime(year, month, day, 9)  # noqa: DTZ001 (UTC without a zone, as the ledger keeps it)


@pytest.fixture(scope="module")
def reported_of_module(registers_of_module: Address) -> tuple[Address, int]:
    """Warehouse whose round expects events, sent by two municipalities, and their batch."""
    opened(registers_of_module, "events")
    events = [event(1, VSEVOLOZHSK), event(2, LUGA)]
    result = load_rows(registers_of_module, "events", events, now=at(10), publish=True)
    assert result.batch is not None
    return registers_of_module, result.batch


@pytest.fixture
def reported(reported_of_module: tuple[Address, int], tmp_path: Path) -> Address:
    """Copy of the warehouse with events that a test may change."""
    return copy_of(reported_of_module[0], tmp_path / "reported")


def opened(address: Address, *datasets: str, chosen: Round = FIRST, due_on: dt.date = DUE) -> None:
    open_round(address, chosen, due_on=due_on, datasets=datasets, municipalities=PLACES, actor=SPECIALIST, now=at(1),
               build=False)  # fmt: skip


def shown(address: Address) -> Mart:
    """Publish and return the matrix."""
    with writer(address, "проверка", None):
        return open_mart(address)


def cells(address: Address, chosen: Round = FIRST, actor: Actor = SPECIALIST) -> pl.DataFrame:
    return completeness.completeness(shown(address), actor, REGION, chosen.year, chosen.half)


def states(address: Address, dataset: str, chosen: Round = FIRST) -> dict[str, str]:
    found = cells(address, chosen).filter((pl.col("dataset") == dataset) & pl.col("expected"))
    return dict(found.select("municipality_id", "state").iter_rows())


def one(address: Address, dataset: str, place: str, chosen: Round = FIRST) -> dict[str, Any]:
    return cells(address, chosen).row(
        by_predicate=(pl.col("dataset") == dataset) & (pl.col("municipality_id") == place), named=True
    )


def event(number: int, territory: str, date: str = "15.03.2025", **changes: str) -> dict[str, str]:
    return VALID["events"] | {"event_id": f"М-{number}", "territory": territory, "date": date} | changes


def load(address: Address, dataset: str, rows: list[dict[str, str]], **changes: Any) -> LoadResult:
    """Load rows without publishing: `shown` publishes once for all loads."""
    return load_rows(address, dataset, rows, **changes)


def publish_again(address: Address) -> None:
    """Publish by a load of an unrelated row, so that recorded attempts are shown."""
    load(address, "programs", [VALID["programs"] | {"program_id": f"PRG-{at(1)}", "title": "Ещё"}], now=at(29))


def test_late_is_what_came_after_the_due_day(loaded: Address) -> None:
    opened(loaded, "events")
    load(loaded, "events", [event(1, VSEVOLOZHSK), event(2, VSEVOLOZHSK)], now=at(24))
    load(loaded, "events", [event(3, "Лужский район")], now=at(25))
    assert states(loaded, "events") == {VSEVOLOZHSK: "accepted", LUGA: "late", GATCHINA: "missing"}
    change_due(loaded, FIRST, dt.date(2025, 6, 25), actor=SPECIALIST, now=at(26))
    assert states(loaded, "events") == {VSEVOLOZHSK: "accepted", LUGA: "accepted", GATCHINA: "missing"}


def test_a_correction_after_the_due_day_does_not_make_a_form_late(loaded: Address) -> None:
    opened(loaded, "events")
    load(loaded, "events", [event(1, VSEVOLOZHSK), event(2, VSEVOLOZHSK)], now=at(10))
    load(loaded, "events", [event(1, VSEVOLOZHSK, participants="50")], now=at(28))
    found = one(loaded, "events", VSEVOLOZHSK)
    assert (found["state"], found["rows"]) == ("accepted", 2)
    assert (found["first_loaded_at"], found["last_loaded_at"]) == (at(10), at(28))


def test_rows_count_for_the_half_year_of_their_dates(loaded: Address) -> None:
    opened(loaded, "events", "training", "diagnostics")
    opened(loaded, "events", "training", "diagnostics", chosen=SECOND, due_on=dt.date(2025, 12, 22))
    load(loaded, "events", [event(1, VSEVOLOZHSK, "30.06.2025"), event(2, LUGA, "01.07.2025")], now=at(20))
    # Begun in one half-year and ended in the next, a course counts for both.
    course = VALID["training"] | {"started_on": "20.06.2025", "finished_on": "10.09.2025"}
    load(loaded, "training", [course, VALID["training"] | {"started_on": "01.02.2025"}], now=at(20))
    load(loaded, "diagnostics", [VALID["diagnostics"] | {"organization_id": "ORG-2"}], now=at(20))
    rest = {LUGA: "missing", GATCHINA: "missing"}
    assert states(loaded, "events") == {VSEVOLOZHSK: "accepted"} | rest
    assert states(loaded, "events", SECOND) == {VSEVOLOZHSK: "missing", LUGA: "accepted", GATCHINA: "missing"}
    assert states(loaded, "training") == {VSEVOLOZHSK: "accepted"} | rest
    assert states(loaded, "training", SECOND) == {VSEVOLOZHSK: "accepted"} | rest
    assert one(loaded, "training", VSEVOLOZHSK)["rows"] == 2
    assert one(loaded, "training", VSEVOLOZHSK, SECOND)["rows"] == 1
    assert states(loaded, "diagnostics") == {VSEVOLOZHSK: "missing", LUGA: "accepted", GATCHINA: "missing"}


def test_rows_about_people_are_counted_for_whoever_may_see_people(loaded: Address) -> None:
    opened(loaded, "events", "training")
    load(loaded, "events", [event(1, VSEVOLOZHSK)], now=at(20))
    bad = VALID["training"] | {"started_on": "01.02.2025", "attestation_passed": "почти"}
    load(loaded, "training", [VALID["training"], bad], now=at(20), quarantine=True)
    counts = {"events": (1, None), "training": (1, 1)}
    hidden = {"events": (1, None), "training": (None, None)}

    def seen(actor: Actor) -> dict[str, tuple[int | None, int | None]]:
        found = cells(loaded, actor=actor).filter(pl.col("municipality_id") == VSEVOLOZHSK, pl.col("expected"))
        return {row["dataset"]: (row["rows"], row["faulty_rows"]) for row in found.to_dicts()}

    assert seen(SPECIALIST) == seen(Actor("Методист", "municipal", frozenset({VSEVOLOZHSK}))) == counts
    leader = Actor("Руководитель", "viewer")
    assert seen(leader) == hidden
    there = cells(loaded, actor=leader).filter(pl.col("dataset") == "training", pl.col("fault_at").is_not_null())
    told = drawing.behind(there.row(0, named=True), "Всеволожский", "training")
    assert "отложены строки" in told and "первая загрузка 20.06.2025" in told and "в хранилище" not in told
    chosen = completeness.round_of(shown(loaded), leader, REGION, FIRST.year, FIRST.half)
    assert chosen is not None
    letter = reminders.reminder(there, chosen, "Ленинградской области", DUE)
    assert "отложены строки из загруженных 20.06.2025" in letter


def test_registers_passports_and_years(loaded: Address) -> None:
    opened(loaded, "organizations", "passport_organizations", "passport_finance", "methodists")
    opened(loaded, "passport_organizations", "passport_finance", chosen=SECOND, due_on=dt.date(2025, 12, 22))
    finance = VALID["passport_finance"] | {"territory": LUGA}
    load(loaded, "passport_finance", [finance, VALID["passport_finance"]], now=at(20))
    # The registers were loaded on 1 March 2026, after the due day of the first half-year and of the second.
    assert states(loaded, "organizations") == {VSEVOLOZHSK: "late", LUGA: "late", GATCHINA: "missing"}
    assert states(loaded, "passport_organizations") == {VSEVOLOZHSK: "late", LUGA: "late", GATCHINA: "missing"}
    assert set(states(loaded, "passport_organizations", SECOND).values()) == {"missing"}
    assert states(loaded, "methodists") == {VSEVOLOZHSK: "late", LUGA: "missing", GATCHINA: "missing"}
    year = {VSEVOLOZHSK: "missing", LUGA: "accepted", GATCHINA: "missing"}
    assert states(loaded, "passport_finance") == states(loaded, "passport_finance", SECOND) == year


def test_a_renamed_municipality_is_one_line(loaded: Address) -> None:
    opened(loaded, "passport_municipalities", "events")
    passport = VALID["passport_municipalities"] | {"municipality": "41618000"}
    load(loaded, "passport_municipalities", [passport], now=at(20))
    load(loaded, "events", [event(1, "Гатчинский муниципальный район")], now=at(20))
    for dataset in ("passport_municipalities", "events"):
        assert states(loaded, dataset) == {VSEVOLOZHSK: "missing", LUGA: "missing", GATCHINA: "accepted"}


def test_rows_kept_back_show_as_errors_until_a_clean_load(loaded: Address) -> None:
    opened(loaded, "events")
    bad = event(2, LUGA, participants="много")
    load(loaded, "events", [event(1, LUGA), bad, event(3, VSEVOLOZHSK)], now=at(10), quarantine=True)
    assert states(loaded, "events") == {VSEVOLOZHSK: "accepted", LUGA: "errors", GATCHINA: "missing"}
    found = one(loaded, "events", LUGA)
    assert (found["faulty_rows"], found["rejected"], found["rows"]) == (1, False, 1)
    load(loaded, "events", [event(2, LUGA)], now=at(12))
    assert states(loaded, "events")[LUGA] == "accepted"


def test_a_rejected_file_shows_where_nothing_is_accepted_yet(loaded: Address) -> None:
    opened(loaded, "events")
    load(loaded, "events", [event(1, VSEVOLOZHSK)], now=at(10), publish=True)
    rows = [event(2, LUGA), event(3, LUGA, participants="много"), event(4, VSEVOLOZHSK)]
    assert load(loaded, "events", rows, now=at(11), publish=True).status == "rejected"
    assert states(loaded, "events")[LUGA] == "missing", "a rejected load publishes nothing"
    publish_again(loaded)
    assert states(loaded, "events") == {VSEVOLOZHSK: "accepted", LUGA: "errors", GATCHINA: "missing"}
    found = one(loaded, "events", LUGA)
    assert (found["faulty_rows"], found["rejected"], found["fault_at"]) == (2, True, at(11))
    load(loaded, "events", [event(2, LUGA)], now=at(12))
    assert states(loaded, "events")[LUGA] == "accepted"


def test_a_dry_run_and_a_file_that_is_no_table_concern_nobody(loaded: Address) -> None:
    opened(loaded, "events")
    load(loaded, "events", [event(1, LUGA, participants="много")], now=at(11), dry_run=True)
    assert load_bytes(loaded, "events", b"\x00\x01\x02", now=at(11)).status == "rejected"
    publish_again(loaded)
    assert set(states(loaded, "events").values()) == {"missing"}


def test_a_withdrawn_batch_leaves_nothing_behind(loaded: Address) -> None:
    opened(loaded, "events")
    rows = [event(1, LUGA), event(2, LUGA, participants="много")]
    result = load(loaded, "events", rows, now=at(10), quarantine=True)
    assert result.batch is not None
    withdraw_or_restore(loaded, Actor("Проверка", "admin"), result.batch, "withdraw", "Ошибка", at(11))
    assert states(loaded, "events")[LUGA] == "missing"


def test_what_was_sent_back_waits_for_something_newer(
    reported: Address, reported_of_module: tuple[Address, int]
) -> None:
    send_back(reported, FIRST, "Нет направлений", municipality=LUGA, dataset="events", actor=SPECIALIST, now=at(12))
    assert states(reported, "events") == {VSEVOLOZHSK: "accepted", LUGA: "returned", GATCHINA: "missing"}
    assert one(reported, "events", LUGA)["return_comment"] == "Нет направлений"
    send_back(reported, FIRST, "Всё заново", batch=reported_of_module[1], actor=SPECIALIST, now=at(13))
    assert states(reported, "events") == {VSEVOLOZHSK: "returned", LUGA: "returned", GATCHINA: "missing"}
    load(reported, "events", [event(1, VSEVOLOZHSK, participants="9")], now=at(20))
    load(reported, "events", [event(2, LUGA, participants="9")], now=at(26))
    # Accepted is what came after the sending back: in time here, after the due day there.
    assert states(reported, "events") == {VSEVOLOZHSK: "accepted", LUGA: "late", GATCHINA: "missing"}


def test_another_rounds_sending_back_does_not_count(loaded: Address) -> None:
    opened(loaded, "organizations")
    opened(loaded, "organizations", chosen=SECOND, due_on=dt.date(2026, 12, 22))
    send_back(loaded, SECOND, "Уточните", municipality=LUGA, dataset="organizations", actor=SPECIALIST,
              now=at(2, 3, 2026))  # fmt: skip
    assert states(loaded, "organizations")[LUGA] == "late"
    assert states(loaded, "organizations", SECOND)[LUGA] == "returned"


def test_what_was_not_expected_shows_and_does_not_count(loaded: Address) -> None:
    opened(loaded, "events")
    load(loaded, "registry", [VALID["registry"]], now=at(10))
    found = one(loaded, "registry", VSEVOLOZHSK)
    assert (found["expected"], found["state"]) == (False, "accepted")
    assert completeness.state_counts(cells(loaded)) == {
        "accepted": 0, "late": 0, "errors": 0, "returned": 0, "missing": 3
    }  # fmt: skip


def test_the_series_counts_what_came_and_what_came_in_time(loaded: Address) -> None:
    opened(loaded, "events", "diagnostics")
    load(loaded, "events", [event(1, VSEVOLOZHSK), event(2, LUGA)], now=at(10))
    load(loaded, "diagnostics", [VALID["diagnostics"]], now=at(27))
    row = completeness.reporting_series(shown(loaded), SPECIALIST, REGION).row(0, named=True)
    # Six forms of three municipalities: two events in time, one diagnostics late.
    assert (row["expected"], row["sent"], row["in_time"]) == (6, 3, 2)
    assert (row["reporting_rate"], row["on_time_rate"]) == pytest.approx((50, 100 / 3))
    assert (row["complete_municipalities"], row["owing_municipalities"]) == (1, 2)


def test_a_closed_round_keeps_its_lateness(loaded: Address) -> None:
    opened(loaded, "events")
    close_round(loaded, FIRST, actor=SPECIALIST, now=at(28), build=False)
    load(loaded, "events", [event(1, LUGA)], now=at(2, month=7))
    assert states(loaded, "events")[LUGA] == "late"


def test_a_municipality_sees_its_own_line_only(reported: Address) -> None:
    send_back(reported, FIRST, "Исправьте", municipality=VSEVOLOZHSK, dataset="events", actor=SPECIALIST, now=at(12))
    luga = Actor("Луга", "municipal", frozenset({LUGA}))
    assert cells(reported, actor=luga)["municipality_id"].unique().to_list() == [LUGA]
    mart = open_mart(reported)
    assert completeness.round_events(mart, luga, REGION, 2025, 1)["event"].to_list() == ["opened"]
    assert completeness.round_municipalities(mart, luga, REGION)["municipality_id"].to_list() == [LUGA]
    nobody = Actor("Ничей", "municipal")
    for question in (completeness.completeness, completeness.round_events, completeness.round_of):
        with pytest.raises(Forbidden):
            question(mart, nobody, REGION, 2025, 1)


def test_attempts_keep_no_data(loaded: Address) -> None:
    secret = VALID["diagnostics"] | {"score": "500", "person": "teacher-secret-1"}
    content = csv_file("diagnostics", [secret])
    assert load_bytes(loaded, "diagnostics", content, now=at(10)).status == "rejected"
    with writer(loaded, "проверка", None) as connection:
        attempts = connection.execute("from ledger.attempts").pl()
        places = connection.execute("from ledger.attempt_places").pl()
    assert attempts.select("dataset", "author", "files", "errors", "batch").rows() == [
        ("diagnostics", "Проверка", "diagnostics_1.csv", 1, None)
    ]
    assert places.drop("attempt").rows() == [(VSEVOLOZHSK, 2025, 1, 1)]
    assert "secret" not in str(attempts.rows()) + str(places.rows())
