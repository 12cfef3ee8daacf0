"""Correction of quarantined rows: a person edits cells in a table and the rows are loaded.

The corrected rows are written as a file and pass reader, contract, warehouse and impact like any other. A person who
was recognised when the row was quarantined is known only by the pseudonym, so the cell has a random token that stands
for this pseudonym in this one check.
"""

import csv
import dataclasses
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from checks.catalogue import contracts
from checks.cells import mask
from checks.contract import Contract
from checks.findings import Finding
from checks.rules import RULES
from etl.intake import desk
from etl.intake.impact import Impact
from etl.intake.prepare import Incoming, Options
from etl.intake.result import LoadResult
from warehouse.access import audit
from warehouse.access.rights import Actor
from warehouse.changes import quarantine
from warehouse.changes.quarantine import QuarantineRefused, SourceRow
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import kept_back
from warehouse.store.address import Address

SAME_PERSON = "тот же человек"
"""Cell of a person who is already known; any other text there is an identifier."""

# Row of the first mended row in its file, after the headers.
_FIRST_ROW = 2
_HIDDEN = mask("xx")


@dataclass(frozen=True)
class Mended:
    """Mended rows after the checks.

    batch: the batch that kept them back. source_rows: of the rows without an error, in the order of their file.
    check: these rows as a checked submission, None when there are none. faults: row and finding of everything found.
    """

    batch: int
    source_rows: list[SourceRow]
    check: desk.Check | None
    faults: list[tuple[SourceRow | None, Finding]]

    @property
    def warnings(self) -> list[Finding]:
        """Warnings of the rows without an error that need a reason."""
        return [] if self.check is None else desk.without_reason(self.check, 0)


