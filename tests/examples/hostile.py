"""Hostile files, small to send and costly to open; each is made by a function."""

import io
import struct
import zipfile
from collections.abc import Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
HEADER = ("Код организации", "Наименование", "Муниципальное образование", "Тип организации")


def inline(cell: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER_ROW = (
    f'<row r="1">{"".join(inline(f"{letter}1", text) for letter, text in zip("ABCD", HEADER, strict=True))}</row>'
)


def sheet(rows: str, before: str = "") -> str:
    """Return the XML of a sheet of organizations with these rows. before: XML before the root."""
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}"><sheetData>{HEADER_ROW}{rows}</sheetData></worksheet>'
    )


def book(page: str, more: Mapping[str, str] | None = None, sheets: int = 1) -> bytes:
    """Return a workbook of these parts. sheets: how often the sheet is listed."""
    listed = "".join(f'<sheet name="Лист {n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, sheets + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        SHEET: page,
        **(more or {}),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def far_cell_plainly_written() -> bytes:
    """One cell in the last corner of the sheet."""
    return book(sheet(f'<row r="1048576">{inline("XFD1048576", "x")}</row>'))


def far_cell_written_otherwise() -> bytes:
    """The same, with its attributes in another order."""
    return book(sheet('<row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>'))


def far_cell_in_other_quotes() -> bytes:
    """The same, in single quotes."""
    return book(sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"))


def far_cell_with_a_prefix() -> bytes:
    """The same, with its elements in a named space."""
    row = '<x:row r="{}"><x:c r="{}"><x:v>1</x:v></x:c></x:row>'
    rows = row.format(1, "A1") + row.format(1_048_576, "XFD1048576")
    return book(f'<x:worksheet xmlns:x="{_MAIN}"><x:sheetData>{rows}</x:sheetData></x:worksheet>')


def far_cell_without_address() -> bytes:
    """The same, its place given by those before it."""
    return book(sheet(f'<row r="1048575"><c><v>1</v></c></row><row>{"<c/>" * 16_383}<c><v>1</v></c></row>'))


def far_row() -> bytes:
    """A row beyond any sheet."""
    return book(sheet('<row r="4294967295"><c r="XFD4294967295"><v>1</v></c></row>'))


def one_text_in_every_cell() -> bytes:
    """A text of 30,000 letters that 80,000 cells share."""
    rows = "".join(
        f'<row r="{row}">{"".join(f"""<c r="{letter}{row}" t="s"><v>0</v></c>""" for letter in "ABCDEFGH")}</row>'
        for row in range(2, 20_000)
    )
    return book(sheet(rows), {STRINGS: f'<sst xmlns="{_MAIN}"><si><t>{"а" * 30_000}</t></si></sst>'})


def stated_size() -> bytes:
    """A sheet that says it fills all its cells, and does not."""
    page = sheet("").replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    return book(page)


def merged_everywhere() -> bytes:
    """Thousands of merged ranges over the whole sheet."""
    merges = "".join(f'<mergeCell ref="A{row}:XFD1048576"/>' for row in range(2, 5_000))
    return book(sheet("").replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>"))


def entity_bomb() -> bytes:
    """Ten to the eleventh letters by entities of entities."""
    inner = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    row = f'<row r="2">{inline("A2", "&a11;")}</row>'
    return book(sheet(row, f'<!DOCTYPE z [<!ENTITY a0 "аааааааааа">{inner}]>'))


def foreign_entity() -> bytes:
    """A cell that wants a file of the server for its text."""
    row = f'<row r="2">{inline("A2", "&x;")}</row>'
    return book(sheet(row, '<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))


def deep_elements() -> bytes:
    """Elements within elements, a million deep."""
    return book(sheet("<a>" * 1_000_000 + "</a>" * 1_000_000))


def many_sheets() -> bytes:
    """A part listed as ten thousand sheets."""
    return book(sheet(""), sheets=10_000)


def many_parts() -> bytes:
    """An archive of a hundred thousand empty files."""
    target = io.BytesIO(book(sheet("")))
    with zipfile.ZipFile(target, "a") as archive:
        for number in range(100_000):
            archive.writestr(f"x{number}", "")
    return target.getvalue()


def overlapping_parts() -> bytes:
    """One packed part listed two hundred times under one name."""
    data = book(sheet("".join(f'<row r="{row}">{inline(f"A{row}", "x")}</row>' for row in range(2, 100_000))))
    end = data.rfind(b"PK\x05\x06")
    size, start = struct.unpack("<II", data[end + 12 : end + 20])
    entries, place = list[bytes](), 0
    while place < size:
        length = 46 + sum(struct.unpack("<HHH", data[start + place + 28 : start + place + 34]))
        entries.append(data[start + place : start + place + length])
        place += length
    entries += [next(entry for entry in entries if SHEET.encode() in entry)] * 200
    listed = b"".join(entries)
    count = len(entries)
    return data[:start] + listed + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(listed), start, 0)


def nested_archive() -> bytes:
    """A workbook with a bomb among its parts, inside an archive of its own."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", b"\0" * 50_000_000)
    target = io.BytesIO(book(sheet(f'<row r="2">{inline("A2", "41-001")}</row>')))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/media/bomb.zip", bomb.getvalue())
    return target.getvalue()


def endless_pattern() -> bytes:
    """A sheet over which a search for the end of an element begins anew at every element."""
    return book('<c r="AA1" ' * 1_000_000)


def wide_text() -> bytes:
    """Ten thousand columns."""
    return (";".join(f"c{n}" for n in range(10_000)) + "\n" + ";".join("1" * 10_000) + "\n").encode()


def one_long_line() -> bytes:
    """One row of many megabytes."""
    return b"id;name\n" + b"ab " * 5_000_000


def one_long_quoted_cell() -> bytes:
    """A quoted cell of many lines and megabytes."""
    return b"id;name\n" + b"1;a\n" * 300 + b'2;"' + b"ab\n" * 1_000_000 + b'"\n'


def empty_lines() -> bytes:
    """Millions of line ends."""
    return b"id;name\n" + b"\n" * 5_000_000


def stray_quotes() -> bytes:
    """A million rows with a quote out of its place."""
    return "код;имя;примечание\n".encode() + '1;"Ромашка" сад;х\n'.encode() * 100_000
