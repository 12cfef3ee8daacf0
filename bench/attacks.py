"""Attacks of strangers on a server at loopback, as many as they can make.

They run in a process of their own at the lowest priority, since a stranger's computer is not the server's.
"""

import asyncio
import base64
import os
import ssl
import struct
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import Final, NamedTuple
from urllib.parse import urlparse

from streamlit.proto.BackMsg_pb2 import BackMsg

PIECE: Final = 64 * 2**10
LARGE: Final = 200 * 2**20
UPLOAD: Final = 90 * 2**20
PATIENCE: Final = 10.0
"""Seconds after which an attacker gives a connection up and begins anew."""


class Target(NamedTuple):
    """A server under attack.

    site: https address, on this computer. sources: addresses that attackers come from.
    """

    site: str
    sources: tuple[str, ...]


class Peer(NamedTuple):
    """An open connection and the status of the answer to its first request."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    status: int


Attack = Callable[[Target, str, Counter[str]], Coroutine[None, None, None]]


@asynccontextmanager
async def _opened(target: Target, source: str, request: str) -> AsyncIterator[Peer]:
    """Open a connection, send a request and read the head of its answer."""
    there = urlparse(target.site)
    trusting = ssl._create_unverified_context()
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", there.port, ssl=trusting, server_hostname=there.hostname, local_addr=(source, 0)
    )
    try:
        writer.write(request.encode())
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        yield Peer(reader, writer, int(head.split()[1]))
    finally:
        writer.close()


def _handshake(target: Target, origin: str) -> str:
    return (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {urlparse(target.site).netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: streamlit\r\nOrigin: {origin}\r\n\r\n"
    )


def _frame(content: bytes) -> bytes:
    """Return a binary frame, masked by zeros."""
    size = len(content)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
    return b"\x82" + length + b"\0\0\0\0" + content


def _own(target: Target) -> str:
    return target.site.rstrip("/")


def _messages() -> Iterator[bytes]:
    """Yield messages without end: what strangers may send, and what nobody may."""
    run = BackMsg()
    run.rerun_script.page_name = "overview"
    asked = BackMsg()
    asked.backend_operation_request.deferred_file.file_id = "file"
    wanted = BackMsg()
    wanted.file_urls_request.file_names.append("a.csv")
    forbidden = [BackMsg(load_git_info=True), BackMsg(clear_cache=True), BackMsg(debug_shutdown_runtime=True)]
    yield from cycle(_frame(one.SerializeToString()) for one in (*forbidden, run, asked, wanted))


async def handshakes(target: Target, source: str, seen: Counter[str]) -> None:
    """Begin connections from pages of another site and of this one, and drop them."""
    for origin in ("http://evil.example", _own(target), "http://localhost"):
        async with _opened(target, source, _handshake(target, origin)) as peer:
            seen[f"handshakes {peer.status}"] += 1


async def messages(target: Target, source: str, seen: Counter[str]) -> None:
    """Send messages without a pause on one connection."""
    async with _opened(target, source, _handshake(target, _own(target))) as peer:
        seen[f"message connections {peer.status}"] += 1
        if peer.status != 101:
            return
        draining = asyncio.create_task(_drained(peer.reader))
        for frame in _messages():
            if draining.done() or peer.writer.is_closing():
                return
            peer.writer.write(frame)
            await _taken(peer)
            seen["messages"] += 1


async def frames(target: Target, source: str, seen: Counter[str]) -> None:
    """Begin a frame of 200 MB, and send it for as long as it is taken."""
    async with _opened(target, source, _handshake(target, _own(target))) as peer:
        seen[f"frame connections {peer.status}"] += 1
        if peer.status != 101:
            return
        draining = asyncio.create_task(_drained(peer.reader))
        peer.writer.write(b"\x82" + bytes([0x80 | 127]) + struct.pack(">Q", LARGE) + b"\0\0\0\0")
        for _ in range(LARGE // PIECE):
            if draining.done() or peer.writer.is_closing():
                return
            peer.writer.write(bytes(PIECE))
            await _taken(peer)
            seen["frame megabytes"] += PIECE / 2**20  # type: ignore[assignment]


async def uploads(target: Target, source: str, seen: Counter[str]) -> None:
    """Upload a file of 90 MB into a made-up session."""
    path = f"/_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
    request = (
        f"PUT {path} HTTP/1.1\r\nHost: {urlparse(target.site).netloc}\r\nContent-Length: {UPLOAD}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\nConnection: close\r\n\r\n"
    )
    async with _opened(target, source, request) as peer:
        seen[f"uploads {peer.status}"] += 1


async def sessions(target: Target, source: str, seen: Counter[str]) -> None:
    """Keep a session open on the screen that asks to sign in."""
    async with _opened(target, source, _handshake(target, _own(target))) as peer:
        seen[f"sessions {peer.status}"] += 1
        if peer.status != 101:
            return
        run = BackMsg()
        run.rerun_script.page_name = "overview"
        peer.writer.write(_frame(run.SerializeToString()))
        await _drained(peer.reader)


AT_ONCE: Final[dict[Attack, int]] = {handshakes: 4, messages: 4, frames: 4, uploads: 4, sessions: 100}
"""Attack → how many of it run at the same time from one address."""


async def _taken(peer: Peer) -> None:
    """Wait until the system takes what was written; let others run, which notice that a connection is closed."""
    await peer.writer.drain()
    await asyncio.sleep(0)


async def _drained(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(PIECE):
            pass


async def _repeated(attack: Attack, target: Target, source: str, seen: Counter[str], going: Event) -> None:
    while going.is_set():
        try:
            await asyncio.wait_for(attack(target, source, seen), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            seen[f"{attack.__name__} broken off"] += 1
        await asyncio.sleep(0.01)


async def _all(target: Target, going: Event) -> Counter[str]:
    seen: Counter[str] = Counter()
    running = [
        asyncio.create_task(_repeated(attack, target, source, seen, going))
        for attack, count in AT_ONCE.items()
        for source in target.sources
        for _ in range(count)
    ]
    while going.is_set():
        await asyncio.sleep(0.1)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    return seen


def attack(target: Target, going: Event, result: "Queue[Counter[str]]") -> None:
    """Attack until told to stop; then say what was done and how it was answered."""
    os.nice(19)
    result.put(asyncio.run(_all(target, going)))
