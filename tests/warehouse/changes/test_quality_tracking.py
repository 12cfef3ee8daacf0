"""Findings over publications: accepted, sent back, returned, resolved by the data."""

import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from etl.intake.result import LoadResult
from tests.conftest import copy_of
from tests.examples.files import NOW, load_rows
from tests.examples.rows import SNILS, VALID
from warehouse.access.rights import ACTIONS, Actor, Forbidden, Role
from warehouse.build.publish import publish
from warehouse.changes.connection import writer
from warehouse.changes.finding_decisions import Decision, DecisionRefused, decide
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import quality_findings
from warehouse.queries.quality_findings import Filter
from warehouse.store.address import Address

SPECIALIST = Actor("Мария Петрова", "specialist")
OWN = "41612000"
PERIOD = Filter("41000000", 2025)
ROUTE = VALID["routes"]


def send(address: Address, dataset: str, rows: list[dict[str, str]], **options: Any) -> LoadResult:
    """Load rows and publish."""
    return load_rows(address, dataset, rows, publish=True, **options)


def found(address: Address, actor: Actor = SPECIALIST, **narrower: Any) -> pl.DataFrame:
    return quality_findings.findings(open_mart(address), actor, Filter("41000000", 2025, **narrower))


def the_one(address: Address) -> dict[str, Any]:
    """Return the finding about routes that the tests follow."""
    return found(address, check="routes_without_diagnostics").row(0, named=True)


def send_routes(address: Address, count: int) -> None:
    """Load routes of this many people without diagnostics."""
    rows = [ROUTE | {"route_id": f"ИОМ-{n}", "person": f"person-{n}"} for n in range(count)]
    assert send(address, "routes", rows).status == "loaded"


def resolve(address: Address, decision: Decision, reason: str = "проверено") -> int:
    return decide(address, SPECIALIST, [the_one(address)["finding"]], decision, reason, NOW)


@pytest.fixture(scope="module")
def with_a_finding(registers_of_module: Address) -> Address:
    """A warehouse with one finding: a route without diagnostics."""
    send_routes(registers_of_module, 1)
    return registers_of_module


