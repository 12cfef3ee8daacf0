"""Identity of the sender of a request or message, checked again each time.

It is checked against the register of people and the clock.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_auth_routes import _get_cookie_value_from_request

from view.shell import sign_in
from warehouse.access.rights import LOCAL, Actor
from warehouse.errors import Refused
from warehouse.store import address


@dataclass(frozen=True)
class Visitor:
    """Whoever sent a request or opened a connection.

    claims: of the cookie that came with it, empty when there is none or its signature is wrong. host: network address.
    """

    claims: Mapping[str, object]
    host: str

    def actor(self) -> Actor:
        """Return the person as admitted now.

        Without sign-in whoever reaches the server is the local actor. Raises `Forbidden` when nobody is signed in, or
        not any more.
        """
        if not sign_in.configured():
            return LOCAL
        return sign_in.admitted(address.resolve(), self.claims, sign_in.present_second())

    async def admitted(self) -> Actor | None:
        """Return the person as admitted now, None for a stranger.

        Files are read off the event loop.
        """
        if not self.claims and sign_in.configured():
            return None
        try:
            return await asyncio.to_thread(self.actor)
        except Refused:
            return None

    def sign_out(self, actor: Actor) -> None:
        """Close every session of the person that has begun so far, in other tabs too."""
        sign_in.sign_out(address.resolve(), actor, self.claims, sign_in.present_second())


present: ContextVar[Visitor | None] = ContextVar("present", default=None)
"""The visitor whose message is handled; set by the gate for a connection, None without a server."""


def visitor_of(scope: Scope) -> Visitor:
    """Return who is behind a request or a handshake."""
    # The cookie is read for requests of pages; a handshake carries the same headers.
    cookie = _get_cookie_value_from_request(Request({**scope, "type": "http"}), AUTH_COOKIE_NAME)
    try:
        said = json.loads(cookie or b"{}")
    except ValueError:
        said = {}
    client = scope.get("client")
    return Visitor(said if isinstance(said, dict) else {}, str(client[0]) if client else "")
