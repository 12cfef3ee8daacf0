"""Reasons for warnings, as the sender has written them on the sheet «Замечания»."""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

import polars as pl

from checks.cells import is_missing, mask_persons
from checks.findings import Finding
from checks.text import fold, squeeze
from etl.marked.text import plain
from etl.reader import isolated, signature, workbook
from etl.reader.limits import Unreadable

SHEET = "Замечания"
OTHER_SHEET = "Замечания проверки"
REASON = "Обоснование"
# No heading is one of a dataset, so the list is never taken for data.
HEADINGS = ("№", "Строка", "Колонка", "Вид записи", "Значение", "Что не так", "Перейти", REASON, "Правило")
_LONGEST_VALUE = 250
# Far above what lists the sheets of a workbook.
_LONGEST_BOOK = 2**20


class ReasonKey(NamedTuple):
    """What a reason belongs to: a warning by its rule, row, header of the column and value as written."""

    rule: str
    row: int | None
    column: str
    value: str


def reason_key(finding: Finding) -> ReasonKey:
    """Return the key that a reason for this finding has."""
    return _key(finding.rule, finding.row, finding.column, finding.value)


def _key(rule: str, row: int | None, column: str | None, value: str | None) -> ReasonKey:
    return ReasonKey(rule, row, squeeze(plain(column or "")), squeeze(plain(value or ""))[:_LONGEST_VALUE])


def reasons_cover(findings: Sequence[Finding], reasons: Mapping[ReasonKey, str]) -> list[Finding]:
    """Return the warnings that have no reason."""
    return [f for f in findings if f.severity == "warning" and not reasons.get(reason_key(f))]


def read_reasons(content: bytes) -> dict[ReasonKey, str]:
    """Read the reasons out of a marked workbook that came back, whatever kind of workbook it was saved as.

    A file that is no workbook, or none of ours, has no reasons. A dash is no reason; numbers of people are hidden.
    """
    try:
        kind = signature.recognise(content)
        if kind == "text" or not _may_have_list(content, kind):
            return {}
        answer = isolated.run(_reasons_in, content)
    except (Unreadable, isolated.Ended):
        return {}
    return {ReasonKey(*key): said for *key, said in json.loads(answer)}


def _reasons_in(content: bytes) -> bytes:
    earlier = earlier_list(content)
    return json.dumps([] if earlier is None else [(*key, said) for key, said in earlier.reasons.items()]).encode()


@dataclass(frozen=True)
class EarlierList:
    """The list that an earlier check has left in a workbook: the name of its sheet, the reasons filled in."""

    sheet: str
    reasons: dict[ReasonKey, str]


def earlier_list(content: bytes) -> EarlierList | None:
    """Find the list of an earlier check in a file; None when there is none. Only for a process with limits."""
    try:
        kind = signature.recognise(content)
        if kind == "text":
            return None
        for name in (SHEET, OTHER_SHEET):
            try:
                grids = [sheet.grid.frame for sheet in workbook.sheets(content, kind, name)]
            except Unreadable:
                continue
            for frame in grids:
                rows = _under_header(frame)
                if rows is not None:
                    return EarlierList(name, _reasons(rows))
    except Unreadable:
        pass
    return None


def _may_have_list(content: bytes, kind: signature.BookKind) -> bool:
    """Tell by its bytes alone whether a workbook may have our sheet; most have not and are not read again."""
    if kind == "xls":
        return SHEET.encode("utf-16-le") in content
    if kind == "ods":
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("xl/workbook.xml") as part:
            return SHEET in unescape(part.read(_LONGEST_BOOK).decode("utf-8", "replace"))
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
        return False


def _under_header(frame: pl.DataFrame) -> pl.DataFrame | None:
    wanted = [fold(heading) for heading in HEADINGS]
    if frame.width < len(wanted) + 1:
        return None
    for row, *cells in frame.head(50).iter_rows():
        if [fold(cell or "") for cell in cells[: len(wanted)]] == wanted:
            return frame.filter(pl.col("row") > row)
    return None


def _reasons(rows: pl.DataFrame) -> dict[ReasonKey, str]:
    reasons: dict[ReasonKey, str] = {}
    for _, _, row, column, _, value, _, _, reason, rule, *_ in rows.iter_rows():
        said = squeeze(plain(reason or ""))
        if rule and not is_missing(said) and (row is None or row.isdecimal()):
            key = _key(rule.strip(), int(row) if row else None, column, value)
            reasons.setdefault(key, mask_persons(said))
    return reasons
