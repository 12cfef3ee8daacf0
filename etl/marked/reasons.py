"""Reasons for warnings, written by the sender on the sheet «Замечания»."""

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
# None is a header of a dataset, so that the list is never read as data.
HEADINGS = ("№", "Строка", "Колонка", "Вид записи", "Значение", "Что не так", "Перейти", REASON, "Правило")
_LONGEST_VALUE = 250
# Far above the size of a workbook's list of sheets.
_LONGEST_BOOK = 2**20


class ReasonKey(NamedTuple):
    """Key of a warning that a reason is for: rule, row, header of the column, value as written."""

    rule: str
    row: int | None
    column: str
    value: str


def reason_key(finding: Finding) -> ReasonKey:
    """Return the key of a finding's reason."""
    return _key(finding.rule, finding.row, finding.column, finding.value)


def _key(rule: str, row: int | None, column: str | None, value: str | None) -> ReasonKey:
    return ReasonKey(rule, row, squeeze(plain(column or "")), squeeze(plain(value or ""))[:_LONGEST_VALUE])


def warnings_without_reason(findings: Sequence[Finding], reasons: Mapping[ReasonKey, str]) -> list[Finding]:
    """Return the warnings among findings that have no reason."""
    return [f for f in findings if f.severity == "warning" and not reasons.get(reason_key(f))]


def read_reasons(content: bytes) -> dict[ReasonKey, str]:
    """Return the reasons in a marked workbook that came back, in any workbook format.

    Empty for a file that is no workbook or has no such list. A dash is no reason; personal numbers are masked.
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
    """The list of an earlier check in a workbook: name of its sheet, reasons filled in."""

    sheet: str
    reasons: dict[ReasonKey, str]


def earlier_list(content: bytes) -> EarlierList | None:
    """Return the list of an earlier check, None when there is none.

    Runs only in the limited subprocess.
    """
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
    """Tell by the bytes of a workbook whether it may have our sheet; most are not read again."""
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
