"""Opening, sending back and closing a round in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import serving, settle
from tests.examples.files import load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import Actor
from warehouse.marts.mart import open_mart
from warehouse.queries import completeness
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

ADMIN = Actor("Проверка", "admin")
REGION, VSEVOLOZHSK = "41000000", "41612000"


@pytest.fixture
def site(loaded: Address) -> Iterator[str]:
    """A server over a warehouse with one event and no rounds."""
    load_rows(loaded, "events", [VALID["events"] | {"territory": VSEVOLOZHSK}], publish=True)
    with serving(loaded.database) as address:
        yield address


@pytest.mark.parametrize("width", [1440])
def test_a_specialist_leads_a_round(browser: Browser, site: str, loaded: Address, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="ru-RU")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}rounds")
    page.get_by_text("Раунд за 1-е полугодие 2025 года не проводился.").wait_for()

    page.get_by_test_id("stPopoverButton").filter(has_text="Открыть раунд").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Открыть раунд").click()
    page.get_by_text("Раунд за 1-е полугодие 2025 года открыт").wait_for()
    settle(page)
    assert "round=2025-1" in page.url
    assert "Принято" in page.locator(".finding").inner_text()
    assert "Уважаемые коллеги!" in page.get_by_test_id("stCode").inner_text()

    page.locator(f'.matrix a[href*="municipality={VSEVOLOZHSK}&form=events"]').click()
    page.get_by_text("в хранилище 1 строка").wait_for()
    settle(page)
    page.get_by_test_id("stPopoverButton").filter(has_text="Вернуть подачу").click()
    page.get_by_label("Что исправить").fill("Не указано направление")
    page.get_by_role("button", name="Вернуть на доработку").click()
    page.get_by_text("Возвращено на доработку: «").wait_for()
    settle(page)
    assert "возврат" in page.locator(f'.matrix a[href*="municipality={VSEVOLOZHSK}&form=events"]').inner_text()
    assert "Возвращена на доработку 1" in page.get_by_test_id("stCode").inner_text()

    page.get_by_test_id("stPopoverButton").filter(has_text="Закрыть раунд").click()
    page.get_by_text("Закрытие закрепит значения").wait_for()
    page.get_by_text("Понимаю: значения будут закреплены").click()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Закрыть раунд").click()
    page.get_by_text("закрыт, значения закреплены.").wait_for()
    settle(page)
    assert page.get_by_text("После закрытия значения этого полугодия не менялись.").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    found = completeness.round_of(open_mart(loaded), ADMIN, REGION, 2025, 1)
    assert found is not None and found["state"] == "closed"
    context.close()
