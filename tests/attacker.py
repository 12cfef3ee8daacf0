"""A Streamlit session without a browser: honest or forged messages to a real server.

A browser sends only what its page offers; a session here sends anything: scripts of any page, widgets never drawn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from ssl import _create_unverified_context
from typing import Any
from urllib.parse import urljoin, urlparse
from urllib.request import Request, urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.util import calc_hash
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.provider import COOKIE_SECRET

ROOT = Path(__file__).parents[1]


def script_of(page: str) -> str:
    """Return the hash that the protocol uses for the script of a page. page: its file name."""
    return calc_hash(str(ROOT / "pages" / f"{page}.py"))


def cookie_of(site: str, email: str, lifetime: int = 3600, **claims: Any) -> str:
    """Return the cookies of a signed-in person, signed with the server's own secret."""
    now = int(time.time())
    said = {
        "email": email,
        "email_verified": True,
        "iat": now,
        "exp": now + lifetime,
        "origin": site.rstrip("/"),
        "is_logged_in": True,
        "provider": "default",
        **claims,
    }
    signed = create_signed_value(COOKIE_SECRET, AUTH_COOKIE_NAME, json.dumps(said)).decode("latin-1")
    return f"{AUTH_COOKIE_NAME}={signed}"


@dataclass
class Session:
    """An open connection: what it has received since it began.

    headers: of its requests over HTTP.
    """

    connection: ClientConnection
    site: str
    headers: dict[str, str]
    received: list[ForwardMsg] = field(default_factory=list)

    def upload(self, uploader: str, name: str, content: bytes) -> WidgetState:
        """Send a file as a browser does and return the state of the uploader that holds it."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        self.connection.send(message.SerializeToString())
        self.receive()
        while self.received[-1].WhichOneof("type") != "file_urls_response":
            self.receive()
        (urls,) = self.received[-1].file_urls_response.file_urls
        boundary = "form"
        body = (
            (
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n"
            ).encode()
            + content
            + f"\r\n--{boundary}--\r\n".encode()
        )
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = Request(urljoin(self.site, urls.upload_url), body, self.headers | kind, method="PUT")
        with urlopen(request, timeout=60) as answer:
            assert answer.status < 300, answer.status
        state = WidgetState(id=uploader)
        state.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=urls.file_id, file_urls=urls
        )
        return state

    def run(
        self,
        page: str = "",
        query: str = "",
        widgets: Sequence[WidgetState] = (),
        fragment: str = "",
        script: bool = False,
    ) -> list[ForwardMsg]:
        """Request a run of a page and return the messages until it finishes.

        A run that restarts, as the first one on a new server does, is followed to its end. script: send the hash of the
        page's file instead of the page's name, as the first request to a new server does.
        """
        began = len(self.received)
        self.ask(page, query, widgets, fragment, script)
        while not self.received[began:] or not _is_end(self.received[-1]):
            self.receive()
        return self.received[began:]

    def ask(
        self,
        page: str = "",
        query: str = "",
        widgets: Sequence[WidgetState] = (),
        fragment: str = "",
        script: bool = False,
    ) -> None:
        """Request a run as `run` does, and do not wait for it."""
        message = BackMsg()
        message.rerun_script.query_string = query
        if script:
            message.rerun_script.page_script_hash = script_of(page)
        else:
            message.rerun_script.page_name = page
        message.rerun_script.widget_states.widgets.extend(widgets)
        message.rerun_script.fragment_id = fragment
        self.connection.send(message.SerializeToString())

    def receive(self) -> None:
        """Wait for the next message and keep it."""
        answer = ForwardMsg()
        answer.ParseFromString(self.connection.recv(timeout=60))
        self.received.append(answer)


def _is_end(message: ForwardMsg) -> bool:
    """Tell whether a message ends a run that will not restart."""
    ended = message.WhichOneof("type") == "script_finished"
    return ended and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


@contextmanager
def session(site: str, cookie: str = "") -> Iterator[Session]:
    """Open a session with these cookies, by default those of nobody.

    The certificate of a https site is not checked.
    """
    token = generate_xsrf_token_string()
    cookies = "; ".join(filter(None, (f"_streamlit_xsrf={token}", cookie)))
    there = urlparse(site)
    with connect(
        f"{'wss' if there.scheme == 'https' else 'ws'}://{there.netloc}/_stcore/stream",
        ssl=_create_unverified_context() if there.scheme == "https" else None,
        origin=Origin(site.rstrip("/")),
        additional_headers={"Cookie": cookies},
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        max_size=None,
        # Whoever reads nothing for a while must not lose the connection by that.
        ping_interval=None,
    ) as connection:
        yield Session(connection, site, {"Cookie": cookies, "X-Xsrftoken": token})


def words(messages: Sequence[ForwardMsg]) -> str:
    """Return all drawn elements as text, including fields that a browser does not show."""
    return "\n".join(str(message) for message in messages if message.WhichOneof("type") == "delta")


def html(messages: Sequence[ForwardMsg]) -> str:
    """Return the HTML that messages draw."""
    return "\n".join(
        message.delta.new_element.html.body
        for message in messages
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "html"
    )


def widget_labels(messages: Sequence[ForwardMsg], kind: str) -> dict[str, str]:
    """Return identifier → label of the drawn widgets of a kind.

    Identifiers end with the keys that the product gives its widgets.
    """
    found = {}
    for message in messages:
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == kind:
            widget = getattr(message.delta.new_element, kind)
            found[widget.id] = widget.label
    return found


def pressed(identity: str) -> WidgetState:
    """Return the state of a pressed button."""
    return WidgetState(id=identity, trigger_value=True)


def ticked(identity: str) -> WidgetState:
    """Return a switch that is on."""
    return WidgetState(id=identity, bool_value=True)


def typed(identity: str, text: str) -> WidgetState:
    """Return the state of a filled text field."""
    return WidgetState(id=identity, string_value=text)
