"""From files to checked rows: everything about a file that can be told before the warehouse is opened."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks import columns
from checks.catalogue import contracts, headers, required
from checks.cells import mask_persons
from checks.contract import Contract
from checks.findings import Finding
from checks.parse import FILE, ROW, Reference, parse
from checks.rules import RULES
from checks.validate import Checked, check_rows
from etl import reader
from warehouse.batches import SourceFile

# Values of an extra column that are looked at to tell whether it is personal.
_SAMPLED_VALUES = 20


@dataclass(frozen=True)
class Options:
    """How to load. year, half: fill these columns where the file has none. confirm: reason that accepts warnings.

    quarantine: load the good rows, keep the bad ones apart. dry_run: check only. region: code of the region that
    shared names and programmes belong to. author: who loads. now: moment of the load, UTC without a zone.
    publish: build the mart; without it the load is announced, and the next load that publishes shows it too.
    """

    author: str
    now: dt.datetime
    year: int | None = None
    half: int | None = None
    publish: bool = True
    confirm: str | None = None
    quarantine: bool = False
    dry_run: bool = False
    region: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A file as it came: its name and its bytes, or the path to them."""

    name: str
    source: Path | bytes

    @classmethod
    def at(cls, path: Path) -> "Incoming":
        """Take a file of the disk under its own name."""
        return cls(path.name, path)


@dataclass(frozen=True)
class Prepared:
    """One dataset's files, read and checked as far as the files alone allow."""

    contract: Contract
    files: list[SourceFile]
    findings: list[Finding]
    checked: Checked | None
    left_out: int


def prepare(contract: Contract, files: Sequence[Incoming], reference: Reference, options: Options) -> Prepared:
    """Read and check files of one dataset; nothing of the warehouse is needed but its reference lists."""
    findings: list[Finding] = []
    sources: list[SourceFile] = []
    frames: list[pl.DataFrame] = []
    left_out = 0
    several = len(files) > 1
    for number, incoming in enumerate(files):
        source, frame, about_file, omitted = _read(contract, incoming, number, options)
        sources.append(source)
        left_out += omitted
        findings += [_without_persons(f, source.name if several else None) for f in about_file]
        if frame is not None:
            frames.append(frame)
    if not frames:
        return Prepared(contract, sources, findings, None, left_out)
    parsed = parse(contract, pl.concat(frames, how="diagonal"), reference)
    return Prepared(contract, sources, findings, check_rows(contract, parsed), left_out)


def _read(
    contract: Contract, incoming: Incoming, number: int, options: Options
) -> tuple[SourceFile, pl.DataFrame | None, list[Finding], int]:
    """Read one file: its ledger entry, its text by column code (None when it has to be rejected), findings."""
    content = incoming.source if isinstance(incoming.source, bytes) else incoming.source.read_bytes()
    source = SourceFile(mask_persons(incoming.name, codes=True), hashlib.sha256(content).hexdigest(), len(content), "")
    supplied = {
        code for code, value in (("year", options.year), ("half", options.half)) if value and code in contract.columns
    }
    try:
        table = reader.read(content, incoming.name, headers(), required(), contract.code, supplied)
    except reader.Unreadable as error:
        return source, None, [about_file("unreadable", error.message)], 0
    source = dataclasses.replace(source, format=table.format)
    if not table.is_table:
        return source, None, [about_file("no_table", table.message)], 0
    findings = columns.missing_columns(contract, table.missing, table.closest)
    if table.missing:
        findings += _wrong_dataset(contract, content, incoming.name)
    findings += columns.doubled_columns(contract, table.doubled, table.columns)
    findings += columns.extra_columns(table.columns, _samples(table))
    findings += [
        about_file("left_out", f"Строка не вошла в данные: {left.why.rstrip('.')}.", left.row)
        for left in table.left_out
    ]
    findings += [
        about_file("overlong_row", "В строке больше клеток, чем столбцов: лишний разделитель сдвинул значения.", row)
        for row in table.overlong
    ]
    findings += [
        about_file("overlong_row", "Кавычка не закрыта: клетка поглотила следующие строки. Проверьте кавычки.", row)
        for row in table.swallowing
    ]
    if table.frame.is_empty():
        findings.append(about_file("no_rows", "Под заголовком нет ни одной строки с данными."))
    if table.missing or table.doubled or table.frame.is_empty():
        return source, None, findings, len(table.left_out)
    mapped = {code: f"c{position}" for code, position in table.mapping.items()}
    frame = table.frame.select(
        pl.lit(number, pl.UInt16).alias(FILE),
        pl.col("row").alias(ROW),
        *(pl.col(cell).alias(code) for code, cell in mapped.items()),
        *(
            pl.lit(str(value)).alias(code)
            for code, value in (("year", options.year), ("half", options.half))
            if code in supplied and code not in mapped
        ),
    )
    return source, frame, findings, len(table.left_out)


def _without_persons(finding: Finding, file: str | None) -> Finding:
    """Hide numbers of people in a finding about a file: its header may turn out to be a row of data."""
    column = finding.column and mask_persons(finding.column)
    return dataclasses.replace(finding, column=column, message=mask_persons(finding.message, codes=True), file=file)


def about_file(rule: str, message: str, row: int | None = None) -> Finding:
    """Make a finding about the file as a whole, or about one of its rows."""
    return Finding(RULES[rule].severity, rule, row, None, None, message)


def _wrong_dataset(contract: Contract, content: bytes, name: str) -> list[Finding]:
    other = reader.read(content, name, headers(), required()).dataset
    if other is None or other == contract.code:
        return []
    message = (
        f"Колонки похожи на форму «{contracts()[other].title}» ({other}), а загружается «{contract.title}» "
        f"({contract.code})."
    )
    return [about_file("wrong_dataset", message)]


def _samples(table: reader.Table) -> dict[int, list[str]]:
    return {
        position: table.frame[f"c{position}"].drop_nulls().head(_SAMPLED_VALUES).to_list() for position in table.extra
    }
