"""Number formats, merges, hidden cells and uncalculated formulas of an XLSX.

Names of parts come from relations, names of elements without their namespace: programs spell both differently.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from etl.reader.limits import SUSPICIOUS_BYTES
from etl.reader.shown import formats
from etl.reader.shown.marks import UNCALCULATED, Marks

_CHUNK = 8 * 2**20
_TRUE = ("1", "true", "on")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
# What a sheet must hold for its cells to need a look; far faster than parsing, and only ever looks once too often.
_REASONS = rb"hidden\s*=|mergeCell\b|[<:]f[\s/>]"


def marks_of(data: bytes) -> dict[str, Marks]:
    """Return the facts of each sheet by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        book = _target_of_type(archive, names, "_rels/.rels", "", "officeDocument") or "xl/workbook.xml"
        if book not in names:
            return {}
        relations = _relations(archive, names, book)
        styles_member = next((target for kind, target in relations.values() if kind == "styles"), "")
        styles = _styles(archive, styles_member) if styles_member in names else {}
        root = _root(archive, book)
        recalculated = any(element.get("fullCalcOnLoad") in _TRUE for element in root.iter("{*}calcPr", "calcPr"))
        result = {}
        for sheet in root.iter("{*}sheet", "sheet"):
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            member = relations.get(key, ("", ""))[1]
            if member in names and _needs_a_look(archive, member, styles):
                result[sheet.get("name", "")] = _marks(archive, member, styles, recalculated)
        return result


def _root(archive: zipfile.ZipFile, member: str) -> etree._Element:
    if archive.getinfo(member).file_size > SUSPICIOUS_BYTES:
        raise ValueError(member)
    root = etree.fromstring(
        archive.read(member), etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    )
    # Of a part that is no XML at all the parser returns nothing.
    return etree.Element("empty") if root is None else root


def _relations(archive: zipfile.ZipFile, names: set[str], part: str) -> dict[str, tuple[str, str]]:
    """Return kind and target of the relations of a part, by id."""
    folder, _, name = part.rpartition("/")
    member = posixpath.join(folder, "_rels", f"{name}.rels")
    if member not in names:
        return {}
    found = {}
    for element in _root(archive, member).iter("{*}Relationship", "Relationship"):
        target = element.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], path)
    return found


def _target_of_type(archive: zipfile.ZipFile, names: set[str], member: str, folder: str, kind: str) -> str | None:
    if member not in names:
        return None
    relations = _root(archive, member).iter("{*}Relationship", "Relationship")
    targets = [element.get("Target", "") for element in relations if element.get("Type", "").endswith(f"/{kind}")]
    return posixpath.normpath(posixpath.join(folder, targets[0].lstrip("/"))) if targets else None


def _styles(archive: zipfile.ZipFile, member: str) -> dict[str, str]:
    """Return the number formats that matter, by number of the cell style."""
    root = _root(archive, member)
    custom = {element.get("numFmtId"): element.get("formatCode", "") for element in root.iter("{*}numFmt", "numFmt")}
    cells = next(root.iter("{*}cellXfs", "cellXfs"), None)
    found = {}
    for number, style in enumerate([] if cells is None else cells.iter("{*}xf", "xf")):
        key = style.get("numFmtId", "0")
        form = custom.get(key) or (formats.BUILT_IN.get(int(key), "") if key.isdigit() else "")
        if formats.matters(form):
            found[str(number)] = form
    return found


def _needs_a_look(archive: zipfile.ZipFile, member: str, styles: dict[str, str]) -> bool:
    numbers = "|".join(styles).encode()
    wanted = re.compile(_REASONS + (rb"|\bs\s*=\s*[\"'](?:" + numbers + rb")[\"']" if styles else b""))
    carried = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            if not carried and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                return True
            if wanted.search(carried + chunk):
                return True
            carried = chunk[-64:]
    return False


def _marks(archive: zipfile.ZipFile, member: str, styles: dict[str, str], recalculated: bool) -> Marks:
    marks = Marks()
    row = -1
    with archive.open(member) as stream:
        for element in _elements(stream, ("row", "col", "mergeCell")):
            kind = etree.QName(element).localname
            if kind == "row":
                number = element.get("r", "")
                row = int(number) - 1 if number.isdigit() else row + 1
                if element.get("hidden") in _TRUE:
                    marks.hidden_rows.append(row)
                _note_cells(marks, element, row, styles, recalculated)
            elif kind == "col" and element.get("hidden") in _TRUE:
                first, last = int(element.get("min", "1")), int(element.get("max", "1"))
                marks.hidden_columns += range(first - 1, min(last, first + 1000))
            elif kind == "mergeCell" and (span := _REFERENCE.fullmatch(element.get("ref", ""))) and span[4]:
                top, bottom = int(span[2]) - 1, int(span[4]) - 1
                if bottom > top:
                    marks.merged.append((top, bottom, column_number(span[1]) - 1))
            element.clear()
    return marks


def _elements(stream: object, names: tuple[str, ...]) -> Iterator[etree._Element]:
    tags = [tag for name in names for tag in (f"{{*}}{name}", name)]
    parsed = etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True, recover=True, huge_tree=True)
    for _, element in parsed:
        yield element
        # What is already read would otherwise pile up before the next row.
        while (before := element.getprevious()) is not None and (parent := element.getparent()) is not None:
            parent.remove(before)


def _note_cells(marks: Marks, row: etree._Element, number: int, styles: dict[str, str], recalculated: bool) -> None:
    column = -1
    for cell in row:
        address = _REFERENCE.fullmatch(cell.get("r", ""))
        column = column_number(address[1]) - 1 if address else column + 1
        kind = cell.get("t", "n")
        form = styles.get(cell.get("s", ""))
        if form and kind == "n":
            marks.styled.append((number, column, form))
        inside = {etree.QName(child).localname: child.text or "" for child in cell if isinstance(child.tag, str)}
        if "f" in inside and kind == "n" and _is_uncalculated(inside.get("v", ""), recalculated):
            marks.texts[number, column] = UNCALCULATED


def _is_uncalculated(value: str, recalculated: bool) -> bool:
    """Tell whether a formula has no value of its own.

    Programs that cannot calculate leave it out, or write 0 and ask the spreadsheet to calculate when it opens the book.
    """
    return not value.strip() or (recalculated and value.strip() == "0")


def column_number(letters: str) -> int:
    """Return the number of a column by its letters: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
