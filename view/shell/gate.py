"""Middleware before Streamlit: decides which requests, handshakes and messages pass.

Strangers get the screen that asks to sign in and nothing else; people signed in get what the pages of the product use.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlparse

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, ForwardMsg

from view.shell import ownership, russian_frontend, sign_in, streamlit_internals, uploads, visitors
from view.shell.links import HOME
from view.shell.rates import Rate
from view.shell.visitors import Visitor
from warehouse.access.rights import Actor

CLOSED = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check")
"""Streamlit's interfaces that the product does not use."""
MEDIA, STREAM, LOGOUT, CALLBACK = "/media/", "/_stcore/stream", "/auth/logout", "/oauth2callback"
OF_SESSIONS = (MEDIA, uploads.ROUTE)
"""Files of a session."""

STRANGER_FRAME, FRAME = 16 * 2**10, 2**20
"""Bytes of a message to the server, by whom; a page's own messages have some hundred."""
OF_STRANGERS = frozenset({"rerun_script", "app_heartbeat", "stop_script"})
"""Messages of everybody; people send those for files as well, all others are dropped."""
OPEN_EACH, OPEN_ALL = 60, 300
"""Connections of strangers that may be open at once: of one address, and of all."""
LONGEST_WAIT = 20.0
"""Seconds for which a message may be put off; whoever sends faster is disconnected."""


def limits() -> tuple[Rate, Rate, Rate, Rate]:
    """Return the rates of handshakes and messages: of strangers by address, of people by person.

    An organization behind one address signs in together on the day of a round.
    """
    return Rate(60, 1.0), Rate(30, 3.0), Rate(120, 2.0), Rate(120, 10.0)


class Gate:
    """Middleware that every request and connection passes first."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self.arrivals, self.messages, self.arrivals_of_people, self.messages_of_people = limits()
        self.open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or serve one connection."""
        if scope["type"] == "websocket":
            await self._connection(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(message, path)
            await send(message)

        _drop_foreign_origin(scope)
        refused, kept = await self._admit(scope, path)
        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        with kept():
            await self.app(scope, receive, with_headers)

    async def _admit(self, scope: Scope, path: str) -> tuple[Response | None, uploads.Reservation]:
        """Return the answer to a request that ends here, or None and what is held while it is answered."""
        if path.startswith(CLOSED):
            return PlainTextResponse("Не используется.", status_code=404), uploads.nothing
        if path == f"/{HOME}":
            # Streamlit knows its first page at the root alone, and says in English that this address has none.
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse("./" + (f"?{query}" if query else "")), uploads.nothing
        if path == LOGOUT:
            visitor = visitors.visitor_of(scope)
            if sign_in.configured() and (leaving := await visitor.admitted()):
                await asyncio.to_thread(visitor.sign_out, leaving)
        if script := russian_frontend.answer(path):
            return script, uploads.nothing
        if path == CALLBACK:
            scope["query_string"] = _printable(scope["query_string"])
        if not path.startswith(OF_SESSIONS):
            return None, uploads.nothing
        actor = await visitors.visitor_of(scope).admitted()
        if actor is None:
            return PlainTextResponse("Войдите снова.", status_code=403), uploads.nothing
        if path.startswith(MEDIA):
            name = path.removeprefix(MEDIA)
            if streamlit_internals.is_download(name) and not ownership.owns_file(name, actor):
                return PlainTextResponse("Файл готовили не для вас.", status_code=403), uploads.nothing
            return None, uploads.nothing
        return uploads.admit(actor, scope["method"], path, Headers(scope=scope))

    def _add(self, message: Message, path: str) -> None:
        own = {name for name, _ in self.headers}
        kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in own]
        if path.startswith(OF_SESSIONS):
            kept = [(name, value) for name, value in kept if name.lower() != b"cache-control"]
            kept.append((b"cache-control", b"no-store"))
        message["headers"] = [*kept, *self.headers]

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def refuse(status: int) -> None:
            await WebSocket(scope, receive, send).send_denial_response(Response(status_code=status))

        headers = Headers(scope=scope)
        if scope["path"] != STREAM or not _is_own_origin(headers.get("origin"), headers):
            await refuse(403)
            return
        visitor = visitors.visitor_of(scope)
        actor = await visitor.admitted()
        key, arrivals = (visitor.host, self.arrivals) if actor is None else (actor.person, self.arrivals_of_people)
        # Without sign-in everybody is the same person, and whoever may come is trusted.
        if sign_in.configured() and not arrivals.allows(key):
            await refuse(429)
            return
        if not streamlit_internals.limit_frames(receive, STRANGER_FRAME if actor is None else FRAME):
            await refuse(500)
            return
        with self._counted(visitor, actor) as room:
            if not room:
                await refuse(503)
                return
            visitors.present.set(visitor)
            await self.app(scope, self._checked(visitor, receive, send), send)

    @contextmanager
    def _counted(self, visitor: Visitor, actor: Actor | None) -> Iterator[bool]:
        """Count an open connection of a stranger; yield whether there is room for it."""
        if actor is not None:
            yield True
            return
        if self.open[visitor.host] >= OPEN_EACH or self.open.total() >= OPEN_ALL:
            yield False
            return
        self.open[visitor.host] += 1
        try:
            yield True
        finally:
            self.open[visitor.host] -= 1
            self.open += Counter()

    def _checked(self, visitor: Visitor, receive: Receive, send: Send) -> Receive:
        """Return a channel that passes only messages that the visitor may send now, rate-limited.

        It closes the connection of a visitor who sends too fast, or sends what is no message of Streamlit's protocol.
        """

        async def closed(code: int) -> Message:
            await send({"type": "websocket.close", "code": code})
            return {"type": "websocket.disconnect", "code": code}

        async def next_message() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                actor = await visitor.admitted()
                if (wait := self._wait(visitor, actor)) > LONGEST_WAIT:
                    return await closed(1013)
                await asyncio.sleep(wait)
                asked = _parsed(message.get("bytes"))
                if asked is None:
                    return await closed(1002)
                if _may_send(actor, asked):
                    return message
                if asked.WhichOneof("type") == "backend_operation_request":
                    await send({"type": "websocket.send", "bytes": _refusal_of(asked, signed_in=actor is not None)})

        return cast(Receive, next_message)

    def _wait(self, visitor: Visitor, actor: Actor | None) -> float:
        if not sign_in.configured():
            return 0.0
        key: Hashable = visitor.host if actor is None else actor.person
        return (self.messages if actor is None else self.messages_of_people).wait(key)


