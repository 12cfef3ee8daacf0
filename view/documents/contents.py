"""The table of contents: a real field, filled in so that it can be read without updating it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from docx.oxml.ns import qn

from view.documents import styles
from view.documents.styles import element

TITLE = "Содержание"
LEVELS = 2


def add(document: Any) -> Any:
    """Add the place of the contents and return it, to be filled once all headings are written."""
    document.add_paragraph(TITLE, style=styles.CONTENTS_TITLE)
    return document.add_paragraph(style="toc 1")


def bookmarks(document: Any) -> list[str]:
    """Return the bookmarks of all headings that the contents list, in their order."""
    return [_bookmark(found) for found in document.paragraphs if _level(found)]


def fill(document: Any, place: Any, pages: Mapping[str, int]) -> None:
    """Write the entries of all headings so far into the place of the contents, as one field.

    pages: page by bookmark. Without them the entries have no numbers and the document asks to have them computed when
    it is opened.
    """
    headings = [found for found in document.paragraphs if _level(found)]
    last = place._p
    for position, found in enumerate(headings):
        entry = deepcopy(place._p) if position else place._p
        for run in entry.findall(qn("w:r")) + entry.findall(qn("w:hyperlink")):
            entry.remove(run)
        entry.pPr.pStyle.val = document.styles[f"toc {_level(found)}"].style_id
        if not position:
            for part in _begin(f'TOC \\o "1-{LEVELS}" \\h \\z \\u'):
                entry.append(part)
        entry.append(_entry(found.text, _bookmark(found), pages))
        if position:
            last.addnext(entry)
        last = entry
    if headings:
        last.append(_mark("end"))
    if not pages:
        settings = document.settings.element
        settings.append(element("w:updateFields", val="true"))


def _level(found: Any) -> int:
    identifier = found._p.style or ""
    return int(identifier[-1]) if identifier in {f"Heading{level}" for level in range(1, LEVELS + 1)} else 0


def _bookmark(found: Any) -> str:
    return str(found._p.find(qn("w:bookmarkStart")).get(qn("w:name")))


def _entry(text: str, bookmark: str, pages: Mapping[str, int]) -> Any:
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


def _begin(instruction: str) -> list[Any]:
    command = element("w:r")
    words = element("w:instrText")
    words.set(qn("xml:space"), "preserve")
    words.text = f" {instruction} "
    command.append(words)
    return [_mark("begin"), command, _mark("separate")]


def _mark(kind: str) -> Any:
    run = element("w:r")
    run.append(element("w:fldChar", fldCharType=kind))
    return run


def _run(text: str) -> Any:
    run = element("w:r")
    words = element("w:t")
    words.set(qn("xml:space"), "preserve")
    words.text = text
    run.append(words)
    return run
