"""Recording the command line: help, listings, exports, documents, refusals."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import runpy
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from tests.behaviour.record import Record

Row = Mapping[str, object]
"""A row of a listing: values of JSON by the names of columns."""
Value = TypeVar("Value")


def run_command(*arguments: str) -> tuple[object, str, str]:
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


def listed(*arguments: str) -> list[Row]:
    """Run a listing and return its rows, none where it fails."""
    code, printed, _ = run_command(*arguments, "--format", "json")
    found: list[Row] = json.loads(printed) if code == 0 and printed else []
    return found


class Commands:
    """The command line on one warehouse, everything that it says recorded."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def say(self, name: str, *arguments: str) -> str:
        """Run a command, record exit code and output under a name, and return its output."""
        code, printed, complaint = run_command(*arguments)
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

    def record_help(self) -> list[str]:
        """Record --help of every command and return the forms of `load`."""
        waiting: list[tuple[str, ...]] = [()]
        while waiting:
            command = waiting.pop()
            text = self.say(f"help/{'_'.join(('etl', *command))}", *command, "--help")
            waiting += [(*command, name) for name in re.findall(r"^    ([a-z][\w-]*)(?: |$)", text, re.M)]
        forms = re.search(r"\n  ФОРМА\s+(.*?)\n  ФАЙЛ", run_command("load", "--help")[1], re.S)
        assert forms, "help of `load` names the forms"
        return re.split(r",\s+", forms[1].strip())


class Facts:
    """What the warehouse holds, asked of the command line: values for pages and commands."""

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
        self.profiles = sorted({str(row["profile"]) for row in listed("targets", "list")} | {"composite"})
        self.targets = [row["target"] for row in listed("targets", "list")]
        self.rounds = listed("rounds", "list")
        self.batches = listed("batches")
        self.publication = int(json.loads(marts_folder().joinpath("current.json").read_text())["publication"])
        self.publications = sorted(int(path.stem) for path in marts_folder().glob("*.duckdb"))
        self.recommendations = listed("recommend", "list")
        self.findings = [
            row
            for year in self.years
            for state in ("unsettled", "accepted", "resolved")
            for row in listed("quality", "list", "--year", str(year), "--state", state)
        ]
        self.held = sorted({str(row["batch"]) for row in listed("quarantine", "list") if "batch" in row})

    def _distinct(self, column: str, level: str) -> list[str]:
        return sorted({row[column] for row in self.values if row["level"] == level})


def marts_folder() -> Path:
    database = Path(os.environ["RSNMS_WAREHOUSE"])
    return database.with_name(database.stem + ".marts")


def some(found: Sequence[Value], count: int) -> list[Value]:
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
    for code in some(facts.indicators, 3):
        make(f"indicators_{code}.csv", "export", "indicators", "--indicator", code)
    for profile in facts.profiles:
        make(f"indicators_of_{profile}.csv", "export", "indicators", "--profile", profile, "--level", "R")
    make(f"indicators_{facts.publications[0]}.csv", "export", "indicators", "--publication", str(facts.publications[0]))
    make("indicators_999999.csv", "export", "indicators", "--publication", "999999")
    make("indicators.doc", "export", "indicators")
    for form in forms:
        book = make(f"template_{form}.xlsx", "template", form)
        if form in some(forms, 4):
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
    for place in some(facts.municipalities, 3):
        make(f"letter_{place}_{year}-{half}.docx", "report", "letter", *half_year, "--municipality", place)
    make("letter_nowhere.docx", "report", "letter", *half_year, "--municipality", "Нигдейский")
    say("wrong_batch", "withdraw", "999999", "--reason", "проверка")
    say("wrong_file", "inspect", "нет.xlsx")
    say("wrong_folder", "load-dir", "нет")
    say("condense", "condense", "--older-than", "2", "--reason", "проверка")