def table(dataset: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows kept back as a table to mend: the contract's columns as text, by code.

    rows: of `warehouse.queries.kept_back.rows_of`; same grain and order. A known person is `SAME_PERSON`.
    """
    columns = contracts()[dataset].columns
    cells = [json.loads(text) for text in rows.get_column("cells")]
    return pl.DataFrame(
        [
            {
                code: SAME_PERSON if column.kind == "person" and row.get(code) else row.get(code)
                for code, column in columns.items()
            }
            for row in cells
        ],
        schema=dict.fromkeys(columns, pl.String),
    )


def check(
    address: Address, actor: Actor, batch: int, mended: Mapping[SourceRow, Mapping[str, str | None]], options: Options
) -> Mended:
    """Check mended rows of a batch against the warehouse; nothing is kept.

    mended: row kept back → its cells by column code, as `table` returned and a person changed them.
    Raises `Forbidden`, `QuarantineRefused`, and what `etl.intake.load.load` raises.
    """
    mart = open_mart(address)
    dataset, known = _waiting(mart, actor, batch)
    if not known or (gone := mended.keys() - known.keys()):
        # Rows of others look the same as rows that are settled already; the trail keeps who asked.
        audit.refused(address, actor, "settle_quarantine", f"партия {batch}")
        if not known:
            raise QuarantineRefused(f"В карантине партии № {batch} нет строк, которые вы можете исправить.")
        raise QuarantineRefused(f"Строк, которых в карантине уже нет: {len(gone)}. Обновите страницу.")
    contract = contracts()[dataset]
    chosen = [source_row for source_row in known if source_row in mended]
    readable = [source_row for source_row in chosen if not _hidden_cells(contract, mended[source_row])]
    faults: list[tuple[SourceRow | None, Finding]] = [
        (source_row, finding) for source_row in chosen for finding in _hidden_cells(contract, mended[source_row])
    ]
    while readable:
        incoming = _as_file(contract, batch, [(mended[source_row], known[source_row]) for source_row in readable])
        checked = desk.check(address, actor, [(dataset, incoming)], _of_batch(mart, batch, options))
        found = [(_source_row(readable, finding), finding) for finding in checked.results[0].findings]
        bad = {source_row for source_row, finding in found if finding.severity == "error" and source_row}
        if not bad:
            stopped = any(finding.severity == "error" for _, finding in found)
            return Mended(batch, readable, None if stopped else checked, [*faults, *found])
        faults += [(source_row, finding) for source_row, finding in found if source_row in bad]
        readable = [source_row for source_row in readable if source_row not in bad]
    return Mended(batch, [], None, faults)


def rehearse(address: Address, actor: Actor, mended: Mended, options: Options, profile: str) -> Impact:
    """Return what loading the mended rows would change, see `etl.intake.desk.rehearse`."""
    assert mended.check is not None
    return desk.rehearse(address, actor, mended.check, _of_batch(open_mart(address), mended.batch, options), profile)


def confirm(address: Address, actor: Actor, mended: Mended, options: Options) -> LoadResult:
    """Load the mended rows as a batch and mark them finished, in one transaction; publish.

    Rows that another batch has already finished in the same way are only marked.
    Raises what `check` raises.
    """
    assert mended.check is not None
    rows = {source_row: _FIRST_ROW + number for number, source_row in enumerate(mended.source_rows)}

    def mark(connection: duckdb.DuckDBPyConnection, results: list[LoadResult]) -> None:
        (result,) = results
        if result.is_new and result.batch is not None:
            quarantine.finish(connection, actor, mended.batch, rows, result.batch, options.now)

    loading = _of_batch(open_mart(address), mended.batch, options)
    (result,) = desk.confirm(address, actor, mended.check, loading, mark)
    if result.status == "loaded" and result.publication is None and result.batch is not None:
        publication = quarantine.finish_as_loaded(address, actor, mended.batch, rows, result.batch, options.now)
        return dataclasses.replace(result, publication=publication)
    return result


def publication_of(result: LoadResult) -> int:
    """Return the number of the publication with the loaded rows.

    Raises `QuarantineRefused` when the rows were not loaded.
    """
    if result.publication is None:
        raise QuarantineRefused("Пока вы смотрели, данные в хранилище изменились: проверьте строки снова.")
    return result.publication


def _of_batch(mart: Mart, batch: int, options: Options) -> Options:
    """Return the options with the region that the batch was loaded for."""
    region = mart.query_unguarded("select region_id from batches where batch = ?", [batch]).item()
    return dataclasses.replace(options, region=region)


def _waiting(mart: Mart, actor: Actor, batch: int) -> tuple[str, dict[SourceRow, dict[str, str]]]:
    """Return the dataset of a batch, and its waiting rows that the actor may settle.

    The rows are a mapping of file number and source row to cells by column; without any the dataset is empty too.
    """
    rows = kept_back.rows_of(mart, actor, batch).filter(pl.col("state") == "waiting")
    if rows.is_empty():
        return "", {}
    dataset = mart.query_unguarded("select dataset from batches where batch = ?", [batch]).item()
    cells = {
        (row["file_number"], row["source_row"]): json.loads(row["cells"])
        for row in rows.iter_rows(named=True)
    }  # fmt: skip
    return dataset, cells


def _as_file(
    contract: Contract, batch: int, rows: Sequence[tuple[Mapping[str, str | None], Mapping[str, str]]]
) -> Incoming:
    """Return mended rows as a file, with the tokens of known persons.

    rows: the cells as mended, and as they were kept back.
    """
    persons: dict[str, str] = {}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.header for column in contract.columns.values())
    for mended, kept in rows:
        cells = []
        for code, column in contract.columns.items():
            cell = mended.get(code)
            if column.kind == "person" and kept.get(code) and cell == SAME_PERSON:
                cell = secrets.token_hex(16)
                persons[cell] = kept[code]
            cells.append(cell or "")
        writer.writerow(cells)
    return Incoming(f"карантин_партии_{batch}.csv", buffer.getvalue().encode(), persons=persons)


def _source_row(source_rows: Sequence[SourceRow], finding: Finding) -> SourceRow | None:
    """Return file number and row of the row that a finding of the mended file is about."""
    if finding.row is None or not 0 <= finding.row - _FIRST_ROW < len(source_rows):
        return None
    return source_rows[finding.row - _FIRST_ROW]


def _hidden_cells(contract: Contract, cells: Mapping[str, str | None]) -> list[Finding]:
    """Return findings about cells with a masked personal number: they must be filled in again."""
    rule = RULES["personal_number"]
    return [
        Finding(
            rule.severity,
            rule.code,
            None,
            contract.columns[code].header,
            cell,
            "В клетке был персональный номер, он скрыт; впишите значение заново, без номера.",
        )
        for code, cell in cells.items()
        if cell and _HIDDEN in cell and code in contract.columns
    ]
