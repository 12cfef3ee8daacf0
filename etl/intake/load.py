"""Loading: files → reader → contract → findings → one batch in the warehouse → a publication.

The command line and the upload page call the same functions. Everything that needs no database happens before
the write lock is taken.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from checks import against
from checks.catalogue import contracts
from checks.cells import handwritten
from checks.contract import Contract
from checks.findings import Finding, in_reading_order
from checks.parse import Parsed, Reference
from checks.rules import RULES
from checks.russian import counted
from checks.russian import date as russian_date
from checks.validate import Noticed, located, unknown_references
from etl.intake.prepare import Incoming, Options, Prepared, about_file, prepare
from etl.marked import reason_key, reasons_cover
from warehouse.access import audit
from warehouse.build import publish
from warehouse.changes.connection import undo, writer
from warehouse.ledger import attempts, batches, frozen_figures
from warehouse.ledger.attempts import Attempt
from warehouse.ledger.batches import NewBatch, RowCounts
from warehouse.ledger.reference import references
from warehouse.retention import residue
from warehouse.store.address import Address
from warehouse.store.clock import local_day
from warehouse.store.key import Pseudonyms, check_key

Status = Literal["loaded", "rejected", "valid"]


@dataclass(frozen=True)
class LoadResult:
    """The outcome of loading one dataset.

    status: loaded, rejected, or valid (a dry run that would load). batch, publication: their numbers when loaded.
    """

    dataset: str
    status: Status
    batch: int | None
    publication: int | None
    rows: RowCounts
    findings: list[Finding]
    files: list[str]


@dataclass(frozen=True)
class Submission:
    """Files of one sender, read and checked as far as they alone allow, in the order that references need.

    prepared: one item a dataset's batch. fingerprint: of the key that its pseudonyms are made under, None when
    nobody is in it.
    """

    prepared: list[Prepared]
    fingerprint: str | None


Named = Sequence[tuple[str, Sequence[Incoming]]]
Look = Callable[[duckdb.DuckDBPyConnection, list["LoadResult"]], None]


def load(address: Address, dataset: str, files: Sequence[Incoming], options: Options) -> LoadResult:
    """Load files of one dataset as one batch: all of it or nothing.

    Raises `WarehouseBusy`, `WrongKey`, `WarehouseDamaged`; everything about the files is in the findings.
    """
    (result,) = add_submission(address, read_submission(address, [(dataset, files)], options), options)
    return result


def load_folder(address: Address, folder: Path, options: Options) -> list[LoadResult]:
    """Load every file of a folder whose name begins with a dataset's code, as one submission.

    Files are loaded in the order that references need, each as a batch of its own. A rejected file stops only
    files of datasets that refer to it. A file that names no dataset gives a result without a dataset.
    """
    named: list[tuple[str, Sequence[Incoming]]] = []
    unknown: list[LoadResult] = []
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith((".", "~$"))):
        dataset = dataset_of_name(path.name)
        if dataset is None:
            unknown.append(_unknown_file(path.name))
        else:
            named.append((dataset, [Incoming.at(path)]))
    if not named:
        return unknown
    return add_submission(address, read_submission(address, named, options), options) + unknown


def dataset_of_name(name: str) -> str | None:
    """Return the dataset whose code a file's name begins with, the longest code first."""
    lowered = name.lower()
    matching = [code for code in contracts() if lowered.startswith(code)]
    return max(matching, key=len, default=None)


def _unknown_file(name: str) -> LoadResult:
    message = f"Имя файла «{name}» не начинается с кода формы (например, training_2025.csv); файл не загружался."
    finding = Finding("notice", "unknown_file", None, None, None, message)
    return LoadResult("", "rejected", None, None, RowCounts(), [finding], [name])


def read_submission(address: Address, named: Named, options: Options) -> Submission:
    """Read files and check them by themselves; nothing is written and no lock is taken.

    named: dataset and its files, in any order; each item becomes a batch.
    """
    pseudonyms = Pseudonyms(address)
    known = references(address, options.region)
    reference = Reference(
        municipality=known.territories.municipality,
        territory=known.territories.territory,
        competencies=known.competencies,
        pseudonym=pseudonyms,
        today=local_day(options.now),
    )
    order = list(contracts())
    prepared = [
        prepare(contracts()[dataset], files, reference, options, known.layouts)
        for dataset, files in sorted(named, key=lambda item: order.index(item[0]))
    ]
    return Submission(prepared, pseudonyms.fingerprint)


