"""Write down all that the program says of a warehouse, and compare two such records.

`python -m tests.behaviour FOLDER WAREHOUSE` records; `python -m tests.behaviour --compare FOLDER FOLDER` prints what
differs and exits with 1 if anything does. A change that must not alter behaviour is recorded before and after.

The warehouse is copied first, so it stays as it is. Commands run as `python -m etl` does, in this process to save the
imports; pages run by AppTest. Left out of a record is what changes by itself from run to run: hashes of widgets and
scripts, numbers of dropped files, moments of today, seconds that a check took, temporary paths, dates inside documents.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import difflib
import hashlib
import io
import json
import os
import re
import runpy
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import streamlit as st
from google.protobuf.json_format import MessageToDict
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, element_tree, local_script_runner

ROOT = next(folder for folder in Path(__file__).parents if (folder / "app.py").exists())
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
SHOWN_LINES = 12
"""Lines of a difference that are printed for one file."""


class Record:
    """A folder of texts: one file for what a command printed, a file that it made, or a page."""

    def __init__(self, folder: Path, here: Path) -> None:
        """folder: where to write. here: the temporary folder, whose name changes from run to run."""
        self.folder, self.here = folder, here
        today = {dt.datetime.now(zone).date() for zone in (dt.UTC, ZoneInfo("Europe/Moscow"))}
        days = "|".join(re.escape(text) for day in today for text in (f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}"))
        moment = rf"(?:{days})[T,\s]*\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?"
        seconds = r"(?:(?<=за)|(?<=—))\s(?:меньше\s)?\d+,\d\sс\b"
        uuid = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
        self._changing = re.compile(f"(?P<moment>{moment})|(?P<seconds>{seconds})|(?P<uuid>{uuid})")

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
                text = text if name.endswith((".csv", ".json", ".txt")) else _in_lines(text)
            self.text(name, text)


def _in_lines(markup: str) -> str:
    return re.sub(r">\s*<", ">\n<", markup)


# Commands.


class Commands:
    """The command line on one warehouse, everything that it says recorded."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def say(self, name: str, *arguments: str) -> str:
        """Run a command, record exit code and output under a name, and return its output."""
        code, printed, complaint = self.run(*arguments)
        about = f"python -m etl {' '.join(arguments)}\nexit code {code}\n"
        self.record.text(f"commands/{name}.txt", f"{about}--- output\n{printed}--- errors\n{complaint}")
        return printed

    def make(self, name: str, *arguments: str) -> Path:
        """Run a command that makes a file of this name, record both, and return the file."""
        file = self.record.here / "made" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        self.say(name, *arguments, "-o", str(file))
        if file.exists():
            self.record.content(f"files/{name}", file.read_bytes())
        return file

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Run a listing and return its rows."""
        found: list[dict[str, Any]] = json.loads(self.run(*arguments, "--format", "json")[1] or "[]")
        return found

    @staticmethod
    def run(*arguments: str) -> tuple[object, str, str]:
        """Run `python -m etl` with arguments in this process; return exit code, output and errors."""
        printed, complaint, code = io.StringIO(), io.StringIO(), None
        with (
            patch.object(sys, "argv", ["etl", *arguments]),
            redirect_stdout(printed),
            redirect_stderr(complaint),
        ):
            try:
                runpy.run_module("etl", run_name="__main__", alter_sys=True)
            except SystemExit as end:
                code = end.code
        return code, printed.getvalue(), complaint.getvalue()

    def record_help(self) -> list[str]:
        """Record --help of every command and return the forms of `load`."""
        waiting: list[tuple[str, ...]] = [()]
        while waiting:
            command = waiting.pop()
            text = self.say(f"help/{'_'.join(('etl', *command))}", *command, "--help")
            waiting += [(*command, name) for name in re.findall(r"^    ([a-z][\w-]*)(?: |$)", text, re.M)]
        forms = re.search(r"\n  ФОРМА\s+(.*?)\n  ФАЙЛ", self.run("load", "--help")[1], re.S)
        assert forms, "help of `load` names the forms"
        return re.split(r",\s+", forms[1].strip())


class Facts:
    """What the warehouse holds, asked of the command line: values for addresses of pages and for commands."""

    def __init__(self, commands: Commands) -> None:
        exported = commands.make("indicators.csv", "export", "indicators")
        with exported.open(encoding="utf-8-sig", newline="") as file:
            self.values = list(csv.DictReader(file, delimiter=";"))
        self.halves = sorted({(int(row["year"]), int(row["half"])) for row in self.values})
        self.years = sorted({year for year, _ in self.halves})
        self.regions = self._distinct("territory_id", "R")
        self.municipalities = self._distinct("territory_id", "M")
        self.organizations = self._distinct("territory_id", "O")
        self.indicators = sorted({row["indicator"] for row in self.values})
        self.profiles = sorted({row["profile"] for row in commands.rows("targets", "list")} | {"composite"})
        self.targets = [row["target"] for row in commands.rows("targets", "list")]
        self.rounds = commands.rows("rounds", "list")
        self.batches = commands.rows("batches")
        self.publication = int(json.loads(_marts().joinpath("current.json").read_text())["publication"])
        self.publications = sorted(int(path.stem) for path in _marts().glob("*.duckdb"))
        self.recommendations = commands.rows("recommend", "list")
        self.findings = [
            row
            for year in self.years
            for state in ("unsettled", "accepted", "resolved")
            for row in self._findings(commands, year, state)
        ]
        self.held = sorted({row["batch"] for row in commands.rows("quarantine", "list") if "batch" in row})

    def _distinct(self, column: str, level: str) -> list[str]:
        return sorted({row[column] for row in self.values if row["level"] == level})

    @staticmethod
    def _findings(commands: Commands, year: int, state: str) -> list[dict[str, Any]]:
        code, printed, _ = commands.run(
            "quality", "list", "--year", str(year), "--state", state, "--format", "json"
        )  # fmt: skip
        return json.loads(printed) if code == 0 and printed else []


def _marts() -> Path:
    database = Path(os.environ["RSNMS_WAREHOUSE"])
    return database.with_name(database.stem + ".marts")


def _some(found: Sequence[Any], count: int) -> list[Any]:
    """Return so many of the values, evenly from first to last."""
    if len(found) <= count:
        return list(found)
    return [found[round(number * (len(found) - 1) / (count - 1))] for number in range(count)]


def record_commands(commands: Commands, facts: Facts, forms: Sequence[str]) -> None:
    """Record every export and every listing of the command line."""
    say, make = commands.say, commands.make
    for year, half in facts.halves:
        for ending in ("csv", "xlsx"):
            make(f"indicators_{year}-{half}.{ending}", "export", "indicators", "--year", str(year), "--half", str(half),
                 *(("--level", "m") if ending == "xlsx" else ()))  # fmt: skip
    make("indicators_region.xlsx", "export", "indicators", "--level", "r")
    make("indicators.parquet", "export", "indicators", "--level", "M")
    for code in _some(facts.indicators, 3):
        make(f"indicators_{code}.csv", "export", "indicators", "--indicator", code)
    for profile in facts.profiles:
        make(f"indicators_of_{profile}.csv", "export", "indicators", "--profile", profile, "--level", "R")
    make(f"indicators_{facts.publications[0]}.csv", "export", "indicators", "--publication", str(facts.publications[0]))
    make("indicators_999999.csv", "export", "indicators", "--publication", "999999")
    make("indicators.doc", "export", "indicators")
    for form in forms:
        book = make(f"template_{form}.xlsx", "template", form)
        if form in _some(forms, 4):
            say(f"inspect_{form}", "inspect", str(book))
            say(f"check_{form}", "load", form, str(book), "--dry-run")
    for listing in ("rounds list", "quarantine list", "targets list", "recommend list", "batches", "access list"):
        for form in ("text", "json"):
            say(f"{listing}_{form}", *listing.split(), "--format", form)
    for year in facts.years:
        for form in ("text", "json"):
            say(f"quality list {year}_{form}", "quality", "list", "--year", str(year), "--format", form)
    for state in ("open", "accepted", "resolved", "returned", "sent_back"):
        say(f"quality list_{state}", "quality", "list", "--year", str(facts.years[-1]), "--state", state)
    for one in facts.rounds:
        of_round = ("--year", str(one["year"]), "--half", str(one["half"]))
        make(f"remind_{one['year']}-{one['half']}.txt", "rounds", "remind", *of_round)
        say(f"recommend list {one['year']}-{one['half']}", "recommend", "list", *of_round)
    last = str(facts.years[-1])
    for what, ending in (("region", "docx"), ("appendix", "xlsx"), ("all", "zip")):
        make(f"{what}_{last}.{ending}", "report", what, "--year", last)
    year, half = facts.halves[-2] if len(facts.halves) > 1 else facts.halves[-1]
    half_year = ("--year", str(year), "--half", str(half))
    make(f"region_{year}-{half}.docx", "report", "region", *half_year, "--profile", facts.profiles[-1])
    for place in _some(facts.municipalities, 3):
        make(f"letter_{place}_{year}-{half}.docx", "report", "letter", *half_year, "--municipality", place)
    make("letter_nowhere.docx", "report", "letter", *half_year, "--municipality", "Нигдейский")
    say("wrong_batch", "withdraw", "999999", "--reason", "проверка")
    say("wrong_file", "inspect", "нет.xlsx")
    say("wrong_folder", "load-dir", "нет")
    say("condense", "condense", "--older-than", "2", "--reason", "проверка")


# Pages.


Visit = tuple[str, str, dict[str, str]]
"""A page as somebody opens it: the name of the record, the page, its address."""


def _visit(page: str, **address: object) -> Visit:
    given = {name: str(value) for name, value in address.items()}
    name = " ".join(f"{name}={value}" for name, value in given.items())
    return re.sub(r"[^\w=. -]", "_", name)[:150] or "default", page, given


def visits(facts: Facts) -> Iterator[Visit]:
    """Return the addresses to open with every right."""
    indicators, places, years = facts.indicators, facts.municipalities, facts.years
    region, (year, half) = facts.regions[0], facts.halves[-1]
    period: dict[str, Any] = {"year": years[-2] if len(years) > 1 else year, "half": 1}
    for page in PAGES:
        yield _visit(page)
    for page in ("overview", "indicator", "municipality", "methodists", "passport", "recommendations", "quality"):
        yield _visit(page, **period)
    for one in facts.regions[1:]:
        for page in PAGES:
            yield _visit(page, region=one)
    for one, part in _some(facts.halves, 4):
        yield _visit("overview", year=one, half=part, profile=facts.profiles[(one + part) % len(facts.profiles)])
    yield _visit("overview", publication=facts.publications[0])
    yield _visit("overview", publication=999999)
    yield _visit("overview", year=1899, profile="<script>")
    for code in indicators:
        yield _visit("indicator", indicator=code)
        yield _visit("rows", indicator=code, region=region)
        for part in ("peers", "spread", "method"):
            yield _visit("indicator", indicator=code, part=part, **period)
    for number, code in enumerate(_some(indicators, 12)):
        yield _visit("indicator", indicator=code, compare=f"{years[0]}-1", path="places", municipality=places[0])
        yield _visit("rows", indicator=code, place=places[number % len(places)], year=year, half=half)
        yield _visit("rows", indicator=code, place=facts.organizations[number % len(facts.organizations)], **period)
        yield _visit("rows", indicator=code, only="counted")
    for publication in _some(facts.publications, 3):
        yield _visit("indicator", compare=f"p{publication}")
    for place in places:
        yield _visit("municipality", municipality=place)
    for place in _some(places, 6):
        code = indicators[places.index(place) % len(indicators)]
        yield _visit("municipality", municipality=place, indicator=code, **period)
        yield _visit("deficits", territory=place)
        yield _visit("methodists", territory=place, **period)
        yield _visit("roadmap", territory=place)
        yield _visit("passport", territory=place)
        yield _visit("recommendations", place=place)
    yield _visit("deficits", competency="METH", **period)
    yield _visit("methodists", plan=f"{places[0]}:3,{places[-1]}:1", cover=1)
    yield _visit("passport", linked=indicators[0])
    for part in ("achieved", "rules"):
        yield _visit("recommendations", part=part)
    for made in _some(facts.recommendations, 6):
        yield _visit("recommendations", year=made["year"], half=made["half"], recommendation=made["recommendation"])
    for held in facts.rounds:
        yield _visit("rounds", round=f"{held['year']}-{held['half']}")
    yield _visit("rounds", municipality=places[0], form="diagnostics")
    for part in ("quarantine", "batches", "compare"):
        yield _visit("quality", part=part)
    yield _visit("quality", state="all", year=year, half="year")
    yield _visit("quality", part="batches", extent="all")
    yield _visit("quality", part="batches", extent="withdrawn")
    yield _visit("quality", part="compare", before=facts.publications[0], after=facts.publication, shown="all")
    for one in _some(facts.batches, 4):
        yield _visit("quality", part="batches", batch=one["batch"])
    for batch in facts.held:
        yield _visit("quality", part="quarantine", held=batch)
    for one in _some(facts.findings, 5):
        yield _visit("quality", year=one["year"], half=one["half"], finding=one["finding"])
    for target in _some(facts.targets, 3):
        yield _visit("targets", target=target, profile="leningrad")
    for profile in facts.profiles:
        yield _visit("targets", profile=profile)
    yield _visit("method", indicator=indicators[-1])
    yield _visit("method", search="аттестация")
    yield _visit("access", part="audit", period="all")


def visits_of_others(facts: Facts, own: str) -> Iterator[Visit]:
    """Return the addresses to open with fewer rights: of the region, of an own and of another municipality."""
    other = next(place for place in facts.municipalities if place != own)
    for page in PAGES:
        yield _visit(page)
    for place in (own, other):
        yield _visit("municipality", municipality=place)
        for page in ("deficits", "methodists", "roadmap", "passport"):
            yield _visit(page, territory=place)
        yield _visit("rows", place=place, indicator="diagnostics_share")
        yield _visit("recommendations", place=place)
        yield _visit("rounds", municipality=place, form="diagnostics")
    for code in _some(facts.indicators, 10):
        yield _visit("indicator", indicator=code)
        yield _visit("rows", indicator=code)
    for part in ("quarantine", "batches", "compare"):
        yield _visit("quality", part=part)


@contextmanager
def _signed_in(role: Literal["viewer", "municipal", "specialist"], municipality: str) -> Iterator[None]:
    """Let somebody with this role be at the screen; this alone knows modules of the product."""
    import pytest

    from tests import screens
    from warehouse.access.rights import Actor

    with pytest.MonkeyPatch.context() as changes:
        own = frozenset({municipality} if role == "municipal" else ())
        screens.sign_in(changes, Actor("Проверка", role, own))
        yield


def _files() -> dict[str, bytes]:
    """Return files to load, by names that begin with their form: right rows and a wrong one; known to tests alone."""
    from tests.examples.files import csv_file, xlsx_file
    from tests.examples.rows import REGISTERS, VALID

    files = {f"{form}.csv": csv_file(form, rows) for form, rows in REGISTERS.items()}
    for form in ("events", "diagnostics", "training"):
        wrong = VALID[form] | {code: "нет такого" for code in VALID[form] if code.endswith(("date", "_on"))}
        files[f"{form}.csv"] = csv_file(form, [VALID[form], wrong])
        files[f"{form}.xlsx"] = xlsx_file(form, [VALID[form], wrong])
    return files


class Pages:
    """The pages by AppTest, every element that they draw recorded."""

    KEPT = ("navigation", "page_config_changed", "page_info_changed", "logo")
    """Messages to the browser that are kept besides the elements."""
    CHANGING = ("fragment_id", "deferred_file_id", "page_script_hash", "main_script_path", "url")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.messages: list[Any] = []
        self.files: list[tuple[str, Any]] | None = None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep what the program sends to the browser and the files that it offers."""
        config.set_option("runner.postScriptGC", False)
        parse, download = element_tree.parse_tree_from_messages, st.download_button

        def parsed(messages: list[Any]) -> Any:
            self.messages = list(messages)
            return parse(messages)

        def offered(label: str, data: Any, *rest: Any, **given: Any) -> Any:
            drawn = download(label, data, *rest, **given)
            if self.files is not None:
                try:
                    content = data() if callable(data) else data
                except Exception as failure:
                    content = f"{type(failure).__name__}: {failure}"
                self.files.append((f"{given.get('key')} {given.get('file_name')}", content))
            return drawn

        scan = cache(manifest_scanner.scan_component_manifests)
        with (
            patch.object(local_script_runner, "parse_tree_from_messages", parsed),
            patch.object(st, "download_button", offered),
            patch.object(manifest_scanner, "scan_component_manifests", scan),
        ):
            yield

    def open(
        self, who: str, visit: Visit, with_files: bool = False, dropped: Mapping[str, bytes] = {}, **context: str
    ) -> None:
        """Open a page, drop files on it if there are any, and record it."""
        name, page, address = visit
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        test.context.update(context)
        test.switch_page(f"pages/{page}.py")
        test.query_params.update(address)
        self.files = [] if with_files else None
        test.run()
        if dropped:
            test.file_uploader[0].set_value([(file, content, "text/csv") for file, content in dropped.items()])
            test.run()
        place = f"{who}/{page}/{name}"
        address = {key: "".join(value) for key, value in sorted(test.query_params.items())}
        failures = [f"EXCEPTION {one.proto.message}\n" for one in test.exception]
        text = f"address {json.dumps(address, ensure_ascii=False)}\n{''.join(failures)}{self._told()}"
        self.record.text(f"pages/{place}.txt", text)
        for file, content in self.files or ():
            if file.startswith("None "):
                file = file.removeprefix("None ")
            content = content.encode() if isinstance(content, str) else content
            self.record.content(f"downloads/{place}/{file}", content)
        self.files = None

    def _told(self) -> str:
        elements: dict[tuple[int, ...], str] = {}
        others = []
        for message in self.messages:
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") != "new_transient":
                path = tuple(message.metadata.delta_path)
                elements[path] = "\n".join(self._lines(MessageToDict(message.delta), ""))
            elif kind in self.KEPT:
                others.append("\n".join(self._lines({kind: MessageToDict(getattr(message, kind))}, "")))
        drawn = [f"[{'.'.join(map(str, path))}]\n{text}" for path, text in sorted(elements.items())]
        return "\n".join([*others, *drawn]) + "\n"

    def _lines(self, value: Any, name: str) -> Iterator[str]:
        """Write a message field by field, HTML and the JSON of charts in lines of their own."""
        if isinstance(value, Mapping):
            for key, inner in value.items():
                plain = re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()
                if plain not in self.CHANGING or (plain == "url" and "/media/" not in str(inner)):
                    yield from self._lines(inner, f"{name}.{key}" if name else key)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from self._lines(inner, f"{name}[{number}]")
        elif isinstance(value, str):
            yield f"{name}: {self._plain(value, name)}"
        else:
            yield f"{name}: {value!r}"

    def _plain(self, text: str, name: str) -> str:
        if text.startswith(("{", "[")):
            try:
                return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
            except ValueError:
                pass
        text = re.sub(r"\$\$(ID|GENERATED|STREAMLIT)[\w_]*-[0-9a-f]{32}", "$$ID", text)
        return _in_lines(re.sub(r"<style>.*?</style>", self._style, text, flags=re.S))

    def _style(self, found: re.Match[str]) -> str:
        """Write a stylesheet once, since every page begins with it."""
        digest = hashlib.sha256(found[0].encode()).hexdigest()[:12]
        if not (self.record.folder / f"styles/{digest}.css").exists():
            self.record.text(f"styles/{digest}.css", found[0])
        return f"<style {digest}>"


