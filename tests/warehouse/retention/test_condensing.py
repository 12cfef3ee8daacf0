"""Condensing old rows about people changes no figure (152-ФЗ, статья 5 часть 7)."""

import dataclasses
import datetime as dt
import signal
from pathlib import Path

import polars as pl
import pytest

from checks.persons import pseudonymizer
from etl.commands.cli import main
from tests.conftest import copy_of
from tests.examples.files import NOW, load_rows
from tests.examples.rows import Row
from tests.histories import THROUGH, History, begin, load
from tests.killing import killed_at
from tests.searching import holding
from view.indicators import row_blocks
from view.quality import quarantine_blocks
from warehouse.access import audit
from warehouse.access.rights import LOCAL
from warehouse.build import publish
from warehouse.changes import quarantine, targets, withdrawals
from warehouse.changes.connection import transaction, writer
from warehouse.changes.quarantine import QuarantineRefused
from warehouse.changes.rounds import Round, RoundRefused, close_round, open_round, reopen_round
from warehouse.ledger import batches, frozen_figures
from warehouse.ledger.batches import UnknownBatch
from warehouse.marts.mart import Mart, current_publication, open_mart
from warehouse.queries import batch_history, kept_back, rows
from warehouse.retention.condensing import CondensingRefused, condense
from warehouse.retention.residue import residues
from warehouse.store import swap
from warehouse.store.address import Address
from warehouse.store.key import pseudonym_keys

SEED = 11
# What a publication says of itself, of condensing, and of rows.
ASIDE = {"publication", "publications", "condensations", "batch_details", "quality_rows", "quarantine"}
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
    """Return a warehouse with the earlier batches and rows superseded, withdrawn, kept back."""
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
    tables = mart.query_unguarded("select table_name from duckdb_tables() where database_name <> 'facts'")["table_name"]
    return {table: mart.query_unguarded(f'from main."{table}"') for table in tables if table not in ASIDE}


def differing(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """Return the tables of two publications whose rows differ."""
    assert one.keys() == other.keys()
    return [
        table
        for table, frame in one.items()
        if not frame.equals(other[table]) and sorted(map(str, frame.rows())) != sorted(map(str, other[table].rows()))
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
    """Copy of the same warehouse, condensed."""
    return copy_of(short_of_module, tmp_path / "short")


def go_on(address: Address, later: list[tuple[str, list[Row]]]) -> Mart:
    """Change a target, load later batches, withdraw two of them, and publish."""
    target = targets.Proposal(
        "leningrad", "diagnostics_share", 2022, ">=", 33.0, ("R", "M"), "Приказ", "5", dt.date(2022, 1, 1)
    )
    targets.add(address, LOCAL, target, "проверка", NOW)
    added = [load(address, dataset, rows) for dataset, rows in later]
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


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 26))
def test_later_half_years_are_the_same_in_other_histories(tmp_path: Path, seed: int) -> None:
    history = History(seed)
    full = filled(tmp_path / "full", history)
    short = copy_of(full, tmp_path / "short")
    condense(short, LOCAL, THROUGH, "срок хранения", NOW)
    check_that_later_half_years_are_the_same(full, short, history)


def pseudonyms(address: Address, *people: str) -> set[str]:
    given = pseudonymizer(*pseudonym_keys(address))
    return {given(f"id:{person}") for person in people}


def test_people_of_whom_nothing_is_needed_stand_in_no_file(full: Address, short: Address) -> None:
    for person in GONE:
        assert len(holding(full, pseudonyms(full, person))) >= 1, person
    assert holding(short, pseudonyms(short, *GONE)) == set()
    assert not swap.folder_of(short).exists()
    cells = open_mart(short).query_unguarded("select cells, state from quarantine")
    assert cells.rows() == [("{}", "emptied")]


def test_what_stays_of_condensed_years_is_stripped_of_what_nobody_needs(short: Address) -> None:
    mart = open_mart(short)
    said = {
        dataset: mart.query_unguarded(f"from facts.{dataset} where {residue.dated} <= date '{THROUGH}-12-31'")
        for dataset, residue in residues().items()
    }
    assert said["routes"].is_empty()
    diagnostics, training, support = said["diagnostics"], said["training"], said["young_support"]
    assert diagnostics.select("organization_id", "role", "score").null_count().row(0) == (diagnostics.height,) * 3
    assert diagnostics.filter(~pl.col("deficit")).get_column("competency").is_null().all()
    assert diagnostics.filter("deficit").get_column("competency").null_count() == 0
    assert diagnostics.filter("deficit").select("person", "competency").is_unique().all()
    of_team = training.filter(pl.col("person").str.starts_with("команда"))
    assert of_team.height > 0
    assert of_team.select("role", "program_id", "started_on").null_count().row(0) == (of_team.height,) * 3
    assert training.join(of_team, on="person", how="anti").get_column("role").unique().to_list() == ["учитель"]
    assert training.filter(pl.col("team_id").is_not_null()).select("team_id", "organization_id").is_unique().all()
    assert support.select("person", "organization_id").is_unique().all()
    assert (support.get_column("finished_on") >= dt.date(2022, 1, 1)).all()


