"""Pages on paper: what is pressed stays away, nothing runs over the edge of an A4 sheet, dark turns light."""

from typing import Any

import pytest

from tests.browsing import PATHS, Visit

pytestmark = pytest.mark.browser

# 210 mm less the margins of the print style, at 96 dots per inch.
SHEET = 710
CONTROLS = ('[data-testid="stSidebar"]', ".st-key-filter_bar", '[data-testid="stPopoverButton"]', ".stSelectbox",
            ".stButtonGroup", ".stButton")  # fmt: skip


def printed(page: Any) -> None:
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
