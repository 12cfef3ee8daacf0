"""Every page wide and narrow, light and dark, without errors or accessibility faults."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests import axe
from tests.browsing import PAGES, PATHS, Tabs, complaints_in, serving, settle
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

# Width and colour scheme after the first look, which is wide and light.
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1440, "light"), (390, "light"), (390, "dark"), (1440, "dark"),
)  # fmt: skip
ENGLISH = (
    "View ",
    "Running",
    "Deploy",
    "Choose an option",
    "required",
    "None",
    "Traceback",
    "undefined",
    "NaN",
    "nan",
    "null",
)


@pytest.fixture(scope="module")
def walked(tabs: Tabs, site: str) -> Iterator[tuple[Page, list[str]]]:
    """A tab for page after page, and its log."""
    with tabs.lent() as page, complaints_in(page, site) as complaints:
        yield page, complaints


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_its_screen_in_russian_and_hinders_nobody(
    walked: tuple[Page, list[str]], site: str, engine: str, name: str
) -> None:
    page, complaints = walked
    complaints.clear()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(site + PATHS.get(name, name))
    settle(page)
    assert axe.violations(page, engine) == []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        assert_fits(page, width, scheme)
    assert axe.violations(page, engine, axe.OF_COLOURS) == [], "in the dark"
    assert complaints == []


def assert_fits(page: Page, width: int, scheme: str) -> None:
    body = page.locator('[data-testid="stMain"]')
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = body.evaluate("element => element.scrollWidth - element.clientWidth")
    assert wide <= 0, f"the page scrolls sideways at {width}"
    text = body.inner_text()
    assert [word for word in ENGLISH if word in text.replace("\n", " ").split()] == []
    assert page.evaluate("document.documentElement.lang") == "ru"
    ground = body.evaluate(
        'element => getComputedStyle(element.closest(".stApp")).backgroundColor.match(/[0-9]+/g).map(Number)'
    )
    assert (sum(ground) / 3 < 128) == (scheme == "dark")


def test_a_cold_server_on_the_network_refuses_every_page(tabs: Tabs, demo_warehouse: Address) -> None:
    """A refusal comes before the menu is built, so the server stays cold from page to page.

    Streamlit's own command serves here: the product's server would not even start.
    """
    allowed = ("--server.address", "127.0.0.2", "--server.allowedHosts", "127.0.0.2")
    command = ("streamlit", "run", "app.py", *allowed, "--server.port")
    with serving(demo_warehouse.database, "127.0.0.2", command=command) as address, tabs.lent() as page:
        for name in PAGES:
            page.goto(f"{address}{name}")
            page.wait_for_selector(".screen", timeout=45_000)
            page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=45_000, state="attached")
            page.wait_for_timeout(300)
            assert "Доступ закрыт" in page.locator("body").inner_text(), name
            assert page.locator(".page-title, .headline, .badge, table").count() == 0, name
