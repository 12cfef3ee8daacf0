"""One dataset's batch: the checks that need the warehouse, then the entry into the ledger."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence

import duckdb
import polars as pl

from checks import against
from checks.catalogue import contracts
from checks.cells import handwritten
from checks.contract import Contract
from checks.findings import Finding, Noticed, in_reading_order
from checks.parse import Parsed
from checks.rules import RULES
from checks.russian import counted, listed
from checks.russian import date as russian_date
from checks.similar import is_compared, similar_keys
from checks.territories import REGION_ENDING
from checks.validate import Checked, located, unknown_references
from etl.intake.about import about_file
from etl.intake.prepare import Options, Prepared
from etl.intake.result import LoadResult, Status
from etl.marked import reason_key, warnings_without_reason
from warehouse.ledger import batches, deliveries, frozen_figures, ownership
from warehouse.ledger.batches import NewBatch, RowCounts
from warehouse.ledger.deliveries import Deliveries
from warehouse.ledger.ownership import Foreign
from warehouse.retention import residue


def add_batch(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    options: Options,
    submission: int,
    stopped_by: frozenset[str],
) -> LoadResult:
    """Finish the checks of one dataset in the open transaction and add its batch, if allowed.

    submission: its number. stopped_by: datasets that this one refers to and whose files were rejected.
    """
    contract, checked = prepared.contract, prepared.checked
    counts = RowCounts(left_out=prepared.left_out)
    findings = prepared.findings + _depends_on_rejected(stopped_by)
    stopped = any(finding.severity == "error" for finding in findings)
    if checked is None:
        return _result(prepared, "rejected", None, counts, findings)
    options.tell("relations", contract.title)
    noticed, requests = _against_warehouse(connection, contract, checked.parsed, stopped_by, options)
    noticed = checked.noticed + noticed
    findings += located(contract, checked.parsed, noticed, [file.name for file in prepared.files])
    bad = {item.index for item in noticed if RULES[item.rule].severity == "error"}
    counts = dataclasses.replace(counts, read=checked.parsed.frame.height)
    if stopped or (bad and not options.quarantine) or (len(bad) == counts.read and not requests):
        return _result(prepared, "rejected", None, counts, findings)
    rows = _good_rows(checked, bad)
    superseded, unchanged = batches.compare(connection, contract, rows)
    if again := batches.same_files(connection, contract.code, (file.sha256 for file in prepared.files)):
        batch, loaded_at, has_rows = again
        when = f"партия № {batch} от {russian_date(loaded_at)}"
        if unchanged == rows.height:
            message = f"Этот файл уже загружен ({when}); повторная загрузка ничего не изменила."
            findings.append(about_file("already_loaded", message))
            counts = dataclasses.replace(counts, unchanged=unchanged)
            return _result(prepared, "loaded", batch, counts, findings)
        if superseded and has_rows:
            message = f"Этот файл уже загружался ({when}), с тех пор данные менялись; загрузка вернёт прежние значения."
            findings.append(about_file("older_file_again", message))
    delivered = deliveries.of_rows(
        connection, contract, rows, options.now, options.covers, options.covers_periods, options.own
    )
    findings += _strays(connection, delivered)
    confirmation = handwritten(options.confirm or "")
    if warnings_without_reason(findings, prepared.reasons) and not confirmation:
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
        kept_back=_kept_back(connection, contract, checked.parsed, sorted(bad), requests, options),
        files=prepared.files,
        findings=in_reading_order(findings),
        reasons=reasons,
        counts=counts,
        author=options.actor.name,
        at=options.now,
        confirmation=(confirmation or "; ".join(sorted(set(reasons.values())))) if reasons else None,
        region_id=options.region,
        deliveries=delivered,
    )
    batch = batches.add(connection, new, submission)
    for layout, mapping in prepared.to_remember.items():
        batches.remember_layout(
            connection, contract.code, layout, mapping, options.actor.name, options.now, options.own
        )
    return _result(prepared, "loaded", batch, counts, findings, len(requests))


def _strays(connection: duckdb.DuckDBPyConnection, delivered: Deliveries) -> list[Finding]:
    """Return the warning about rows of municipalities that the file is not a delivery of."""
    count = sum(delivered.strays.values())
    if not count:
        return []
    names = deliveries.names(connection)
    places = listed(sorted(names.get(code, code) for code in delivered.strays))
    whole = listed(sorted(names.get(code, code) for code in delivered.territories))
    rows = counted(count, "строка", "строки", "строк")
    others = "другого муниципалитета" if len(delivered.strays) == 1 else "других муниципалитетов"
    message = (
        f"Файл — вся форма за {whole}, а в нём {rows} {others} ({places}). Загрузятся и они, но форма этих "
        "муниципалитетов останется не присланной."
    )
    return [about_file("stray_municipality", message)]


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
    prepared: Prepared,
    status: Status,
    batch: int | None,
    counts: RowCounts,
    findings: list[Finding],
    requests: int = 0,
) -> LoadResult:
    names = [file.name for file in prepared.files]
    return LoadResult(prepared.contract.code, status, batch, None, counts, in_reading_order(findings), names, requests)


def _kept_back(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    parsed: Parsed,
    bad: Sequence[int],
    requests: Collection[int],
    options: Options,
) -> pl.DataFrame:
    """Return the rows to quarantine, each with the municipality that may correct it.

    It is the municipality that the row names, else the sender's. Requests and rows about the region as a whole have
    none: the region settles them.
    """
    typed = parsed.frame[bad]
    spoken = ownership.territories(connection, contract, typed)
    municipality: pl.Expr = pl.when(~spoken.str.ends_with(REGION_ENDING)).then(spoken)
    if options.own is not None:
        (only,) = options.own if len(options.own) == 1 else (None,)
        municipality = pl.when(spoken.is_in(list(options.own))).then(spoken).otherwise(pl.lit(only, pl.String))
    asked = pl.Series([index in requests for index in bad], dtype=pl.Boolean)
    municipalities = pl.select(pl.when(~asked).then(municipality)).to_series()
    return batches.quarantine_rows(contract, typed, parsed.written[bad], municipalities)


def _against_warehouse(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    parsed: Parsed,
    stopped_by: frozenset[str],
    options: Options,
) -> tuple[list[Noticed], frozenset[int]]:
    """Check a batch against registers and other half-years as they stand in this transaction.

    Returns what was noticed, and the rows that ask the region to move something. Of a row that the sender may not
    change nothing is compared with what is stored.
    """
    known = {dataset: batches.keys_of(connection, contracts()[dataset]) for dataset in contract.references - stopped_by}
    noticed = unknown_references(contract, parsed, known)
    own = [column.code for column in contract.columns.values() if is_compared(column, contract)]
    noticed += similar_keys(contract, parsed, {code: batches.values_of(connection, contract, code) for code in own})
    foreign: dict[int, Foreign] = {}
    if options.own is not None:
        foreign = ownership.foreign_rows(connection, contract, parsed.frame, options.own)
        noticed += [_foreign(contract, parsed, index, why) for index, why in sorted(foreign.items())]
    through = frozen_figures.through_year(connection)
    if through is not None and contract.has_persons:
        noticed += against.condensed_year(parsed, residue.residues()[contract.code].dated, through)
    if contract.compare is not None:
        current = {code: batches.current_frame(connection, contracts()[code]) for code in contract.needs}
        noticed += [item for item in contract.compare(parsed.frame, current) if item.index not in foreign]
    return noticed, frozenset(index for index, why in foreign.items() if why.moves)


def _foreign(contract: Contract, parsed: Parsed, index: int, why: Foreign) -> Noticed:
    """Return the finding for a row that the sender may not change.

    The message says of the stored row only that it exists, never what it contains.
    """
    column = why.column or contract.place
    if why.moves:
        what = (
            "Под этим ключом уже есть строка другого муниципалитета или области."
            if why.column is None
            else f"Строка перешла бы от вас: «{contract.columns[why.column].header}» — не ваш муниципалитет."
        )
        message = f"{what} Переносит такие строки только ЦНППМ: отложите её в карантин, это будет запрос к нему."
    elif column is None or column == contract.place:
        message = "Строка не о вашем муниципалитете; оставьте в файле только свои данные."
    else:
        message = (
            f"В столбце «{contract.columns[column].header}» назван не ваш муниципалитет; "
            "оставьте в файле только свои данные."
        )
    written = None if column is None else parsed.written[column][index]
    return Noticed(index, "foreign_municipality", column, written, message)
