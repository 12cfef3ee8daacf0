"""Percentages of workbooks, as people see them.

A cell that shows 85 % holds 0.85, and the library returns only that, which would pass for a result of 0.85 out of 100.
The format of XLS cells cannot be read, so there the stored value stays.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import polars as pl

_CHUNK = 8 * 2**20
_BUILT_IN = frozenset({9, 10})
_FORMAT = re.compile(r'<numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_LITERAL = re.compile(r'"[^"]*"|\\.')
_CELL_FORMATS = re.compile(r"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(r"<xf\b([^>]*)>")
_FORMAT_NUMBER = re.compile(r'\bnumFmtId="(\d+)"')
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_ODS_PERCENTAGE = re.compile(rb'office:value-type="percentage"([^>]*?)office:value="([^"]+)"')


def cells_of_xlsx(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Return row and column (both from 0) of cells that show a percentage, by name of the sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not {"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        styles = _percent_styles(archive.read("xl/styles.xml").decode("utf-8", "replace"))
        if not styles:
            return {}
        return {
            sheet: list(_cells_of_style(archive, member, styles))
            for sheet, member in _members_of_sheets(archive)
            if member in names
        }


def _percent_styles(styles: str) -> list[int]:
    formats = {
        int(number) for number, code in _FORMAT.findall(styles) if "%" in _LITERAL.sub("", html.unescape(code))
    } | _BUILT_IN
    section = _CELL_FORMATS.search(styles)
    if section is None:
        return []
    numbers = [_FORMAT_NUMBER.search(attributes) for attributes in _CELL_FORMAT.findall(section.group(0))]
    return [style for style, number in enumerate(numbers) if number and int(number.group(1)) in formats]


def _members_of_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {_attribute(relation, "Id"): _attribute(relation, "Target") for relation in _RELATION.findall(relations)}
    for sheet in _SHEET.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        target = targets.get(_attribute(sheet, r"\w+:id"), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        yield html.unescape(_attribute(sheet, "name")), member


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def _cells_of_style(archive: zipfile.ZipFile, member: str, styles: list[int]) -> Iterator[tuple[int, int]]:
    wanted = "|".join(map(str, styles)).encode()
    pattern = re.compile(rb'<c r="([A-Z]{1,3})(\d+)" s="(?:' + wanted + rb')"(?: t="n")?>')
    carried = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            text = carried + chunk
            end = text.rfind(b">") + 1
            for letters, row in pattern.findall(text, 0, end):
                yield int(row) - 1, column_number(letters) - 1
            carried = text[end:]


def column_number(letters: bytes) -> int:
    """Return the number of a column by its letters: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def shown(frame: pl.DataFrame, cells: list[tuple[int, int]]) -> pl.DataFrame:
    """Return the grid with these cells written as percentages: 0.375 as 37.5%."""
    rows_of: dict[str, list[int]] = {}
    for row, column in cells:
        if row < frame.height and f"c{column}" in frame.columns:
            rows_of.setdefault(f"c{column}", []).append(row)
    for name, rows in rows_of.items():
        values = [_percentage(value) for value in frame.get_column(name).gather(rows)]
        frame = frame.with_columns(frame.get_column(name).scatter(rows, values))
    return frame


def _percentage(value: str | None) -> str | None:
    try:
        return value and f"{_hundredfold(value)}%"
    except InvalidOperation:
        return value


def _hundredfold(value: str) -> str:
    text = format(Decimal(value) * 100, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_ods(data: bytes) -> bytes:
    """Return the ODS workbook with percentages as the numbers shown: 0.25 as 25."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml")
        if b'office:value-type="percentage"' not in content:
            return data
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            copy.writestr("mimetype", archive.read("mimetype"), zipfile.ZIP_STORED)
            copy.writestr("META-INF/manifest.xml", archive.read("META-INF/manifest.xml"))
            copy.writestr("content.xml", _ODS_PERCENTAGE.sub(_as_number, content))
        return target.getvalue()


def _as_number(found: re.Match[bytes]) -> bytes:
    try:
        number = _hundredfold(found.group(2).decode())
    except (InvalidOperation, UnicodeDecodeError):
        return found.group(0)
    return b'office:value-type="float"' + found.group(1) + b'office:value="' + number.encode() + b'"'
