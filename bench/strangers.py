"""Benchmark of pages of people signed in while strangers attack the server.

Usage: python -m bench.strangers [SECONDS] [ADDRESSES]. Quiet and attack take turns, on the server as docs/deployment
sets it up: nginx before it, https, sign-in. Attackers come from that many addresses of loopback, the person from
another one. Printed are p95 of the answers in quiet and under attack with their ratio, and how far the memory of the
server grew. Exits with 1 when the ratio is 2 or more, or the growth 100 MB or more.
"""

import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench import attacks
from etl.demo.fill import fill_with_demonstration
from tests import attacker
from tests.browsing import free_port, serving
from tests.front import NAME, fronting
from tests.provider import secrets
from warehouse.access.rights import LOCAL
from warehouse.changes import appointments
from warehouse.store.address import ENVIRONMENT_VARIABLE, Address, resolve
from warehouse.store.clock import now

LARGEST_RATIO: Final = 2.0
LARGEST_GROWTH: Final = 100
"""Megabytes."""
TURN: Final = 20.0
"""Seconds of attack, after half as many of quiet."""
PERSON: Final = "leader@example.ru"
PAGES: Final = ("overview", "indicator", "municipality", "roadmap", "passport")
PAUSE: Final = 0.1


@contextmanager
def installation(address: Address, folder: Path) -> Iterator[tuple[str, int]]:
    """Serve a warehouse behind nginx; yield the https address and the process of the server."""
    program, https = free_port(), free_port()
    site = f"https://{NAME}:{https}/"
    file = folder / "secrets.toml"
    file.write_text(secrets("http://127.0.0.1:9/.well-known/openid-configuration", site), encoding="utf-8")
    options = ("--address", "127.0.0.1", "--host", NAME, "--secrets", str(file))
    with (
        serving(address.database, port=program, options=options),
        fronting(folder, free_port(), https, program),
    ):
        yield site, _listening(program)


def answers(site: str, seconds: float) -> list[float]:
    """Return the seconds of answers of a person's pages, asked one after another for so long."""
    found: list[float] = []
    end = time.monotonic() + seconds
    with attacker.session(site, attacker.cookie_of(site, PERSON)) as session:
        while time.monotonic() < end:
            for page in PAGES:
                began = time.perf_counter()
                drawn = session.run(page)
                found.append(time.perf_counter() - began)
                assert 'class="page-title"' in attacker.html(drawn), page
                session.received.clear()
                time.sleep(PAUSE)
    return found


def attacked(target: attacks.Target, seconds: float) -> tuple[list[float], Counter[str]]:
    """Return the answers under attack, and what attackers did and were told."""
    context = multiprocessing.get_context("spawn")
    going, result = context.Event(), context.Queue()
    going.set()
    process = context.Process(target=attacks.attack, args=(target, going, result))
    process.start()
    try:
        time.sleep(2)
        found = answers(target.site, seconds)
    finally:
        going.clear()
        seen = result.get(timeout=60)
        process.join(timeout=60)
    return found, seen


def main() -> int:
    """Print the figures of the installation's warehouse, or of a demonstration."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    sources = tuple(f"127.0.0.{number + 2}" for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 4))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = Address(folder / "warehouse" / "warehouse.duckdb")
        if os.environ.get(ENVIRONMENT_VARIABLE):
            shutil.copytree(resolve().database.parent, address.database.parent)
        else:
            fill_with_demonstration(address)
        appointments.add(address, LOCAL, PERSON, "Руководитель", "viewer", [], now())
        with installation(address, folder) as (site, process):
            return _report(attacks.Target(site, sources), process, seconds)


def _report(target: attacks.Target, process: int, seconds: float) -> int:
    answers(target.site, TURN / 2)
    before = largest = _memory(process)
    quiet: list[float] = []
    loud: list[float] = []
    seen: Counter[str] = Counter()
    for _ in range(max(1, round(seconds / (1.5 * TURN)))):
        quiet += answers(target.site, TURN / 2)
        found, done = attacked(target, TURN)
        loud += found
        seen += done
        largest = max(largest, _memory(process))
    for what, count in sorted(seen.items()):
        print(f"{what:<32} {count:12,.0f}")
    p95 = [statistics.quantiles(found, n=20)[-1] for found in (quiet, loud)]
    ratio, growth = p95[1] / p95[0], largest - before
    for words, found in (("quiet", quiet), ("attacked", loud)):
        print(
            f"{words:<12} {len(found):6} answers  median {statistics.median(found) * 1000:7.1f} ms  "
            f"p95 {statistics.quantiles(found, n=20)[-1] * 1000:7.1f} ms"
        )
    print(f"ratio of p95 {ratio:.2f} (wanted: under {LARGEST_RATIO:.0f})")
    print(f"memory of the server {before:.0f} MB, grew by {growth:.0f} MB (wanted: under {LARGEST_GROWTH})")
    return int(ratio >= LARGEST_RATIO or growth >= LARGEST_GROWTH)


def _listening(port: int) -> int:
    """Return the number of the process that was started with a port in its command."""
    for folder in Path("/proc").glob("[0-9]*"):
        command = (folder / "cmdline").read_bytes().split(b"\0") if folder.exists() else []
        if str(port).encode() in command:
            return int(folder.name)
    raise RuntimeError(f"nobody serves port {port}")


def _memory(process: int) -> float:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 2**10


if __name__ == "__main__":
    sys.exit(main())