def test_rows_behind_older_publications_are_gone_too_and_their_figures_stay(full: Address, short: Address) -> None:
    publication = current_publication(full)
    assert publication is not None
    before, after = open_mart(full, publication), open_mart(short, publication)
    assert differing(figures(before), figures(after)) == []
    for dataset, residue in residues().items():
        later = f"from facts.{dataset} where coalesce({residue.dated} > date '{THROUGH}-12-31', true) order by all"
        assert after.query_unguarded(f"from facts.{dataset} order by all").equals(before.query_unguarded(later))
    assert after.query_unguarded("from condensations").equals(open_mart(short).query_unguarded("from condensations"))


def test_condensing_is_entered_and_done_once(short: Address) -> None:
    rows = batch_history.condensations(open_mart(short), LOCAL)
    assert rows.get_column("dataset").to_list() == sorted(frozen_figures.people_datasets())
    assert set(rows.select("number", "through_year", "reason").rows()) == {(1, THROUGH, "срок хранения")}
    assert dict(rows.select("dataset", "emptied").rows())["routes"] == 1
    (entry,) = audit.entries(short, LOCAL).filter(pl.col("event") == "condensed").to_dicts()
    assert entry["outcome"] == "done"
    assert '"through": 2023' in entry["about"]
    publication = current_publication(short)
    assert not condense(short, LOCAL, THROUGH, "снова", NOW).has_work
    assert current_publication(short) == publication
    with pytest.raises(CondensingRefused, match="уже сжаты"):
        condense(short, LOCAL, THROUGH - 1, "раньше", NOW)


def test_a_condensed_row_kept_back_waits_no_longer(full: Address, short: Address) -> None:
    def states(address: Address, publication: int | None = None) -> list[str]:
        return (
            open_mart(address, publication)
            .query_unguarded("select state from quarantine")
            .get_column("state")
            .to_list()
        )

    assert states(full) == ["waiting"]
    assert states(short) == ["emptied"] == states(short, current_publication(full))
    (batch,) = kept_back.batches(open_mart(short), LOCAL).to_dicts()
    assert (batch["waiting"], batch["emptied"]) == (0, 1)
    (row,) = kept_back.rows_of(open_mart(short), LOCAL, batch["batch"]).to_dicts()
    place = (row["file_number"], row["source_row"])
    with pytest.raises(QuarantineRefused, match="уже не ждёт"):
        quarantine.dismiss(short, LOCAL, batch["batch"], [place], "не нужна", NOW)
    assert "стёрта 1\u00a0строка сжатых лет" in quarantine_blocks.emptied(batch["emptied"])


def test_later_years_are_condensed_in_their_turn(full: Address, short: Address) -> None:
    assert condense(short, LOCAL, THROUGH + 1, "срок хранения", NOW).has_work
    publish_anew(full)
    publish_anew(full)
    assert differing(figures(open_mart(full)), figures(open_mart(short))) == []
    assert not condense(short, LOCAL, THROUGH + 1, "снова", NOW).has_work


def test_a_batch_with_condensed_rows_is_neither_withdrawn_nor_brought_back(short: Address) -> None:
    mart = open_mart(short)
    touched = mart.query_unguarded("select batch, state from batch_details inner join batches using (batch) "
                         "where condensed_through is not null")  # fmt: skip
    assert set(touched.get_column("state")) == {"active", "withdrawn"}
    for batch, state in touched.rows():
        change: withdrawals.Change = "withdraw" if state == "active" else "restore"
        with pytest.raises(UnknownBatch, match="по 2023 год включительно сжаты"):
            withdrawals.change_preview(short, LOCAL, batch, change, "composite", NOW)


def test_a_row_of_a_condensed_year_is_refused_and_a_later_one_is_not(short: Address) -> None:
    refused = load_rows(short, "routes", [OLD_ROUTE | {"route_id": "R-снова"}])
    assert (refused.status, [finding.rule for finding in refused.findings]) == ("rejected", ["condensed_year"])
    assert "с 2024 года" in refused.findings[0].message
    began_before = OLD_SUPPORT | {"form": "иное", "finished_on": "01.03.2024"}
    assert load_rows(short, "young_support", [began_before], confirm="так").status == "loaded"


