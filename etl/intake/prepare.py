"""From files to checked rows: everything about a file that can be told before the warehouse is opened."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from checks import columns
from checks.catalogue import contracts, headers, required
from checks.cells import mask_persons
from checks.contract import Contract
from checks.findings import Finding
from checks.parse import FILE, ROW, Reference, parse
from checks.rules import RULES
from checks.russian import listed
from checks.text import visible
from checks.validate import Checked, check_rows
from etl import reader
from etl.intake import matching
from etl.intake.stages import Tell, silent
from etl.marked import ReasonKey, read_reasons
from warehouse.access.rights import Actor
from warehouse.ledger.batches import SourceFile
from warehouse.ledger.reference import Layouts

# Values of an extra column that are looked at to tell whether it is personal.
_SAMPLED_VALUES = 20


@dataclass(frozen=True)
class Options:
    """How to load. year, half: fill these columns where the file has none. confirm: reason that accepts warnings.

    quarantine: load the good rows, keep the bad ones apart. region: code of the region that shared names and
    programmes belong to. actor: who loads. now: moment of the load, UTC without a zone.
    publish: build the mart; without it the load is announced, and the next load that publishes shows it too.
    tell: hears of each stage as it begins.
    """

    actor: Actor
    now: dt.datetime
    year: int | None = None
    half: int | None = None
    publish: bool = True
    confirm: str | None = None
    quarantine: bool = False
    region: str | None = None
    tell: Tell = silent

    @property
    def own(self) -> frozenset[str] | None:
        """The municipalities that the sender is bound to; None: a sender of the whole region."""
        return self.actor.municipalities if self.actor.role == "municipal" else None


@dataclass(frozen=True)
class Incoming:
    """A file as it came: its name and its bytes, or the path to them.

    mapping: column code → position in the file, when a person has matched the columns by hand.
    persons: cell → pseudonym of a person whom the warehouse already knows. Only a table that the program itself has
    made of rows kept back has them; what stands in a sender's file is always an identifier.
    """

    name: str
    source: Path | bytes
    mapping: Mapping[str, int] | None = None
    persons: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> "Incoming":
        """Take a file of the disk under its own name."""
        return cls(path.name, path)


@dataclass(frozen=True)
class Prepared:
    """One dataset's files, read and checked as far as the files alone allow.

    tables: what the reader saw in each file, None where it could not be opened. to_remember: layouts of files whose
    columns a person has matched, with what is to be remembered of the match. reasons: for warnings, as written into a
    marked workbook that came back.
    """

    contract: Contract
    files: list[SourceFile]
    findings: list[Finding]
    checked: Checked | None
    left_out: int
    tables: list[reader.Table | None]
    to_remember: dict[str, Mapping[str, int]]
    reasons: dict[ReasonKey, str]


def prepare(
    contract: Contract,
    files: Sequence[Incoming],
    reference: Reference,
    options: Options,
    layouts: Layouts,
) -> Prepared:
    """Read and check files of one dataset; nothing of the warehouse is needed but its reference lists.

    layouts: how the sender or the region once matched the columns of such files.
    """
    several = len(files) > 1
    findings: list[Finding] = []
    sources: list[SourceFile] = []
    tables: list[reader.Table | None] = []
    frames: list[pl.DataFrame] = []
    to_remember: dict[str, Mapping[str, int]] = {}
    reasons: dict[ReasonKey, str] = {}
    for number, incoming in enumerate(files):
        content = reader.content_of(incoming.source)
        source = _source(incoming.name, content)
        options.tell("reading", source.name)
        table, matched_now, about = _read(contract, incoming, content, options, layouts)
        if table is not None:
            source = dataclasses.replace(source, format=table.format)
            reasons |= read_reasons(content)
            options.tell("columns", source.name)
            about += _about_table(contract, table, content, incoming.name)
            if not _is_rejected(table):
                frames.append(_text_of(contract, table, number, options))
                if matched_now:
                    to_remember[matching.layout_of(table.columns)] = matched_now
        sources.append(source)
        tables.append(table)
        findings += [_without_persons(finding, source.name if several else None) for finding in about]
    left_out = sum(len(table.left_out) for table in tables if table)
    if not frames:
        return Prepared(contract, sources, findings, None, left_out, tables, to_remember, reasons)
    options.tell("values", contract.title)
    parsed = parse(contract, pl.concat(frames, how="diagonal"), _knowing(reference, files))
    return Prepared(contract, sources, findings, check_rows(contract, parsed), left_out, tables, to_remember, reasons)


def _knowing(reference: Reference, files: Sequence[Incoming]) -> Reference:
    """Return the reference that takes the cells of known persons for what they stand for."""
    known = {f"id:{cell}": pseudonym for file in files for cell, pseudonym in file.persons.items()}
    if not known:
        return reference
    return dataclasses.replace(reference, pseudonym=lambda person: known.get(person) or reference.pseudonym(person))


def _source(name: str, content: bytes) -> SourceFile:
    return SourceFile(mask_persons(visible(name), codes=True), hashlib.sha256(content).hexdigest(), len(content), "")


def _read(
    contract: Contract, incoming: Incoming, content: bytes, options: Options, layouts: Layouts
) -> tuple[reader.Table | None, dict[str, int], list[Finding]]:
    """Read one file; return its table, the part of a match by hand that is worth remembering, and findings."""
    supplied = frozenset(_supplied(contract, options))
    try:
        table = reader.read(content, incoming.name, headers(), required(), contract.code, supplied)
    except reader.Unreadable as error:
        return None, {}, [about_file("unreadable", error.message)]
    if not table.is_table:
        return None, {}, [about_file("no_table", table.message)]
    if incoming.mapping is not None:
        new = matching.left_open(contract, table, incoming.mapping)
        return matching.by_hand(contract, table, incoming.mapping, supplied), new, []
    remembered = layouts.get((contract.code, matching.layout_of(table.columns)), {})
    matched = matching.as_remembered(contract, table, remembered, supplied)
    if matched is None:
        return table, {}, []
    message = "Колонки сопоставлены так, как это сделали вручную для такого же файла раньше."
    return matched, {}, [about_file("remembered_columns", message)]


def _supplied(contract: Contract, options: Options) -> dict[str, int]:
    """Return the columns whose value comes with the upload, not from the file."""
    given = {"year": options.year, "half": options.half}
    return {code: value for code, value in given.items() if value and code in contract.columns}


def _is_rejected(table: reader.Table) -> bool:
    return bool(table.missing or table.doubled or table.frame.is_empty())


def _about_table(contract: Contract, table: reader.Table, content: bytes, name: str) -> list[Finding]:
    """Say everything about a file's columns and about the rows that are not data."""
    findings = columns.missing_columns(contract, table.missing, table.closest)
    if table.missing:
        findings += _wrong_dataset(contract, content, name)
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
    if table.other_sheets:
        sheets = listed([f"«{sheet}»" for sheet in table.other_sheets])
        message = (
            f"Прочитан лист «{table.sheet}», а такая же таблица есть ещё на листах {sheets}. Если нужны и они, "
            "сохраните их отдельными файлами; если нет, подтвердите с причиной."
        )
        findings.append(about_file("other_sheets", message))
    if table.frame.is_empty():
        findings.append(about_file("no_rows", "Под заголовком нет ни одной строки с данными."))
    return findings


def _text_of(contract: Contract, table: reader.Table, number: int, options: Options) -> pl.DataFrame:
    """Return the data rows as text by column code, with the number of the file and of the row in it."""
    return table.frame.select(
        pl.lit(number, pl.UInt16).alias(FILE),
        pl.col("row").alias(ROW),
        *(pl.col(f"c{position}").alias(code) for code, position in table.mapping.items()),
        *(
            pl.lit(str(value)).alias(code)
            for code, value in _supplied(contract, options).items()
            if code not in table.mapping
        ),
    )


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
