"""Loading of files: read, check against the contract, add one batch a dataset, publish.

The command line and the upload page call the same functions. Everything that needs no database happens before the write
lock is taken.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from checks.catalogue import contracts
from checks.findings import Finding
from checks.parse import Reference
from etl.intake.batch import add_batch
from etl.intake.prepare import Incoming, Options, Prepared, prepare
from etl.intake.result import LoadResult
from warehouse.changes.connection import undo, writer
from warehouse.changes.publishing import publishing
from warehouse.ledger import attempts, batches
from warehouse.ledger.attempts import Attempt
from warehouse.ledger.batches import RowCounts
from warehouse.ledger.reference import references
from warehouse.store.address import Address
from warehouse.store.clock import local_day
from warehouse.store.key import Pseudonyms, check_key


@dataclass(frozen=True)
class Submission:
    """Files of one sender, read and checked without the warehouse.

    prepared: one item a batch, referenced datasets before those that refer to them. fingerprint: of the key of its
    pseudonyms, None when it has no persons.
    """

    prepared: list[Prepared]
    fingerprint: str | None


Named = Sequence[tuple[str, Sequence[Incoming]]]
"""Datasets with their files."""

Look = Callable[[duckdb.DuckDBPyConnection, list[LoadResult]], None]
"""Called within the transaction that has added the batches, with its connection and their results."""

Add = Callable[[Address, Submission, Options], list[LoadResult]]
"""`commit`, or `rehearse` to change nothing."""


def read_submission(address: Address, named: Named, options: Options) -> Submission:
    """Read files and check them without the warehouse; nothing is written and no lock is taken.

    named: in any order; each item becomes a batch.
    """
    pseudonyms = Pseudonyms(address)
    known = references(address, options.region, options.own or ())
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


def rehearse(address: Address, submission: Submission, options: Options, look: Look | None = None) -> list[LoadResult]:
    """Check a submission against the warehouse as if it were loaded, and roll back.

    Returns the results that `commit` would, with the status «valid» in place of «loaded».
    """
    with writer(address, "загрузка данных", options.actor, finish=options.publish) as connection:
        connection.begin()
        try:
            results = _add_all(connection, submission, options)
            if look is not None:
                look(connection, results)
        finally:
            undo(connection)
    return [_rehearsed(result) for result in results]


def _rehearsed(result: LoadResult) -> LoadResult:
    """Return the result of a batch that was rolled back; a batch loaded before keeps its number."""
    if result.is_new:
        return dataclasses.replace(result, status="valid", batch=None)
    return dataclasses.replace(result, status="valid") if result.status == "loaded" else result


def commit(address: Address, submission: Submission, options: Options, look: Look | None = None) -> list[LoadResult]:
    """Check a submission against the warehouse, add its batches and publish them.

    All batches are added in one transaction. look: called in it with the results; what it writes is committed or rolled
    back with the batches.
    """
    # File names may contain names of people, so the audit trail has digests.
    about = {
        "datasets": [item.contract.code for item in submission.prepared],
        "files": [file.sha256[:12] for item in submission.prepared for file in item.files],
        "reason": options.confirm,
    }
    with publishing(
        address, options.actor, options.now, "load", "загрузка данных", about, build=options.publish, finish=False
    ) as change:
        results = _add_all(change.connection, submission, options)
        if look is not None:
            look(change.connection, results)
        _remember_faulty(change.connection, submission.prepared, results, options)
        if titles := [contracts()[result.dataset].title for result in results if result.is_new]:
            change.announce(f"Загрузка: {', '.join(titles)}")
        change.entry |= {
            "batches": [result.batch for result in results if result.is_new],
            "rejected": [result.dataset for result in results if result.batch is None],
            "publication": change.publication,
        }
    return [dataclasses.replace(r, publication=change.publication) if r.is_new else r for r in results]


def _add_all(connection: duckdb.DuckDBPyConnection, submission: Submission, options: Options) -> list[LoadResult]:
    """Add the batches of a submission in this transaction; raises `WrongKey`."""
    if submission.fingerprint is not None:
        check_key(connection, submission.fingerprint)
    number = batches.next_submission(connection)
    rejected: set[str] = set()
    results = []
    for item in submission.prepared:
        result = add_batch(connection, item, options, number, frozenset(rejected & item.contract.references))
        if result.status == "rejected":
            rejected.add(item.contract.code)
        results.append(result)
    return results


def _remember_faulty(
    connection: duckdb.DuckDBPyConnection, prepared: Sequence[Prepared], results: Sequence[LoadResult], options: Options
) -> None:
    """Record the loads that were rejected or left rows in quarantine, by municipality.

    Screens show them from the next publication on.
    """
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
    attempts.record(
        connection, faulty, author=options.actor.name, at=options.now, region_id=options.region, own=options.own
    )


def load(address: Address, dataset: str, files: Sequence[Incoming], options: Options, add: Add = commit) -> LoadResult:
    """Load files of one dataset as one batch: all of it or nothing.

    Raises `WarehouseBusy`, `WrongKey`, `WarehouseDamaged`; everything about the files is in the findings.
    """
    (result,) = add(address, read_submission(address, [(dataset, files)], options), options)
    return result


def load_folder(address: Address, folder: Path, options: Options, add: Add = commit) -> list[LoadResult]:
    """Load every file of a folder whose name begins with a dataset's code, as one submission.

    Files are loaded in the order that references need, each as a batch of its own. A rejected file stops only
    files of datasets that refer to it. A file that names no dataset gives a result without a dataset. Raises what
    `load` does.
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
    return add(address, read_submission(address, named, options), options) + unknown


def dataset_of_name(name: str) -> str | None:
    """Return the dataset whose code a file's name begins with, the longest code first."""
    lowered = name.lower()
    matching = [code for code in contracts() if lowered.startswith(code)]
    return max(matching, key=len, default=None)


def _unknown_file(name: str) -> LoadResult:
    message = f"Имя файла «{name}» не начинается с кода формы (например, training_2025.csv); файл не загружался."
    finding = Finding("notice", "unknown_file", None, None, None, message)
    return LoadResult("", "rejected", None, None, RowCounts(), [finding], [name])
