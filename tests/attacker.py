"""A session without a browser: messages of Streamlit's own protocol to a real server, honest or forged.

A browser sends what its page lets it; here anything is sent: scripts of any page, widgets that were never drawn.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

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
    """Return the digest by which the protocol names the script of a page, by its file name."""
    return calc_hash(str(ROOT / "pages" / f"{page}.py"))


def cookie_of(site: str, email: str, lifetime: int = 3600, **claims: Any) -> str:
    """Return the cookies of somebody whom the provider let in, signed with the server's own secret."""
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
    """An open connection: what it has received since it began."""

    connection: ClientConnection
    received: list[ForwardMsg] = field(default_factory=list)

    def run(
        self,
        page: str = "",
        query: str = "",
        widgets: Sequence[WidgetState] = (),
        fragment: str = "",
        script: bool = False,
    ) -> list[ForwardMsg]:
        """Ask for a run of the program at a page, and return what came until it finished.

        A run that begins anew, as a cold one does, is followed to its end. script: name the file of the page instead
        of the page of the menu, which a cold server runs by itself.
        """
        message = BackMsg()
        message.rerun_script.query_string = query
        if script:
            message.rerun_script.page_script_hash = script_of(page)
        else:
            message.rerun_script.page_name = page
        message.rerun_script.widget_states.widgets.extend(widgets)
        message.rerun_script.fragment_id = fragment
        self.connection.send(message.SerializeToString())
        began = len(self.received)
        while not self.received[began:] or not _is_end(self.received[-1]):
            answer = ForwardMsg()
            answer.ParseFromString(self.connection.recv(timeout=60))
            self.received.append(answer)
        return self.received[began:]


def _is_end(message: ForwardMsg) -> bool:
    """Tell whether a run ended for good; one that begins anew says so."""
    ended = message.WhichOneof("type") == "script_finished"
    return ended and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


@contextmanager
def session(site: str, cookie: str = "") -> Iterator[Session]:
    """Open a session, with the cookies of somebody or of nobody."""
    token = generate_xsrf_token_string()
    cookies = "; ".join(filter(None, (f"_streamlit_xsrf={token}", cookie)))
    with connect(
        f"ws://{urlparse(site).netloc}/_stcore/stream",
        origin=Origin(site.rstrip("/")),
        additional_headers={"Cookie": cookies},
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        max_size=None,
    ) as connection:
        yield Session(connection)


def words(messages: Sequence[ForwardMsg]) -> str:
    """Return everything that messages hold as text: what a person would see, and what only a program would."""
    return "\n".join(str(message) for message in messages if message.WhichOneof("type") == "delta")


def html(messages: Sequence[ForwardMsg]) -> str:
    """Return the HTML that messages draw."""
    return "\n".join(
        message.delta.new_element.html.body
        for message in messages
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == "html"
    )


def widget_labels(messages: Sequence[ForwardMsg], kind: str) -> dict[str, str]:
    """Return the labels of the widgets of a kind that messages draw, by their identifiers, which end with our keys."""
    found = {}
    for message in messages:
        if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == kind:
            widget = getattr(message.delta.new_element, kind)
            found[widget.id] = widget.label
    return found


def pressed(identity: str) -> WidgetState:
    """Return a press of a button."""
    return WidgetState(id=identity, trigger_value=True)


def typed(identity: str, text: str) -> WidgetState:
    """Return a text in a field."""
    return WidgetState(id=identity, string_value=text)
