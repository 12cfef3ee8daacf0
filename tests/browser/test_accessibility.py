"""Accessibility in a browser: axe finds faults, the keyboard reaches everything."""

import pytest

from tests.axe import OF_COLOURS, violations
from tests.browsing import Visit

pytestmark = pytest.mark.browser


def test_the_check_sees_what_is_wrong(visit: Visit, engine: str) -> None:
    page = visit("method")
    faulty = '<button></button><p style="color: #aaa; background: #999">Плохо видно</p>'
    page.evaluate(f"document.querySelector('[data-testid=stMain]').insertAdjacentHTML('afterbegin', '{faulty}')")
    assert [found.split(":")[0] for found in violations(page, engine)] == ["button-name", "color-contrast"]
    assert [found.split(":")[0] for found in violations(page, engine, OF_COLOURS)] == ["color-contrast"]


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
