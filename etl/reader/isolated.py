"""XLS and ODS workbooks in a process of their own.

A damaged file can name absurd sizes and repetitions, and the native library then takes all memory or ends the
process. A separate process with limits turns that into an ordinary refusal.
"""

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from etl.reader import workbook
from etl.reader.table import Grid, Unreadable

_MEMORY = 4 * 2**30
_SECONDS = 120
_ROOT = Path(__file__).parents[2]
_PROGRAM = "from etl.reader.isolated import answer; answer()"


def sheets(data: bytes, kind: str, only: str | None = None) -> Iterator[workbook.Sheet]:
    """Yield the sheets as `workbook.sheets` does, read by another process; the same errors."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, kind, *([only] if only is not None else [])],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        raise workbook.damaged() from problem
    line, _, frames = done.stdout.partition(b"\n")
    answer = json.loads(line)
    if "rule" in answer:
        raise Unreadable(answer["rule"], answer["message"])
    for sheet in answer["sheets"]:
        frame, frames = frames[: sheet["bytes"]], frames[sheet["bytes"] :]
        yield workbook.Sheet(sheet["name"], sheet["visible"], Grid(pl.read_ipc(io.BytesIO(frame))))


def _answer(data: bytes, kind: str, only: str | None) -> bytes:
    """One line of JSON, then the frames of the sheets one after another."""
    try:
        found = list(workbook.sheets(data, kind, only))
    except Unreadable as refusal:
        return json.dumps({"rule": refusal.rule, "message": refusal.message}).encode() + b"\n"
    frames = []
    for sheet in found:
        target = io.BytesIO()
        sheet.grid.frame.write_ipc(target)
        frames.append(target.getvalue())
    listed = [
        {"name": sheet.name, "visible": sheet.visible, "bytes": len(frame)}
        for sheet, frame in zip(found, frames, strict=True)
    ]
    return json.dumps({"sheets": listed}).encode() + b"\n" + b"".join(frames)


def answer() -> None:
    """The other process: a workbook on standard input, its kind and a sheet as arguments, the answer as output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    kind, *only = sys.argv[1:]
    sys.stdout.buffer.write(_answer(sys.stdin.buffer.read(), kind, only[0] if only else None))
