"""LibreOffice prints the documents, numbers their pages and recalculates the appendix."""

import io
import re
import shutil
import subprocess
import time
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.etl.test_marked_office import converted
from tests.view.test_report_documents import ADMIN, HALF, REGION, VSEVOLOZHSK, YEAR, check_values, style_of
from view.documents import pdf
from view.documents.appendix import appendix
from view.documents.letter import letter
from view.documents.report import report
from view.documents.source import document_source
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address

pytestmark = [
    pytest.mark.load,
    pytest.mark.skipif(pdf.libreoffice() is None, reason="LibreOffice is not installed (make tools)"),
]
MANY = 60
"""Seconds that the report may take here, where other tests run beside; alone it takes under ten."""


def test_the_report_is_printed_and_its_contents_name_the_pages(demo_warehouse: Address) -> None:
    source = document_source(open_mart(demo_warehouse), ADMIN, REGION, YEAR, HALF)
    began = time.monotonic()
    content = report(source)
    assert time.monotonic() - began < MANY
    document = docx.Document(io.BytesIO(content))
    named = [
        int(found[1])
        for p in document.paragraphs
        if style_of(p).startswith("toc") and (found := re.search(r"\t(\d+)$", p.text))
    ]
    printed = pdf.converted(content, "docx")
    assert named == pdf.pages_of_headings(printed) == sorted(named)
    assert len(named) == sum(style_of(p) in {"Heading 1", "Heading 2"} for p in document.paragraphs)
    assert "updateFields" not in document.settings.element.xml


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_nothing_of_a_letter_is_lost_in_print(demo_warehouse: Address, tmp_path: Path) -> None:
    source = document_source(open_mart(demo_warehouse), ADMIN, REGION, YEAR, HALF)
    content = letter(source, VSEVOLOZHSK)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf.converted(content, "docx"))
    printed = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    words = set(re.findall(r"[\w,.]+", printed))
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = set(re.findall(r"[\w,.]+", " ".join([*(p.text for p in document.paragraphs), *cells])))
    assert written - words == set()


def test_the_appendix_recalculated_equals_the_export(demo_warehouse: Address, tmp_path: Path) -> None:
    source = document_source(open_mart(demo_warehouse), ADMIN, REGION, YEAR, HALF)
    # Saved by openpyxl, formulas lose their stored values, so that LibreOffice has to compute them.
    bare = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(appendix(source))).save(bare)
    again = converted(bare.getvalue(), "xlsx", tmp_path)
    check_values(openpyxl.load_workbook(io.BytesIO(again), data_only=True), source)
