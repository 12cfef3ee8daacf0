"""Search for files on which the reader, the checks or the marking fail.

Usage: python -m tests.fuzz.read [FOLDER OF FILES TO BEGIN WITH] [-max_total_time=SECONDS]

Needs atheris (`pip install atheris`). What it finds becomes an example in `tests/security/test_hostile_fuzz.py`.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["etl.reader", "etl.marked", "checks"]):
    from tests.fuzz import one


def _try(data: bytes) -> None:
    """Try one input. Its first byte chooses between a text file and a part of a workbook."""
    kind, body = data[:1], data[1:]
    number = kind[0] % (2 * len(one.PARTS)) if kind else 0
    if number >= len(one.PARTS):
        one.text(body)
    else:
        one.part(one.PARTS[number], body.decode("utf-8", "replace"))


def write_first_files(folder: Path) -> None:
    """Write the first inputs: the forms of the tests as text files, and the parts of a workbook."""
    from tests.examples.files import csv_file
    from tests.examples.rows import VALID

    folder.mkdir(parents=True, exist_ok=True)
    for dataset, row in VALID.items():
        for encoding in ("utf-8", "cp1251"):
            (folder / f"{dataset}-{encoding}").write_bytes(b"\x05" + csv_file(dataset, [row] * 3, encoding=encoding))
    for number, name in enumerate(one.PARTS):
        body = one.example_of(name)
        (folder / f"part-{number}").write_bytes(bytes([number]) + body)


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    for name in folders[:1]:
        write_first_files(Path(name))
    atheris.Setup(sys.argv, _try)
    atheris.Fuzz()
