"""A real server and what a browser on it is asked: helpers of the tests that drive one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
PATHS = {"overview": ""}

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


def tab(browser: Any, **settings: Any) -> Any:
    """Open an empty tab in a clean browser of a person here, on a screen of 1440 × 900 unless the settings differ."""
    usual = {
        "viewport": {"width": 1440, "height": 900},
        "color_scheme": "light",
        "locale": "ru-RU",
        "timezone_id": "Europe/Moscow",
        "reduced_motion": "reduce",
        "accept_downloads": True,
    }
    return browser.new_context(**(usual | settings)).new_page()


def complaints_in(page: Any, site: str) -> list[str]:
    """Return a list that fills with whatever goes wrong in a tab: errors, failures, requests to other sites."""
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

    page.on("request", request)
    page.on("response", answer)
    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def settle(page: Any) -> None:
    """Wait until the page has its title and Streamlit has finished its run."""
    page.wait_for_selector(".page-title", timeout=45_000)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=45_000, state="attached")
    page.wait_for_timeout(300)


def filters(page: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}
