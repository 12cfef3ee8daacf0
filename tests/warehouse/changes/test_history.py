"""History of batches: withdrawing, restoring, the difference of two publications."""

import inspect
from typing import Any

import polars as pl
import pytest

from etl.intake.result import LoadResult
from tests.examples.files import NOW, load_bytes, load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import ROLES, Actor, Forbidden, Role
from warehouse.build import preview
from warehouse.changes import withdrawals
from warehouse.changes.withdrawals import ReasonMissing, withdraw_or_restore
from warehouse.ledger.batches import UnknownBatch
from warehouse.marts.mart import Mart, current_publication, open_mart
from warehouse.queries import batch_history
from warehouse.queries.batch_history import Difference
from warehouse.store.address import Address

SPECIALIST = Actor("Мария Петрова", "specialist")
REGION, PROFILE = "41000000", "ivanovo"


def send(address: Address, dataset: str, rows: list[dict[str, str]], **options: Any) -> LoadResult:
    """Load rows and publish."""
    return load_rows(address, dataset, rows, publish=True, **options)


def current(address: Address) -> int:
    number = current_publication(address)
    assert number is not None
    return number


def mart(address: Address, publication: int | None = None) -> Mart:
    return open_mart(address, publication)


def between(address: Address, before: int, after: int) -> Difference:
    return batch_history.difference(mart(address, before), mart(address, after), SPECIALIST, REGION, PROFILE)


def diagnose(address: Address, count: int) -> int:
    rows = [VALID["diagnostics"] | {"person": f"person-{n}"} for n in range(count)]
    batch = send(address, "diagnostics", rows).batch
    assert batch is not None
    return batch


@pytest.mark.parametrize("actor", [Actor("Глава", "viewer"), Actor("Луга", "municipal", frozenset({"41633000"}))])
def test_batches_between_publications_are_named_to_those_who_may_see_batches(loaded: Address, actor: Actor) -> None:
    before = current(loaded)
    diagnose(loaded, 3)
    assert between(loaded, before, current(loaded)).batches.height == 1
    found = batch_history.difference(mart(loaded, before), mart(loaded), actor, REGION, PROFILE)
    assert found.batches.is_empty()
    assert found.publications.height == 1 and found.values.height


def test_a_batch_tells_its_files_counts_findings_and_confirmation(loaded: Address) -> None:
    good, doubtful = (VALID["diagnostics"] | {"person": f"person-{n}"} for n in range(2))
    result = send(loaded, "diagnostics", [good, doubtful | {"score": "95"}], confirm="сверено")
    assert result.batch is not None
    opened = mart(loaded)
    listed = batch_history.batch_list(opened, SPECIALIST).row(0, named=True)
    assert (listed["batch"], listed["dataset"], listed["state"], listed["warnings"]) == (
        result.batch, "diagnostics", "active", 1,
    )  # fmt: skip
    details = batch_history.batch_details(opened, SPECIALIST, result.batch)
    assert details is not None
    assert (details["rows_read"], details["rows_loaded"], details["confirmation"]) == (2, 2, "сверено")
    (file,) = batch_history.batch_files(opened, SPECIALIST, result.batch).to_dicts()
    assert (file["name"], file["format"], len(file["sha256"])) == ("diagnostics_1.csv", "csv", 64)
    (finding,) = batch_history.batch_findings(opened, SPECIALIST, result.batch).to_dicts()
    assert (finding["severity"], finding["findings"], finding["source_rows"]) == ("warning", 1, [3])
    (event,) = batch_history.batch_events(opened, SPECIALIST, result.batch).to_dicts()
    assert (event["event"], event["happened_at"]) == ("loaded", NOW)
    assert batch_history.batch_details(opened, SPECIALIST, 999) is None


def test_withdrawing_and_restoring_is_an_event_with_a_reason(loaded: Address) -> None:
    batch = diagnose(loaded, 3)
    full = current(loaded)
    withdraw_or_restore(loaded, SPECIALIST, batch, "withdraw", " не тот файл ", NOW)
    withdraw_or_restore(loaded, SPECIALIST, batch, "restore", "всё-таки тот", NOW)
    events = batch_history.batch_events(mart(loaded), SPECIALIST, batch).select("event", "actor", "reason").rows()
    assert events[1:] == [
        ("withdrawn", "Мария Петрова", "не тот файл"),
        ("restored", "Мария Петрова", "всё-таки тот"),
    ]
    assert between(loaded, full, current(loaded)).values.is_empty()
    with pytest.raises(UnknownBatch, match="не отозвана"):
        withdraw_or_restore(loaded, SPECIALIST, batch, "restore", "ещё раз", NOW)
    with pytest.raises(ReasonMissing):
        withdraw_or_restore(loaded, SPECIALIST, batch, "withdraw", " ", NOW)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("specialist", "admin")])
def test_others_neither_change_nor_see_batches(loaded: Address, role: Role) -> None:
    outsider = Actor("Чужой", role, frozenset({"41612000"}))
    before = current(loaded)
    with pytest.raises(Forbidden):
        withdraw_or_restore(loaded, outsider, 1, "withdraw", "хочу", NOW)
    assert current(loaded) == before
    for question in (
        batch_history.batch_details,
        batch_history.batch_files,
        batch_history.batch_events,
        batch_history.batch_findings,
    ):
        with pytest.raises(Forbidden):
            question(mart(loaded), outsider, 1)
    with pytest.raises(Forbidden):
        batch_history.batch_list(mart(loaded), outsider)


