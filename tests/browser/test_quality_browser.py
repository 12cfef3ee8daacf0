"""Accepting a finding, withdrawing a batch and setting a target in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import serving
from tests.examples.files import load_rows
from tests.examples.rows import VALID
from warehouse.access.rights import Actor
from warehouse.marts.mart import open_mart
from warehouse.queries import quality_findings, target_list
from warehouse.queries.quality_findings import Filter
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

ADMIN = Actor("Проверка", "admin")


@pytest.fixture
def site(loaded: Address) -> Iterator[str]:
    """Server over a warehouse with two routes without diagnostics and ten people diagnosed."""
    routes = [VALID["routes"] | {"route_id": f"ИОМ-{n}", "person": f"lost-{n}"} for n in range(2)]
    load_rows(loaded, "routes", routes)
    people = [VALID["diagnostics"] | {"person": f"person-{n}"} for n in range(10)]
    load_rows(loaded, "diagnostics", people, publish=True)
    with serving(loaded.database) as address:
        yield address


@pytest.mark.parametrize("width", [390])
def test_a_specialist_settles_a_finding_a_batch_and_a_target(
    browser: Browser, site: str, loaded: Address, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="ru-RU")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{site}quality?year=2025")

    page.get_by_role("link", name="у 2 маршрутов").click()
    page.get_by_text("Строки, из которых это видно").wait_for()
    assert "finding=" in page.url
    page.get_by_label("Обоснование или замечание").fill("школа закрыта")
    page.get_by_role("button", name="Записать решение").click()
    page.get_by_text("Решение записано, публикация №").wait_for()
    page.get_by_text("Все находки за 2025").wait_for()
    (finding,) = quality_findings.findings(open_mart(loaded), ADMIN, Filter("41000000", 2025)).to_dicts()
    assert (finding["state"], finding["reason"]) == ("accepted", "школа закрыта")

    page.get_by_role("radio", name="Партии").click()
    page.get_by_role("link", name="№ 6").click()
    page.get_by_role("button", name="Показать, что изменит отзыв").click()
    page.get_by_label("Причина отзыва").fill("не тот файл")
    page.get_by_role("button", name="Отозвать партию").click()
    page.get_by_text("Партия № 6 отозвана, публикация №").wait_for()
    assert page.get_by_text("отозвана 1").count() == 1

    page.goto(f"{site}targets?year=2025&profile=leningrad")
    for label, text in (("Цель, ≥", "25"), ("Номер", "5"), ("Причина изменения", "утверждён план")):
        field = page.get_by_label(label)
        field.fill(text)
        field.press("Tab")
    page.get_by_text("Укажите документ, его номер и дату").wait_for()
    page.get_by_role("button", name="Задать цель").click()
    page.locator(".outcome-missed").wait_for()
    assert target_list.listing(open_mart(loaded), ADMIN).filter(origin="own").is_empty()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
