"""The table of contents: a Word field with entries, readable before Word updates it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from view.documents import styles
from view.documents.styles import element

TITLE = "Содержание"
LEVELS = 2


def add(document: Document) -> Paragraph:
    """Add the title and an empty first entry; return the entry for `fill`."""
    document.add_paragraph(TITLE, style=styles.CONTENTS_TITLE)
    return document.add_paragraph(style="toc 1")


def bookmarks(document: Document) -> list[str]:
    """Return the bookmarks of all headings in the table of contents, in their order."""
    return [_bookmark(heading) for heading in _headings(document)]


def fill(document: Document, first: Paragraph, pages: Mapping[str, int]) -> None:
    """Write an entry for each heading as one field that begins at the entry that `add` returned.

    pages: page by bookmark. Without them the entries have no numbers, and Word asks to update the field on opening.
    """
    headings = _headings(document)
    last = first._p
    for position, heading in enumerate(headings):
        entry = deepcopy(first._p) if position else first._p
        for run in entry.findall(qn("w:r")) + entry.findall(qn("w:hyperlink")):
            entry.remove(run)
        entry.get_or_add_pPr().style = document.styles[f"toc {_level(heading)}"].style_id
        if not position:
            for part in _begin(f'TOC \\o "1-{LEVELS}" \\h \\z \\u'):
                entry.append(part)
        entry.append(_entry(heading.text, _bookmark(heading), pages))
        if position:
            last.addnext(entry)
        last = entry
    if headings:
        last.append(_mark("end"))
    if not pages:
        settings = document.settings.element
        settings.append(element("w:updateFields", val="true"))


def _headings(document: Document) -> list[Paragraph]:
    return [paragraph for paragraph in document.paragraphs if _level(paragraph)]


def _level(paragraph: Paragraph) -> int:
    """Return the level of a heading in the table of contents, 0 for any other paragraph."""
    identifier = paragraph._p.style or ""
    return int(identifier[-1]) if identifier in {f"Heading{level}" for level in range(1, LEVELS + 1)} else 0


def _bookmark(heading: Paragraph) -> str:
    return str(heading._p.find(qn("w:bookmarkStart")).get(qn("w:name")))


def _entry(text: str, bookmark: str, pages: Mapping[str, int]) -> BaseOxmlElement:
    link = element("w:hyperlink", anchor=bookmark, history="1")
    link.append(_run(text))
    if bookmark in pages:
        tab = element("w:r")
        tab.append(element("w:tab"))
        link.append(tab)
        for part in _begin(f"PAGEREF {bookmark} \\h"):
            link.append(part)
        link.append(_run(str(pages[bookmark])))
        link.append(_mark("end"))
    return link


def _begin(instruction: str) -> list[BaseOxmlElement]:
    command = element("w:r")
    words = element("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = f" {instruction} "
    command.append(words)
    return [_mark("begin"), command, _mark("separate")]


def _mark(kind: str) -> BaseOxmlElement:
    run = element("w:r")
    run.append(element("w:fldChar", fldCharType=kind))
    return run


def _run(text: str) -> BaseOxmlElement:
    run = element("w:r")
    words = element("w:t")
    words.set(qn("xml:space"), "preserve")
    words.text = text
    run.append(words)
    return run
