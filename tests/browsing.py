"""A real server and what a browser on it is asked: helpers of the tests that drive one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlparse

import pytest
from playwright.sync_api import Error

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PATHS = {"overview": ""}
SCREEN = {"width": 1440, "height": 900}

Visit = Callable[..., Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    warehouse: Path,
    host: str = "127.0.0.1",
    port: int | None = None,
    command: Sequence[str] = ("view.server", "--port"),
    options: Sequence[str] = (),
    **settings: str,
) -> Iterator[str]:
    """Run the server, on a free port unless one is named, and yield its address.

    command: module and its arguments up to the port. options: those after it. settings: environment variables.
    """
    port = port or free_port()
    run = [sys.executable, "-m", *command, str(port), *options]
    environment = {**os.environ, "RSNMS_WAREHOUSE": str(warehouse), **settings}
    with subprocess.Popen(
        run, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://{host}:{port}/"
            for _ in range(150):
                try:
                    urllib.request.urlopen(f"{address}_stcore/health", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail("the server did not start")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


class Tabs:
    """Tabs of a browser, lent out clean: a new one compiles all scripts again, which is half the work of a page.

    Each stands alone in a browser of a person here.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._idle: list[Any] = []

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """Lend a tab without cookies, stored values and other tabs beside it."""
        page = self._idle.pop() if self._idle else self._new()
        try:
            yield page
        finally:
            page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
            page.context.clear_cookies()
            # The lightest page of the same server: at another site the tab would lose what it has compiled.
            with suppress(Error):
                page.goto(urljoin(page.url, "/_stcore/health"))
            page.emulate_media(media="null", color_scheme="light")
            page.set_viewport_size(SCREEN)
            for other in page.context.pages:
                if other != page:
                    other.close()
            self._idle.append(page)

    def close(self) -> None:
        """Close all tabs."""
        for page in self._idle:
            page.context.close()

    def _new(self) -> Any:
        return self._browser.new_context(
            viewport=SCREEN,
            color_scheme="light",
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            reduced_motion="reduce",
            accept_downloads=True,
        ).new_page()


@contextmanager
def complaints_in(page: Any, site: str) -> Iterator[list[str]]:
    """Yield a list that fills with whatever goes wrong in a tab: errors, failures, requests to other sites."""
    complaints: list[str] = []

    def request(sent: Any) -> None:
        if urlparse(sent.url).scheme not in {"data", "blob"} and urlparse(sent.url).netloc != urlparse(site).netloc:
            complaints.append(f"request to {sent.url}")

    def answer(response: Any) -> None:
        # Streamlit looks for its own service below the page's path first; that miss is its way.
        if response.status >= 400 and "/_stcore/" not in response.url:
            complaints.append(f"{response.status} {response.url}")

    def console(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def error(raised: Any) -> None:
        complaints.append(str(raised))

    heard = {"request": request, "response": answer, "console": console, "pageerror": error}
    for event, listener in heard.items():
        page.on(event, listener)
    yield complaints
    for event, listener in heard.items():
        page.remove_listener(event, listener)


def settle(page: Any) -> None:
    """Wait until the page has its title and Streamlit has finished its run."""
    page.wait_for_selector(".page-title", timeout=45_000)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=45_000, state="attached")
    page.wait_for_timeout(300)


def filters(page: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}
