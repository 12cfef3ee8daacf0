"""Own targets: what may be set, how a change alters verdicts, the record of changes."""

import dataclasses
import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from etl.commands import export
from tests.conftest import copy_of
from tests.examples.files import NOW, load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import ROLES, Actor, Forbidden, Role
from warehouse.build.indicators import catalogue
from warehouse.changes import targets
from warehouse.changes.connection import writer
from warehouse.changes.targets import Proposal, TargetRefused, add, change, problems, withdraw
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import target_list
from warehouse.store.address import Address

ADMIN = Actor("Администратор", "admin")
KNOWN = {indicator.code: indicator for indicator in catalogue()}
HOME = ("41000000",)
PLAN = Proposal(
    profile="leningrad",
    indicator="diagnostics_share",
    year=2025,
    operator=">=",
    value=25.0,
    levels=("R", "M"),
    act="Приказ Комитета",
    order_number="5",
    order_date=dt.date(2025, 2, 1),
    clause="п. 1",
)


def plan(**changes: Any) -> Proposal:
    return dataclasses.replace(PLAN, **changes)


@pytest.fixture(scope="module")
def with_a_value(registers_of_module: Address) -> Address:
    """Warehouse where 10 of 43 people of a municipality were diagnosed (23.3 %)."""
    rows = [VALID["diagnostics"] | {"person": f"person-{n}"} for n in range(10)]
    assert load_rows(registers_of_module, "diagnostics", rows, publish=True).status == "loaded"
    return registers_of_module


