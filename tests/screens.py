"""Pages without a browser: opened by AppTest, signed in as an actor, read as HTML.

Answers of the query layer stay cached between tests, as between visitors: the cache key is the warehouse and the
publication. A test that replaces a function of that layer clears the cache itself.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from warehouse.access.rights import Actor
from warehouse.store.address import Address

APP = str(Path(__file__).parents[1] / "app.py")


def look_at(monkeypatch: pytest.MonkeyPatch, address: Address) -> None:
    """Make the pages show this warehouse."""
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(address.database))


def sign_in(monkeypatch: pytest.MonkeyPatch, actor: Actor) -> None:
    """Sign every session in as this actor.

    AppTest runs a page before the menu each time and starts again, which would lose a pressed button; so the menu is
    taken as drawn.
    """
    monkeypatch.setattr("view.shell.session.local_actor", lambda *_: actor)
    monkeypatch.setattr("view.shell.chrome._menu_drawn", ContextVar("menu_drawn", default=True))


def started() -> AppTest:
    """Return the program after its first run, which shows the overview."""
    return _program().run()


def go_to(test: AppTest, page: str, filters: Mapping[str, str]) -> AppTest:
    """Open a page, by its file name, with filters in its address."""
    test.switch_page(f"pages/{page}.py")
    for name, value in filters.items():
        test.query_params[name] = value
    return test.run()


def opened(page: str, filters: Mapping[str, str]) -> AppTest:
    """Return the program at a page with filters in its address, as a link opens it."""
    return go_to(_program(), page, filters)


def html(test: AppTest) -> str:
    """Return all HTML elements of the page, entities resolved."""
    return unescape("\n".join(element.proto.body for element in test.get("html")))


def _program() -> AppTest:
    return AppTest.from_file(APP, default_timeout=120)
