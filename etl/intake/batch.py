"""One dataset's batch: the checks that need the warehouse, then the entry into the ledger."""

import dataclasses
from collections.abc import Iterable, Sequence

import duckdb
import polars as pl

from checks import against
from checks.catalogue import contracts
from checks.cells import handwritten
from checks.contract import Contract
from checks.findings import Finding, Noticed, in_reading_order
from checks.parse import Parsed
from checks.rules import RULES
from checks.russian import date as russian_date
from checks.validate import Checked, located, unknown_references
from etl.intake.prepare import Options, Prepared, about_file
from etl.intake.result import LoadResult, Status
from etl.marked import reason_key, reasons_cover
from warehouse.ledger import batches, frozen_figures
from warehouse.ledger.batches import NewBatch, RowCounts
from warehouse.retention import residue


def add_batch(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    options: Options,
    submission: int,
    stopped_by: frozenset[str],
) -> LoadResult:
    """Finish the checks of one dataset in this transaction and add its batch, if it may be added.

    submission: its number. stopped_by: datasets that this one refers to and whose files were rejected.
    """
    contract, checked = prepared.contract, prepared.checked
    counts = RowCounts(left_out=prepared.left_out)
    findings = prepared.findings + _depends_on_rejected(stopped_by)
    stopped = any(finding.severity == "error" for finding in findings)
    if checked is None:
        return _result(prepared, "rejected", None, counts, findings)
    options.tell("relations", contract.title)
    noticed = checked.noticed + _against_warehouse(connection, contract, checked.parsed, stopped_by, options)
    findings += located(contract, checked.parsed, noticed, [file.name for file in prepared.files])
    bad = {item.index for item in noticed if RULES[item.rule].severity == "error"}
    counts = dataclasses.replace(counts, read=checked.parsed.frame.height)
    if stopped or (bad and not options.quarantine) or len(bad) == counts.read:
        return _result(prepared, "rejected", None, counts, findings)
    rows = _good_rows(checked, bad)
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
    counts = dataclasses.replace(
        counts, loaded=rows.height, superseded=superseded, unchanged=unchanged, quarantined=len(bad)
    )
    new = NewBatch(
        contract=contract,
        rows=rows,
        kept_back=_kept_back(connection, contract, checked.parsed, sorted(bad), options),
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
    return _result(prepared, "loaded", batch, counts, findings)


def _depends_on_rejected(stopped_by: Iterable[str]) -> list[Finding]:
    registers = ", ".join(f"«{contracts()[code].title}»" for code in sorted(stopped_by))
    message = f"Файл опирается на {registers}, а этот файл в той же подаче отклонён; сначала исправьте его."
    return [about_file("depends_on_rejected", message)] if registers else []


def _good_rows(checked: Checked, bad: set[int]) -> pl.DataFrame:
    """Return the rows without an error, each of identical ones once."""
    frame = checked.parsed.frame
    excluded = list(bad | checked.repeated)
    return frame.filter(~pl.int_range(pl.len()).is_in(excluded)) if excluded else frame


def _result(
    prepared: Prepared, status: Status, batch: int | None, counts: RowCounts, findings: list[Finding]
) -> LoadResult:
    names = [file.name for file in prepared.files]
    return LoadResult(prepared.contract.code, status, batch, None, counts, in_reading_order(findings), names)


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
    if through is not None and contract.has_persons:
        noticed += against.condensed_year(parsed, residue.residues()[contract.code].dated, through)
    if contract.compare is not None:
        current = {code: batches.current_frame(connection, contracts()[code]) for code in contract.needs}
        noticed += contract.compare(parsed.frame, current)
    return noticed