def test_the_difference_of_publications_is_values_verdicts_batches_and_publications(loaded: Address) -> None:
    start = current(loaded)
    first = diagnose(loaded, 2)
    middle = current(loaded)
    second = send(loaded, "events", [VALID["events"]]).batch
    withdraw_or_restore(loaded, SPECIALIST, first, "withdraw", "не тот файл", NOW)
    end = current(loaded)

    found = between(loaded, start, middle)
    shares = found.values.filter((pl.col("indicator") == "diagnostics_share") & (pl.col("level") == "M"))
    (row,) = shares.to_dicts()
    assert row["territory_id"] == "41612000"
    assert (row["numerator_before"], row["numerator_after"], row["denominator_after"]) == (0, 2, 43)
    assert (row["verdict_before"], row["verdict_after"], row["flipped"]) == ("missed", "missed", False)
    assert found.batches.select("batch", "change").rows() == [(first, "added")]
    assert found.publications.get_column("publication").to_list() == [middle]

    gone = between(loaded, middle, end)
    assert set(gone.batches.select("batch", "change").rows()) == {(first, "withdrawn"), (second, "added")}
    assert gone.publications.height == 2
    assert gone.values.filter(pl.col("indicator") == "diagnostics_share").height == 2

    whole = between(loaded, start, end).values.get_column("indicator").unique().to_list()
    assert "diagnostics_share" not in whole
    assert "service_events" in whole


def test_a_flipped_verdict_is_marked(loaded: Address) -> None:
    start = current(loaded)
    diagnose(loaded, 6)
    rows = between(loaded, start, current(loaded)).values
    (row,) = rows.filter(
        (pl.col("territory_id") == "41612000") & (pl.col("indicator") == "diagnostics_share")
    ).to_dicts()
    assert (row["verdict_before"], row["verdict_after"], row["flipped"]) == ("missed", "met", True)


def test_only_kept_publications_can_be_compared(loaded: Address) -> None:
    diagnose(loaded, 1)
    listed = batch_history.publications(mart(loaded), SPECIALIST)
    assert batch_history.openable(loaded, listed).height == listed.height == 2
    (loaded.marts / "000001.duckdb").unlink()
    assert batch_history.openable(loaded, listed).get_column("publication").to_list() == [2]


def test_every_question_asks_before_it_touches_the_mart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.access.rights.ACTIONS", {})
    asked = 0
    for module in (batch_history, withdrawals):
        for _, question in inspect.getmembers(module, inspect.isfunction):
            names = list(inspect.signature(question).parameters)
            if question.__module__ == module.__name__ and "actor" in names and not question.__name__.startswith("_"):
                asked += 1
                given = {"actor": SPECIALIST}
                with pytest.raises(Forbidden):
                    question(*(given.get(name, "1") for name in names))
    assert asked == 10


def test_findings_of_a_long_file_are_counted_not_listed(loaded: Address) -> None:
    rows = [VALID["diagnostics"] | {"person": f"person-{n}", "score": "95"} for n in range(50)]
    result = send(loaded, "diagnostics", rows, confirm="сверено")
    assert result.batch is not None
    (finding,) = batch_history.batch_findings(mart(loaded), SPECIALIST, result.batch).to_dicts()
    assert (finding["findings"], finding["source_rows"]) == (50, list(range(2, 22)))


def test_a_batch_of_several_files_lists_them(loaded: Address) -> None:
    one, two = (
        (
            "Код организации;Наименование;Муниципальное образование;Тип организации\n"
            + f"N-{n};Школа;Лужский район;школа"
        )
        for n in (1, 2)
    )
    result = load_bytes(loaded, "organizations", one.encode(), two.encode(), publish=True)
    assert result.batch is not None
    names = batch_history.batch_files(mart(loaded), SPECIALIST, result.batch).get_column("name").to_list()
    assert names == ["organizations_1.csv", "organizations_2.csv"]


def test_a_preview_foretells_what_a_withdrawal_and_a_return_bring(loaded: Address) -> None:
    empty = mart(loaded)
    batch = diagnose(loaded, 10)
    full, publication = mart(loaded), current(loaded)
    steps: list[tuple[withdrawals.Change, Mart, Mart]] = [("withdraw", full, empty), ("restore", empty, full)]
    for change, before, after in steps:
        foretold = withdrawals.change_preview(loaded, SPECIALIST, batch, change, PROFILE, NOW)
        assert current(loaded) == publication
        brought = [market.query_unguarded(preview.VERDICTS, [PROFILE]) for market in (before, after)]
        assert foretold.height > 0
        assert foretold.equals(preview.differences(*brought))
        publication = withdraw_or_restore(loaded, SPECIALIST, batch, change, "проверка", NOW)
    with pytest.raises(UnknownBatch):
        withdrawals.change_preview(loaded, SPECIALIST, batch, "restore", PROFILE, NOW)
    for role in ("viewer", "municipal"):
        with pytest.raises(Forbidden):
            withdrawals.change_preview(loaded, Actor("Проверка", role), batch, "withdraw", PROFILE, NOW)
