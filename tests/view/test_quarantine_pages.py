"""The quarantine page, by AppTest and in a browser: shows, loads, dismisses, refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests import screens
from tests.browsing import serving
from tests.conftest import copy_of
from tests.examples.files import load_rows
from tests.examples.rows import another
from tests.view.test_quality_pages import Open, html, press, screen, with_a_finding
from tests.warehouse.changes.test_quarantine import BAD_DAY, BAD_SCORE, PEOPLE, people, waiting
from warehouse.marts.mart import current_publication
from warehouse.store.address import Address

__all__ = ["screen", "with_a_finding"]


@pytest.fixture(scope="module")
def sent(with_a_finding: Address, tmp_path_factory: pytest.TempPathFactory) -> tuple[Address, int]:
    """Warehouse and a batch with two rows kept back; shared, so only copied from.

    One row is of a school missing from the register, one of another municipality.
    """
    address = copy_of(with_a_finding, tmp_path_factory.mktemp("sent") / "warehouse")
    rows = [
        PEOPLE[0],
        PEOPLE[1] | {"person": "new-1"},
        PEOPLE[2] | {"score": "50", "organization_id": "N-1", "person": "new-3"},
    ]
    result = load_rows(address, "diagnostics", rows, quarantine=True, publish=True)
    assert result.batch is not None
    return address, result.batch


@pytest.fixture
def batch(sent: tuple[Address, int]) -> int:
    return sent[1]


@pytest.fixture
def faulty(sent: tuple[Address, int], tmp_path: Path) -> Address:
    """Copy of the warehouse with the batch that a test may change."""
    return copy_of(sent[0], tmp_path / "faulty")


def test_a_row_loads_once_its_register_has_come(screen: Open, faulty: Address, batch: int) -> None:
    text = html(screen("quality", part="quarantine"))
    assert "Ждут исправления 2 строки из 1 партии." in text
    assert "Строка 2, «Дата диагностики».</b> «31.02.2025» — такого дня в календаре нет" in text
    before = people(faulty).height
    assert "Ни одна строка пока не готова" in html(
        press(screen("quality", part="quarantine"), "Проверить исправленное")
    )
    load_rows(faulty, "organizations", [another("organizations", 1)], publish=True)
    test = press(screen("quality", part="quarantine", held=str(batch)), "Проверить исправленное")
    text = html(test)
    assert "Готова к загрузке 1 строка. Останется в карантине 1 строка." in text
    assert people(faulty).height == before
    text = html(press(test, "Загрузить 1\u00a0строку"))
    assert f"Исправленное загружено: 1 строка, публикация № {current_publication(faulty)}." in text
    assert "Ждёт исправления 1 строка из 1 партии." in text and "Исправлена и загружена</b> партией № " in text
    assert people(faulty).height == before + 1
    assert waiting(faulty, batch) == [BAD_DAY]


def test_nothing_marked_is_nothing_dismissed(screen: Open, faulty: Address, batch: int) -> None:
    test = screen("quality", part="quarantine")
    (reason,) = [field for field in test.text_input if field.label == "Почему отмеченные строки не нужны"]
    reason.set_value("лишние")
    assert "Не отмечено ни одной строки." in html(press(test, "Отклонить отмеченные"))
    assert waiting(faulty, batch) == [BAD_DAY, BAD_SCORE]


def test_a_municipality_sees_its_own_rows_only(screen: Open, batch: int) -> None:
    text = html(screen("quality", "municipal", part="quarantine"))
    assert "Карантин пуст" in text and "31.02.2025" not in text


def test_an_empty_quarantine_says_how_rows_come_there(
    screen: Open, with_a_finding: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens.look_at(monkeypatch, with_a_finding)
    text = html(screen("quality", part="quarantine"))
    assert "Карантин пуст: ни одна строка не ждёт исправления." in text


def test_an_old_publication_mends_nothing(screen: Open, faulty: Address, batch: int) -> None:
    before = str(current_publication(faulty))
    load_rows(faulty, "organizations", [another("organizations", 1)], publish=True)
    test = screen("quality", part="quarantine", publication=before)
    assert "На экране не последняя публикация" in html(test)
    assert "Проверить исправленное" not in [button.label for button in test.button]


@pytest.fixture
def site(faulty: Address, batch: int) -> Iterator[str]:
    with serving(faulty.database) as address:
        yield address


def cell(page: Page, x: int, y: int) -> None:
    """Click on a cell of the table after the run has ended: before, the table may be replaced."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(700)
    table = page.locator(".st-key-quarantine_table .dvn-scroller")
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": y})
    page.wait_for_timeout(300)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440])
def test_a_specialist_mends_a_cell_and_dismisses_a_row(
    browser: Browser, site: str, faulty: Address, batch: int, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 1200}, locale="ru-RU")
    page = context.new_page()
    page.set_default_timeout(30_000)
    before = people(faulty).height
    page.goto(f"{site}quality?part=quarantine")
    page.locator(".st-key-quarantine_table .dvn-scroller").wait_for()
    # What is written in the table is told to the server a moment later, hence the pauses. The headers are one row of
    # 35 pixels; the first columns are the mark, the row of the file and the faulty ones.
    cell(page, 30, 87)
    page.keyboard.press("Space")
    cell(page, 125, 52)
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".gdg-input").fill("28.02.2025")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Проверить исправленное").click()
    page.get_by_text("Готова к загрузке 1 строка").wait_for()
    assert people(faulty).height == before
    page.get_by_role("button", name="Загрузить 1 строку").click()
    page.get_by_text("Исправленное загружено: 1 строка").wait_for()
    assert people(faulty).height == before + 1
    assert waiting(faulty, batch) == [BAD_SCORE]

    cell(page, 30, 52)
    page.keyboard.press("Space")
    page.wait_for_timeout(700)
    page.get_by_label("Почему отмеченные строки не нужны").fill("школа закрыта")
    page.get_by_role("button", name="Отклонить отмеченные").click()
    page.get_by_text("Отклонено: 1 строка, публикация №").wait_for()
    page.get_by_text("Карантин пуст").wait_for()
    assert waiting(faulty, batch) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
