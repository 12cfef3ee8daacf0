"""Roadmap, passport and method of the demonstration in a browser."""

from pathlib import Path

import fastexcel
import pytest

from tests.browsing import Visit, box_of, filters, settle
from view.passport.workbook import SHEETS

pytestmark = pytest.mark.browser


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
