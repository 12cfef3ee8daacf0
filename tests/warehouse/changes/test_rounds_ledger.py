"""Rounds as events: opening, due dates, sending back, closing, reopening, refusals."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.conftest import copy_of
from tests.examples.files import load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import Actor, Forbidden, Role
from warehouse.build import publish
from warehouse.changes.connection import transaction, writer
from warehouse.changes.rounds import (
    Round,
    RoundRefused,
    change_due,
    close_round,
    expected_by_default,
    open_round,
    reopen_round,
    send_back,
)
from warehouse.marts.mart import current_publication, file_of, open_mart
from warehouse.queries import completeness, verdicts
from warehouse.store.address import Address
from warehouse.store.row import Row
from warehouse.store.scope import Scope

SPECIALIST = Actor("Специалист", "specialist")
FIRST = Round("41000000", 2025, 1)
DUE = dt.date(2025, 6, 24)
VSEVOLOZHSK = "41612000"


def at(day: int, month: int = 6, hour: int = 9) -> dt.datetime:
    """Return a moment of 2025."""
    return dt.datetime(2025, month, day, hour)  # noqa: DTZ001 (UTC without a zone, as the ledger keeps it)


def opened(address: Address, **changes: Any) -> int:
    given: dict[str, Any] = {"chosen": FIRST, "due_on": DUE, "actor": SPECIALIST, "now": at(1)}
    return open_round(address, **given | changes)


@pytest.fixture(scope="module")
def open_of_module(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Warehouse with registers and an open round; shared, so no test may change it."""
    address = copy_of(registers, tmp_path_factory.mktemp("open") / "warehouse")
    opened(address)
    return address


