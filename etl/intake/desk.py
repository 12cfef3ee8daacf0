"""Uploads by people: recognise, check, rehearse and confirm files on behalf of an actor.

The upload page draws what these functions return. Each function checks the actor's right itself, so a page that does
not check it changes nothing.
"""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from checks.catalogue import contracts, headers, required
from checks.findings import SEVERITY_ORDER, Finding
from checks.rules import RULES
from etl import marked, reader
from etl.intake import load
from etl.intake.impact import Impact, impact
from etl.intake.load import Look, Submission, read_submission
from etl.intake.matching import layout_of, left_open
from etl.intake.prepare import Incoming, Options
from etl.intake.result import LoadResult
from warehouse.access import audit
from warehouse.access.rights import Action, Actor, may, require
from warehouse.changes.unfinished import noted
from warehouse.ledger.reference import municipal_match, municipality_names
from warehouse.marts.mart import NoPublication, PublicationOutdated, open_mart
from warehouse.store.address import Address
from warehouse.suppression.cells import SMALL_GROUP


@dataclass(frozen=True)
class Recognised:
    """The dataset that a file was recognised as, and a Russian sentence about it.

    dataset: the most similar one, None when there is none.
    """

    name: str
    dataset: str | None
    is_table: bool
    message: str


@dataclass(frozen=True)
class Check:
    """A checked submission: the files as read, and the result for each dataset.

    The files are kept for the rehearsal and the confirmation.
    """

    submission: Submission
    results: list[LoadResult]


@dataclass(frozen=True)
class Proposal:
    """A municipality's match of columns: its short name; column code → position."""

    municipality: str
    mapping: Mapping[str, int]


@dataclass(frozen=True)
class RuleGroup:
    """Findings of one rule in one column: how severe, how many, and why the rule exists."""

    rule: str
    severity: str
    column: str | None
    why: str
    findings: list[Finding]


def recognise(name: str, content: bytes) -> Recognised:
    """Recognise the dataset of a file without checking it."""
    try:
        table = reader.read(content, name, headers(), required())
    except reader.Unreadable as error:
        return Recognised(name, None, False, error.message)
    return Recognised(name, table.dataset, table.is_table, table.message)


def check(address: Address, actor: Actor, files: Sequence[tuple[str, Incoming]], options: Options) -> Check:
    """Read files and check them against the warehouse; nothing is kept.

    files: dataset and file, each a batch of its own. Raises `Forbidden`, and what `etl.intake.load.load` raises.
    """
    own = _own(actor, "upload", options)
    submission = read_submission(address, [(dataset, [file]) for dataset, file in files], own)
    results = load.rehearse(address, submission, own)
    audit.record(
        address,
        actor,
        "files_checked",
        "done",
        datasets=[result.dataset for result in results],
        rows=[result.rows.read for result in results],
        errors=sum(finding.severity == "error" for result in results for finding in result.findings),
        foreign=sum(finding.rule == "foreign_municipality" for result in results for finding in result.findings),
    )
    return Check(submission, results)


def rehearse(address: Address, actor: Actor, checked: Check, options: Options, profile: str) -> Impact:
    """Return what confirming would change, as `etl.intake.impact.impact` does.

    A municipal sender sees figures of the own municipalities, and those of the region that are about no small group and
    that the current publication does not hide.
    """
    found = impact(address, checked.submission, _own(actor, "upload", options), profile)
    if may(actor, "view_people"):
        return found
    people = pl.min_horizontal("denominator_before", "denominator_after")
    small = people.is_between(1, SMALL_GROUP - 1).fill_null(False)
    own = pl.col("territory_id").is_in(list(actor.municipalities))
    shown = found.indicators.filter(own | ((pl.col("level") == "R") & ~small))
    hidden = _hidden_from(address, actor)
    return dataclasses.replace(found, indicators=shown.join(hidden, on=hidden.columns, how="anti"))


