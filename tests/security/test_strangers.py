"""Strangers and people signed in try to stop a real server or to get what is another's."""

import ast
import base64
import http.client
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

import polars as pl
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests import attacker
from tests.browsing import free_port, serving
from tests.conftest import copy_of
from tests.examples.files import NOW
from tests.provider import secrets
from view.shell import gate, uploads
from warehouse.access import audit
from warehouse.access.rights import Actor, Role
from warehouse.changes import appointments
from warehouse.store.address import Address

pytestmark = pytest.mark.browser

ADMIN = Actor("Проверка", "admin")
OWN = "41518000"
PEOPLE: dict[Role, list[str]] = {"viewer": [], "municipal": [OWN], "specialist": [], "admin": []}
LOOK = "year=2025&half=2&profile=leningrad"


@dataclass(frozen=True)
class There:
    """A running installation with sign-in."""

    site: str
    warehouse: Address

    def cookie(self, role: Role, lifetime: int = 3600, **claims: int) -> str:
        return attacker.cookie_of(self.site, f"{role}@lenreg.ru", lifetime, **claims)

    def entries(self, event: str) -> int:
        return audit.entries(self.warehouse, ADMIN).filter(pl.col("event") == event).height

    def ask(self, method: str, path: str, cookie: str = "", body: bytes = b"", **headers: str) -> tuple[int, str]:
        """Return status and text of the answer to a request with a valid token against forgery."""
        token = generate_xsrf_token_string()
        said = {"Cookie": f"_streamlit_xsrf={token}; {cookie}", "X-Xsrftoken": token, **headers}
        with closing(http.client.HTTPConnection(urlparse(self.site).netloc, timeout=20)) as connection:
            connection.request(method, path, body or None, said)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")


