"""The program behind the nginx of docs/deployment: https, sign-in, a browser."""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_browser_upload import drop
from tests.browsing import free_port, settle
from tests.conftest import copy_of
from tests.examples.files import csv_file
from tests.examples.rows import another
from tests.front import NAME, fronting
from tests.security.test_sign_in_browser import CHIEF, Installation, admitted, asked, installed, sign_in
from view.shell.server import headers
from warehouse.store.address import Address

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Fronted:
    """An installation behind nginx: its ports and the folder of nginx's logs."""

    installation: Installation
    http: int
    https: int
    folder: Path


@pytest.fixture(scope="module")
def fronted(demo_warehouse: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    folder = tmp_path_factory.mktemp("nginx")
    program, http_port, https_port = free_port(), free_port(), free_port()
    site = f"https://{NAME}:{https_port}/"
    with (
        installed(copy_of(demo_warehouse, folder / "copy"), folder, port=program, site=site) as installation,
        fronting(folder, http_port, https_port, program),
    ):
        yield Fronted(installation, http_port, https_port, folder)


@pytest.fixture
def signed_in(browser: Browser, fronted: Fronted) -> Iterator[Page]:
    """The overview of an administrator signed in over https; no console errors afterwards."""
    context = browser.new_context(locale="ru-RU", ignore_https_errors=True, viewport={"width": 1440, "height": 1400})
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page = asked(context, fronted.installation)
    sign_in(page, CHIEF)
    admitted(page)
    yield page
    context.close()
    assert not [text for text in complaints if "Failed to load resource" not in text]


def talk(fronted: Fronted, method: str, path: str, **sent: str) -> http.client.HTTPResponse:
    """Send a request with headers and an empty body; return the head of the answer."""
    trusting = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection(NAME, fronted.https, timeout=20, context=trusting)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in sent.items()})
    return connection.getresponse()


def test_a_person_signs_in_over_https_and_the_page_lives(signed_in: Page, fronted: Fronted) -> None:
    assert signed_in.url.startswith(fronted.installation.site)
    assert signed_in.locator(".account").inner_text().startswith("Начальник")
    sockets: list[str] = []
    signed_in.on("websocket", lambda opened: sockets.append(opened.url))
    signed_in.goto(f"{fronted.installation.site}targets")
    admitted(signed_in)
    assert [address.split("?")[0] for address in sockets] == [f"wss://{NAME}:{fronted.https}/_stcore/stream"]
    identity = [one for one in signed_in.context.cookies() if "user" in one["name"]]
    assert identity and all(one["secure"] for one in signed_in.context.cookies(signed_in.url))
    assert all(one["httpOnly"] for one in identity)


def test_a_file_passes_through_to_the_product(signed_in: Page, fronted: Fronted) -> None:
    signed_in.goto(f"{fronted.installation.site}upload")
    signed_in.wait_for_selector("[data-testid=stFileUploader]")
    settle(signed_in)
    rows = [another("diagnostics", number) | {"organization_id": "41633-001"} for number in range(1, 4)]
    drop(signed_in, "диагностика.csv", csv_file("diagnostics", rows))
    signed_in.get_by_text("диагностика.csv").first.wait_for(timeout=45_000)
    settle(signed_in)
    signed_in.get_by_text(re.compile("Диагностик")).first.wait_for(timeout=45_000)
    answers = (fronted.folder / "rsnms.access.log").read_text(encoding="utf-8").splitlines()
    sent = [line for line in answers if '"/_stcore/upload_file/"' in line]
    assert sent and all(" 20" in line for line in sent)


def test_headers_of_the_product_and_of_the_front_stand_on_every_answer(fronted: Fronted) -> None:
    for path in ("/", "/_stcore/health", "/media/none", "/_stcore/metrics"):
        answer = talk(fronted, "GET", path)
        for name, value in headers().items():
            assert answer.headers.get_all(name) == [value], (path, name)
        assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
        assert answer.headers.get_all("Server") == ["nginx"]


def test_plain_http_only_points_to_https(fronted: Fronted) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", fronted.http, timeout=20)
    connection.request("GET", "/targets?year=2026", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/targets?year=2026")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_what_is_too_big_or_too_old_or_another_name_is_turned_away(fronted: Fronted) -> None:
    def declared(path: str, size: int) -> int:
        return talk(fronted, "PUT", path, Content_Length=str(size)).status

    assert declared("/_stcore/upload_file/a/b", 100 * 2**20 + 1) == 413
    assert declared("/auth/login", 2**20 + 1) == 413
    assert talk(fronted, "PUT", "/_stcore/upload_file/a/b").status == 403

    old = ssl._create_unverified_context()
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    for context, name in ((old, NAME), (ssl._create_unverified_context(), "evil.example")):
        with (
            socket.create_connection(("127.0.0.1", fronted.https), timeout=20) as plain,
            pytest.raises((ssl.SSLError, ConnectionError)),
        ):
            context.wrap_socket(plain, server_hostname=name)


def test_the_log_holds_neither_queries_nor_addresses_of_files(fronted: Fronted) -> None:
    for path in ("/oauth2callback?code=secret", "/rows?organization=41633-001", "/media/secret.xlsx"):
        talk(fronted, "GET", path).read()
    time.sleep(0.5)
    logged = "".join(log.read_text(encoding="utf-8") for log in fronted.folder.glob("*.log"))
    assert '"/oauth2callback"' in logged and '"/media/"' in logged
    assert "secret" not in logged and "41633-001" not in logged and "?" not in logged


def test_trying_to_sign_in_over_and_over_is_slowed_down(fronted: Fronted) -> None:
    statuses = [talk(fronted, "GET", "/auth/nothing").status for _ in range(60)]
    assert 429 in statuses and statuses[0] != 429
    assert talk(fronted, "GET", "/_stcore/health").status == 200
