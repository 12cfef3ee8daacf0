"""Starting a real server and driving a browser on it."""

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urljoin, urlparse

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    FloatRect,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
)

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PATHS = {"overview": ""}
SCREEN: ViewportSize = {"width": 1440, "height": 900}

Visit = Callable[..., Page]


WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = iter(random.sample(range(20_000 + 1000 * WORKER, 21_000 + 1000 * WORKER), 1000))
"""Ports for servers of this process: below those that systems give to outgoing connections, such as a browser's.

One that the system had named free was at times taken by such a connection before the server came to listen.
"""


def free_port() -> int:
    """Return a free port, a different one at each call."""
    for port in PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def until_it_answers(site: str, server: "subprocess.Popen[bytes]", output: IO[bytes]) -> None:
    """Wait until a server answers; fail with its output if it ends or is silent for two minutes."""
    end = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{site}_stcore/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    output.seek(0)
    printed = output.read().decode(errors="replace")
    pytest.fail(f"the server did not start (exit code {server.poll()}): {printed}")


@contextmanager
def serving(
    warehouse: Path,
    host: str = "127.0.0.1",
    port: int | None = None,
    command: Sequence[str] = ("view", "--port"),
    options: Sequence[str] = (),
    **settings: str,
) -> Iterator[str]:
    """Run the server while the block runs and yield its address.

    port: a free one by default. command: module and arguments before the port. options: arguments after it.
    settings: environment variables.
    """
    port = port or free_port()
    run = [sys.executable, "-m", *command, str(port), *options]
    environment = {**os.environ, "RSNMS_WAREHOUSE": str(warehouse), **settings}
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(run, cwd=ROOT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            address = f"http://{host}:{port}/"
            until_it_answers(address, server, output)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


class Tabs:
    """Pool of browser tabs, each in a context of its own, cleaned after use.

    A new tab compiles all scripts again, which is half the work of opening a page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: list[Page] = []

    @contextmanager
    def lent(self) -> Iterator[Page]:
        """Yield a tab without cookies, stored values or other tabs in its context."""
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

    def _new(self) -> Page:
        return self._browser.new_context(
            viewport=SCREEN,
            color_scheme="light",
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            reduced_motion="reduce",
            accept_downloads=True,
        ).new_page()


@contextmanager
def complaints_in(page: Page, site: str) -> Iterator[list[str]]:
    """Yield a list that collects errors, failed requests and requests to other sites of a tab."""
    complaints: list[str] = []

    def request(sent: Request) -> None:
        if urlparse(sent.url).scheme not in {"data", "blob"} and urlparse(sent.url).netloc != urlparse(site).netloc:
            complaints.append(f"request to {sent.url}")

    def answer(response: Response) -> None:
        # Streamlit looks for its own service below the page's path first; that miss is its way.
        if response.status >= 400 and "/_stcore/" not in response.url:
            complaints.append(f"{response.status} {response.url}")

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def error(raised: Error) -> None:
        complaints.append(str(raised))

    page.on("request", request)
    page.on("response", answer)
    page.on("console", console)
    page.on("pageerror", error)
    yield complaints
    page.remove_listener("request", request)
    page.remove_listener("response", answer)
    page.remove_listener("console", console)
    page.remove_listener("pageerror", error)


def settle(page: Page) -> None:
    """Wait until the page has its title and Streamlit has finished its run."""
    page.wait_for_selector(".page-title", timeout=45_000)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=45_000, state="attached")
    page.wait_for_timeout(300)


def box_of(place: Locator) -> FloatRect:
    """Return the box of a drawn element, in CSS pixels."""
    box = place.bounding_box()
    assert box is not None, f"{place} is not drawn"
    return box


def filters(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}
