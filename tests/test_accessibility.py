"""Accessibility in a real browser: the check of every page (test_browser.py) sees faults, the keyboard reaches all."""

import pytest

from tests.axe import violations
from tests.test_browser import Visit, engine, site, visit

pytestmark = pytest.mark.browser

__all__ = ["engine", "site", "visit"]


def test_the_check_sees_what_is_wrong(visit: Visit, engine: str) -> None:
    page = visit("method")
    page.evaluate(
        "document.querySelector('[data-testid=stMain]').insertAdjacentHTML('afterbegin', '<button></button>')"
    )
    assert violations(page, engine) == ["button-name: <button></button>"]


def test_the_keyboard_reaches_filters_tiles_cells_and_sorting(visit: Visit) -> None:
    page = visit()
    reached = set()
    page.locator(".st-key-filter_year input").focus()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached |= set(
            page.evaluate(
                "names => names.filter(name => document.activeElement.matches(name))",
                ["a.tile", "a.square", "a.gap", ".matrix button", ".matrix td a", ".st-key-filter_half button"],
            )
        )
        if len(reached) == 6:
            break
    assert reached == {"a.tile", "a.square", "a.gap", ".matrix button", ".matrix td a", ".st-key-filter_half button"}