def _parsed(data: object) -> BackMsg | None:
    """Return a message of Streamlit's protocol, None when it is none."""
    if not isinstance(data, bytes | bytearray):
        return None
    message = BackMsg()
    try:
        message.ParseFromString(bytes(data))
    except DecodeError:
        return None
    return message


def _may_send(actor: Actor | None, message: BackMsg) -> bool:
    kind = message.WhichOneof("type")
    if kind == "file_urls_request":
        return actor is not None and uploads.may_upload(actor)
    if kind == "backend_operation_request":
        return actor is not None and message.backend_operation_request.WhichOneof("payload") == "deferred_file"
    return kind in OF_STRANGERS


def _refusal_of(message: BackMsg, *, signed_in: bool) -> bytes:
    """Return the answer to a request for an operation that is not the sender's to ask for."""
    said = "Не используется." if signed_in else "Сеанс завершён: войдите снова."
    request = message.backend_operation_request.request_id
    answer = ForwardMsg(backend_operation_response=BackendOperationResponse(request_id=request, error_msg=said))
    return bytes(answer.SerializeToString())


def _is_own_origin(origin: str | None, headers: Headers) -> bool:
    """Tell whether the origin of a request is this site.

    A browser always sends the origin of its page in a handshake.
    """
    return origin is not None and urlparse(origin).netloc == headers.get("host")


def _drop_foreign_origin(scope: Scope) -> None:
    """Remove a foreign origin from a request.

    Streamlit would look up this computer's addresses to compare them with it.
    """
    headers = MutableHeaders(scope=scope)
    if (origin := headers.get("origin")) is not None and not _is_own_origin(origin, headers):
        del headers["origin"]


def _printable(query: bytes) -> bytes:
    """Return a query without control characters, which would reach the log."""
    said = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode({name: "".join(filter(str.isprintable, value)) for name, value in said}).encode()
