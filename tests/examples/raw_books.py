"""Workbooks written as raw XML, in the spellings of different programs."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import xlwt

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True)
class Number:
    """A cell that holds a number (as its stored text) under a number format."""

    stored: str
    form: str = "General"


@dataclass(frozen=True)
class Formula:
    """A cell with a formula that was never calculated."""

    text: str


Cell = str | int | Number | Formula | None


@dataclass(frozen=True)
class Spelling:
    """How a writer spells XML: prefix, quotes, order of attributes, addresses, slashes."""

    prefix: str = ""
    quote: str = '"'
    backwards: bool = False
    addresses: bool = True
    slash: str = "/"
    root: str = ""


def letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _tag(how: Spelling, name: str, attributes: Mapping[str, str], inside: str = "", prefix: str | None = None) -> str:
    pairs = list(attributes.items())
    if how.backwards:
        pairs.reverse()
    written = "".join(f" {key}={how.quote}{escape(value, {how.quote: '&quot;'})}{how.quote}" for key, value in pairs)
    full = (how.prefix if prefix is None else prefix) + name
    return f"<{full}{written}>{inside}</{full}>"


def xlsx(
    rows: Sequence[Sequence[Cell]],
    how: Spelling = Spelling(),
    *,
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    name: str = "Данные",
) -> bytes:
    """Return an XLSX of one sheet.

    hidden_rows: as a spreadsheet numbers them. hidden_columns: counted from 0.
    """
    forms = list(dict.fromkeys(cell.form for row in rows for cell in row if isinstance(cell, Number)))
    custom = [form for form in forms if form not in _BUILT_IN]
    ids = {form: str(_BUILT_IN.get(form, 164 + custom.index(form) if form in custom else 0)) for form in forms}
    body = "".join(_row(how, number, row, forms, number in hidden_rows) for number, row in enumerate(rows, start=1))
    space = f":{how.prefix[:-1]}" if how.prefix else ""
    cols = "".join(
        _tag(how, "col", {"min": str(c + 1), "max": str(c + 1), "width": "9", "hidden": "1"}) for c in hidden_columns
    )
    parts = _tag(how, "cols", {}, cols) if cols else ""
    parts += _tag(how, "sheetData", {}, body)
    if merged:
        inside = "".join(_tag(how, "mergeCell", {"ref": reference}) for reference in merged)
        parts += _tag(how, "mergeCells", {"count": str(len(merged))}, inside)
    sheet = _tag(how, "worksheet", {f"xmlns{space}": MAIN}, parts)
    formats = "".join(_tag(how, "numFmt", {"numFmtId": ids[form], "formatCode": form}) for form in custom)
    plain = {"fontId": "0", "fillId": "0", "borderId": "0", "xfId": "0"}
    cells = "".join(_tag(how, "xf", {"numFmtId": ids.get(form, "0"), **plain}) for form in ["General", *forms])
    one = "".join(_tag(how, f"{group}s", {"count": "1"}, _tag(how, group, {})) for group in ("font", "fill", "border"))
    styles = _tag(
        how,
        "styleSheet",
        {f"xmlns{space}": MAIN},
        (_tag(how, "numFmts", {"count": str(len(custom))}, formats) if custom else "")
        + one
        + _tag(how, "cellStyleXfs", {}, _tag(how, "xf", {"numFmtId": "0"}))
        + _tag(how, "cellXfs", {"count": str(1 + len(forms))}, cells),
    )
    book = _tag(
        how,
        "workbook",
        {f"xmlns{space}": MAIN, "xmlns:r": RELATIONS},
        _tag(how, "sheets", {}, _tag(how, "sheet", {"name": name, "sheetId": "1", "r:id": "rId1"})),
    )
    bare = Spelling(quote=how.quote, backwards=how.backwards)
    relations = "".join(
        _tag(bare, "Relationship", {"Id": f"rId{number}", "Type": f"{RELATIONS}/{kind}", "Target": how.root + target})
        for number, (kind, target) in enumerate(
            (("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")), start=1
        )
    )
    files = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _tag(bare, "Relationships", {"xmlns": PACKAGE}, relations),
        "xl/styles.xml": styles,
        "xl/worksheets/sheet1.xml": sheet,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = path.replace("/", how.slash)
            archive.writestr(info, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return buffer.getvalue()


_BUILT_IN = {"General": 0, "0": 1, "0.00": 2, "0%": 9, "0.00%": 10}
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETS}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/></Types>'
)


def _row(how: Spelling, number: int, cells: Sequence[Cell], forms: Sequence[str], hidden: bool) -> str:
    inside = "".join(_cell(how, number, column, cell, forms) for column, cell in enumerate(cells))
    attributes = {"r": str(number)} if how.addresses else {}
    return _tag(how, "row", attributes | ({"hidden": "1"} if hidden else {}), inside)


def _cell(how: Spelling, row: int, column: int, cell: Cell, forms: Sequence[str]) -> str:
    if cell is None and how.addresses:
        return ""
    at = {"r": f"{letters(column)}{row}"} if how.addresses else {}
    match cell:
        case None:
            return _tag(how, "c", at)
        case Number(stored, form):
            return _tag(how, "c", at | {"s": str(1 + forms.index(form))}, _tag(how, "v", {}, stored))
        case Formula(text):
            return _tag(how, "c", at, _tag(how, "f", {}, escape(text)) + _tag(how, "v", {}))
        case int():
            return _tag(how, "c", at, _tag(how, "v", {}, str(cell)))
        case _:
            text = _tag(how, "t", {"xml:space": "preserve"}, escape(cell))
            return _tag(how, "c", at | {"t": "inlineStr"}, _tag(how, "is", {}, text))


def ods(rows: Sequence[Sequence[str]], *, hidden_rows: Sequence[int] = ()) -> bytes:
    """Return an ODS of one sheet; a cell that begins with «<» is its XML."""

    def cell(text: str) -> str:
        if text.startswith("<"):
            return text
        return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'

    lines = "".join(
        f"<table:table-row{_FILTERED if number in hidden_rows else ''}>{''.join(map(cell, row))}</table:table-row>"
        for number, row in enumerate(rows, start=1)
    )
    names = "".join(
        f" xmlns:{short}={quoteattr('urn:oasis:names:tc:opendocument:xmlns:' + long)}" for short, long in _ODS_NAMES
    )
    content = (
        f"<office:document-content{names} xmlns:calcext={quoteattr(_CALCEXT)}><office:body><office:spreadsheet>"
        f'<table:table table:name="Данные">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    media = "application/vnd.oasis.opendocument.spreadsheet"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", media, zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{media}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        archive.writestr("content.xml", '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return buffer.getvalue()


_FILTERED = ' table:visibility="filter"'
_ODS_NAMES = (("office", "office:1.0"), ("table", "table:1.0"), ("text", "text:1.0"))
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"


def xls(rows: Sequence[Sequence[Cell]], *, hidden_rows: Sequence[int] = (), merged: Sequence[str] = ()) -> bytes:
    """Return an XLS of one sheet. hidden_rows: as a spreadsheet numbers them."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Данные")
    tops = {reference.partition(":")[0]: reference for reference in merged}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            address = f"{letters(column)}{number + 1}"
            if address in tops:
                first, last = (int(re.sub(r"\D", "", end)) for end in tops[address].split(":"))
                sheet.write_merge(first - 1, last - 1, column, column, cell)
            elif isinstance(cell, Number):
                sheet.write(number, column, float(cell.stored), xlwt.easyxf(num_format_str=cell.form))
            elif isinstance(cell, Formula):
                sheet.write(number, column, xlwt.Formula(cell.text))
            elif cell is not None:
                sheet.write(number, column, cell)
    for number in hidden_rows:
        sheet.row(number - 1).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
