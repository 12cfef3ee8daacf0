"""Shown texts, merges and hidden cells of an ODS."""

import io
import re
import zipfile
from decimal import Decimal, InvalidOperation

from lxml import etree

from etl.reader.shown import formats
from etl.reader.shown.marks import UNCALCULATED, Marks

_ERROR = re.compile(r"#[A-ZА-Я/0-9]+[!?]?|(?:Err|Ошибка):\d+|#N/A|#Н/Д")
_PADDED = re.compile(r"0\d[\d\s-]*|[\d\s-]*\d-\d[\d\s-]*")
# A repeated cell or row of this many copies is the blank rest of a sheet.
_MOST_REPEATED = 20_000


def marks_of(data: bytes) -> dict[str, Marks]:
    """Return the facts of each sheet by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as stream:
        tags = ["{*}table-row", "{*}table-column", "{*}table"]
        result: dict[str, Marks] = {}
        marks, row, column = Marks(), 0, 0
        parsed = etree.iterparse(
            stream, events=("start", "end"), tag=tags, resolve_entities=False, no_network=True, huge_tree=True
        )
        for event, element in parsed:
            kind = etree.QName(element).localname
            if kind == "table" and event == "start":
                marks, row, column = result.setdefault(_attribute(element, "name"), Marks()), 0, 0
            elif event == "end" and kind == "table-column":
                count = _count(element, "columns-repeated")
                if _attribute(element, "visibility") in ("collapse", "filter"):
                    marks.hidden_columns += range(column, column + min(count, 1000))
                column += count
            elif event == "end" and kind == "table-row":
                count = _count(element, "rows-repeated")
                if _attribute(element, "visibility") in ("collapse", "filter"):
                    marks.hidden_rows += range(row, row + min(count, _MOST_REPEATED))
                for number in range(row, row + (count if count < _MOST_REPEATED else 1)):
                    _note_cells(marks, element, number)
                row += count
                element.clear()
        return result


def _attribute(element: etree._Element, name: str) -> str:
    """Return an attribute of this name in any namespace, the last one written first."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _count(element: etree._Element, what: str) -> int:
    text = _attribute(element, f"number-{what}")
    return int(text) if text.isdigit() else 1


def _note_cells(marks: Marks, row: etree._Element, number: int) -> None:
    column = 0
    for cell in row:
        if not isinstance(cell.tag, str) or not cell.tag.endswith("table-cell"):
            continue
        repeated = _count(cell, "columns-repeated")
        spanned = _count(cell, "rows-spanned")
        if spanned > 1:
            marks.merged.append((number, number + spanned - 1, column))
        text = _shown(cell)
        if text is not None and repeated < _MOST_REPEATED:
            for place in range(column, column + repeated):
                marks.texts[number, place] = text
        column += repeated


def _shown(cell: etree._Element) -> str | None:
    """Return what a cell shows where it is not what it holds, else None."""
    kinds = {value for key, value in cell.attrib.items() if key.endswith("}value-type")}
    written = "".join("".join(part.itertext()) for part in cell if part.tag.endswith("}p")).strip()
    if "error" in kinds or (kinds and _attribute(cell, "formula") and _ERROR.fullmatch(written)):
        return written if _ERROR.fullmatch(written) else "#ERROR!"
    if not kinds:
        return UNCALCULATED if _attribute(cell, "formula") and not written else None
    value = _attribute(cell, "value")
    if "percentage" in kinds:
        return formats.shown(value, formats.PERCENT) if _is_number(value) else written or None
    if "float" in kinds and _PADDED.fullmatch(written) and not written.startswith("-"):
        return written
    return None


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
