"""Sections of the passport as HTML: links, figures, completeness of parts, tables."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from checks.russian import NBSP, number, small
from view.parts import blocks, tables
from view.passport.headline import count_text, share_text
from view.passport.sections import Section, State
from view.passport.tables import Table


def map_of_sections(sections: Sequence[Section]) -> str:
    """Return links to the sections of the page with their completeness."""
    items = "".join(
        f'<a class="passport-link" href="#section-{section.code}"><span>{position}. {escape(section.title)}</span>'
        f"{_bar(section.share)}<b>{share_text(section.share)}</b></a>"
        for position, section in enumerate(sections, start=1)
    )
    return f'<nav class="passport-map" aria-label="Разделы паспорта">{items}</nav>'


def _bar(share: float | None) -> str:
    tone = "met" if share == 100 else "near"
    return f'<span class="fullness"><i class="bar-{tone}" style="width:{share or 0:.0f}%"></i></span>'


def heading(section: Section, position: int) -> str:
    """Return the heading of a section with completeness, and its figures."""
    share = f"<span>полнота {share_text(section.share)}</span>" if section.share is not None else ""
    title = f'<h2 class="section" id="section-{section.code}">{position}. {escape(section.title)}{share}</h2>'
    if not section.figures:
        return title
    items = [
        (figure.name, f"{figure.text}<small>{escape(figure.change_words) or NBSP}</small>")
        for figure in section.figures
    ]
    caution = f'<p class="quiet small">{escape(section.caution)}</p>' if section.caution else ""
    return title + blocks.facts(items) + caution


def parts(section: Section) -> str:
    """Return the completeness of parts: incomplete ones with debtors, complete ones in one line."""
    whole = [state for state in section.states if state.present == state.expected]
    lacking = [state for state in section.states if state.present < state.expected]
    items = [_lacking(state) for state in lacking]
    if whole:
        names = ", ".join(f"{escape(small(state.part.name))}" for state in whole)
        items.append(f'<li><span class="mark mark-met" aria-hidden="true">✓</span> Есть полностью: {names}.</li>')
    return f'<ul class="parts">{"".join(items)}</ul>'


def _lacking(state: State) -> str:
    tone = "near" if state.present else "missed"
    debtors = f" Не хватает: {escape(state.debtors)}." if state.debtors else ""
    return (
        f'<li><span class="mark mark-{tone}" aria-hidden="true">{state.mark}</span> <b>{escape(state.part.name)}</b> — '
        f'{count_text(state)}.{debtors} <span class="quiet">Кто представляет: {escape(state.part.owner)}.</span></li>'
    )


def table(shown: Table, opened: bool = False) -> str:
    """Return a table folded under its title."""
    return (
        f'<details class="passport-table"{" open" if opened else ""}><summary>{escape(shown.title)} '
        f"<span>({number(shown.rows.height)})</span></summary>{tables.show(shown.rows, shown.decimals)}</details>"
    )