@pytest.fixture
def measured(with_a_value: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with that value that a test may change."""
    return copy_of(with_a_value, tmp_path / "measured")


def exported(address: Address, profile: str = "leningrad") -> pl.DataFrame:
    return export.indicators(open_mart(address), year=None, half=None, level=None, indicator=None, profile=profile)


def verdict(address: Address, profile: str = "leningrad", level: str = "M") -> tuple[str, float | None]:
    found = open_mart(address).query_unguarded(
        "select verdict, target from verdicts where indicator = 'diagnostics_share' and profile = ? and level = ? "
        "and (level = 'R' or territory_id = '41612000')",
        [profile, level],
    )
    return found.row(0)


def identity(address: Address) -> str:
    (row,) = target_list.listing(open_mart(address), ADMIN).filter(pl.col("origin") == "own").to_dicts()
    return str(row["target"])


def test_a_target_is_set_changed_and_withdrawn_and_exports_return_exactly(measured: Address) -> None:
    before, composite_before = exported(measured), exported(measured, "composite")
    assert verdict(measured) == ("no_target", None)
    first = current_publication(measured)
    assert first is not None

    assert add(measured, ADMIN, PLAN, "утверждён план", NOW) == first + 1
    assert verdict(measured) == ("near", 25.0)
    assert verdict(measured, "composite") == ("near", 25.0)
    assert verdict(measured, "ivanovo")[0] == "met"
    assert exported(measured, "ivanovo").height == before.height

    change(measured, ADMIN, identity(measured), plan(value=20.0), "пересмотр", NOW)
    assert verdict(measured) == ("met", 20.0)

    withdraw(measured, ADMIN, identity(measured), "приказ отменён", NOW)
    assert verdict(measured) == ("no_target", None)
    assert_frame_equal(exported(measured), before)
    assert_frame_equal(exported(measured, "composite"), composite_before)


def test_every_change_is_kept_with_who_when_and_why(measured: Address) -> None:
    add(measured, ADMIN, PLAN, "утверждён план", NOW)
    change(measured, ADMIN, identity(measured), plan(value=30.0, order_number="7"), "пересмотр", NOW)
    withdraw(measured, ADMIN, identity(measured), "отменён", NOW)
    events = target_list.events(open_mart(measured), ADMIN, "leningrad")
    shown = events.select("event", "value", "document", "actor", "reason", "happened_at").rows()
    assert shown == [
        ("withdrawn", 30.0, "Приказ Комитета от 01.02.2025 № 7", "Администратор", "отменён", NOW),
        ("changed", 30.0, "Приказ Комитета от 01.02.2025 № 7", "Администратор", "пересмотр", NOW),
        ("added", 25.0, "Приказ Комитета от 01.02.2025 № 5", "Администратор", "утверждён план", NOW),
    ]
    assert target_list.events(open_mart(measured), ADMIN, "moscow").is_empty()


def test_the_preview_is_what_the_publication_then_says(measured: Address) -> None:
    mart = open_mart(measured)
    standing = target_list.listing(mart, ADMIN)
    after = targets.with_change(standing, PLAN)
    foreseen = target_list.verdicts(mart, ADMIN, after, "composite")
    flips = target_list.flips(mart, ADMIN, after, "composite", PLAN.indicator)
    assert ("41612000", "met", "near") in flips.select("territory_id", "verdict_before", "verdict").rows()
    assert set(flips.get_column("indicator")) == {PLAN.indicator}

    add(measured, ADMIN, PLAN, "утверждён план", NOW)
    key = ["level", "territory_id", "year", "half", "indicator"]
    told = open_mart(measured).query_unguarded(
        "select * from verdicts where profile = 'composite' and level <> 'O'"
    ).select(foreseen.columns)  # fmt: skip
    assert_frame_equal(foreseen.sort(key), told.sort(key))


def test_without_a_change_nothing_flips(measured: Address) -> None:
    mart = open_mart(measured)
    standing = target_list.listing(mart, ADMIN)
    for profile in ("composite", "ivanovo", "moscow", "leningrad"):
        assert target_list.flips(mart, ADMIN, standing, profile, PLAN.indicator).is_empty()


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"profile": "moscow"}, "не меняются"),
        ({"profile": "composite"}, "не меняются"),
        ({"profile": ""}, "не меняются"),
        ({"order_number": " "}, "Укажите документ, его номер и дату"),
        ({"order_date": None}, "Укажите документ, его номер и дату"),
        ({"act": ""}, "Укажите документ, его номер и дату"),
        ({"indicator": "unknown"}, "Такого показателя нет"),
        ({"year": 2014}, "от 2015 до 2100"),
        ({"year": 2101}, "от 2015 до 2100"),
        ({"operator": "<="}, "знаком ≥"),
        ({"indicator": "teachers_per_regional_methodist"}, "знаком ≤"),
        ({"value": 0.0}, "больше нуля"),
        ({"value": float("nan")}, "больше нуля"),
        ({"value": 100.5}, "больше 100 %"),
        ({"value": 12.3456789}, "6 знаков"),
        ({"indicator": "methodical_services", "value": 2.5}, "целое число"),
        ({"levels": ()}, "хотя бы один уровень"),
        ({"indicator": "active_meetings", "value": 3.0}, "не считается на уровне: муниципалитеты"),
        ({"valid_from": dt.date(2026, 1, 2), "valid_to": dt.date(2026, 1, 1)}, "позже окончания"),
        ({"valid_to": dt.date(2025, 12, 30)}, "никогда бы не применилась"),
        ({"indicator": "active_meetings", "year": 2023, "levels": ("R",), "value": 4.0}, "уже есть цель"),
    ],
)
def test_what_may_not_stand_says_why(measured: Address, changed: dict[str, Any], complaint: str) -> None:
    standing = target_list.listing(open_mart(measured), ADMIN)
    found = problems(plan(**changed), KNOWN, standing, HOME)
    assert any(complaint in problem for problem in found), found
    assert all(problem[0].isupper() and problem.endswith(".") for problem in found)
    before = current_publication(measured)
    with pytest.raises(TargetRefused):
        add(measured, ADMIN, plan(**changed), "утверждён план", NOW)
    assert current_publication(measured) == before


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"levels": ("O",)},
        {"value": 100.0},
        {"valid_from": dt.date(2025, 1, 1), "valid_to": dt.date(2025, 12, 31)},
        {"indicator": "teachers_per_regional_methodist", "operator": "<=", "value": 250.0},
        {"indicator": "methodical_services", "value": 3.0},
        {"profile": "district", "act": "", "order_number": "", "order_date": None},
    ],
)
def test_what_may_stand(measured: Address, changed: dict[str, Any]) -> None:
    assert problems(plan(**changed), KNOWN, target_list.listing(open_mart(measured), ADMIN), HOME) == []


def test_two_targets_of_a_year_stand_when_their_validity_or_levels_part(measured: Address) -> None:
    first = plan(valid_to=dt.date(2025, 12, 31))
    add(measured, ADMIN, first, "план", NOW)
    standing = target_list.listing(open_mart(measured), ADMIN)
    assert problems(plan(valid_from=dt.date(2026, 1, 1)), KNOWN, standing, HOME) == []
    assert problems(plan(levels=("O",)), KNOWN, standing, HOME) == []
    assert problems(plan(year=2026), KNOWN, standing, HOME) == []
    (told,) = problems(plan(valid_from=dt.date(2025, 12, 31)), KNOWN, standing, HOME)
    assert told.startswith(
        "На 2025 год уже есть цель этого показателя, она действует по 31.12.2025 (Приказ Комитета от "
    )
    assert problems(plan(value=5.0), KNOWN, standing, HOME, replacing=identity(measured)) == []


def test_targets_of_other_oblasts_are_read_only(measured: Address) -> None:
    standing = target_list.listing(open_mart(measured), ADMIN)
    shipped = standing.filter(pl.col("profile") == "ivanovo").row(0, named=True)
    with pytest.raises(TargetRefused, match="не меняются"):
        withdraw(measured, ADMIN, shipped["target"], "не нравится", NOW)
    with pytest.raises(TargetRefused, match="не меняются"):
        change(measured, ADMIN, shipped["target"], PLAN, "не нравится", NOW)
    with pytest.raises(TargetRefused, match="больше нет"):
        withdraw(measured, ADMIN, "own-77", "не нравится", NOW)


def test_a_target_of_the_regulations_of_ones_own_oblast_can_be_replaced_and_withdrawn(measured: Address) -> None:
    standing = target_list.listing(open_mart(measured), ADMIN)
    shipped = standing.filter(
        (pl.col("profile") == "leningrad") & (pl.col("indicator") == "active_meetings")
    ).row(0, named=True)  # fmt: skip
    stricter = plan(indicator="active_meetings", year=2023, value=6.0, levels=("R",))
    change(measured, ADMIN, shipped["target"], stricter, "новая редакция", NOW)
    listed = target_list.listing(open_mart(measured), ADMIN)
    assert listed.height == standing.height
    row = listed.row(by_predicate=pl.col("target") == shipped["target"], named=True)
    assert (row["origin"], row["value"]) == ("own", 6.0)
    withdraw(measured, ADMIN, shipped["target"], "отменено", NOW)
    with writer(measured, "проверка", None) as connection:
        assert connection.execute("select count(*) from reference.targets").fetchall() == [(standing.height,)]
    assert target_list.listing(open_mart(measured), ADMIN).height == standing.height - 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_the_administrator_sets_targets(measured: Address, role: Role) -> None:
    outsider = Actor("Чужой", role, frozenset({"41612000"}))
    before = current_publication(measured)
    with pytest.raises(Forbidden):
        add(measured, outsider, PLAN, "хочу", NOW)
    with pytest.raises(Forbidden):
        change(measured, outsider, "own-1", PLAN, "хочу", NOW)
    with pytest.raises(Forbidden):
        withdraw(measured, outsider, "own-1", "хочу", NOW)
    assert current_publication(measured) == before
    assert target_list.listing(open_mart(measured), outsider).height > 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_change_needs_a_reason(measured: Address, reason: str) -> None:
    with pytest.raises(TargetRefused, match="причину"):
        add(measured, ADMIN, PLAN, reason, NOW)


def test_a_target_of_a_future_year_is_a_goal_without_a_verdict(measured: Address) -> None:
    add(measured, ADMIN, plan(year=2027, value=60.0), "план на будущее", NOW)
    assert verdict(measured) == ("no_target", None)
    goal = open_mart(measured).query_unguarded(
        "select goal, goal_year from applicable_targets where profile = 'leningrad' and level = 'M' and year = 2025 "
        "and indicator = 'diagnostics_share'"
    )
    assert goal.row(0) == (60.0, 2027)


def test_identities_of_shipped_targets_are_their_own(measured: Address) -> None:
    listed = target_list.listing(open_mart(measured), ADMIN)
    assert listed.get_column("target").is_unique().all()
    assert set(listed.get_column("origin")) == {"shipped"}


def test_every_question_asks_before_it_touches_the_mart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.access.rights.ACTIONS", {})
    asked = 0
    for module in (target_list, targets):
        for name, question in inspect.getmembers(module, inspect.isfunction):
            names = list(inspect.signature(question).parameters)
            if question.__module__ == module.__name__ and "actor" in names and not name.startswith("_"):
                asked += 1
                given = {"actor": ADMIN, "proposal": PLAN, "now": NOW}
                with pytest.raises(Forbidden):
                    question(*(given.get(parameter, "x") for parameter in names))
    assert asked == 7