def record_pages(record: Record, facts: Facts) -> None:
    """Record the pages as everybody sees them."""
    pages = Pages(record)
    own = facts.municipalities[len(facts.municipalities) // 2]
    with pages.watched():
        once = dict.fromkeys((name, page, tuple(address.items())) for name, page, address in visits(facts))
        for name, page, address in once:
            with_files = name == "default" or any(key in ("part", "plan") for key, _ in address)
            pages.open("everything", (name, page, dict(address)), with_files=with_files)
        for page in PAGES:
            pages.open("dark", _visit(page), theme="dark")
        for file, content in _files().items():
            dropped = {file: content}
            pages.open("everything", (f"dropped {file}", "upload", {}), with_files=True, dropped=dropped)
        pages.open("everything", ("dropped all", "upload", {}), dropped=_files())
        for role in ("viewer", "municipal", "specialist"):
            with _signed_in(role, own):
                for visit in visits_of_others(facts, own):
                    pages.open(role, visit, with_files=visit[0] == "default" and role != "specialist")


# Writing.


def record_writing(commands: Commands, facts: Facts) -> None:
    """Record commands that write, one after the other, and what the marts hold then."""
    say = commands.say
    record_tables(commands.record, "as it came")
    say("write/publish", "publish", "--author", "Проверка")
    record_tables(commands.record, "published anew")
    batch = str(next(row["batch"] for row in reversed(facts.batches) if row["state"] == "active"))
    say("write/withdraw", "withdraw", batch, "--reason", "проверка", "--author", "Проверка")
    say("write/restore", "restore", batch, "--author", "Проверка")
    person = ("ivanova@example.ru", "--name", "Иванова А. П.", "--role", "admin")
    say("write/access_add", "access", "add", *person, "--author", "Проверка")
    say("write/access_list", "access", "list")
    target = (facts.indicators[0], str(facts.years[-1] + 1), "50")
    document = ("--document", "Приказ", "--number", "1", "--date", "15.01.2026")
    say("write/targets_add", "targets", "add", *target, *document, "--reason", "проверка", "--author", "Проверка")
    unsettled = [row["finding"] for row in facts.findings if row["state"] == "open"]
    if unsettled:
        reason = ("--reason", "проверка", "--author", "Проверка")
        say("write/quality_accept", "quality", "accept", *unsettled[:2], *reason)
    for name, content in _files().items():
        # A workbook holds the moment when it was made, and a batch the digest of its file.
        if name.endswith(".csv"):
            file = commands.record.here / "made" / name
            file.write_bytes(content)
            loading = ("--confirm", "проверка", "--quarantine", "--author", "Проверка", "--format", "json")
            say(f"write/load_{file.stem}", "load", file.stem, str(file), *loading)
    say("write/quarantine_list", "quarantine", "list")
    year, half = facts.halves[-1]
    period = ("--year", str(year), "--half", str(half), "--author", "Проверка")
    for step in ("generate", "approve", "send"):
        say(f"write/recommend_{step}", "recommend", step, *period)
    opening = ("--year", str(year + 1), "--half", "2", "--due", f"22.12.{year + 1}", "--author", "Проверка")
    say("write/rounds_open", "rounds", "open", *opening)
    say("write/rounds_close", "rounds", "close", *opening[:4], "--author", "Проверка")
    commands.make("write/indicators.csv", "export", "indicators")
    commands.make("write/indicators.xlsx", "export", "indicators", "--level", "R")
    say("write/batches", "batches")
    say("write/rounds_list", "rounds", "list")
    say("write/targets_list", "targets", "list")
    say("write/recommend_list", "recommend", "list")
    record_tables(commands.record, "written")


def record_tables(record: Record, state: str) -> None:
    """Record the columns of every table of the current mart, with a digest of its rows but for moments and marks."""
    marts = _marts()
    number = json.loads((marts / "current.json").read_text())["publication"]
    for file in sorted(marts.glob(f"{number:06}.*")):
        # A copy, since this process holds the file itself open already, in another way.
        copy = record.here / f"looked at {file.name}"
        shutil.copy2(file, copy)
        with duckdb.connect(str(copy), read_only=True) as connection:
            record.text(f"tables/{state}{file.suffix}.txt", "\n".join(_described(connection)) + "\n")
        copy.unlink()


def _described(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    tables = connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables order by all"
    ).fetchall()
    for schema, table, kind in tables:
        columns = connection.execute(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = ? and table_name = ? order by ordinal_position",
            [schema, table],
        ).fetchall()
        yield f"{kind} {schema}.{table} ({', '.join(f'{name} {type_}' for name, type_ in columns)})"
        same = ", ".join(f'"{name}"' for name, type_ in columns if not type_.startswith(("TIMESTAMP", "UUID")))
        if kind == "BASE TABLE" and same:
            digest = f'select count(*), sum(hash({same})::hugeint) from "{schema}"."{table}"'
            yield f"  {connection.execute(digest).fetchone()}"


# The whole.


@contextmanager
def copied(warehouse: Path) -> Iterator[Path]:
    """Copy a warehouse and all that stands beside it into a temporary folder, and let the program work with it."""
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
