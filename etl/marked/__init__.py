"""Marks findings in the sender's workbook: faulty cells are coloured, a sheet lists them.

Faulty cells get a comment as well. An XLSX is edited in place, part by part of its package: cells, formulas with their
cached results, pictures and charts stay byte for byte. Libraries that read and rewrite workbooks cannot do this
(openpyxl loses cached results, shapes and extensions). Any other file, and an XLSX that cannot be edited safely, is
rebuilt: the same rows and columns, every cell as the text that the reader saw. Macros are dropped, nothing of the file
is executed, and a workbook that would fetch or call something when opened is rebuilt. Everything runs in a limited
subprocess.

Marks are not read as data: the colour is a fill that stores the fill under it, the word beside a row is the number
format of a cell that contains a space, and the headings of the list belong to no dataset. A marked workbook is read
like its source, and marking it again replaces the marks.
"""

import datetime as dt
from collections.abc import Sequence

from checks.findings import Finding, in_reading_order
from etl import reader
from etl.marked import in_place, rebuilt
from etl.marked.listing import About
from etl.marked.package import CannotEdit, Package
from etl.marked.positions import locate
from etl.marked.reasons import ReasonKey, earlier_list, read_reasons, reason_key, warnings_without_reason
from etl.marked.rebuilt import TooLargeToMark
from etl.reader import isolated

__all__ = ["ReasonKey", "TooLargeToMark", "mark", "read_reasons", "reason_key", "warnings_without_reason"]


def mark(
    content: bytes,
    name: str,
    table: reader.Table,
    dataset: str,
    findings: Sequence[Finding],
    checked_on: dt.date | None = None,
) -> bytes:
    """Return the file as an XLSX workbook with its findings marked.

    content, name: the file as it came. table: the reader's answer. dataset: code of the form it was checked
    against. findings: of this file alone, persons masked. checked_on: the day that the summary names.
    Reasons that the file already contains are kept for warnings that are found again.
    Raises `TooLargeToMark` for a table that no workbook can hold, or that cannot be marked within the limits.
    """
    try:
        book = isolated.run(_mark, content, name, table, dataset, findings, checked_on)
    except isolated.Ended as ended:
        raise TooLargeToMark from ended
    if not book:
        raise TooLargeToMark
    return book


def _mark(
    content: bytes,
    name: str,
    table: reader.Table,
    dataset: str,
    findings: Sequence[Finding],
    checked_on: dt.date | None,
) -> bytes:
    """Mark the file in the subprocess; empty for a table that no workbook can hold."""
    ordered = in_reading_order(list(findings))
    positions = locate(table, dataset, ordered)
    earlier = earlier_list(content)
    today = checked_on or dt.datetime.now().astimezone().date()
    about = About(name, dataset, today, earlier.reasons if earlier else {})
    if table.format == "xlsx" and table.sheet is not None:
        try:
            package = Package.open(content)
            return in_place.mark(package, table.sheet, ordered, positions, about, earlier.sheet if earlier else None)
        except CannotEdit:
            pass
    try:
        plain, sheet = rebuilt.workbook_of(content, table)
    except TooLargeToMark:
        return b""
    return in_place.mark(plain, sheet, ordered, positions, about)