def test_rounds_of_condensed_years_are_closed_first_and_not_opened_again(full: Address) -> None:
    due = NOW.date() + dt.timedelta(days=30)
    first, second, later = (
        Round("41000000", year, half) for year, half in ((THROUGH, 1), (THROUGH, 2), (THROUGH + 1, 1))
    )
    for one in (second, first, later):
        open_round(full, one, due_on=due, actor=LOCAL, now=NOW, build=False)
    with pytest.raises(CondensingRefused) as refused:
        condense(full, LOCAL, THROUGH, "срок хранения", NOW)
    assert f"закройте раунд за {first.period} и раунд за {second.period}: строки" in str(refused.value)
    for one in (first, second):
        close_round(full, one, actor=LOCAL, now=NOW, build=False)
    assert condense(full, LOCAL, THROUGH, "срок хранения", NOW).has_work
    with pytest.raises(RoundRefused, match="по 2023 год включительно сжаты"):
        reopen_round(full, first, "уточнить", actor=LOCAL, now=NOW)
    with pytest.raises(RoundRefused, match="по 2023 год включительно сжаты"):
        open_round(full, Round("41000000", THROUGH - 1, 2), due_on=due, actor=LOCAL, now=NOW)


@pytest.mark.parametrize(
    ("indicator", "year", "shows"),
    [("diagnostics_share", THROUGH, False), ("fr_attested_share_cumulative", THROUGH + 1, True)],
)
def test_rows_behind_a_value_say_that_they_are_condensed(
    short: Address, indicator: str, year: int, shows: bool
) -> None:
    found = rows.behind(open_mart(short), LOCAL, "41000000", year, 2, indicator, "R", "41000000")
    assert found is not None
    assert found.gone is not None
    assert bool(found.total) == shows
    said = row_blocks.explanation(found)
    assert "по 2023 год включительно сжаты" in said
    assert "срок хранения" in said
    values = open_mart(short).query_unguarded(
        "select numerator from indicator_values where indicator = ? and year = ? and half = 2 and level = 'R'",
        [indicator, year],
    )
    assert values.item() > 0
    assert not shows or found.numerator == values.item()


def test_condensing_refuses_to_change_a_figure(full: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    true = residues()
    nothing = dataclasses.replace(true["young_support"], sql=f"select * from ({true['young_support'].sql}) where false")
    monkeypatch.setattr("warehouse.retention.residue.residues", lambda: {**true, "young_support": nothing})
    publication = current_publication(full)
    with pytest.raises(CondensingRefused, match=r"Первое отличие — indicator_values: было region_id 41000000.*стало"):
        condense(full, LOCAL, THROUGH, "срок хранения", NOW)
    assert not swap.folder_of(full).exists()
    assert current_publication(full) == publication
    assert open_mart(full).query_unguarded("from facts.routes").height > 0


def run(address: Address, *command: str) -> int:
    return main([*command, "--warehouse", str(address.database)])


def test_the_command_says_first_what_it_would_do(
    full: Address, short: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    publication = current_publication(full)
    asked = ("condense", "--reason", "приказ № 7", "--older-than")
    assert run(full, *asked, "1") == 1
    assert "старше 2 полных лет" in capsys.readouterr().err
    assert run(full, *asked, "2") == 0
    said = capsys.readouterr().out
    assert "будут сжаты" in said
    assert "«Индивидуальные образовательные маршруты (ИОМ)»: уйдёт 19 строк; в карантине будет очищено: 1." in said
    assert "повторите команду с --yes" in said
    assert current_publication(full) == publication
    assert run(short, *asked, "3", "--yes") == 1
    assert "уже сжаты" in capsys.readouterr().err
    assert run(short, *asked, "2", "--yes") == 0
    assert "Сжимать нечего" in capsys.readouterr().out


@pytest.mark.crash
@pytest.mark.parametrize(
    ("place", "number", "done"),
    [
        pytest.param("warehouse.store.rewriting.rewrite", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.retention.condensing._compare", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.store.rewriting.rewrite", 2, False, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap._sync", 1, False, marks=pytest.mark.soak),
        ("warehouse.store.swap.Path.replace", 1, False),
        ("warehouse.store.swap.Path.replace", 2, True),
        pytest.param("warehouse.store.swap.Path.replace", 4, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.shutil.rmtree", 2, True, marks=pytest.mark.soak),
        pytest.param("warehouse.build.publish._fill", 1, True, marks=pytest.mark.soak),
    ],
)
def test_a_kill_leaves_the_former_warehouse_or_the_condensed_one(
    full: Address, place: str, number: int, done: bool
) -> None:
    before = figures(open_mart(full))
    command = ("condense", "--older-than", "2", "--reason", "срок", "--yes")
    assert killed_at(full, place, number, *command) == -signal.SIGKILL
    assert differing(before, figures(open_mart(full))) == []
    publish_anew(full)
    assert differing(before, figures(open_mart(full))) == []
    assert not swap.folder_of(full).exists()
    assert (holding(full, pseudonyms(full, *GONE)) == set()) == done
