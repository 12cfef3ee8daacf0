"""Texts that Streamlit draws by itself are Russian."""

from importlib import resources

import pytest
from playwright.sync_api import Browser

from tests.browsing import Visit, serving
from view.shell import russian_frontend
from warehouse.store.address import Address

SCRIPTS = {
    file.name: file.read_text(encoding="utf-8")
    for file in resources.files("streamlit").joinpath("static/static/js").iterdir()
}


@pytest.mark.parametrize(
    ("name", "english"), [(name, english) for name, texts in russian_frontend.TEXTS.items() for english in texts]
)
def test_every_english_text_still_stands_in_its_script(name: str, english: str) -> None:
    texts = [text for file, text in SCRIPTS.items() if file.partition(".")[0] == name]
    assert any(english in text for text in texts)


def test_the_limit_of_a_file_is_said_in_russian() -> None:
    (uploader,) = [text for file, text in SCRIPTS.items() if file.startswith("FileUploader.")]
    assert russian_frontend.SIZE.search(uploader)
    assert not [name for name, script in russian_frontend.scripts().items() if b" per file" in script]


@pytest.mark.browser
def test_the_pages_speak_russian(visit: Visit) -> None:
    page = visit("upload")
    zone = page.get_by_test_id("stFileUploader")
    zone.wait_for()
    assert "Выбрать файлы" in zone.inner_text()
    assert "не больше 100 МБ в файле" in zone.inner_text().replace("\u00a0", " ")
    assert page.get_by_text("К содержанию страницы").count() == 1
    page = visit("targets?profile=leningrad")
    box = page.locator(".st-key-filter_year input")
    box.click()
    box.fill("щщщ")
    page.get_by_text("Ничего не найдено").wait_for()
    page.keyboard.press("Escape")
    page.get_by_test_id("stDateInput").first.get_by_text("гггг").wait_for()


@pytest.mark.browser
def test_a_server_that_went_away_is_told_in_russian(browser: Browser, loaded: Address) -> None:
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    with serving(loaded.database) as site:
        page.goto(f"{site}method")
        page.get_by_role("heading", name="Методика").first.wait_for()
    page.get_by_text("Сервер программы не отвечает.").wait_for(timeout=60_000)
    assert "Streamlit" not in page.locator("body").inner_text()
    context.close()
