"""Fixtures of all tests: warehouses, a server over the demonstration, a browser."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit import config
from streamlit.components.v2 import manifest_scanner

from etl.intake.load import load_folder
from tests import axe
from tests.browsing import Tabs, Visit, complaints_in, serving, settle
from tests.demonstration import demonstration
from tests.examples.files import options
from tests.examples.files import write_folder as _write_folder
from tests.examples.rows import REGISTERS
from warehouse.store.address import Address

# Pages that run in this process are many, and what the tests have loaded is long to look through for garbage.
config.set_option("runner.postScriptGC", False)
# Every page opened here would read about all installed packages anew, to find components among them.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# The first one found. The shell is the same engine without the windows, which take a third of the work of a page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Files that take longest begin first, so that no process is left alone with one at the end. The first fills the
# demonstration; the next three do without it, since a file that needs it would wait.
FIRST = (
    "test_browser.py",
    "test_crash.py",
    "test_condensing.py",
    "test_recipes.py",
    "test_sign_in_browser.py",
    "test_every_page.py",
    "test_browser_upload.py",
    "test_regions.py",
    "test_small_groups_years.py",
    "test_hostile_names.py",
    "test_desk_faults.py",
    "test_rounds_matrix.py",
    "test_quarantine.py",
    "test_deployment_browser.py",
    "test_rounds_browser.py",
    "test_quality_browser.py",
    "test_handwritten.py",
    "test_hostile_privacy.py",
    "test_small_groups.py",
    "test_hostile_files.py",
    "test_keys.py",
    "test_quarantine_pages.py",
    "test_attack.py",
)

settings.register_profile("project", deadline=None)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest files first."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


@pytest.fixture(autouse=True)
def _no_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Clear the product's environment variables and point its warehouse into a temporary folder."""
    for variable in ("RSNMS_KEY", "RSNMS_LOCK_WAIT", "RSNMS_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(tmp_path / "default" / "warehouse.duckdb"))


@pytest.fixture
def warehouse(tmp_path: Path) -> Address:
    """Address of a warehouse that does not exist yet."""
    return Address(tmp_path / "warehouse" / "warehouse.duckdb")


@pytest.fixture(scope="session")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Warehouse with the registers of `tests.examples.rows`; shared, so no test may change it."""
    folder = tmp_path_factory.mktemp("registers")
    address = Address(folder / "warehouse.duckdb")
    results = load_folder(address, _write_folder(folder / "files", REGISTERS), options(publish=True))
    assert all(result.status == "loaded" for result in results), results
    return address


@pytest.fixture
def loaded(registers: Address, tmp_path: Path) -> Address:
    """Copy of the warehouse with registers that a test may change."""
    return copy_of(registers, tmp_path / "loaded")


@pytest.fixture(scope="module")
def registers_of_module(registers: Address, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Copy of the warehouse with registers that a module's own fixture may fill further."""
    return copy_of(registers, tmp_path_factory.mktemp("module") / "loaded")


def copy_of(address: Address, folder: Path) -> Address:
    """Copy a warehouse with its marts, key and audit trail, and return the address of the copy."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = Address(folder / address.database.name)
    shutil.copy2(address.database, copy.database)
    shutil.copytree(address.marts, copy.marts)
    for file, copied in ((address.key, copy.key), (address.audit, copy.audit)):
        if file.exists():
            shutil.copy2(file, copied)
    return copy


@pytest.fixture(scope="session")
def demo_warehouse(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """Copy of the demonstration warehouse; shared by the session, so no test may change it."""
    kept = demonstration(pytestconfig.cache.mkdir("demonstration"))
    return copy_of(kept, tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, the system's where installed; one a process, as Playwright requires."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(demo_warehouse: Address) -> Iterator[str]:
    """Address of a server over the demonstration."""
    with serving(demo_warehouse.database) as address:
        yield address


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Iterator[Tabs]:
    """Pool of clean browser tabs."""
    lending = Tabs(browser)
    yield lending
    lending.close()


@pytest.fixture
def visit(tabs: Tabs, site: str) -> Iterator[Visit]:
    """Return a function that opens a page of the demonstration in a clean tab.

    After the test no opened tab may have logged an error.
    """
    found = []
    with ExitStack() as opened:

        def open_page(path: str = "") -> Page:
            page = opened.enter_context(tabs.lent())
            found.append(opened.enter_context(complaints_in(page, site)))
            page.goto(site + path)
            settle(page)
            return page

        yield open_page
    assert [complaint for complaints in found for complaint in complaints] == []


@pytest.fixture(scope="session")
def engine() -> str:
    """Source of axe-core; where it cannot be fetched, tests fail and are not skipped."""
    return axe.script()
