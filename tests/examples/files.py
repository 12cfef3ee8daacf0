"""Files of rows in the formats that people send, and loading them in one call."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import xlsxwriter

from checks.catalogue import contracts
from checks.findings import Finding
from etl.intake.load import commit, load, rehearse
from etl.intake.prepare import Incoming, Options
from etl.intake.result import LoadResult
from warehouse.access.rights import Actor
from warehouse.store.address import Address

NOW = dt.datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001 (UTC without a zone, as the ledger keeps it)


def options(**changes: Any) -> Options:
    """Return options of a load on 1 March 2026, by default without publishing, to save time."""
    return replace(Options(actor=Actor("Проверка", "admin"), now=NOW, publish=False), **changes)


def columns_of(dataset: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the columns that the rows use: the contract's in its order, then others."""
    used = dict.fromkeys(code for row in rows for code in row)
    known = [code for code in contracts()[dataset].columns if code in used]
    return known + [code for code in used if code not in known]


def header_of(dataset: str, code: str) -> str:
    """Return the Russian header of a column, or the code itself if the dataset lacks it."""
    column = contracts()[dataset].columns.get(code)
    return column.header if column else code


def csv_file(
    dataset: str,
    rows: Iterable[Mapping[str, str]],
    *,
    delimiter: str = ";",
    encoding: str = "utf-8",
    codes: bool = False,
    above: Sequence[Sequence[str]] = (),
    below: Sequence[Sequence[str]] = (),
) -> bytes:
    """Return a text file of the rows; `above` and `below` are rows around the table."""
    rows = list(rows)
    columns = columns_of(dataset, rows)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows(above)
    writer.writerow(code if codes else header_of(dataset, code) for code in columns)
    writer.writerows([row.get(code, "") for code in columns] for row in rows)
    writer.writerows(below)
    return buffer.getvalue().encode(encoding)


def xlsx_file(
    dataset: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    above: Sequence[Sequence[str]] = (),
    below: Sequence[Sequence[str]] = (),
    numbering: bool = False,
    groups: Sequence[tuple[int, int, str]] = (),
) -> bytes:
    """Return a workbook of the rows.

    above, below: rows around the table. numbering: add a row of column numbers under the header. groups: first and
    last column and text of merged cells over the header.
    """
    rows = list(rows)
    columns = columns_of(dataset, rows)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Данные")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        line = 0
        for cells in above:
            sheet.write_row(line, 0, cells)
            line += 1
        if groups:
            for first, last, text in groups:
                sheet.merge_range(line, first, line, last, text)
            line += 1
        sheet.write_row(line, 0, [header_of(dataset, code) for code in columns])
        line += 1
        if numbering:
            sheet.write_row(line, 0, list(range(1, len(columns) + 1)))
            line += 1
        for row in rows:
            for position, code in enumerate(columns):
                value = row.get(code, "")
                if isinstance(value, dt.date):
                    sheet.write_datetime(line, position, dt.datetime.combine(value, dt.time()), day)
                elif value != "":
                    sheet.write(line, position, value)
            line += 1
        for cells in below:
            sheet.write_row(line, 0, cells)
            line += 1
    return buffer.getvalue()


def write_folder(folder: Path, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Path:
    """Write one CSV a dataset and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for dataset, rows in tables.items():
        (folder / f"{dataset}.csv").write_bytes(csv_file(dataset, rows))
    return folder


def several_sheets(dataset: str, rows: Sequence[Mapping[str, str]], *names: str) -> bytes:
    """Return a workbook with the same rows on every sheet."""
    columns = columns_of(dataset, rows)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name in names:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, [header_of(dataset, code) for code in columns])
            for number, row in enumerate(rows, start=1):
                for position, code in enumerate(columns):
                    sheet.write_string(number, position, row.get(code, ""))
    return buffer.getvalue()


def load_bytes(
    address: Address,
    dataset: str,
    *contents: bytes,
    mapping: Mapping[str, int] | None = None,
    dry_run: bool = False,
    **changes: Any,
) -> LoadResult:
    """Load files of these contents as one batch.

    mapping: column code → position, for columns matched by hand. changes: other options of the load.
    """
    files = [Incoming(f"{dataset}_{number}.csv", content, mapping) for number, content in enumerate(contents, start=1)]
    result = load(address, dataset, files, options(**changes), rehearse if dry_run else commit)
    for finding in result.findings:
        assert_speaks_russian(finding)
    return result


def load_rows(address: Address, dataset: str, rows: Iterable[Mapping[str, str]], **changes: Any) -> LoadResult:
    """Load rows as one CSV file."""
    return load_bytes(address, dataset, csv_file(dataset, rows), **changes)


_CODE_WORD = re.compile(r"\b[a-z]+_[a-z_]+\b")
_PYTHON_WORD = re.compile(r"\b(?:None|True|False|nan|null|datetime|Decimal|int|float|str)\b")
_QUOTED = re.compile(r"«[^«»]*»|\([a-z_]+\)")


def assert_speaks_russian(finding: Finding) -> None:
    """Check that a message is whole Russian sentences without codes or values of the program."""
    message = finding.message
    said = _QUOTED.sub("", message)
    assert message[0].isupper() or message[0] in "«0123456789", message
    assert message.endswith(".") and not message.endswith(".."), message
    assert re.search(r"[а-яё]{3}", message), message
    assert not _CODE_WORD.search(said) and not _PYTHON_WORD.search(said), message
    assert "  " not in message and " ." not in message and " ," not in message, message
    assert finding.value != finding.rule, finding
