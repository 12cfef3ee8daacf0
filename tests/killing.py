"""Running a command that kills its own process before a chosen call, like a power cut."""

import os
import subprocess
import sys
from pathlib import Path

from warehouse.store.address import Address

ROOT = Path(__file__).parents[1]


def killed_at(address: Address, place: str, number: int, *command: str) -> int:
    """Run a command that kills itself before the nth call of a function; return its exit code.

    place: dotted name of the function with its module and class. number: n, from 1.
    """
    owner, _, name = place.rpartition(".")
    script = (
        "import os, pkgutil, signal\n"
        "from etl.commands.cli import main\n"
        f"owner = pkgutil.resolve_name({owner!r})\n"
        f"usual, calls = owner.{name}, []\n"
        "def counted(*a, **k):\n"
        "    calls.append(1)\n"
        f"    if len(calls) == {number}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return usual(*a, **k)\n"
        f"owner.{name} = counted\n"
        f"raise SystemExit(main({list(command)!r}))"
    )
    environment = os.environ | {"RSNMS_WAREHOUSE": str(address.database)}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=False).returncode