def add_submission(
    address: Address, submission: Submission, options: Options, look: Look | None = None
) -> list[LoadResult]:
    """Check a submission against the warehouse and add its batches in one transaction; publish them.

    With options.dry_run everything is undone. look: sees the warehouse with the batches in, before they are kept
    or undone; the results that it is given carry the batch numbers of the transaction.
    """
    with (
        contextlib.nullcontext({}) if options.dry_run else _entered(address, submission, options) as entry,
        writer(address, "загрузка данных", options.actor, finish=options.publish and options.dry_run) as connection,
    ):
        connection.begin()
        try:
            if submission.fingerprint is not None:
                check_key(connection, submission.fingerprint)
            results = _add_all(connection, submission.prepared, options)
            if look is not None:
                look(connection, results)
            added = [result for result in results if result.publication == _PENDING]
            if options.dry_run:
                connection.rollback()
                return [_rehearsed(result) for result in results]
            if not added:
                connection.rollback()
                connection.begin()
            _remember_faulty(connection, submission.prepared, results, options)
            publication = None
            if added:
                reason = f"Загрузка: {', '.join(contracts()[result.dataset].title for result in added)}"
                publication = publish.announce(connection, author=options.actor.name, reason=reason, at=options.now)
            connection.commit()
            entry |= {"batches": [r.batch for r in added], "rejected": [r.dataset for r in results if r.batch is None]}
            entry["publication"] = publication
        except BaseException:
            undo(connection)
            raise
        if publication is not None and options.publish:
            publish.publish(connection, address, publication)
        elif options.publish:
            publish.finish_interrupted(connection, address)
    return [dataclasses.replace(r, publication=publication) if r.publication == _PENDING else r for r in results]


def _entered(
    address: Address, submission: Submission, options: Options
) -> contextlib.AbstractContextManager[dict[str, Any]]:
    """Enter a load in the audit trail: forms and digests of files, whose names may be somebody's, and the reason."""
    return audit.operation(
        address,
        options.actor,
        "load",
        datasets=[item.contract.code for item in submission.prepared],
        files=[file.sha256[:12] for item in submission.prepared for file in item.files],
        reason=options.confirm,
    )


def _remember_faulty(
    connection: duckdb.DuckDBPyConnection, prepared: Sequence[Prepared], results: Sequence[LoadResult], options: Options
) -> None:
    """Record which municipalities' loads left errors; screens show it from the next publication on."""
    faulty = [
        Attempt(
            contract=item.contract,
            batch=result.batch,
            files=result.files,
            errors=sum(finding.severity == "error" for finding in result.findings),
            warnings=sum(finding.severity == "warning" for finding in result.findings),
            rows=item.checked.parsed.frame if item.checked else None,
        )
        for item, result in zip(prepared, results, strict=True)
        if result.status == "rejected" or result.rows.quarantined
    ]
    attempts.record(connection, faulty, author=options.actor.name, at=options.now, region_id=options.region)


def _rehearsed(result: LoadResult) -> LoadResult:
    """Say of a batch that was undone what would become of it; one that is loaded already keeps its number."""
    if result.publication == _PENDING:
        return dataclasses.replace(result, status="valid", batch=None, publication=None)
    return dataclasses.replace(result, status="valid") if result.status == "loaded" else result


# Stands for the number of the publication that the submission will get when all its batches are in.
_PENDING = -1


def _add_all(connection: duckdb.DuckDBPyConnection, prepared: Iterable[Prepared], options: Options) -> list[LoadResult]:
    submission = batches.next_submission(connection)
    rejected: set[str] = set()
    results = []
    for item in prepared:
        result = _add_one(connection, item, options, submission, frozenset(rejected & item.contract.references))
        if result.status == "rejected":
            rejected.add(item.contract.code)
        results.append(result)
    return results


