"""Released warehouses open, are brought to the present version, and say the same.

Each folder beside this file is one version, made by `tests/released/make.py`. A later version may say more (columns,
indicators, findings) but what a warehouse said under its own version it must say for good.
"""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests import screens
from tests.behaviour.commands import Row, run_command
from tests.behaviour.product import signed_in
from tests.behaviour.record import PAGES
from warehouse.access.rights import Role

VERSIONS = sorted(path.parent for path in Path(__file__).parent.glob("*/warehouse.zip"))
KEY = ("region", "level", "territory_id", "year", "half", "indicator", "profile")
ROLES: tuple[Role, ...] = ("admin", "viewer", "municipal")
MUNICIPALITY = "41633000"
COUNTED = {"level": "O", "territory_id": "S11", "year": "2026", "half": "1", "indicator": "diagnostics_share"}
"""Where `test_a_new_file_is_loaded` adds one person."""


def command(warehouse: Path, *arguments: str) -> str:
    """Run a command of the program on a warehouse and return what it printed; it must succeed."""
    code, printed, complaint = run_command("--warehouse", str(warehouse), *arguments)
    assert code == 0, complaint
    return printed


def exported(warehouse: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the figures of the current publication as the program exports them."""
    file = warehouse.with_name("exported.csv")
    command(warehouse, "export", "indicators", "-o", str(file))
    return figures(file.read_text(encoding="utf-8-sig"))


def figures(text: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the rows of an exported file, as written, by what they are about."""
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    return {tuple(row[name] for name in KEY): row for row in rows}


def assert_figures_stay(folder: Path, warehouse: Path) -> None:
    """Compare the figures with those that the version itself exported."""
    kept = figures((folder / "indicators.csv").read_text(encoding="utf-8-sig"))
    assert len(kept) > 1000
    now = exported(warehouse)
    assert {key: {name: now.get(key, {}).get(name) for name in row} for key, row in kept.items()} == kept


def assert_listings_stay(folder: Path, warehouse: Path) -> None:
    """Compare batches, rounds, people and the rest with what the version itself told."""
    kept: dict[str, list[Row]] = json.loads((folder / "listings.json").read_text(encoding="utf-8"))
    assert sum(map(bool, kept.values())) > 6
    for listing, rows in kept.items():
        told = json.loads(command(warehouse, *listing.split(), "--format", "json"))
        now = [{name: row.get(name) for name in rows[0]} for row in told] if rows else []
        assert [row for row in rows if row not in now] == [], listing


def assert_pages_open(warehouse: Path, monkeypatch: pytest.MonkeyPatch, *roles: Role) -> None:
    """Open every page that a role may open."""
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(warehouse))
    for role in roles:
        with signed_in(role, MUNICIPALITY):
            for page in PAGES:
                test = screens.opened(page, {})
                text = screens.html(test)
                assert not test.exception, (role, page)
                assert 'class="page-title"' in text or "недоступна для вашей роли" in text, (role, page)
                assert "не удалось построить" not in text, (role, page)


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Folder of a version."""
    found: Path = request.param
    return found


def unpacked(folder: Path, place: Path) -> Path:
    with zipfile.ZipFile(folder / "warehouse.zip") as archive:
        archive.extractall(place)
    return place / "warehouse.duckdb"


@pytest.fixture(scope="module")
def old(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse as its version left it."""
    return unpacked(folder, tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="module")
def migrated(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse after the present version has written to it."""
    warehouse = unpacked(folder, tmp_path_factory.mktemp("migrated"))
    assert "публикация" in command(warehouse, "publish")
    return warehouse


def test_there_are_versions() -> None:
    assert [folder.name for folder in VERSIONS][:1] == ["1.0.0"]


def test_it_is_read_as_it_is(folder: Path, old: Path) -> None:
    assert_figures_stay(folder, old)
    assert_listings_stay(folder, old)


def test_its_pages_open_as_it_is(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_pages_open(old, monkeypatch, "admin")


def test_computed_anew_it_says_the_same(folder: Path, migrated: Path) -> None:
    assert_figures_stay(folder, migrated)
    assert_listings_stay(folder, migrated)
    assert "Журнал цел" in command(migrated, "access", "verify")


def test_computed_anew_its_pages_open_to_every_role(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_pages_open(migrated, monkeypatch, *ROLES)


def test_it_is_restored_from_a_copy(folder: Path, migrated: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    command(migrated, "backup", str(copy), "--with-key")
    restored = tmp_path / "restored" / "warehouse.duckdb"
    restored.parent.mkdir()
    command(restored, "restore", str(copy))
    assert_figures_stay(folder, restored)
    assert "Журнал цел" in command(restored, "access", "verify")


def test_a_new_file_is_loaded(old: Path, folder: Path, tmp_path: Path) -> None:
    """One person of the two is known already: the key still gives them their former pseudonym."""
    before = _counted(old)
    warehouse = unpacked(folder, tmp_path)
    file = tmp_path / "diagnostics.csv"
    lines = [f"{person};S11;учитель;20.02.2026;METH;50;да" for person in ("S11-person-05", "S11-person-33")]
    head = "person;organization_id;role;date;competency;score;deficit"
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    result = json.loads(command(warehouse, "load", "diagnostics", str(file), "--format", "json"))
    assert (result["status"], result["rows"]["loaded"]) == ("loaded", 2)
    assert _counted(warehouse) == before + 1


def _counted(warehouse: Path) -> int:
    """Return how many people of one organization the export counts."""
    rows = [row for row in exported(warehouse).values() if COUNTED.items() <= row.items()]
    assert len(rows) == 1
    return int(rows[0]["numerator"])
