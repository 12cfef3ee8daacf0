"""Recording what changes write: the answers of commands, then the tables of the mart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import duckdb

from tests.behaviour.commands import Commands, Facts, marts_folder
from tests.behaviour.product import files
from tests.behaviour.record import Record


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
    unsettled = [str(row["finding"]) for row in facts.findings if row["state"] == "open"]
    if unsettled:
        reason = ("--reason", "проверка", "--author", "Проверка")
        say("write/quality_accept", "quality", "accept", *unsettled[:2], *reason)
    for name, content in files().items():
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
    """Record columns and a digest of rows of every table of the current mart.

    Moments and marks are left out.
    """
    marts = marts_folder()
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
