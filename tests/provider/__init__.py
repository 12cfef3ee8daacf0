"""A real OpenID provider: `oidc-provider` of the npm registry, version locked, on loopback.

`python -m tests.provider` fetches it beforehand.
"""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / ".pytest_cache" / "provider"
# Node and npm of the environment, whatever the machine has.
TOOLS = Path(sys.executable).parent
COOKIE_SECRET = "0123456789abcdef" * 4
SECRET = "a secret of the tests alone, not of any installation"


def fetch() -> Path:
    """Return the folder with the provider and its locked packages; npm fetches them once."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(KEPT / "lock"):
        locked = HERE / "package-lock.json"
        done = KEPT / "done.json"
        if not done.exists() or done.read_bytes() != locked.read_bytes():
            for name in ("package.json", "package-lock.json"):
                shutil.copy2(HERE / name, KEPT / name)
            npm = [str(TOOLS / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(npm, cwd=KEPT, check=True, capture_output=True)
            shutil.copy2(locked, done)
        shutil.copy2(HERE / "provider.mjs", KEPT / "provider.mjs")
    return KEPT


@contextmanager
def providing(port: int, program: str, lifetime: int = 3600) -> Iterator[str]:
    """Run the provider for a program at an address, and yield the address of its description.

    lifetime: seconds that an identity token lives.
    """
    command = [str(TOOLS / "node"), "provider.mjs", str(port), program, str(lifetime)]
    with subprocess.Popen(
        command,
        cwd=fetch(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "NODE_NO_WARNINGS": "1", "OIDC_NO_DEPRECATION": "1"},
        start_new_session=True,
    ) as provider:
        try:
            assert provider.stdout is not None
            while b"listening" not in (line := provider.stdout.readline()):
                assert line, "the provider did not start"
            description = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
            urllib.request.urlopen(description, timeout=10).close()
            yield description
        finally:
            # The environment's node is a script that starts the real one: both are in the session.
            os.killpg(provider.pid, signal.SIGTERM)


def secrets(description: str, program: str) -> str:
    """Return the program's secrets.toml for this provider."""
    return f"""
[auth]
redirect_uri = "{program}oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "monitoring"
client_secret = "{SECRET}"
server_metadata_url = "{description}"
client_kwargs = {{ code_challenge_method = "S256", prompt = "login" }}
"""