@pytest.fixture(scope="module")
def there(demo_warehouse: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("strangers")
    warehouse = copy_of(demo_warehouse, folder / "copy")
    for role, municipalities in PEOPLE.items():
        appointments.add(warehouse, ADMIN, f"{role}@lenreg.ru", role, role, municipalities, NOW)
    port = free_port()
    site = f"http://127.0.0.1:{port}/"
    (folder / "secrets.toml").write_text(secrets("http://127.0.0.1:9/.well-known/openid-configuration", site))
    with serving(warehouse.database, port=port, options=("--secrets", str(folder / "secrets.toml"))):
        yield There(site, warehouse)


def stream(there: There, origin: str | None) -> ClientConnection:
    """Open a connection with an origin of one's choice."""
    address = f"ws://{urlparse(there.site).netloc}/_stcore/stream"
    return connect(address, origin=Origin(origin) if origin else None, open_timeout=20)


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost", "null", None])
def test_a_handshake_of_another_site_is_refused_at_once(there: There, origin: str | None) -> None:
    began = time.monotonic()
    for _ in range(10):
        with pytest.raises(InvalidStatus) as refused:
            stream(there, origin)
        assert refused.value.response.status_code == 403
    assert there.ask("GET", "/_stcore/health", Origin="http://evil.example")[0] == 200
    assert time.monotonic() - began < 3


def test_a_stranger_sees_the_screen_that_asks_to_sign_in(there: There) -> None:
    with attacker.session(there.site) as session:
        assert "Войдите под своей учётной записью" in attacker.html(session.run("overview"))


def sent(session: attacker.Session, message: BackMsg) -> None:
    session.connection.send(message.SerializeToString())


def kinds(messages: list[ForwardMsg]) -> set[str]:
    return {str(message.WhichOneof("type")) for message in messages}


def operation(name: str) -> BackMsg:
    """Return a request for an operation of the server."""
    message = BackMsg()
    message.backend_operation_request.request_id = "asked"
    getattr(message.backend_operation_request, name).SetInParent()
    return message


def asking(session: attacker.Session, file: str) -> BackMsg:
    """Return a session's request to prepare a file."""
    message = operation("deferred_file")
    message.backend_operation_request.session_id = id_of(session)
    message.backend_operation_request.deferred_file.file_id = file
    return message


def answer_to(session: attacker.Session, message: BackMsg) -> BackendOperationResponse:
    """Send a request for an operation and return its answer."""
    sent(session, message)
    while True:
        received = ForwardMsg()
        received.ParseFromString(session.connection.recv(timeout=30))
        if received.WhichOneof("type") == "backend_operation_response":
            return received.backend_operation_response


@pytest.mark.parametrize("role", [None, "admin"])
def test_messages_that_the_product_does_not_use_reach_nothing(there: There, role: Role | None) -> None:
    with attacker.session(there.site, there.cookie(role) if role else "") as session:
        session.run("overview", LOOK)
        for name in ("load_git_info", "clear_cache", "debug_shutdown_runtime", "debug_disconnect_websocket"):
            message = BackMsg()
            setattr(message, name, True)
            sent(session, message)
        sent(session, BackMsg(set_run_on_save=True))
        seen = session.run("overview", LOOK)
        assert "git_info_changed" not in kinds(seen)
        for name in ("install_skills", "dismiss_skills_nudge", "dataframe_chunk"):
            assert answer_to(session, operation(name)).error_msg == (
                "Не используется." if role else "Сеанс завершён: войдите снова."
            )


@pytest.mark.parametrize("role", [None, "viewer"])
def test_nobody_gets_an_address_for_uploads_who_may_not_upload(there: There, role: Role | None) -> None:
    with attacker.session(there.site, there.cookie(role) if role else "") as session:
        message = BackMsg()
        message.file_urls_request.request_id = "asked"
        message.file_urls_request.file_names.append("a.csv")
        sent(session, message)
        assert "file_urls_response" not in kinds(session.run("overview", LOOK))


def handshake(there: There, cookie: str = "") -> socket.socket:
    """Open a connection by hand."""
    site = urlparse(there.site)
    token = generate_xsrf_token_string()
    request = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {site.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: streamlit, {token}\r\nOrigin: {there.site.rstrip('/')}\r\n"
        f"Cookie: _streamlit_xsrf={token}; {cookie}\r\n\r\n"
    )
    opened = socket.create_connection((site.hostname or "", site.port or 0), timeout=10)
    opened.sendall(request.encode())
    return opened


def head_of_frame(size: int) -> bytes:
    """Return the head of a binary frame of a size, and its mask."""
    return b"\x82" + bytes([0x80 | 127]) + struct.pack(">Q", size) + b"\0\0\0\0"


def closed_with(opened: socket.socket) -> int:
    """Return the code of the frame that closes a connection, past the frames before it."""
    file = opened.makefile("rb")
    while file.readline().strip():
        pass
    while True:
        first, length = file.read(2)
        size = {126: 2, 127: 8}.get(length)
        content = file.read(int.from_bytes(file.read(size), "big") if size else length)
        if first & 15 == 8:
            return int.from_bytes(content[:2], "big")


@pytest.mark.parametrize("role", [None, "admin"])
def test_a_frame_beyond_the_limit_is_refused_by_its_head(there: There, role: Role | None) -> None:
    """Nothing of its content has been sent: the server must not wait for it."""
    size = gate.FRAME + 1 if role else gate.STRANGER_FRAME + 1
    with closing(handshake(there, there.cookie(role) if role else "")) as opened:
        time.sleep(0.5)
        opened.sendall(head_of_frame(size))
        assert closed_with(opened) == 1009


@pytest.mark.parametrize("content", [b"\xff" * 100, "text"], ids=["no message", "text"])
def test_what_is_no_message_closes_the_connection(there: There, content: str | bytes) -> None:
    with attacker.session(there.site) as session:
        session.connection.send(content)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                session.connection.recv(timeout=10)
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1002


def id_of(session: attacker.Session) -> str:
    """Return the identifier of a session, which its browser learns."""
    return next(m.new_session.initialize.session_id for m in session.received if m.WhichOneof("type") == "new_session")


def put(there: There, cookie: str, session: str, size: int, file: str = "file", **headers: str) -> int:
    """Upload zeros as a browser would, and return the status of the answer."""
    edge = "edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head.encode() + b"0" * size + f"\r\n--{edge}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return there.ask("PUT", f"{uploads.ROUTE}{session}/{file}", cookie, body, **kind, **headers)[0]


def test_only_who_may_upload_does_and_only_into_own_sessions(there: There) -> None:
    with (
        attacker.session(there.site, there.cookie("specialist")) as own,
        attacker.session(there.site, there.cookie("viewer")) as leader,
        attacker.session(there.site, there.cookie("admin")) as other,
    ):
        own.run("upload")
        leader.run("overview", LOOK)
        other.run("upload")
        assert put(there, there.cookie("specialist"), id_of(own), 100) == 204
        assert put(there, there.cookie("specialist"), id_of(other), 100) == 403
        assert put(there, there.cookie("viewer"), id_of(leader), 100) == 403
        assert put(there, there.cookie("viewer"), id_of(own), 100) == 403
        assert put(there, "", id_of(own), 100) == 403
        path = f"{uploads.ROUTE}{id_of(own)}/file"
        assert there.ask("DELETE", path, there.cookie("admin"))[0] == 403
        assert there.ask("DELETE", path, there.cookie("specialist"))[0] == 204


def test_a_person_keeps_no_more_files_than_the_limit_however_many_sessions(there: There) -> None:
    cookie = there.cookie("municipal")
    with attacker.session(there.site, cookie) as first, attacker.session(there.site, cookie) as second:
        first.run("upload")
        second.run("upload")
        size, sessions = 90 * 2**20, (id_of(first), id_of(second))
        taken = [put(there, cookie, sessions[turn % 2], size, f"file{turn}") for turn in range(5)]
        assert taken == [204, 204, 204, 413, 413]
        path = f"{uploads.ROUTE}{sessions[0]}/none"
        assert there.ask("PUT", path, cookie, b"", **{"Content-Length": "-5"})[0] in (400, 411)
        assert there.ask("PUT", path, cookie, b"", **{"Content-Length": str(gate.FRAME * 10**6)})[0] == 413


def offered(session: attacker.Session, page: str, label: str, query: str = LOOK) -> str:
    """Open a page and return the identifier of a file that it prepares on request."""
    for message in session.run(page, query):
        element = message.delta.new_element
        if element.WhichOneof("type") == "download_button" and label in element.download_button.label:
            return str(element.download_button.deferred_file_id)
    raise AssertionError(label)


def test_a_file_is_for_the_session_and_the_person_that_it_was_offered_to(there: There) -> None:
    with (
        attacker.session(there.site, there.cookie("specialist")) as own,
        attacker.session(there.site, there.cookie("viewer")) as leader,
    ):
        file = offered(own, "overview", "CSV")
        leader.run("overview", LOOK)
        assert "готовится не для вас" in answer_to(leader, asking(leader, file)).error_msg
        answer = answer_to(own, asking(own, file))
        assert not answer.error_msg
        url = answer.deferred_file.url
        assert there.ask("GET", url, there.cookie("specialist"))[0] == 200
        assert there.ask("GET", url, there.cookie("viewer"))[0] == 403
        assert there.ask("GET", url)[0] == 403


def test_a_stranger_who_knows_the_file_starts_nothing(there: There) -> None:
    with (
        attacker.session(there.site, there.cookie("specialist")) as own,
        attacker.session(there.site) as stranger,
    ):
        file = offered(own, "rows", "CSV", f"{LOOK}&indicator=routes_share&place={OWN}")
        before = there.entries("people_exported")
        stranger.run("overview")
        assert answer_to(stranger, asking(stranger, file)).error_msg == "Сеанс завершён: войдите снова."
        assert there.entries("people_exported") == before


def test_the_same_file_is_made_once_however_often_it_is_asked_for(there: There) -> None:
    with attacker.session(there.site, there.cookie("specialist")) as own:
        file = offered(own, "rows", "XLSX", f"{LOOK}&indicator=routes_share&place={OWN}")
        before = there.entries("people_exported")
        for _ in range(40):
            sent(own, asking(own, file))
        answer_to(own, asking(own, file))
        assert 1 <= there.entries("people_exported") - before < 20


def test_an_open_connection_prepares_nothing_after_signing_out(there: There) -> None:
    cookie = there.cookie("specialist", iat=int(time.time()) - 30)
    with attacker.session(there.site, cookie) as own:
        file = offered(own, "overview", "CSV")
        url = answer_to(own, asking(own, file)).deferred_file.url
        assert there.ask("GET", url, cookie)[0] == 200
        left = there.entries("signed_out")
        assert there.ask("GET", "/auth/logout", cookie)[0] in (200, 302)
        assert there.entries("signed_out") == left + 1
        assert answer_to(own, asking(own, file)).error_msg == "Сеанс завершён: войдите снова."
        assert there.ask("GET", url, cookie)[0] == 403
        assert put(there, cookie, id_of(own), 10) == 403
        assert "Вы вышли из программы" in attacker.html(own.run("overview", LOOK))
        assert there.ask("GET", "/auth/logout", cookie)[0] in (200, 302)
        assert there.entries("signed_out") == left + 1


def test_an_open_connection_prepares_nothing_after_its_token(there: There) -> None:
    cookie = there.cookie("viewer", lifetime=6)
    with attacker.session(there.site, cookie) as own:
        file = offered(own, "overview", "CSV")
        assert not answer_to(own, asking(own, file)).error_msg
        time.sleep(6)
        assert answer_to(own, asking(own, file)).error_msg == "Сеанс завершён: войдите снова."


def test_signing_out_ends_a_token_of_a_provider_whose_clock_is_ahead(there: There) -> None:
    cookie = there.cookie("admin", iat=int(time.time()) + 600)
    with attacker.session(there.site, cookie) as own:
        assert 'class="page-title"' in attacker.html(own.run("overview", LOOK))
    there.ask("GET", "/auth/logout", cookie)
    with attacker.session(there.site, cookie) as again:
        assert "Вы вышли из программы" in attacker.html(again.run("overview", LOOK))
    newer = there.cookie("admin", iat=int(time.time()) + 601)
    with attacker.session(there.site, newer) as back:
        assert 'class="page-title"' in attacker.html(back.run("overview", LOOK))


@pytest.mark.parametrize(
    "identity", ["\u017fpecialist@lenreg.ru", "speciali\u017ft@lenreg.ru", "\u212aurator@lenreg.ru"]
)
def test_nobody_signs_in_by_letters_that_fold_into_those_of_another(there: There, identity: str) -> None:
    with attacker.session(there.site, attacker.cookie_of(there.site, identity)) as session:
        seen = attacker.html(session.run("overview", LOOK))
        assert 'class="page-title"' not in seen and "буквы не из латинского алфавита" in seen


def test_handshakes_of_strangers_at_one_address_are_limited_and_people_come_all_the_same(there: There) -> None:
    refused = 0
    for _ in range(100):
        try:
            with stream(there, there.site.rstrip("/")):
                pass
        except InvalidStatus as status:
            assert status.response.status_code == 429
            refused += 1
    assert refused > 10
    with attacker.session(there.site, there.cookie("viewer")) as session:
        assert 'class="page-title"' in attacker.html(session.run("overview", LOOK))


def test_every_download_is_prepared_on_request() -> None:
    """What is handed over as bytes belongs to nobody, and the gate gives it to nobody."""
    given = []
    for file in [*Path("pages").glob("*.py"), *Path("view").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.download_button":
                made = node.args[1]
                called = ast.unparse(made.func) if isinstance(made, ast.Call) else ""
                if not isinstance(made, ast.Lambda) and called.split(".")[-1] not in {"on_request", "partial"}:
                    given.append(f"{file}:{node.lineno}")
    assert given == []


def test_what_a_provider_says_of_an_error_reaches_the_log_without_control_characters(tmp_path: Path) -> None:
    scope = {"query_string": b"error=a%1b%5b31mred%0a%0dFAKE&error_description=%9b&state=x%20y&code=a%2Bb%3D"}
    cleaned = gate._printable(scope["query_string"]).decode()
    assert cleaned == "error=a%5B31mredFAKE&error_description=%EF%BF%BD&state=x+y&code=a%2Bb%3D"
    assert json.dumps(cleaned).isascii()
