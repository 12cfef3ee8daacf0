"""Record a warehouse or compare two records: `python -m tests.behaviour`."""

from __future__ import annotations

import argparse
import difflib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.behaviour.commands import Commands, Facts, record_commands
from tests.behaviour.pages import record_pages
from tests.behaviour.record import ROOT, Record
from tests.behaviour.writing import record_writing

SHOWN_LINES = 12


@contextmanager
def copied(warehouse: Path) -> Iterator[Path]:
    """Copy a warehouse into a temporary folder, make the program use it, yield the folder."""
    with tempfile.TemporaryDirectory() as folder:
        for path in warehouse.parent.glob(f"{warehouse.stem}.*"):
            if path.is_dir():
                shutil.copytree(path, Path(folder) / path.name)
            elif path.suffix != ".lock":
                shutil.copy2(path, folder)
        settings = {"RSNMS_WAREHOUSE": str(Path(folder) / warehouse.name), "COLUMNS": "120", "TZ": "UTC"}
        with patch.dict(os.environ, settings):
            os.environ.pop("RSNMS_KEY", None)
            yield Path(folder)


def write(folder: Path, warehouse: Path) -> None:
    """Record everything about a warehouse in a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    os.chdir(ROOT)
    with copied(warehouse) as here:
        commands = Commands(Record(folder.resolve(), here))
        commands.say("access verify", "access", "verify")
        commands.say("access log", "access", "log", "--last", "1000000")
        facts = Facts(commands)
        parts: dict[str, Callable[[], None]] = {
            "commands": lambda: record_commands(commands, facts, commands.record_help()),
            "pages": lambda: record_pages(commands.record, facts),
            "writing": lambda: record_writing(commands, facts),
        }
        for name, part in parts.items():
            begun, worked = time.monotonic(), time.process_time()
            part()
            took = f"{time.monotonic() - begun:.0f} s, {time.process_time() - worked:.0f} s of processor"
            print(f"{name}: {took}", flush=True)
    print(f"{sum(path.is_file() for path in folder.rglob('*'))} files: {folder}")


def compare(before: Path, after: Path) -> int:
    """Print what differs between two records and return how many files do."""
    names = sorted(
        {path.relative_to(folder) for folder in (before, after) for path in folder.rglob("*") if path.is_file()}
    )
    different = 0
    for name in names:
        texts = [
            (folder / name).read_text(encoding="utf-8") if (folder / name).is_file() else None
            for folder in (before, after)
        ]
        if texts[0] == texts[1]:
            continue
        different += 1
        if texts[0] is None or texts[1] is None:
            print(f"only in {after if texts[0] is None else before}: {name}")
            continue
        print(f"different: {name}")
        lines = difflib.unified_diff(texts[0].splitlines(), texts[1].splitlines(), lineterm="", n=0)
        for shown, line in enumerate(lines):
            if shown > SHOWN_LINES + 1:
                print("    …")
                break
            if shown > 1:
                print(f"    {line[:300]}")
    print(f"{different} of {len(names)} files differ" if names else "nothing to compare")
    return different if names else 1


def main() -> int:
    """Record a warehouse or compare two records."""
    parser = argparse.ArgumentParser(prog="python -m tests.behaviour", description=__doc__.splitlines()[0])
    parser.add_argument("--compare", action="store_true", help="compare two records")
    parser.add_argument("folder", type=Path, help="folder of the record")
    parser.add_argument("other", type=Path, help="the warehouse to record, or the record to compare with")
    options = parser.parse_args()
    if options.compare:
        return 1 if compare(options.folder, options.other) else 0
    write(options.folder, options.other.resolve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
