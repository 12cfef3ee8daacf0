"""Accessibility of every page in a real browser, by axe-core: nothing serious or critical that the program causes."""

from typing import Any

import pytest

from tests import axe
from tests.test_browser import PAGES, PATHS, Visit, site, visit

pytestmark = pytest.mark.browser

__all__ = ["site", "visit"]

# Rule of axe-core → selector of what Streamlit draws itself, and why it stands.
OF_STREAMLIT = {
    # The menu is a list whose sections are <div> between <ul> and <li>: no option of st.navigation changes that.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"] li',
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """
async ({ rules, foreign }) => {
  const own = (rule, place) => !foreign[rule] || !document.querySelector(place)?.matches(foreign[rule]);
  const found = await axe.run(document, { resultTypes: ['violations'], runOnly: rules });
  return found.violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .flatMap((violation) => violation.nodes
      .filter((node) => own(violation.id, node.target[0]))
      .map((node) => `${violation.id}: ${node.html.slice(0, 200)}`));
}
"""


@pytest.fixture(scope="module")
def engine() -> str:
    try:
        return axe.script()
    except axe.NotFetched as reason:
        pytest.skip(str(reason))


def violations(page: Any, engine: str) -> list[str]:
    page.evaluate(engine)
    found: list[str] = page.evaluate(VIOLATIONS, {"rules": RULES, "foreign": OF_STREAMLIT})
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_hinders_nobody(visit: Visit, engine: str, name: str) -> None:
    assert violations(visit(PATHS.get(name, name)), engine) == []


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
