"""All documents of a half-year in one ZIP archive, and the names of their files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from checks.text import file_name as plain_name
from view.documents import pdf
from view.documents.appendix import appendix
from view.documents.letter import letter
from view.documents.report import report
from view.documents.source import DocumentSource
from warehouse.access.rights import may

Progress = Callable[[float, str], None]


def file_name(source: DocumentSource, what: str, ending: str) -> str:
    """Return the name of a document's file with half-year and publication."""
    publication = source.mart.publication
    return plain_name(f"{what}_{source.scope.year}-{source.scope.half}_публикация-{publication}.{ending}")


def letter_name(source: DocumentSource, municipality: str) -> str:
    """Return the name of a letter's file; of two municipalities with one name, with the code."""
    name = str(source.municipality(municipality)["short_name"])
    namesakes = [row["short_name"] for row in source.municipalities].count(name) > 1
    whom = name.replace(" ", "-") + (f"-{municipality}" if namesakes else "")
    return file_name(source, f"Письмо_{whom}", "docx")


def archive(source: DocumentSource, progress: Progress = lambda share, doing: None, with_pdf: bool = False) -> bytes:
    """Return a ZIP of the letters, report and appendix that the actor may make.

    with_pdf: each document also as PDF; raises `PdfUnavailable` without LibreOffice.
    """
    letters = [str(row["municipality_id"]) for row in source.municipalities]
    allowed = [code for code in letters if may(source.actor, "make_reports", code)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:

        def add(name: str, content: bytes) -> None:
            file.writestr(name, content)
            if with_pdf and name.endswith(".docx"):
                file.writestr(name.removesuffix("docx") + "pdf", pdf.converted(content, "docx"))

        for position, code in enumerate(allowed):
            progress(0.7 * position / len(allowed), str(source.municipality(code)["name"]))
            add(f"Письма/{letter_name(source, code)}", letter(source, code))
        if may(source.actor, "make_reports"):
            progress(0.7, "Аналитическая справка")
            made = report(source, lambda share, doing: progress(0.7 + 0.25 * share, doing))
            add(file_name(source, "Аналитическая-справка", "docx"), made)
            progress(0.95, "Приложение")
            add(file_name(source, "Приложение", "xlsx"), appendix(source))
    progress(1.0, "Готово")
    return buffer.getvalue()
