"""Writing a record: text files without what changes from run to run."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

ROOT = next(folder for folder in Path(__file__).parents if (folder / "app.py").exists())
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))


class Record:
    """A folder of texts: one file for what a command printed, a file that it made, or a page."""

    def __init__(self, folder: Path, here: Path) -> None:
        """folder: where to write. here: the temporary folder, whose name changes from run to run."""
        self.folder, self.here = folder, here
        today = {dt.datetime.now(zone).date() for zone in (dt.UTC, ZoneInfo("Europe/Moscow"))}
        days = "|".join(re.escape(text) for day in today for text in (f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}"))
        moment = rf"(?:{days})[T,\s]*\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"
        seconds = r"(?:(?<=за)|(?<=—))\s(?:меньше\s)?\d+,\d\sс\b"
        uuid = r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])"
        hashed = r"(?<=_)-?\d{15,}\b"
        self._changing = re.compile(f"(?P<moment>{moment})|(?P<seconds>{seconds})|(?P<uuid>{uuid})|(?P<hash>{hashed})")

    def text(self, name: str, text: str) -> None:
        """Write a text under a name with slashes, what changes by itself left out."""
        text = text.replace(str(self.here), "<here>").replace(str(ROOT), "<root>")
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self._changing.sub(lambda found: f"<{found.lastgroup}>", text), encoding="utf-8")

    def content(self, name: str, content: bytes) -> None:
        """Write a file of any kind as text: a ZIP by its parts, a picture by its digest."""
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                self.text(f"{name}/parts", "\n".join(sorted(parts.namelist())))
                for part in parts.namelist():
                    self.content(f"{name}/{part}", parts.read(part))
        elif name.endswith(".parquet"):
            frame = pl.read_parquet(io.BytesIO(content))
            self.text(name, f"{frame.schema}\n{frame.write_csv()}")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = f"{len(content)} bytes, {hashlib.sha256(content).hexdigest()}"
            else:
                text = re.sub(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*", r"\1", text)
                text = text if name.endswith((".csv", ".json", ".txt")) else in_lines(text)
            self.text(name, text)


def in_lines(markup: str) -> str:
    return re.sub(r">\s*<", ">\n<", markup)
