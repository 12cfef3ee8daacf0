"""All documents of a half-year in one archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from checks.text import file_name as plain_name
from view.documents import pdf
from view.documents.appendix import appendix
from view.documents.edition import Edition
from view.documents.letter import letter
from view.documents.region import report
from warehouse.access.rights import may

Progress = Callable[[float, str], None]


def file_name(edition: Edition, what: str, ending: str) -> str:
    """Return the name of a document's file, with its half-year and publication."""
    publication = edition.mart.publication
    return plain_name(f"{what}_{edition.scope.year}-{edition.scope.half}_публикация-{publication}.{ending}")


def letter_name(edition: Edition, municipality: str) -> str:
    """Return the name of a letter's file."""
    place = str(edition.place(municipality)["short_name"]).replace(" ", "-")
    if [row["short_name"] for row in edition.places].count(edition.place(municipality)["short_name"]) > 1:
        place = f"{place}-{municipality}"
    return file_name(edition, f"Письмо_{place}", "docx")


def archive(edition: Edition, progress: Progress = lambda share, doing: None, with_pdf: bool = False) -> bytes:
    """Return a ZIP with the letters that the actor may make and, for the whole region, the report and its appendix.

    with_pdf: each document also as PDF. Raises `NoOffice` when LibreOffice is missing for that.
    """
    letters = [str(place["municipality_id"]) for place in edition.places]
    allowed = [code for code in letters if may(edition.actor, "make_reports", code)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:

        def add(name: str, content: bytes) -> None:
            file.writestr(name, content)
            if with_pdf and name.endswith(".docx"):
                file.writestr(name.removesuffix("docx") + "pdf", pdf.converted(content, "docx"))

        for position, code in enumerate(allowed):
            progress(0.7 * position / len(allowed), str(edition.place(code)["name"]))
            add(f"Письма/{letter_name(edition, code)}", letter(edition, code))
        if may(edition.actor, "make_reports"):
            progress(0.7, "Аналитическая справка")
            made = report(edition, lambda share, doing: progress(0.7 + 0.25 * share, doing))
            add(file_name(edition, "Аналитическая-справка", "docx"), made)
            progress(0.95, "Приложение")
            add(file_name(edition, "Приложение", "xlsx"), appendix(edition))
    progress(1.0, "Готово")
    return buffer.getvalue()
