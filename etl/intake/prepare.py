"""Reading and checking of files as far as possible without the warehouse."""

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from checks.catalogue import headers, required
from checks.cells import mask_persons
from checks.contract import Contract
from checks.findings import Finding
from checks.half_year import HalfYear
from checks.parse import FILE, ROW, Reference, parse
from checks.text import visible
from checks.validate import Checked, check_rows
from etl import reader
from etl.intake import matching
from etl.intake.about import about_file, about_table
from etl.intake.stages import Tell, silent
from etl.marked import ReasonKey, read_reasons
from warehouse.access.rights import Actor
from warehouse.ledger.batches import SourceFile
from warehouse.ledger.reference import Layouts


@dataclass(frozen=True)
class Options:
    """Options of a load.

    actor: who loads. now: moment of the load, UTC without a zone. year, half: for files without these columns.
    publish: build the mart; without it the next publication shows the load too. confirm: reason that accepts warnings.
    quarantine: load the good rows and keep the bad ones back. region: code of the region that ambiguous names and
    programmes belong to. covers: municipalities that the file is the whole form of, or «region»; covers_periods: the
    half-years; None: inferred from the rows. tell: called at the beginning of each stage.
    """

    actor: Actor
    now: dt.datetime
    year: int | None = None
    half: int | None = None
    publish: bool = True
    confirm: str | None = None
    quarantine: bool = False
    region: str | None = None
    covers: tuple[str, ...] | None = None
    covers_periods: tuple[HalfYear, ...] | None = None
    tell: Tell = silent

    @property
    def own(self) -> frozenset[str] | None:
        """The municipalities that the sender is bound to; None: a sender of the whole region."""
        return self.actor.municipalities if self.actor.role == "municipal" else None


@dataclass(frozen=True)
class Incoming:
    """A file as it came: its name and its bytes, or the path to them.

    mapping: column code → position in the file, when a person has matched the columns by hand.
    persons: cell → pseudonym of a known person; only in files that the program makes of rows kept back, a cell of a
    sender's file is always an identifier.
    """

    name: str
    source: Path | bytes
    mapping: Mapping[str, int] | None = None
    persons: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> "Incoming":
        """Return a file of the disk under its own name."""
        return cls(path.name, path)


@dataclass(frozen=True)
class Prepared:
    """Files of one dataset, read and checked without the warehouse.

    tables: of each file, None where it could not be opened. to_remember: layout → match of columns by hand that is
    worth remembering. reasons: for warnings, from marked workbooks that came back.
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
    """Read and check files of one dataset with the reference lists alone.

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
            about += about_table(contract, table, content, incoming.name)
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
    """Return the reference with the tokens of known persons resolved to their pseudonyms."""
    known = {f"id:{cell}": pseudonym for file in files for cell, pseudonym in file.persons.items()}
    if not known:
        return reference
    return dataclasses.replace(reference, pseudonym=lambda person: known.get(person) or reference.pseudonym(person))


def _source(name: str, content: bytes) -> SourceFile:
    return SourceFile(mask_persons(visible(name), codes=True), hashlib.sha256(content).hexdigest(), len(content), "")


def _read(
    contract: Contract, incoming: Incoming, content: bytes, options: Options, layouts: Layouts
) -> tuple[reader.Table | None, dict[str, int], list[Finding]]:
    """Read one file; return its table, the part of a manual match to remember, and findings.

    The table is None when the file is unreadable or has none.
    """
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
    """Return the columns whose value comes with the upload instead of the file."""
    given = {"year": options.year, "half": options.half}
    return {code: value for code, value in given.items() if value and code in contract.columns}


def _is_rejected(table: reader.Table) -> bool:
    return bool(table.missing or table.doubled or table.frame.is_empty())


def _text_of(contract: Contract, table: reader.Table, number: int, options: Options) -> pl.DataFrame:
    """Return the data rows as text by column code, with file number and source row.

    Values supplied by the options fill columns that the file lacks.
    """
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
    """Return the finding with personal numbers masked: a header may be a row of data."""
    column = finding.column and mask_persons(finding.column)
    return dataclasses.replace(finding, column=column, message=mask_persons(finding.message, codes=True), file=file)