def _hidden_from(address: Address, actor: Actor) -> pl.DataFrame:
    """Return keys of the figures that the current publication hides; none without a publication.

    Columns: indicator, level, territory_id, year, half.
    """
    key = "indicator, level, territory_id, year, half"
    try:
        return open_mart(address).query_as(actor, f"select {key} from indicator_values where hidden")
    except (NoPublication, PublicationOutdated):
        return pl.DataFrame(schema=dict.fromkeys(key.split(", "), pl.String) | {"year": pl.Int64, "half": pl.Int64})


def confirm(
    address: Address, actor: Actor, checked: Check, options: Options, look: Look | None = None
) -> list[LoadResult]:
    """Add a checked submission to the warehouse and publish it, after checking it again.

    The second check runs in the transaction of the load. look: as of `load.commit`. If the process is killed, a note
    remains by which the page says afterwards what became of the load (`warehouse.changes.unfinished`).
    """
    own = _own(actor, "confirm", options)
    files = [file.name for prepared in checked.submission.prepared for file in prepared.files]
    with noted(address, actor, files, own.now):
        return load.commit(address, checked.submission, own, look)


def _own(actor: Actor, action: Action, options: Options) -> Options:
    if actor.role != "municipal":
        require(actor, action)
        return dataclasses.replace(options, actor=actor)
    for municipality in actor.municipalities or [""]:
        require(actor, action, municipality)
    return dataclasses.replace(options, actor=actor)


def grouped(findings: Sequence[Finding]) -> list[RuleGroup]:
    """Return findings by rule and column: errors first, then the most frequent."""
    groups: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.column), []).append(finding)
    return sorted(
        (
            RuleGroup(rule, RULES[rule].severity, column, RULES[rule].why, found)
            for (rule, column), found in groups.items()
        ),
        key=lambda group: (SEVERITY_ORDER[group.severity], -len(group.findings)),
    )


def without_reason(checked: Check, result_number: int) -> list[Finding]:
    """Return the warnings of one file that its workbook gives no reason for."""
    prepared = checked.submission.prepared[result_number]
    return marked.warnings_without_reason(checked.results[result_number].findings, prepared.reasons)


def column_match(checked: Check, result_number: int) -> tuple[Sequence[str], Mapping[str, int]] | None:
    """Return a file's headers, and the position matched to each column code.

    None when the file has no table.
    """
    table = checked.submission.prepared[result_number].tables[0]
    return None if table is None else (table.columns, table.mapping)


def proposed_match(address: Address, actor: Actor, checked: Check, result_number: int) -> Proposal | None:
    """Return a municipality's match for the columns that the headers leave open, or None.

    A specialist decides whether to apply it. None for a municipal sender, and where no column is open or no
    municipality has matched such a file.
    """
    prepared = checked.submission.prepared[result_number]
    table, contract = prepared.tables[0], prepared.contract
    if table is None or actor.role == "municipal":
        return None
    found = municipal_match(address, contract.code, layout_of(table.columns))
    match = left_open(contract, table, found[1]) if found else {}
    return Proposal(municipality_names(address).get(found[0], found[0]), match) if found and match else None


def marked_workbook(checked: Check, result_number: int, file: Incoming, today: dt.date) -> bytes | None:
    """Return the file as a workbook with its findings marked.

    None when the file has no table, or one that is too large to mark.
    """
    prepared = checked.submission.prepared[result_number]
    table = prepared.tables[0]
    if table is None:
        return None
    assert isinstance(file.source, bytes)
    findings = checked.results[result_number].findings
    try:
        return marked.mark(file.source, file.name, table, prepared.contract.code, findings, today)
    except marked.TooLargeToMark:
        return None


def as_table(findings: Sequence[Finding]) -> pl.DataFrame:
    """Return findings as a table for people: one row a finding, Russian headings."""
    return pl.DataFrame(
        {
            "Строка": [finding.row for finding in findings],
            "Колонка": [finding.column for finding in findings],
            "Значение": [finding.value for finding in findings],
            "Что не так и как правильно": [finding.message for finding in findings],
        },
        schema={
            "Строка": pl.Int64,
            "Колонка": pl.String,
            "Значение": pl.String,
            "Что не так и как правильно": pl.String,
        },
    )


def titles() -> dict[str, str]:
    """Return the datasets' Russian titles by code, in the order of the catalogue."""
    return {code: contract.title for code, contract in contracts().items()}
