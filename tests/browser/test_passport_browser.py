"""Roadmap, passport, method, deficits and documents of the demonstration in a browser."""

import zipfile
from pathlib import Path

import fastexcel
import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browsing import Visit, box_of, filters, settle
from view.passport.workbook import SHEETS

pytestmark = pytest.mark.browser

VSEVOLOZHSK = "41612000"
PHONE: ViewportSize = {"width": 390, "height": 900}


def test_from_the_regions_roadmap_to_a_municipalitys(visit: Visit) -> None:
    page = visit("roadmap?year=2025&half=2")
    assert "из 37 мер" in page.locator(".finding").inner_text().replace("\u00a0", " ")
    page.locator(".roadmaps a", has_text="Волховский").click()
    page.wait_for_function("() => document.querySelector('.finding').innerText.includes('из\u00a09\u00a0мер')")
    settle(page)
    assert filters(page)["territory"] == "41609000"
    page.locator(".scatterlayer .point").first.hover(force=True)
    page.locator(".hoverlayer", has_text="срок:").wait_for()


def test_the_passports_workbook_has_its_sections(visit: Visit, tmp_path: Path) -> None:
    page = visit("passport?year=2025&half=2")
    page.locator(".passport-link", has_text="Финансы").click()
    assert box_of(page.locator("#section-finance"))["y"] < 300
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Паспорт книгой").click()
    kept = tmp_path / "passport.xlsx"
    waiting.value.save_as(kept)
    read = fastexcel.read_excel(kept)
    assert read.sheet_names[:7] == list(SHEETS.values())
    results = read.load_sheet(SHEETS["results"], header_row=None).to_polars()
    assert any("ρ" in str(cell) for row in results.iter_rows() for cell in row)


def test_a_link_to_an_indicators_method_brings_its_entry_into_sight(visit: Visit) -> None:
    page = visit("method?indicator=roadmap_execution")
    page.wait_for_function(
        "() => { const found = document.getElementById('indicator-roadmap_execution');"
        " return found && Math.abs(found.getBoundingClientRect().top) < 200; }"
    )
    page.get_by_label("Найти").fill("нагрузка")
    page.get_by_label("Найти").press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.method-entry').length < 8")
    settle(page)
    assert filters(page)["search"] == "нагрузка"


def test_a_reader_narrows_deficits_to_a_municipality_and_tries_a_plan(visit: Visit) -> None:
    page = visit("deficits?year=2025")
    page.set_viewport_size(PHONE)
    page.locator(".heat").wait_for()
    page.locator('.heat th[scope="row"] a', has_text="Всеволожский").click()
    page.get_by_text("Всеволожский: чаще всего дефицит").wait_for()
    settle(page)
    assert filters(page)["territory"] == VSEVOLOZHSK
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page = visit("methodists?year=2025")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Добавить до лимита").click()
    page.get_by_text("лимит соблюдён в 17 из 17 муниципалитетов").wait_for()
    settle(page)
    assert "plan" in filters(page)
    page.goto(page.url)
    page.get_by_text("лимит соблюдён в 17 из 17 муниципалитетов").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_documents_are_prepared_and_downloaded(visit: Visit, tmp_path: Path) -> None:
    def saved(page: Page, label: str) -> set[str]:
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        return set(zipfile.ZipFile(target).namelist())

    page = visit("recommendations?year=2025&half=2")
    page.get_by_role("button", name="Документы").click()
    page.get_by_label("Документ", exact=True).click()
    page.get_by_role("option", name="Приложение (Excel)").click()
    page.get_by_role("button", name="Подготовить: Приложение (Excel)").click()
    assert "xl/workbook.xml" in saved(page, "Скачать (XLSX)")
    page = visit(f"municipality?year=2025&half=2&municipality={VSEVOLOZHSK}")
    assert "word/document.xml" in saved(page, "Справка в Word")
