"""How long a page takes to answer on a real server, against a bare Streamlit page on another.

Usage: python -m bench.pages [RUNS]. Uses the warehouse of RSNMS_WAREHOUSE, else makes a demonstration one. An answer is
the time from the browser's message to the last message of the script run, over a real web socket.
"""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from etl.fill import fill_with_demonstration
from warehouse.address import ENVIRONMENT_VARIABLE, Address, resolve

PROJECT = Path(__file__).resolve().parents[1]
PAGES = {path.stem: f"/{path.stem}" for path in sorted((PROJECT / "pages").glob("*.py"))}
STARTUP_SECONDS = 60.0
LARGEST_MESSAGE = 64 * 2**20


@contextlib.contextmanager
def server(script: Path, environment: dict[str, str]) -> Iterator[int]:
    """Serve a script on a free port of this machine for the length of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    process = subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


async def answers(port: int, page: str, runs: int) -> list[float]:
    """Return the seconds of `runs` answers of a page in one session; the first, which fills caches, is left out."""
    seconds = []
    url = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(
        url,
        origin=websockets.Origin(f"http://127.0.0.1:{port}"),
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=LARGEST_MESSAGE,
    ) as connection:
        for _ in range(runs + 1):
            message = BackMsg()
            message.rerun_script.page_name = page
            began = time.perf_counter()
            await connection.send(message.SerializeToString())
            while True:
                received = ForwardMsg()
                received.ParseFromString(await connection.recv())
                if received.WhichOneof("type") == "script_finished":
                    break
            seconds.append(time.perf_counter() - began)
    return seconds[1:]


def main() -> None:
    """Print the median, the 95th percentile and the ratio to a bare page for every page."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        address = resolve() if os.environ.get(ENVIRONMENT_VARIABLE) else Address(Path(name) / "warehouse.duckdb")
        if not address.database.exists():
            fill_with_demonstration(address)
        bare = Path(name) / "bare.py"
        bare.write_text("import streamlit as st\nst.write('Готово')\n", encoding="utf-8")
        environment = {ENVIRONMENT_VARIABLE: str(address.database)}
        with server(bare, environment) as port:
            reference = asyncio.run(answers(port, "", runs))
        base = statistics.median(reference)
        _print("bare Streamlit page", reference, base)
        with server(PROJECT / "app.py", environment) as port:
            asyncio.run(answers(port, "", 1))
            for page in PAGES:
                _print(page, asyncio.run(answers(port, page, runs)), base)


def _print(name: str, seconds: list[float], base: float) -> None:
    median = statistics.median(seconds)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    print(
        f"{name:<24} median {median * 1000:7.1f} ms  p95 {p95 * 1000:7.1f} ms  ratio {median / base:6.1f}", flush=True
    )


if __name__ == "__main__":
    main()
