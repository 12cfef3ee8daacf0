"""The workbook that goes back to the sender: what is wrong is coloured and commented, and listed on a sheet.

An XLSX is changed in place, part by part of its package: cells, formulas with their last results, pictures, charts
and whatever else the sender has in it stay byte for byte, which no library that reads and rewrites a workbook can do
(openpyxl loses the results of formulas, shapes and extensions). Any other file, and the rare XLSX whose inside cannot
be changed safely, is written anew: the same rows and columns, every cell as the text that the reader saw. Macros are
dropped and nothing of the file is ever executed; a workbook that would fetch or call something when it is opened is
written anew. All of it happens in a process with limits.

Marks are no data: the colour is a fill that remembers the fill under it, the word beside a row is the number format of
a cell that holds a space, and the list has headings of no dataset. So a marked workbook reads as the file
it was made of, and marking it again replaces the old marks.
"""

import datetime as dt
from collections.abc import Sequence

from checks.findings import Finding, in_reading_order
from etl import reader
from etl.marked import in_place, rebuilt
from etl.marked.listing import About
from etl.marked.package import CannotEdit, Package
from etl.marked.places import locate
from etl.marked.reasons import ReasonKey, earlier_list, read_reasons, reason_key, reasons_cover
from etl.marked.rebuilt import TooLargeToMark
from etl.reader import isolated

__all__ = ["ReasonKey", "TooLargeToMark", "mark", "read_reasons", "reason_key", "reasons_cover"]


def mark(
    content: bytes,
    name: str,
    table: reader.Table,
    dataset: str,
    findings: Sequence[Finding],
    checked_on: dt.date | None = None,
) -> bytes:
    """Return the file as an XLSX workbook with its findings marked.

    content, name: the file as it came. table: what the reader made of it. dataset: code of the form it was checked
    against. findings: those of this file alone, texts masked already. checked_on: the day that the summary names.
    Reasons that the file already carries are kept for warnings that still stand.
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
    """The same in the process with limits; nothing for a table that no workbook can hold."""
    ordered = in_reading_order(list(findings))
    places = locate(table, dataset, ordered)
    earlier = earlier_list(content)
    today = checked_on or dt.datetime.now().astimezone().date()
    about = About(name, dataset, today, earlier.reasons if earlier else {})
    if table.format == "xlsx" and table.sheet is not None:
        try:
            package = Package.open(content)
            return in_place.mark(package, table.sheet, ordered, places, about, earlier.sheet if earlier else None)
        except CannotEdit:
            pass
    try:
        plain, sheet = rebuilt.workbook_of(content, table)
    except TooLargeToMark:
        return b""
    return in_place.mark(plain, sheet, ordered, places, about)
