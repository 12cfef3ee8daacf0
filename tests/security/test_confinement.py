"""Processes that the program starts get no secret of the installation, and find none."""

import ctypes
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from etl.reader import isolated
from view.documents import pdf
from view.documents.refusals import PdfUnavailable
from warehouse.store import confinement

PR_GET_DUMPABLE = 3
KEY = "сорок тысяч обезьян"

needs_landlock = pytest.mark.skipif(
    ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)) < 1,
    reason="this kernel has no Landlock",
)


@pytest.fixture(autouse=True)
def _new_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RSNMS_KEY", KEY)
    isolated._end_all()


def test_the_reader_s_environment_has_nothing_of_the_installation() -> None:
    script = "import os, sys; sys.stdout.write(' '.join(os.environ))"
    names = set(isolated.run(subprocess.check_output, [sys.executable, "-c", script]).decode().split())
    assert names <= {
        *confinement._INHERITED,
        "PYTHONPATH",
        "PYTHONIOENCODING",
        "POLARS_MAX_THREADS",
        "_RJEM_MALLOC_CONF",
    }


@needs_landlock
def test_the_reader_reads_no_file_of_the_installation(tmp_path: Path) -> None:
    key = tmp_path / "warehouse.key"
    key.write_text(KEY, encoding="utf-8")
    for secret in (key, Path(f"/proc/{os.getpid()}/environ"), Path("/etc/passwd"), isolated._ROOT / "pyproject.toml"):
        assert secret.exists()
        with pytest.raises(isolated.Failed, match="PermissionError"):
            isolated.run(Path.read_bytes, secret)
    with pytest.raises(isolated.Failed, match="PermissionError"):
        isolated.run(Path.write_bytes, tmp_path / "left.txt", b"")  # type: ignore[arg-type]
    assert isolated.run(Path.read_bytes, Path(isolated.__file__))


@needs_landlock
def test_the_reader_reaches_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(isolated.Failed, match="PermissionError"):
        isolated.run(socket.create_connection, listening.getsockname())  # type: ignore[arg-type]


def test_other_processes_of_the_user_cannot_look_into_the_program() -> None:
    confinement.keep_private()
    assert ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0


@pytest.mark.parametrize("module", ["view", "etl"])
def test_server_and_command_line_begin_so(module: str) -> None:
    script = "import runpy, ctypes, atexit; atexit.register(lambda: print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)))"
    said = subprocess.run(
        [sys.executable, "-c", f"{script}; import sys; sys.argv = ['x', '--help']; runpy.run_module('{module}')"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.rstrip().endswith("\n0")


def test_without_landlock_files_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLandlock:
        def syscall(self, *_: object) -> int:
            return -1

    monkeypatch.setattr(confinement, "_libc", NoLandlock)
    assert not confinement.confine([Path("/usr")])


def test_libreoffice_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def run(*_: object, env: dict[str, str], **__: Any) -> None:
        seen.append(env)
        raise subprocess.SubprocessError

    monkeypatch.setattr(pdf, "libreoffice", lambda: "soffice")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(PdfUnavailable):
        pdf.converted(b"", "docx")
    assert set(seen[0]) <= {*confinement._INHERITED, "HOME"}
    assert KEY not in seen[0].values()
