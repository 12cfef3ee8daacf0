"""Files that administrators edit: settings, the systemd unit, limits of the front server."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "docs" / "deployment" / "rsnms.service"
FRONT = ROOT / "docs" / "deployment" / "nginx.conf"
PRODUCT = [ROOT / "app.py", *(file for name in ("pages", "view", "etl", "checks", "warehouse")
                              for file in (ROOT / name).rglob("*.py"))]  # fmt: skip
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip


def setting(name: str) -> Any:
    section, _, key = name.partition(".")
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[section].get(key)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("browser.gatherUsageStats", False),
        ("server.enableXsrfProtection", True),
        ("server.enableCORS", True),
        ("server.address", "127.0.0.1"),
        ("server.enableStaticServing", None),
        ("server.fileWatcherType", "none"),
        ("client.showErrorDetails", "none"),
        ("client.showErrorLinks", False),
        ("client.toolbarMode", "minimal"),
    ],
)
def test_settings_that_keep_the_server_closed(name: str, kept: object) -> None:
    assert setting(name) == kept


def test_one_upload_is_as_big_for_the_front_as_for_the_server() -> None:
    allowed = setting("server.maxUploadSize")
    upload = FRONT.read_text(encoding="utf-8").split("location /_stcore/upload_file/")[1].split("}")[0]
    assert f"client_max_body_size {allowed}m;" in upload


def imported(file: Path) -> set[str]:
    """Return the modules that a file imports, with those that they are parts of."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {
        ".".join(parts[:count]) for name in names if (parts := name.split(".")) for count in range(1, len(parts) + 1)
    }


def test_no_module_of_the_product_could_open_a_connection() -> None:
    reaching = {file.name: found for file in PRODUCT if (found := imported(file) & NETWORK)}
    # What waits on the event loop, and the type that tells whether frames can be limited, open none.
    waiting = {name: {"asyncio"} for name in ("gate.py", "prepared_files.py", "visitors.py")}
    assert reaching == {"server.py": {"socket"}, "streamlit_internals.py": {"websockets"}, **waiting}


def test_the_server_only_listens() -> None:
    source = (ROOT / "view" / "shell" / "server.py").read_text(encoding="utf-8")
    used = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name) and node.id == "socket"]
    assert len(used) == len(re.findall(r"socket\.(?:create_server\(|AF_INET6?\b)", source)) > 0


def test_no_page_draws_or_asks_before_the_check_of_access() -> None:
    for file in (ROOT / "pages").glob("*.py"):
        run = [
            node
            for statement in ast.parse(file.read_text(encoding="utf-8")).body
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef)
            for node in ast.walk(statement)
            if isinstance(node, ast.Call)
        ]
        called = [ast.unparse(call.func) for call in sorted(run, key=lambda call: call.lineno)]
        admitting = next(at for at, name in enumerate(called) if name.split(".")[-1] in {"open_page", "admit"})
        before = [name for name in called[:admitting] if not name.startswith("st.session_state.")]
        assert not [name for name in before if re.match(r"st\.|page\.|session\.|.*\.(ask|query)$", name)], file.name


def found(command: str) -> str:
    where = shutil.which(command)
    assert where, f"{command} is missing: `make tools` as root, or install the package systemd"
    return where


def test_the_unit_is_valid(tmp_path: Path) -> None:
    """Checked with this Python in place of the installed program, which must exist."""
    own = tmp_path / UNIT.name
    own.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/rsnms/.venv/bin/python", sys.executable))
    tried = subprocess.run(
        [found("systemd-analyze"), "verify", "--man=no", str(own)], capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0 and UNIT.name not in tried.stderr, tried.stderr


def test_the_unit_exposes_little() -> None:
    judged = subprocess.run(
        [found("systemd-analyze"), "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", judged.stdout)
    assert level and float(level[1]) < 2.5, judged.stdout + judged.stderr


def test_the_unit_calls_the_server_with_options_that_it_has() -> None:
    (line,) = [line for line in UNIT.read_text(encoding="utf-8").splitlines() if line.startswith("ExecStart=")]
    asked = subprocess.run(
        [sys.executable, "-m", "view", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(re.findall(r"--[a-z]+", line)) <= set(re.findall(r"--[a-z]+", asked.stdout))


def test_the_threat_model_names_tests_and_modules_that_exist() -> None:
    said = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(\w+)`", said)
    assert len(named) > 20
    texts = {path.name: text_of(path) for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [f"{file}::{test}" for file, test in named if f"def {test}(" not in texts[file]]
    assert all((ROOT / module).exists() for module in re.findall(r"`(\w+/[\w./-]*\w)`", said))


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_what_pages_are_drawn_with_is_loaded_before_the_first_and_no_garbage_is_looked_for_in_it() -> None:
    program = (
        "import asyncio, gc, sys\n"
        "from view.shell.server import app, load_for_good\n"
        "async def begin():\n"
        "    async with load_for_good(app):\n"
        "        print(gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 1_000)\n"
        "asyncio.run(begin())\n"
        "print('plotly.graph_objects' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]
