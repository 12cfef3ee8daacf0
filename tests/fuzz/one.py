"""One file of the search: all product code from its bytes to the marked workbook.

Whatever the bytes are, the outcome is an answer or a refusal in Russian.
"""

import datetime as dt
import io
import zipfile
from contextlib import suppress

from lxml import etree

from checks.catalogue import contracts, headers, required
from checks.cells import Problem
from checks.parse import Reference
from checks.validate import located
from etl import marked, reader
from etl.intake.prepare import Incoming, prepare
from etl.marked import in_place
from etl.marked.listing import About
from etl.marked.package import CannotEdit, Package
from etl.marked.positions import locate
from etl.reader import isolated, packed, workbook
from etl.reader.limits import Unreadable
from etl.reader.shown import xlsx
from tests.examples import hostile
from tests.examples.files import options, xlsx_file
from tests.examples.rows import VALID

DAY = dt.date(2026, 3, 1)
_REFERENCE = Reference(
    municipality=lambda text: "41618000" if len(text) > 3 else Problem("municipality", "Такого нет."),
    territory=lambda text: "41618000" if len(text) > 3 else Problem("municipality", "Такого нет."),
    competencies={"norm": "NORM", "subj": "SUBJ"},
    pseudonym=lambda person: "0" * 32,
    today=DAY,
)
PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", hostile.SHEET, hostile.STYLES, "[Content_Types].xml")


def text(data: bytes) -> None:
    """Read a text, check it as the form that it looks like, write its marked workbook."""
    isolated._serving = True
    try:
        seen = reader.read(data, "файл.csv", headers(), required())
    except Unreadable as refusal:
        assert refusal.message.endswith("."), refusal.message
        return
    again = packed.unpacked(packed.packed(seen))
    assert again.frame.equals(seen.frame) and again.mapping == seen.mapping and again.left_out == seen.left_out
    contract = contracts()[seen.dataset or "diagnostics"]
    prepared = prepare(contract, [Incoming("файл.csv", data)], _REFERENCE, options(), {})
    findings = list(prepared.findings)
    if prepared.checked is not None:
        findings += located(contract, prepared.checked.parsed, prepared.checked.noticed, ["файл.csv"])
    (table,) = prepared.tables
    if table is not None:
        Package.open(marked.mark(data, "файл.csv", table, contract.code, findings, DAY))


def part(name: str, body: str) -> None:
    """Mark a workbook in which one part has this content; libraries in native code are left out."""
    isolated._serving = True
    content = hostile.book(hostile.sheet(""), {name: body})
    table = reader.read(b"id;name;note\n1;a;b\n", "файл", headers(), required())
    with suppress(etree.XMLSyntaxError, zipfile.BadZipFile, ValueError):
        xlsx.marks_of(content)
    try:
        workbook._refuse_vast(content)
    except Unreadable as refusal:
        assert refusal.rule == "too_vast"
    try:
        package = Package.open(content)
        in_place.mark(package, "Лист 1", [], locate(table, "diagnostics", []), About("файл", "diagnostics", DAY, {}))
    except CannotEdit:
        pass


def example_of(name: str) -> bytes:
    """Return a part of an ordinary marked workbook, from which a search begins."""
    isolated._serving = True
    content = xlsx_file("diagnostics", [VALID["diagnostics"]])
    table = reader.read(content, "файл", headers(), required(), "diagnostics")
    with zipfile.ZipFile(io.BytesIO(marked.mark(content, "файл", table, "diagnostics", [], DAY))) as archive:
        return archive.read(name)
