"""Printed pages: no controls, nothing wider than an A4 sheet, dark turns light."""

import pytest
from playwright.sync_api import Page

from tests.browsing import PATHS, Visit

pytestmark = pytest.mark.browser

# 210 mm less the margins of the print style, at 96 dots per inch.
SHEET = 710
CONTROLS = ('[data-testid="stSidebar"]', ".st-key-filter_bar", '[data-testid="stPopoverButton"]', ".stSelectbox",
            ".stButtonGroup", ".stButton")  # fmt: skip


def printed(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    page.wait_for_timeout(500)


@pytest.mark.parametrize("name", ["overview", "indicator", "municipality"])
def test_a_page_fits_its_sheet_without_anything_to_press(visit: Visit, name: str) -> None:
    page = visit(PATHS.get(name, name) + "?year=2025")
    printed(page)
    for selector in CONTROLS:
        assert page.locator(f"{selector}:visible").count() == 0, selector
    wide = "places => places.filter(place => place.scrollWidth > place.clientWidth + 1).map(place => place.className)"
    assert page.locator(".table, .matrix, .tiles, .stMainBlockContainer").evaluate_all(wide) == []
    ground = page.locator(".stApp").evaluate("place => getComputedStyle(place).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    ink = page.locator(".finding").evaluate("place => getComputedStyle(place).color.match(/[0-9]+/g).map(Number)")
    assert sum(ink) / 3 < 100


def test_cards_are_not_cut_and_a_page_prints_whole(visit: Visit) -> None:
    page = visit("?year=2025")
    printed(page)
    cut = "place => getComputedStyle(place).breakInside"
    for selector in (".st-key-map_card", ".st-key-gaps_card", ".tile", ".matrix tr"):
        assert page.locator(selector).first.evaluate(cut) == "avoid", selector
    page.emulate_media(media=None)
    sheets = page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n")
    assert 2 <= sheets <= 5


@pytest.mark.parametrize("name", ["indicator", "municipality"])
def test_a_chart_of_a_wide_screen_shrinks_to_the_sheet(visit: Visit, name: str) -> None:
    page = visit(name + "?year=2025")
    page.set_viewport_size({"width": 1920, "height": 1000})
    page.locator("svg.main-svg").first.wait_for()
    page.wait_for_timeout(1000)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    # Paper is laid out at once: no script draws a chart anew for it, and none draws a copy.
    page.evaluate("""() => {
      for (const chart of document.querySelectorAll('.js-plotly-plot')) {
        chart.after(chart.cloneNode(true));
        chart.style.display = 'none';
      }
    }""")
    printed(page)
    drawn = """charts => charts.filter(chart => chart.checkVisibility()).map(chart => {
      const parts = [...chart.querySelectorAll('text, path')].map(part => part.getBoundingClientRect());
      return [chart.getBoundingClientRect().left, Math.min(...parts.map(part => part.left)),
              Math.max(...parts.map(part => part.right)), chart.getBoundingClientRect().right];
    })"""
    charts = page.locator(".main-svg:has(text)").evaluate_all(drawn)
    assert charts
    for left, first, last, right in charts:
        assert 0 <= left <= first + 1 and last <= right + 1 <= SHEET + 1
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".main-svg[viewBox]").count() == 0


def test_paper_says_what_the_filters_say(visit: Visit) -> None:
    page = visit("?year=2025&half=1")
    line = page.locator(".only-paper")
    assert not line.is_visible()
    printed(page)
    assert line.is_visible()
    assert line.inner_text().replace("\xa0", " ").endswith(" · 1-е полугодие 2025 года · профиль «Сводный»")
