"""Old rows about people are condensed to the figures they gave, and no figure changes (152-ФЗ, статья 5 часть 7)."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from tests.conftest import copy_of
from tests.examples.files import NOW
from tests.examples.rows import Row
from tests.histories import THROUGH, History, begin, load
from warehouse import batches, publish, targets
from warehouse.access import LOCAL
from warehouse.address import Address
from warehouse.condensing import condense
from warehouse.connection import transaction, writer
from warehouse.mart import Mart, open_mart

SEED = 11
# What a publication says of itself, of condensing, and of rows.
ASIDE = {"publication", "publications", "condensations", "quality_rows", "quarantine"}
OLD_ROUTE: Row = {
    "route_id": "R-старый",
    "person": "only-route",
    "organization_id": "S-1",
    "role": "учитель",
    "created_on": "15.03.2022",
    "status": "в работе",
    "closed_on": "",
}
OLD_SUPPORT: Row = {
    "person": "superseded",
    "organization_id": "S-2",
    "form": "стажировка",
    "started_on": "01.02.2021",
    "finished_on": "01.03.2021",
}
GONE = ("only-route", "superseded", "withdrawn", "kept-back")
"""People of whom nothing stays: all their rows are of condensed years and no later half-year asks for them."""


def publish_anew(address: Address, *withdrawn: int) -> Mart:
    """Withdraw batches and publish once."""
    with writer(address, "проверка", None, finish=False) as connection:
        with transaction(connection):
            for batch in withdrawn:
                batches.withdraw(connection, batch, actor="Проверка", reason="проверка", at=NOW)
        publish.publish_again(connection, address, author="Проверка", at=NOW)
    return open_mart(address)


def filled(folder: Path, history: History) -> Address:
    """Return a warehouse with the earlier batches of a history, and with rows that were superseded, withdrawn, kept back."""
    address = Address(folder / "warehouse.duckdb")
    begin(address)
    last = {dataset: load(address, dataset, rows) for dataset, rows in history.earlier()}
    load(address, "young_support", [OLD_SUPPORT])
    load(address, "young_support", [OLD_SUPPORT | {"organization_id": "S-3"}])
    bad = OLD_ROUTE | {"route_id": "R-плохой", "person": "kept-back", "organization_id": "S-404"}
    load(address, "routes", [OLD_ROUTE, bad], quarantine=True)
    gone = load(address, "routes", [OLD_ROUTE | {"route_id": "R-отозван", "person": "withdrawn"}])
    publish_anew(address, last["diagnostics"], last["training"], gone)
    return address


def figures(mart: Mart) -> dict[str, pl.DataFrame]:
    tables = mart.query("select table_name from duckdb_tables() where database_name <> 'facts'")["table_name"]
    return {table: mart.query(f'from main."{table}"') for table in tables if table not in ASIDE}


def differing(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """Name the tables of two publications whose rows differ."""
    assert one.keys() == other.keys()
    return [
        table for table, frame in one.items() if sorted(map(str, frame.rows())) != sorted(map(str, other[table].rows()))
    ]


@pytest.fixture(scope="module")
def history() -> History:
    return History(SEED)


@pytest.fixture(scope="module")
def full_of_module(history: History, tmp_path_factory: pytest.TempPathFactory) -> Address:
    return filled(tmp_path_factory.mktemp("full"), history)


@pytest.fixture(scope="module")
def short_of_module(full_of_module: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    address = copy_of(full_of_module, tmp_path_factory.mktemp("short") / "warehouse")
    condense(address, LOCAL, THROUGH, "срок хранения", NOW)
    return address


@pytest.fixture
def full(full_of_module: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with all rows."""
    return copy_of(full_of_module, tmp_path / "full")


@pytest.fixture
def short(short_of_module: Address, tmp_path: Path) -> Address:
    """Copy of the same one, condensed."""
    return copy_of(short_of_module, tmp_path / "short")


def go_on(address: Address, later: list[tuple[str, list[Row]]]) -> Mart:
    """Load later batches, withdraw two of them, change a target, and publish."""
    added = [load(address, dataset, rows) for dataset, rows in later]
    target = targets.Proposal(
        "leningrad", "diagnostics_share", 2022, ">=", 33.0, ("R", "M"), "Приказ", "5", dt.date(2022, 1, 1)
    )
    targets.add(address, LOCAL, target, "проверка", NOW)
    return publish_anew(address, added[3], added[-1])


def check_that_later_half_years_are_the_same(full: Address, short: Address, history: History) -> None:
    later = list(history.later())
    publish_anew(full)
    assert differing(figures(open_mart(full)), figures(open_mart(short))) == []
    assert differing(figures(go_on(full, later)), figures(go_on(short, later))) == []


def test_later_half_years_are_the_same_whether_old_rows_were_condensed_or_not(
    full: Address, short: Address, history: History
) -> None:
    check_that_later_half_years_are_the_same(full, short, history)


@pytest.mark.parametrize("seed", range(20, 26))
def test_later_half_years_are_the_same_in_other_histories(tmp_path: Path, seed: int) -> None:
    history = History(seed)
    full = filled(tmp_path / "full", history)
    short = copy_of(full, tmp_path / "short")
    condense(short, LOCAL, THROUGH, "срок хранения", NOW)
    check_that_later_half_years_are_the_same(full, short, history)
