"""Signing in with a real provider, browser and server."""

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browsing import Tabs, free_port, serving, settle
from tests.conftest import copy_of
from tests.examples.files import NOW
from tests.provider import providing, secrets
from warehouse.access import audit
from warehouse.access.rights import Actor
from warehouse.changes import appointments
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

ADMIN = Actor("Проверка", "admin")
LEADER, CLERK, CHIEF = "leader@lenreg.ru", "clerk@lenreg.ru", "chief@lenreg.ru"
MENU = '[data-testid="stSidebarNavLink"]'


@dataclass(frozen=True)
class Installation:
    """A server with sign-in: its address and warehouse."""

    site: str
    warehouse: Address


@contextmanager
def installed(
    warehouse: Address, folder: Path, lifetime: int = 3600, port: int | None = None, site: str | None = None
) -> Iterator[Installation]:
    """Serve a warehouse behind a provider.

    lifetime: of its tokens, in seconds. site: address for people, where it is not the server's own.
    """
    appointments.add(warehouse, ADMIN, CHIEF, "Начальник", "admin", [], NOW)
    appointments.add(warehouse, ADMIN, LEADER, "Руководитель", "viewer", [], NOW)
    appointments.add(warehouse, ADMIN, CLERK, "Методист", "municipal", ["41518000"], NOW)
    port = port or free_port()
    site = site or f"http://127.0.0.1:{port}/"
    with providing(free_port(), site, lifetime) as description:
        file = folder / "secrets.toml"
        file.write_text(secrets(description, site), encoding="utf-8")
        with serving(warehouse.database, port=port, options=("--secrets", str(file))):
            yield Installation(site, warehouse)


