"""PDF of a document, and the pages of its headings, where LibreOffice is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from view.documents.refusals import NoOffice

NO_OFFICE = "Для PDF нужен LibreOffice; он не установлен."
PATIENCE = 120
"""Seconds that LibreOffice may take."""


def office() -> str | None:
    """Return where LibreOffice is, None when it is not installed."""
    return shutil.which("soffice")


def converted(content: bytes, ending: str) -> bytes:
    """Return a document (ending: «docx» or «xlsx») as PDF. Raises `NoOffice`.

    LibreOffice runs with a profile of its own, so that runs side by side do not wait for each other, and without
    the network.
    """
    program = office()
    if program is None:
        raise NoOffice(NO_OFFICE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"document.{ending}"
        source.write_bytes(content)
        command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf",
                   "--outdir", str(folder), str(source)]  # fmt: skip
        try:
            subprocess.run(
                command, capture_output=True, timeout=PATIENCE, check=True, env={**os.environ, "HOME": str(folder)}
            )
            return (folder / "document.pdf").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError) as failure:
            raise NoOffice("LibreOffice не смог сделать PDF.") from failure


def pages_of_headings(content: bytes) -> list[int]:
    """Return the page (from 1) of every heading of a PDF that LibreOffice made, in their order: its outline."""
    objects = {int(found[1]): found[2] for found in re.finditer(rb"\n(\d+) 0 obj(.*?)endobj", content, re.DOTALL)}
    tree = next((body for body in objects.values() if re.search(rb"/Type\s*/Pages\b", body)), b"")
    kids = re.search(rb"/Kids\s*\[(.*?)\]", tree, re.DOTALL)
    order = [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])] if kids else []
    place = {number: position for position, number in enumerate(order, start=1)}
    found = []
    for number in sorted(objects):
        aim = re.search(rb"/Dest\s*\[\s*(\d+) 0 R", objects[number]) if b"/Title" in objects[number] else None
        if aim and int(aim[1]) in place:
            found.append(place[int(aim[1])])
    return found