def _add_one(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    options: Options,
    submission: int,
    stopped_by: frozenset[str],
) -> LoadResult:
    """Finish the checks of one dataset against the warehouse and add its batch, if it may be added."""
    contract, checked = prepared.contract, prepared.checked
    names = [file.name for file in prepared.files]
    findings = list(prepared.findings)
    if stopped_by:
        registers = ", ".join(f"«{contracts()[code].title}»" for code in sorted(stopped_by))
        message = f"Файл опирается на {registers}, а этот файл в той же подаче отклонён; сначала исправьте его."
        findings.append(about_file("depends_on_rejected", message))
    if checked is None:
        return _result(prepared, "rejected", None, RowCounts(left_out=prepared.left_out), findings)
    options.tell("relations", contract.title)
    noticed = checked.noticed + _against_warehouse(connection, contract, checked.parsed, stopped_by, options)
    findings += located(contract, checked.parsed, noticed, names)
    bad = {item.index for item in noticed if RULES[item.rule].severity == "error"}
    frame = checked.parsed.frame.with_row_index("index")
    height = frame.height
    counts = RowCounts(read=height, left_out=prepared.left_out)
    file_errors = any(f.severity == "error" for f in prepared.findings) or bool(stopped_by)
    if file_errors or (bad and not options.quarantine) or len(bad) == height:
        return _result(prepared, "rejected", None, counts, findings)
    excluded = bad | checked.repeated
    rows = frame if not excluded else frame.filter(~pl.col("index").is_in(list(excluded)))
    superseded, unchanged = batches.compare(connection, contract, rows)
    if again := batches.same_files(connection, contract.code, (file.sha256 for file in prepared.files)):
        batch, loaded_at = again
        when = f"партия № {batch} от {russian_date(loaded_at)}"
        if unchanged == rows.height:
            message = f"Этот файл уже загружен ({when}); повторная загрузка ничего не изменила."
            findings.append(about_file("already_loaded", message))
            counts = dataclasses.replace(counts, unchanged=unchanged)
            return _result(prepared, "loaded", batch, counts, findings)
        if superseded:
            message = f"Этот файл уже загружался ({when}), с тех пор данные менялись; загрузка вернёт прежние значения."
            findings.append(about_file("older_file_again", message))
    confirmation = handwritten(options.confirm or "")
    if reasons_cover(findings, prepared.reasons) and not confirmation:
        return _result(prepared, "rejected", None, counts, findings)
    reasons = {
        finding: prepared.reasons.get(reason_key(finding)) or confirmation
        for finding in findings
        if finding.severity == "warning"
    }
    kept_back = _kept_back(connection, contract, checked.parsed, sorted(bad), options)
    counts = dataclasses.replace(
        counts, loaded=rows.height, superseded=superseded, unchanged=unchanged, quarantined=len(bad)
    )
    new = NewBatch(
        contract=contract,
        rows=rows.drop("index"),
        kept_back=kept_back,
        files=prepared.files,
        findings=in_reading_order(findings),
        reasons=reasons,
        counts=counts,
        author=options.actor.name,
        at=options.now,
        confirmation=(confirmation or "; ".join(sorted(set(reasons.values())))) if reasons else None,
        region_id=options.region,
    )
    batch = batches.add(connection, new, submission)
    for layout, mapping in prepared.by_hand.items():
        batches.remember_layout(connection, contract.code, layout, mapping, options.actor.name, options.now)
    return dataclasses.replace(_result(prepared, "loaded", batch, counts, findings), publication=_PENDING)


def _kept_back(
    connection: duckdb.DuckDBPyConnection, contract: Contract, parsed: Parsed, bad: Sequence[int], options: Options
) -> pl.DataFrame:
    """Return rows for the quarantine with the municipality that may finish them: that of the row, else the sender's."""
    typed = parsed.frame[bad]
    register = batches.current_frame(connection, contracts()["organizations"])
    spoken = against.territories_of(contract, typed, register)
    municipality: pl.Expr = pl.when(~spoken.str.ends_with("000000")).then(spoken)
    if options.only is not None:
        (own,) = options.only if len(options.only) == 1 else (None,)
        municipality = pl.when(spoken.is_in(list(options.only))).then(spoken).otherwise(pl.lit(own, pl.String))
    return batches.quarantine_rows(contract, typed, parsed.written[bad], pl.select(municipality).to_series())


def _result(
    prepared: Prepared, status: Status, batch: int | None, counts: RowCounts, findings: list[Finding]
) -> LoadResult:
    names = [file.name for file in prepared.files]
    return LoadResult(prepared.contract.code, status, batch, None, counts, in_reading_order(findings), names)


def _against_warehouse(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    parsed: Parsed,
    stopped_by: frozenset[str],
    options: Options,
) -> list[Noticed]:
    """Check a batch against registers and other half-years as they stand in this transaction."""
    known = {dataset: batches.keys_of(connection, contracts()[dataset]) for dataset in contract.references - stopped_by}
    noticed = unknown_references(contract, parsed, known)
    if options.only is not None:
        registered = batches.current_frame(connection, contracts()["organizations"])
        noticed += against.foreign_municipality(contract, parsed, registered, options.only)
    through = frozen_figures.through_year(connection)
    if through is not None and contract.code in frozen_figures.people_datasets():
        noticed += against.condensed_year(parsed, residue.residues()[contract.code].dated, through)
    if contract.code == "passport_organizations":
        noticed += against.staff_jump(parsed, batches.current_frame(connection, contract))
    if contract.code == "assignments":
        current = {
            code: batches.current_frame(connection, contracts()[code])
            for code in ("assignments", "passport_organizations", "methodists")
        }
        noticed += against.assigned_above_staff(
            parsed, current["assignments"], current["passport_organizations"], current["methodists"]
        )
    return noticed


def summary(result: LoadResult) -> str:
    """Say the outcome in one Russian sentence."""
    title = contracts()[result.dataset].title if result.dataset else result.files[0]
    rows = counted(result.rows.loaded, "строка", "строки", "строк")
    match result.status:
        case "loaded" if result.rows.loaded:
            return f"«{title}»: загружено, партия № {result.batch}, {rows}, публикация № {result.publication}."
        case "loaded":
            return f"«{title}»: уже загружено, партия № {result.batch}; ничего не изменилось."
        case "valid" if result.batch:
            return f"«{title}»: уже загружено, партия № {result.batch}; загрузка ничего не изменит."
        case "valid":
            good = counted(result.rows.loaded, "строку", "строки", "строк")
            return f"«{title}»: можно загружать {good}."
        case _:
            return f"«{title}»: не загружено."