@pytest.fixture(scope="module")
def closed_of_module(open_of_module: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """The same with the round closed on 2 June; shared, so no test may change it."""
    address = copy_of(open_of_module, tmp_path_factory.mktemp("closed") / "warehouse")
    close_round(address, FIRST, actor=SPECIALIST, now=at(2))
    return address


@pytest.fixture
def held(open_of_module: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with the open round that a test may change."""
    return copy_of(open_of_module, tmp_path / "held")


def state(address: Address, chosen: Round = FIRST) -> Row:
    found = completeness.round_of(open_mart(address), SPECIALIST, chosen.region, chosen.year, chosen.half)
    assert found is not None
    return found


def test_a_round_lives_through_its_events(loaded: Address) -> None:
    publication = opened(loaded)
    assert publication == current_publication(loaded)
    assert state(loaded)["state"] == "open"
    assert state(loaded)["due_on"] == DUE
    assert state(loaded)["datasets"] == expected_by_default()
    assert state(loaded)["municipalities"] is None

    change_due(loaded, FIRST, dt.date(2025, 6, 27), comment="Просьба районов", actor=SPECIALIST, now=at(20))
    assert state(loaded)["due_on"] == dt.date(2025, 6, 27)

    closing = close_round(loaded, FIRST, actor=SPECIALIST, now=at(28))
    found = state(loaded)
    assert (found["state"], found["closed_on"], found["closing_publication"]) == (
        "closed",
        dt.date(2025, 6, 28),
        closing,
    )

    reopen_round(loaded, FIRST, "  Ошибка  в кадрах ", actor=SPECIALIST, now=at(29))
    found = state(loaded)
    assert (found["state"], found["closed_on"], found["closing_publication"]) == ("open", None, closing)

    events = completeness.round_events(open_mart(loaded), SPECIALIST, "41000000", 2025, 1)
    assert events["event"].to_list() == ["reopened", "closed", "due_changed", "opened"]
    assert events["event_number"].to_list() == [4, 3, 2, 1]
    assert events["comment"].to_list() == ["Ошибка в кадрах", None, "Просьба районов", None]
    assert events["actor"].unique().to_list() == ["Специалист"]


# What is done and what it says: where no round was opened, where one is open, where it is closed.
REFUSED: dict[str, dict[str, tuple[Callable[[Address], object], str]]] = {
    "registers": {
        "due before opening": (lambda a: opened(a, due_on=dt.date(2025, 5, 31)), "раньше дня открытия"),
        "no forms": (lambda a: opened(a, datasets=[]), "хотя бы одну форму"),
        "an unknown form": (lambda a: opened(a, datasets=["people"]), "Формы «people» нет"),
        "a form that nobody owes": (lambda a: opened(a, datasets=["programs"]), "не собирается с муниципалитетов"),
        "an unknown municipality": (lambda a: opened(a, municipalities=["41999000"]), "«41999000»"),
        "another region's municipality": (lambda a: opened(a, municipalities=["46728000"]), "«46728000»"),
        "an unknown region": (lambda a: opened(a, chosen=Round("99000000", 2025, 1)), "нет в справочнике"),
        "a half-year that is none": (lambda a: opened(a, chosen=Round("41000000", 2025, 3)), "полугодие"),
        "due of no round": (lambda a: change_due(a, FIRST, DUE, actor=SPECIALIST, now=at(2)), "не открыт"),
        "closing of no round": (lambda a: close_round(a, FIRST, actor=SPECIALIST, now=at(2)), "не открыт"),
        "reopening of none": (
            lambda a: reopen_round(a, FIRST, "надо", actor=SPECIALIST, now=at(2)),
            "только открыть",
        ),
    },
    "open_of_module": {
        "opened twice": (opened, "уже открыт 01.06.2025"),
        "the same due": (lambda a: change_due(a, FIRST, DUE, actor=SPECIALIST, now=at(2)), "и так 24.06.2025"),
        "closing before opening": (
            lambda a: close_round(a, FIRST, actor=SPECIALIST, now=at(30, month=5)),
            "закрытие раньше открытия",
        ),
        "reopening of an open one": (
            lambda a: reopen_round(a, FIRST, "надо", actor=SPECIALIST, now=at(2)),
            "не закрыт",
        ),
        "sending back without a comment": (
            lambda a: send_back(a, FIRST, "", batch=4, actor=SPECIALIST, now=at(2)),
            "что исправить",
        ),
        "sending back nothing named": (
            lambda a: send_back(a, FIRST, "так", municipality=VSEVOLOZHSK, actor=SPECIALIST, now=at(2)),
            "либо партию, либо муниципалитет",
        ),
        "sending back an unknown batch": (
            lambda a: send_back(a, FIRST, "так", batch=77, actor=SPECIALIST, now=at(2)),
            "Партии № 77 нет",
        ),
        "sending back a batch of the region": (
            lambda a: send_back(a, FIRST, "так", batch=3, actor=SPECIALIST, now=at(2)),
            "возвращать некому",
        ),
        "sending back what has not come": (
            lambda a: send_back(a, FIRST, "так", municipality=VSEVOLOZHSK, dataset="events",
                                actor=SPECIALIST, now=at(2)),
            "возвращать нечего",
        ),
    },
    "closed_of_module": {
        "opened after closing": (opened, "уже проведён и закрыт"),
        "closing twice": (
            lambda a: close_round(a, FIRST, actor=SPECIALIST, now=at(2)),
            "сначала откройте его заново",
        ),
        "reopening without a reason": (
            lambda a: reopen_round(a, FIRST, " \u00a0 ", actor=SPECIALIST, now=at(3)),
            "только с причиной",
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(("start", "case"), [(start, case) for start in REFUSED for case in sorted(REFUSED[start])])
def test_what_is_refused_says_why_and_leaves_no_event(
    request: pytest.FixtureRequest, tmp_path: Path, start: str, case: str
) -> None:
    address = copy_of(request.getfixturevalue(start), tmp_path / "copy")
    act, message = REFUSED[start][case]
    with pytest.raises(RoundRefused) as refusal:
        act(address)
    said = str(refusal.value)
    assert message in said
    assert said.endswith(".") and said[0].isupper()
    with writer(address, "проверка", None) as connection:
        announced = connection.execute("select count(*) from ledger.publications").fetchone()
        events = connection.execute("select count(*) from ledger.round_events").fetchone()
    assert events == (list(REFUSED).index(start),)
    assert announced == (events[0] + 1,)


@pytest.mark.parametrize("role", ["viewer", "municipal"])
def test_other_roles_may_not_touch_rounds(loaded: Address, held: Address, role: Role) -> None:
    actor = Actor("Чужой", role, frozenset({VSEVOLOZHSK}))
    with pytest.raises(Forbidden, match=r"специалист ЦНППМ\.$"):
        opened(loaded, actor=actor)
    steps: tuple[Callable[[], object], ...] = (
        lambda: change_due(held, FIRST, dt.date(2025, 7, 1), actor=actor, now=at(2)),
        lambda: send_back(held, FIRST, "так", batch=4, actor=actor, now=at(2)),
        lambda: close_round(held, FIRST, actor=actor, now=at(2)),
        lambda: reopen_round(held, FIRST, "так", actor=actor, now=at(2)),
    )
    for act in steps:
        with pytest.raises(Forbidden):
            act()
    assert state(held)["state"] == "open"


def passport(staff: str) -> dict[str, str]:
    return VALID["passport_organizations"] | {"pedagogical_staff": staff, "teachers": "8"}


def values(address: Address, publication: int | None = None) -> pl.DataFrame:
    mart = open_mart(address, publication)
    return mart.query_unguarded("from indicator_values where year = 2025 and half = 1 order by all")


def test_figures_of_a_closing_stay_beside_the_corrected_ones(loaded: Address) -> None:
    load_rows(loaded, "diagnostics", [VALID["diagnostics"]], now=at(10))
    opened(loaded, build=False)
    closing = close_round(loaded, FIRST, actor=SPECIALIST, now=at(28))
    frozen = values(loaded)
    load_rows(loaded, "passport_organizations", [passport("80")], now=at(1, month=7), confirm="Сверено")
    reopen_round(loaded, FIRST, "Уточнены кадры", actor=SPECIALIST, now=at(2, month=7))

    assert_frame_equal(values(loaded, closing), frozen)
    assert not values(loaded).equals(frozen)
    scope = Scope("41000000", 2025, 1, "composite")
    changes = verdicts.changes_since(open_mart(loaded), open_mart(loaded, closing), SPECIALIST, scope)
    share = changes.row(
        by_predicate=(pl.col("indicator") == "diagnostics_share") & (pl.col("level") == "R"), named=True
    )
    # One of 40 + 10 teaching staff and 3 + 3 managers before the correction, one of 80 + 10 and 6 after it.
    assert (share["value_before"], share["value"]) == pytest.approx((100 / 56, 100 / 96))

    closed_again = close_round(loaded, FIRST, actor=SPECIALIST, now=at(3, month=7))
    assert state(loaded)["closing_publication"] == closed_again
    assert_frame_equal(values(loaded, closing), frozen)


def test_the_publication_of_a_closing_is_never_pruned(held: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "KEPT_PUBLICATIONS", 2)
    opening = current_publication(held)
    closing = close_round(held, FIRST, actor=SPECIALIST, now=at(28))
    for day in (1, 2):
        with writer(held, "проверка", None) as connection:
            with transaction(connection):
                number = publish.announce(connection, author="Проверка", reason="ещё", at=at(day, month=7))
            publish.publish(connection, held, number)
    assert opening is not None
    assert file_of(held, closing).exists()
    assert not file_of(held, opening).exists()


def monitoring(address: Address) -> dict[int, float]:
    rows = open_mart(address).query_unguarded(
        "select half, value from indicator_values where indicator = 'monitoring_rounds' and year = 2025"
    )
    return dict(rows.iter_rows())


def test_monitoring_rounds_counts_rounds_closed_by_the_cutoff(loaded: Address, held: Address) -> None:
    assert monitoring(loaded) == {1: 0}
    assert monitoring(held) == {1: 0}
    close_round(held, FIRST, actor=SPECIALIST, now=at(30))
    assert monitoring(held) == {1: 1}
    reopen_round(held, FIRST, "Уточнение", actor=SPECIALIST, now=at(30))
    assert monitoring(held) == {1: 0}
    close_round(held, FIRST, actor=SPECIALIST, now=at(1, month=7))
    assert monitoring(held) == {1: 0}


def test_the_first_round_can_be_opened_before_any_data(warehouse: Address) -> None:
    opened(warehouse)
    mart = open_mart(warehouse)
    assert completeness.monitored_regions(mart, SPECIALIST)["region_id"].to_list() == ["41000000"]
    cells = completeness.completeness(mart, SPECIALIST, "41000000", 2025, 1)
    assert cells["state"].unique().to_list() == ["missing"]
    assert cells.height == cells["municipality_id"].n_unique() * len(expected_by_default())
