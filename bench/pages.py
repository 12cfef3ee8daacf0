"""Benchmark of pages on a real server, against a bare Streamlit page on another.

Usage: python -m bench.pages [RUNS]. Uses the warehouse of RSNMS_WAREHOUSE, else makes a demonstration one. An answer is
the time from the browser's message to the last message of the script run, over a real web socket; every answer holds
the whole page. The first one of a page asks the warehouse, the others find its answers kept.
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
from collections.abc import Iterator, Sequence
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from etl.demo.fill import fill_with_demonstration
from warehouse.store.address import ENVIRONMENT_VARIABLE, Address, resolve

PROJECT = Path(__file__).resolve().parents[1]
PAGES = {path.stem: f"/{path.stem}" for path in sorted((PROJECT / "pages").glob("*.py"))}
STARTUP_SECONDS = 60.0
LARGEST_MESSAGE = 64 * 2**20
FEWEST_RUNS = 20


@contextlib.contextmanager
def server(command: Sequence[str], environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve for the length of the block; yields the port and the number of the process.

    command: module and its arguments up to the port.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


TITLE = b'class="page-title"'


async def answers(port: int, page: str, runs: int, holds: bytes = TITLE) -> tuple[float, list[float]]:
    """Return the seconds of the first answer of a page in a session, and of `runs` further ones.

    The first fills caches. Raises RuntimeError when an answer is not the page, but an error or a refusal.
    """
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
            whole = False
            while True:
                content = await connection.recv()
                assert isinstance(content, bytes)
                whole = whole or holds in content
                received = ForwardMsg()
                received.ParseFromString(content)
                if received.WhichOneof("type") == "script_finished":
                    break
            seconds.append(time.perf_counter() - began)
            if not whole:
                raise RuntimeError(f"{page or 'the bare page'} did not draw itself")
    return seconds[0], seconds[1:]


def measure(address: Address, runs: int) -> None:
    """Print for every page the seconds of its answers and their ratio to a bare page.

    These are the first answer, and the median and 95th percentile of the others.
    """
    environment = {ENVIRONMENT_VARIABLE: str(address.database)}
    with tempfile.TemporaryDirectory() as name:
        bare = Path(name) / "bare.py"
        bare.write_text("import streamlit as st\nst.write('Готово')\n", encoding="utf-8")
        with server(("streamlit", "run", str(bare), "--server.port"), environment) as (port, _):
            reference = asyncio.run(answers(port, "", runs, "Готово".encode()))
        base = statistics.median(reference[1])
        _print("bare Streamlit page", *reference, base)
        with server(("view", "--port"), environment) as (port, process):
            # Imports and the opening of the mart are the server's, not a page's.
            asyncio.run(answers(port, "", 1))
            for page in PAGES:
                _print(page, *asyncio.run(answers(port, page, runs)), base)
            print(f"memory of the server after all pages: {_peak(process):.2f} GiB", flush=True)


def main() -> None:
    """Measure the pages of the installation's warehouse, or of a demonstration."""
    runs = max(FEWEST_RUNS, int(sys.argv[1])) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as name:
        address = resolve() if os.environ.get(ENVIRONMENT_VARIABLE) else Address(Path(name) / "warehouse.duckdb")
        if not address.database.exists():
            fill_with_demonstration(address)
        measure(address, runs)


def _peak(process: int) -> float:
    """Return the most memory that a process has held, in GiB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 2**20


def _print(name: str, first: float, seconds: list[float], base: float) -> None:
    median = statistics.median(seconds)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    print(
        f"{name:<24} first {first * 1000:7.1f} ms  median {median * 1000:7.1f} ms  p95 {p95 * 1000:7.1f} ms  "
        f"ratio {median / base:6.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
