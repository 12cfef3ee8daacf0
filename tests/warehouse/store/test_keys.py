"""Rotation of the pseudonym key, and a warehouse without its key (product.md, «Private»)."""

import signal
import stat
from pathlib import Path

import pytest

from checks.persons import pseudonymizer
from etl.commands.cli import main
from etl.commands.export import indicators
from tests.conftest import copy_of
from tests.examples.files import csv_file, load_rows
from tests.examples.rows import VALID, another
from tests.killing import killed_at
from tests.searching import holding
from view.shell import session
from warehouse.access import audit
from warehouse.access.rights import LOCAL
from warehouse.marts.mart import current_publication, open_mart
from warehouse.queries import kept_back
from warehouse.store import swap
from warehouse.store.address import Address
from warehouse.store.key import WrongKey, as_text, pseudonym_keys

PEOPLE = ("teacher-1", "teacher-2", "teacher-3", "teacher-4", "teacher-5", "teacher-9")


@pytest.fixture(scope="module")
def peopled_of_module(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Warehouse with people in every dataset that has them, in findings and the quarantine."""
    address = copy_of(registers, tmp_path_factory.mktemp("peopled") / "warehouse")
    for number, dataset in enumerate(("diagnostics", "training", "routes", "young_support")):
        rows = [another(dataset, 10 * number + n) | {"person": f"teacher-{n}"} for n in (1, 2, 3)]
        spoilt = another(dataset, 10 * number + 4) | {"person": "teacher-4", "organization_id": "ORG-404"}
        shown = dataset == "young_support"
        result = load_rows(address, dataset, [*rows, spoilt], quarantine=True, publish=shown, confirm="так")
        assert (result.status, result.rows.loaded, result.rows.quarantined) == ("loaded", 3, 1), result
    route = another("routes", 50) | {"person": "teacher-5"}
    assert load_rows(address, "routes", [route], publish=True, confirm="так").status == "loaded"
    return address


@pytest.fixture
def peopled(peopled_of_module: Address, tmp_path: Path) -> Address:
    return copy_of(peopled_of_module, tmp_path / "peopled")


@pytest.fixture(scope="module")
def rotated_of_module(peopled_of_module: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """The same warehouse published again, its key rotated; shared, so no test may change it."""
    address = copy_of(peopled_of_module, tmp_path_factory.mktemp("rotated") / "warehouse")
    assert run(address, "publish") == 0
    assert run(address, "key", "rotate") == 0
    return address


def run(address: Address, *command: str) -> int:
    return main([*command, "--warehouse", str(address.database)])


def pseudonyms(address: Address) -> set[str]:
    given = pseudonymizer(*pseudonym_keys(address))
    return {given(f"id:{person}") for person in PEOPLE}


def figures(address: Address) -> list[tuple[object, ...]]:
    return sorted(indicators(open_mart(address)).drop("publication", strict=False).rows(), key=str)


def test_the_search_finds_people_wherever_they_are_kept(peopled: Address) -> None:
    found = holding(peopled, pseudonyms(peopled))
    current = current_publication(peopled)
    assert {"warehouse.duckdb", f"{current:06d}.duckdb", f"{current:06d}.facts"} <= found
    mart = open_mart(peopled)
    assert mart.query_unguarded("select person from quality_rows where person is not null").height > 0
    assert mart.query_unguarded("from quarantine").height == 4


def test_rotation_leaves_no_former_pseudonym_and_no_figure_changes(
    peopled: Address, capsys: pytest.CaptureFixture[str]
) -> None:
    former, before, publication = pseudonyms(peopled), figures(peopled), current_publication(peopled)
    (old_key,) = pseudonym_keys(peopled)
    assert run(peopled, "key", "rotate") == 0
    said = capsys.readouterr()
    assert holding(peopled, former) == set()
    assert not swap.folder_of(peopled).exists()
    assert len(holding(peopled, pseudonyms(peopled))) >= 3
    assert figures(peopled) == before
    assert publication is not None
    assert current_publication(peopled) == publication + 1
    assert figures_of_kept(peopled, publication) == before
    keys = pseudonym_keys(peopled)
    assert keys[0] == old_key
    assert len(keys) == 2
    assert stat.S_IMODE(peopled.key.stat().st_mode) == 0o600
    hidden = {key.hex() for key in keys}
    assert holding(peopled, hidden) == {peopled.key.name}
    assert not any(key in said.out + said.err for key in hidden)
    (entry,) = audit.entries(peopled, LOCAL).head(1).to_dicts()
    assert (entry["event"], entry["outcome"]) == ("key_rotated", "done")


def test_a_running_server_forgets_answers_of_the_former_key(peopled: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(peopled.database))
    publication = current_publication(peopled)
    assert publication is not None
    batch = open_mart(peopled).query_unguarded("select any_value(batch) from quarantine").item()
    before = session.ask(publication, LOCAL, kept_back.rows_of, batch)
    assert run(peopled, "key", "rotate") == 0
    after = session.ask(publication, LOCAL, kept_back.rows_of, batch)
    assert before.drop("cells").equals(after.drop("cells")) and before.height
    assert not set(before.get_column("cells")) & set(after.get_column("cells"))


def figures_of_kept(address: Address, publication: int) -> list[tuple[object, ...]]:
    kept = indicators(open_mart(address, publication)).drop("publication", strict=False)
    return sorted(kept.rows(), key=str)


def test_people_join_across_rotations(rotated_of_module: Address, tmp_path: Path) -> None:
    address = copy_of(rotated_of_module, tmp_path / "rotated")
    assert run(address, "key", "rotate") == 0
    assert len(pseudonym_keys(address)) == 3
    again = another("diagnostics", 1) | {"person": "teacher-1"}
    result = load_rows(address, "diagnostics", [again], publish=True, confirm="так")
    assert (result.status, result.rows.unchanged) == ("loaded", 1)
    people = open_mart(address).query_unguarded("select distinct person from facts.diagnostics")["person"]
    assert set(people) < pseudonyms(address)


def test_publications_share_their_rows_after_a_rotation_too(rotated_of_module: Address) -> None:
    rotation = current_publication(rotated_of_module)
    assert rotation is not None
    names = [rotated_of_module.marts / f"{number:06d}.facts" for number in (rotation - 2, rotation - 1)]
    assert names[0].samefile(names[1])


def test_rows_kept_back_can_be_finished_after_a_rotation(rotated_of_module: Address) -> None:
    given = pseudonyms(rotated_of_module)
    cells = open_mart(rotated_of_module).query_unguarded("select cells from quarantine")["cells"]
    assert all(any(pseudonym in text for pseudonym in given) for text in cells)
    assert {text.count('"person"') for text in cells} == {1}


def test_a_key_of_the_environment_becomes_a_chain_that_the_operator_sets(
    loaded: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RSNMS_KEY", "сорок тысяч обезьян")
    loaded.key.unlink(missing_ok=True)
    row = another("diagnostics", 1)
    assert load_rows(loaded, "diagnostics", [row], confirm="так").status == "loaded"
    assert run(loaded, "key", "rotate") == 0
    assert "Задайте RSNMS_KEY" in capsys.readouterr().out
    with pytest.raises(WrongKey, match="новая цепочка"):
        load_rows(loaded, "diagnostics", [another("diagnostics", 2)], confirm="так")
    monkeypatch.setenv("RSNMS_KEY", loaded.key.read_text(encoding="ascii"))
    loaded.key.unlink()
    result = load_rows(loaded, "diagnostics", [row], confirm="так")
    assert (result.status, result.rows.unchanged) == ("loaded", 1)


@pytest.mark.parametrize("text", ["chain:", "chain:00ff", "chain:нет", "chain:" + "ab" * 32 + ":"])
def test_a_spoilt_chain_is_refused(warehouse: Address, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("RSNMS_KEY", text)
    with pytest.raises(WrongKey, match="испорчен"):
        pseudonym_keys(warehouse)
    monkeypatch.delenv("RSNMS_KEY")
    warehouse.key.parent.mkdir(parents=True)
    warehouse.key.write_text(text, encoding="utf-8")
    with pytest.raises(WrongKey, match="испорчен"):
        pseudonym_keys(warehouse)


def test_nothing_is_rotated_where_the_key_is_not_that_of_the_warehouse(
    peopled: Address, warehouse: Address, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(warehouse, "key", "rotate") == 1
    assert "Менять нечего" in capsys.readouterr().err
    assert not warehouse.database.exists()
    monkeypatch.setenv("RSNMS_KEY", "совсем другой ключ")
    assert run(peopled, "key", "rotate") == 1
    assert "не используется" in capsys.readouterr().err
    peopled.key.unlink()
    assert run(peopled, "key", "rotate") == 1
    assert "под другим ключом" in capsys.readouterr().err


@pytest.mark.crash
@pytest.mark.parametrize(
    ("place", "number", "rotated"),
    [
        pytest.param("warehouse.store.rewriting.rewrite", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.store.rewriting.rewrite", 3, False, marks=pytest.mark.soak),
        pytest.param("warehouse.retention.rotation.as_text", 1, False, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap._sync", 1, False, marks=pytest.mark.soak),
        ("warehouse.store.swap.Path.replace", 1, False),
        ("warehouse.store.swap.Path.replace", 2, True),
        pytest.param("warehouse.store.swap.Path.replace", 3, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.Path.replace", 4, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.Path.replace", 7, True, marks=pytest.mark.soak),
        pytest.param("warehouse.store.swap.shutil.rmtree", 2, True, marks=pytest.mark.soak),
        pytest.param("warehouse.build.publish._fill", 1, True, marks=pytest.mark.soak),
    ],
)
def test_a_kill_leaves_the_former_key_or_the_new_one(
    peopled: Address, tmp_path: Path, place: str, number: int, rotated: bool
) -> None:
    former, before = pseudonyms(peopled), figures(peopled)
    assert killed_at(peopled, place, number, "key", "rotate") == -signal.SIGKILL
    assert figures(peopled) == before
    file = tmp_path / "diagnostics.csv"
    file.write_bytes(csv_file("diagnostics", [another("diagnostics", 60) | {"person": "teacher-9"}]))
    assert run(peopled, "load", "diagnostics", str(file), "--confirm", "так") == 0
    assert len(pseudonym_keys(peopled)) == 1 + rotated
    assert not swap.folder_of(peopled).exists()
    assert (holding(peopled, former) == set()) == rotated
    assert set(open_mart(peopled).query_unguarded("select person from facts.diagnostics")["person"]) < pseudonyms(
        peopled
    )


def test_a_filled_warehouse_without_its_key_gets_no_new_one(
    peopled: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = figures(peopled)
    peopled.key.unlink()
    file = tmp_path / "diagnostics.csv"
    file.write_bytes(csv_file("diagnostics", [another("diagnostics", 60)]))
    assert run(peopled, "load", "diagnostics", str(file), "--confirm", "так") == 1
    assert "Ключа нет" in capsys.readouterr().err
    assert not peopled.key.exists()
    assert figures(peopled) == before
    assert load_rows(peopled, "outcomes", [another("outcomes", 1)], publish=True).status == "loaded"
    assert run(peopled, "withdraw", "1", "--reason", "проверка") == 0
    assert run(peopled, "publish") == 0
    assert audit.mark_of(peopled, "stranger@lenreg.ru") == "БЕЗ КЛЮЧА"
    assert not peopled.key.exists()


def test_the_first_person_of_a_warehouse_makes_its_key(warehouse: Address) -> None:
    assert load_rows(warehouse, "organizations", [VALID["organizations"]]).status == "loaded"
    assert not warehouse.key.exists()
    keys = pseudonym_keys(warehouse)
    assert warehouse.key.exists()
    assert as_text(keys) == f"chain:{warehouse.key.read_text(encoding='ascii').strip()}"