@pytest.fixture(scope="module")
def there(demo_warehouse: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("sign_in")
    with installed(copy_of(demo_warehouse, folder / "copy"), folder) as installation:
        yield installation


@pytest.fixture
def context(tabs: Tabs) -> Iterator[BrowserContext]:
    with tabs.lent() as page:
        yield page.context


def asked(context: BrowserContext, there: Installation, path: str = "") -> Page:
    """Open an address and return the page once it asks to sign in."""
    page = context.pages[0] if context.pages else context.new_page()
    page.goto(there.site + path)
    page.get_by_role("button", name="Войти", exact=True).wait_for(timeout=45_000)
    assert page.locator(f"{MENU}, .page-title, .badge, table").count() == 0
    return page


def sign_in(page: Page, login: str) -> None:
    """Fill in the provider's own pages."""
    page.get_by_role("button", name="Войти", exact=True).click()
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill("любой")
    page.locator("button[type=submit]").click()
    page.locator("button[type=submit]").click()


def admitted(page: Page) -> None:
    page.wait_for_selector(MENU, timeout=45_000)
    settle(page)


def gone(page: Page, selector: str) -> None:
    """Wait until no element matches: what an earlier run drew disappears when the new one ends."""
    page.wait_for_function("selector => !document.querySelector(selector)", arg=selector, timeout=45_000)


def last(there: Installation, event: str) -> dict[str, object]:
    """Return the latest audit entry of an event."""
    found = audit.entries(there.warehouse, ADMIN).filter(pl.col("event") == event)
    return found.row(0, named=True)


def test_a_leader_signs_in_by_a_link_and_sees_what_it_shows(context: BrowserContext, there: Installation) -> None:
    page = asked(context, there, "indicator?indicator=routes_share&year=2024&half=1")
    sign_in(page, LEADER)
    page.wait_for_url(re.compile("indicator=routes_share.*year=2024|year=2024.*indicator=routes_share"), timeout=45_000)
    admitted(page)
    assert page.locator(".account").inner_text().split("\n") == ["Руководитель", "Руководство"]
    menu = page.locator(MENU).all_inner_texts()
    assert "Обзор" in menu and "Загрузка данных" not in menu and "Доступ и журнал" not in menu
    entry = last(there, "signed_in")
    assert (entry["who"], entry["role"], entry["outcome"]) == ("2", "viewer", "done")


@pytest.mark.parametrize("page_name", ["access", "upload", "quality"])
def test_a_page_of_others_is_refused_to_a_leader_and_that_is_entered(
    context: BrowserContext, there: Installation, page_name: str
) -> None:
    page = asked(context, there)
    sign_in(page, LEADER)
    admitted(page)
    page.goto(there.site + page_name)
    page.get_by_role("heading", name="Доступ закрыт").wait_for(timeout=45_000)
    gone(page, "table, .page-title, .badge")
    assert "недоступна для вашей роли" in page.locator(".screen").inner_text()
    assert "Обзор" in page.locator(MENU).all_inner_texts(), "the way back stays"
    entry = last(there, "action_refused")
    assert (entry["who"], json.loads(str(entry["about"]))) == ("2", {"action": "view_page", "resource": page_name})


def test_a_stranger_is_refused_and_told_how_to_be_known(context: BrowserContext, there: Installation) -> None:
    page = asked(context, there)
    sign_in(page, "stranger@example.org")
    page.get_by_role("heading", name="Доступ закрыт").wait_for(timeout=45_000)
    mark = audit.mark_of(there.warehouse, "stranger@example.org")
    assert mark in page.locator(".screen").inner_text()
    gone(page, f"{MENU}, .badge, table")
    entry = last(there, "sign_in_refused")
    assert entry["who"] == "unknown" and mark in str(entry["about"]) and "stranger" not in str(entry)


def test_an_address_that_the_provider_has_not_verified_is_nobody(context: BrowserContext, there: Installation) -> None:
    page = asked(context, there)
    sign_in(page, "unverified@lenreg.ru")
    page.get_by_role("heading", name="Доступ закрыт").wait_for(timeout=45_000)
    assert "подтверждённого адреса" in page.locator(".screen").inner_text()


def test_signing_out_closes_the_other_tab_too(context: BrowserContext, there: Installation) -> None:
    page = asked(context, there)
    sign_in(page, CHIEF)
    admitted(page)
    second = context.new_page()
    second.goto(there.site + "targets")
    admitted(second)
    assert second.locator(".account").inner_text().startswith("Начальник")
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url(re.compile("session/end|oauth2callback|127"), timeout=45_000)
    second.get_by_role("button", name="Войти", exact=True).wait_for(timeout=45_000)
    gone(second, "table, .badge")
    assert last(there, "signed_out")["who"] == "1"


def test_a_role_taken_while_the_page_is_open_closes_it(context: BrowserContext, there: Installation) -> None:
    number = appointments.add(there.warehouse, ADMIN, "leaving@lenreg.ru", "Уволенный", "specialist", [], NOW)
    page = asked(context, there)
    sign_in(page, "leaving@lenreg.ru")
    admitted(page)
    page.goto(there.site + "quality")
    admitted(page)
    appointments.change(there.warehouse, ADMIN, number, NOW, closed=True)
    page.get_by_role("heading", name="Доступ закрыт").wait_for(timeout=45_000)
    gone(page, "table, .badge")


def test_files_of_a_session_are_only_for_people_signed_in(there: Installation) -> None:
    for path in ("media/0123.xlsx", "_stcore/upload_file/a/b"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(there.site + path, timeout=10)
        assert refused.value.code == 403


def test_a_token_expires_by_its_own_claims(context: BrowserContext, demo_warehouse: Address, tmp_path: Path) -> None:
    with installed(copy_of(demo_warehouse, tmp_path / "copy"), tmp_path, lifetime=25) as there:
        page = asked(context, there)
        sign_in(page, LEADER)
        admitted(page)
        page.get_by_text("Срок сеанса истёк").wait_for(timeout=60_000)
        gone(page, f"{MENU}, .badge, table")
        assert last(there, "session_expired")["who"] == "2"
        page.reload()
        page.get_by_text("Срок сеанса истёк").wait_for(timeout=45_000)


def refusal(home: Path, *options: str, **settings: str) -> str:
    """Return what a server prints that refuses to start."""
    started = subprocess.run(
        [sys.executable, "-m", "view", *options],
        cwd=Path(__file__).parents[2],
        env={"PATH": "/usr/bin", "HOME": str(home), **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert started.returncode == 2
    return started.stderr


@pytest.mark.parametrize(
    ("secrets_text", "said"),
    [
        (None, "вход по учётным записям не настроен"),
        ("[other]\n", "нет раздела [auth]"),
        ("[auth\n", "нет раздела [auth]"),
        ('[auth]\nredirect_uri = "http://127.0.0.1/oauth2callback"\ncookie_secret = "short"\n', "короче 32"),
        (
            f'[auth]\nredirect_uri = "http://monitoring.lenreg.ru/oauth2callback"\ncookie_secret = "{"x" * 40}"\n',
            "не с https",
        ),
    ],
)
def test_the_server_does_not_start_where_it_could_not_tell_people_apart(
    tmp_path: Path, secrets_text: str | None, said: str
) -> None:
    options = ["--address", "0.0.0.0"]
    if secrets_text is not None:
        (tmp_path / "secrets.toml").write_text(secrets_text)
        options += ["--secrets", str(tmp_path / "secrets.toml")]
    words = refusal(tmp_path, "--port", str(free_port()), *options)
    assert said in words and "Traceback" not in words


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = str(other.getsockname()[1])
        words = refusal(tmp_path, "--port", port)
    assert words.startswith(f"Порт {port} занят") and words.count("\n") == 1
    assert f"http://localhost:{port}" in words and f"make run PORT={int(port) + 1}" in words


def test_an_address_of_another_computer_is_named(tmp_path: Path) -> None:
    options = ("--address", "192.0.2.1", "--port", str(free_port()))
    words = refusal(tmp_path, *options, RSNMS_OPEN_TO_NETWORK="everybody-is-admin")
    assert words.splitlines() == ["У этого компьютера нет адреса 192.0.2.1: слушать на нём нельзя."]


def test_an_open_installation_says_so_on_every_screen(tabs: Tabs, demo_warehouse: Address) -> None:
    options = ("--address", "127.0.0.2", "--host", "127.0.0.2")
    opened = serving(demo_warehouse.database, "127.0.0.2", options=options, RSNMS_OPEN_TO_NETWORK="everybody-is-admin")
    with opened as site, tabs.lent() as page:
        for name in ("", "targets", "upload"):
            page.goto(site + name)
            page.locator(".account-open").wait_for(timeout=45_000)
            assert "каждый, кто её откроет, — администратор" in page.locator(".account-open").inner_text()
