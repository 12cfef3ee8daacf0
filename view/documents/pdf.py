"""Conversion to PDF by LibreOffice, and the pages of a PDF's headings."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from view.documents.refusals import PdfUnavailable
from warehouse.store.confinement import clean_environment

NO_LIBREOFFICE = "Для PDF нужен LibreOffice; он не установлен."
TIME_LIMIT = 120
"""Seconds that LibreOffice may take."""


def libreoffice() -> str | None:
    """Return the path of LibreOffice, None when it is not installed."""
    return shutil.which("soffice")


def converted(content: bytes, ending: str) -> bytes:
    """Return a document (ending: «docx» or «xlsx») as PDF. Raises `PdfUnavailable`.

    Every run has its own LibreOffice profile, so that parallel runs do not wait for each other.
    """
    program = libreoffice()
    if program is None:
        raise PdfUnavailable(NO_LIBREOFFICE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"document.{ending}"
        source.write_bytes(content)
        command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf",
                   "--outdir", str(folder), str(source)]  # fmt: skip
        try:
            subprocess.run(
                command, capture_output=True, timeout=TIME_LIMIT, check=True, env=clean_environment(HOME=str(folder))
            )
            return (folder / "document.pdf").read_bytes()
        except (subprocess.SubprocessError, FileNotFoundError) as failure:
            raise PdfUnavailable("LibreOffice не смог сделать PDF.") from failure


def pages_of_headings(content: bytes) -> list[int]:
    """Return the pages (from 1) of the outline of a PDF made by LibreOffice, in order."""
    objects = {int(found[1]): found[2] for found in re.finditer(rb"\n(\d+) 0 obj(.*?)endobj", content, re.DOTALL)}
    tree = next((body for body in objects.values() if re.search(rb"/Type\s*/Pages\b", body)), b"")
    kids = re.search(rb"/Kids\s*\[(.*?)\]", tree, re.DOTALL)
    order = [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])] if kids else []
    page = {number: position for position, number in enumerate(order, start=1)}
    found = []
    for number in sorted(objects):
        destination = re.search(rb"/Dest\s*\[\s*(\d+) 0 R", objects[number]) if b"/Title" in objects[number] else None
        if destination and int(destination[1]) in page:
            found.append(page[int(destination[1])])
    return found