@pytest.fixture
def faulty(with_a_finding: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with a finding that a test may change."""
    return copy_of(with_a_finding, tmp_path / "faulty")


def test_a_finding_waits_for_a_decision_and_leads_to_its_rows(faulty: Address) -> None:
    row = the_one(faulty)
    assert (row["state"], row["territory_id"], row["half"], row["row_count"]) == ("open", OWN, 1, 1)
    behind = quality_findings.rows_behind(open_mart(faulty), SPECIALIST, row["finding"]).to_dicts()
    assert [(line["dataset"], line["source_row"], line["organization"]) for line in behind] == [
        ("routes", 2, "Средняя школа № 1")
    ]
    assert len(behind[0]["person"]) == 32
    assert SNILS not in str(behind)


def test_a_decision_is_kept_with_who_when_and_why_and_is_published(faulty: Address) -> None:
    before = current_publication(faulty)
    assert before is not None
    assert resolve(faulty, "accepted", " школа закрыта ") == before + 1 == current_publication(faulty)
    row = the_one(faulty)
    assert (row["state"], row["reason"], row["decided_by"], row["decided_at"]) == (
        "accepted", "школа закрыта", "Мария Петрова", NOW,
    )  # fmt: skip
    (decision,) = quality_findings.decisions(open_mart(faulty), SPECIALIST, row["finding"]).to_dicts()
    assert decision["publication"] == before + 1
    assert (
        open_mart(faulty).query_unguarded("select reason from publication").item()
        == "Приняты находки качества данных: 1"
    )


def test_an_accepted_finding_comes_back_when_its_figures_change(faulty: Address) -> None:
    resolve(faulty, "accepted")
    send_routes(faulty, 1)
    assert the_one(faulty)["state"] == "accepted"
    send_routes(faulty, 2)
    assert the_one(faulty)["state"] == "returned"
    resolve(faulty, "accepted", "и второй тоже")
    assert the_one(faulty)["state"] == "accepted"


def test_a_finding_that_the_data_no_longer_show_is_resolved_by_itself(faulty: Address) -> None:
    finding = the_one(faulty)["finding"]
    send(faulty, "diagnostics", [VALID["diagnostics"] | {"person": "person-0"}])
    row = the_one(faulty)
    assert (row["finding"], row["state"], row["resolved_in"]) == (finding, "resolved", current_publication(faulty))
    assert quality_findings.rows_behind(open_mart(faulty), SPECIALIST, finding).is_empty()
    with pytest.raises(DecisionRefused, match="обновите страницу"):
        resolve(faulty, "accepted")


def test_a_sent_back_finding_waits_until_the_data_change_and_returns_when_they_change_back(faulty: Address) -> None:
    resolve(faulty, "sent_back", "пришлите диагностику")
    assert the_one(faulty)["state"] == "sent_back"
    batch = send(faulty, "diagnostics", [VALID["diagnostics"] | {"person": "person-0"}]).batch
    assert batch is not None
    assert the_one(faulty)["state"] == "resolved"
    withdraw_or_restore(faulty, Actor("Проверка", "admin"), batch, "withdraw", "не та", NOW)
    row = the_one(faulty)
    assert (row["state"], row["first_publication"] < row["decided_at"].year) == ("returned", True)


def test_a_decision_can_be_taken_back(faulty: Address) -> None:
    resolve(faulty, "accepted")
    resolve(faulty, "reopened", "поторопились")
    assert the_one(faulty)["state"] == "open"
    with pytest.raises(DecisionRefused):
        resolve(faulty, "reopened")
    history = quality_findings.decisions(open_mart(faulty), SPECIALIST, the_one(faulty)["finding"])
    assert history.get_column("decision").to_list() == ["reopened", "accepted"]


def test_what_publications_saw_is_written_once_for_each_change(faulty: Address) -> None:
    def sightings() -> list[tuple[str, int]]:
        with writer(faulty, "проверка", None) as connection:
            return connection.execute(
                "select sighting, publication from ledger.quality_sightings "
                "where check_code = 'routes_without_diagnostics' order by sighting_number"
            ).fetchall()

    first = current_publication(faulty)
    send(faulty, "events", [VALID["events"]])
    assert sightings() == [("seen", first)]
    with writer(faulty, "проверка", None) as connection:
        again = current_publication(faulty)
        assert again is not None
        publish(connection, faulty, again)
    assert sightings() == [("seen", first)]


def test_findings_are_decided_all_or_none(faulty: Address) -> None:
    send(faulty, "young_support", [VALID["young_support"] | {"person": f"young-{n}"} for n in range(6)])
    findings = found(faulty).get_column("finding").to_list()
    assert len(findings) == 4  # the route, the young people, and two shares over 100 %
    with pytest.raises(DecisionRefused, match="больше нет"):
        decide(faulty, SPECIALIST, [*findings, "0" * 16], "accepted", "все", NOW)
    assert set(found(faulty).get_column("state")) == {"open"}
    before = current_publication(faulty)
    decide(faulty, SPECIALIST, findings, "accepted", "все", NOW)
    assert set(found(faulty).get_column("state")) == {"accepted"}
    assert current_publication(faulty) == (before or 0) + 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(faulty: Address, reason: str) -> None:
    with pytest.raises(DecisionRefused, match="причину"):
        resolve(faulty, "accepted", reason)


def test_filters_narrow_the_findings(faulty: Address) -> None:
    assert found(faulty, half=2).is_empty()
    assert found(faulty, half=1).height == found(faulty, state="unsettled").height == found(faulty, state="open").height
    assert found(faulty, municipality="41633000").is_empty()
    assert quality_findings.counts(found(faulty))["open"] == 1
    assert set(quality_findings.counts(found(faulty))) == set(quality_findings.STATES)


@pytest.mark.parametrize("role", ["viewer", "municipal"])
def test_only_the_centre_decides(faulty: Address, role: Role) -> None:
    outsider = Actor("Чужой", role, frozenset({OWN}))
    before = current_publication(faulty)
    for chosen in ([the_one(faulty)["finding"]], ["нет такой"]):
        with pytest.raises(Forbidden):
            decide(faulty, outsider, chosen, "accepted", "сам решил", NOW)
    assert the_one(faulty)["state"] == "open"
    assert current_publication(faulty) == before


def test_a_municipality_sees_its_own_findings_and_nobody_elses(faulty: Address) -> None:
    finding = the_one(faulty)["finding"]
    own = Actor("ММС", "municipal", frozenset({OWN}))
    other = Actor("ММС", "municipal", frozenset({"41633000"}))
    assert found(faulty, own).height == 1
    assert found(faulty, other).is_empty()
    assert quality_findings.rows_behind(open_mart(faulty), own, finding).get_column("person").item()
    for question in (quality_findings.rows_behind, quality_findings.values_behind, quality_findings.decisions):
        with pytest.raises(Forbidden):
            question(open_mart(faulty), other, finding)
        with pytest.raises(Forbidden):
            question(open_mart(faulty), own, "нет такой")
    with pytest.raises(Forbidden):
        found(faulty, Actor("Комитет", "viewer"))


def test_people_are_hidden_from_roles_that_may_not_see_them(faulty: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = the_one(faulty)["finding"]
    monkeypatch.setitem(ACTIONS, "view_people", {"specialist": "nowhere"})
    behind = quality_findings.rows_behind(open_mart(faulty), SPECIALIST, finding)
    assert behind.height == 1
    assert behind.get_column("person").to_list() == [None]


def test_every_question_asks_before_it_touches_the_mart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.access.rights.PAGES", {})
    for question in (quality_findings.checks, quality_findings.findings):
        parameters = list(inspect.signature(question).parameters)
        assert parameters[:2] == ["mart", "actor"]
        with pytest.raises(Forbidden):
            question(None, SPECIALIST, *([PERIOD] if len(parameters) > 2 else []))  # type: ignore[arg-type]


def test_a_finding_about_an_indicator_is_shown_beside_the_values_it_was_compared_with(loaded: Address) -> None:
    support = [VALID["young_support"] | {"person": f"young-{n}"} for n in range(6)]
    send(loaded, "young_support", support)
    row = found(loaded, check="share_above_hundred", municipality=OWN).row(0, named=True)
    assert "120,0 %" in row["message"].replace("\u00a0", " ")
    values = quality_findings.values_behind(open_mart(loaded), SPECIALIST, row["finding"])
    own = values.row(by_predicate=pl.col("municipality_id") == OWN, named=True)
    assert (own["numerator"], own["denominator"], own["value"]) == (6, 5, 120)
    assert quality_findings.rows_behind(open_mart(loaded), SPECIALIST, row["finding"]).is_empty()


def test_decided_at_is_the_moment_of_the_decision(faulty: Address) -> None:
    later = NOW + dt.timedelta(days=3)
    decide(faulty, SPECIALIST, [the_one(faulty)["finding"]], "sent_back", "пришлите", later)
    assert the_one(faulty)["decided_at"] == later
