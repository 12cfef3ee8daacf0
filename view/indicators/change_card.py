"""The card that explains why a value changed since an earlier half-year or publication."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import polars as pl
import streamlit as st

from checks.half_year import HalfYear
from checks.russian import NBSP, date
from view.indicators import change_causes
from view.indicators.change_causes import Compared
from view.indicators.subject import Subject
from view.parts import blocks, downloads
from view.shell import filters, session
from view.shell.page import OpenPage
from warehouse.marts.mart import PublicationPruned
from warehouse.queries import batch_history, published
from warehouse.queries.analysis import change
from warehouse.store import address
from warehouse.store.row import Row

TITLE = "Почему изменилось"
BEFORE = "before"
"""The default choice: the half-year before that of the page, whichever it is."""
_HALF_NAMES = {"1": "1-е полугодие", "2": "2-е полугодие"}
_HALF_NAMES_GENITIVE = {"1": "1-го полугодия", "2": "2-го полугодия"}


@dataclass(frozen=True)
class Comparison:
    """A change with the names of its ends.

    since: the earlier end in the genitive. before, now: both ends in the nominative. note: a caution, or empty.
    """

    change: change.Change
    compared: Compared
    since: str
    before: str
    now: str
    note: str


def change_card(page: OpenPage, subject: Subject) -> str:
    """Draw why the value changed since a chosen half-year or publication; return the choice."""
    options = _options(page)
    if not options:
        st.html(blocks.section(TITLE))
        st.html(blocks.paragraphs(["Сравнить не с чем: это первое полугодие и единственная публикация."], "empty"))
        return ""
    head = st.container()
    asked = filters.choose("compare", "Сравнить с", list(options), next(iter(options)), lambda code: options[code])
    chosen = _earlier_halves(page)[0] if asked == BEFORE else asked
    try:
        found = _with_publication(page, chosen) if chosen.startswith("p") else _with_half_year(page, chosen)
    except PublicationPruned:
        head.html(blocks.section(TITLE))
        st.html(blocks.paragraphs(["Эта публикация больше не хранится, сравнить с ней нельзя."], "empty"))
        return asked
    head.html(blocks.section(change_causes.title(found.change, subject.indicator, found.compared, found.since)))
    if reason := _nothing_to_explain(found.change, subject.indicator):
        st.html(blocks.paragraphs([reason], "empty"))
    else:
        _draw(page, subject, found)
    return asked


def _nothing_to_explain(found: change.Change, indicator: Row) -> str:
    """Return why a change has no parts to show; empty when it has some."""
    if found.start is None or found.end is None:
        return f"{'Тогда' if found.start is None else 'Сейчас'} значения не было, сравнить нельзя."
    if any(part.numerator or part.denominator for part in found.parts):
        return ""
    return change_causes.UNCHANGED["count" if indicator["kind"] == "count" else "value"]


def _draw(page: OpenPage, subject: Subject, found: Comparison) -> None:
    """Draw the parts of a change, the contributions of municipalities, notes, and the download."""
    indicator, changed = subject.indicator, found.change
    st.html(change_causes.waterfall(changed, indicator, found.compared, found.before, found.now))
    if changed.municipalities and any(effect for _, effect in changed.municipalities):
        st.html(blocks.paragraphs([change_causes.contributions(changed, indicator, subject.names)], "small"))
        st.html(change_causes.contribution_list(changed, indicator, subject.names))
    exact = "" if indicator["kind"] == "count" else change_causes.EXACT
    if words := " ".join(filter(None, (found.note, exact))):
        st.html(blocks.paragraphs([words]))
    table = change_causes.table(changed, found.compared, found.before, found.now)
    downloads.offer(page, table, TITLE, f"изменение_{page.indicator}", "change")


def _half_name(code: str, genitive: bool = False) -> str:
    year, half = code.split("-")
    names = _HALF_NAMES_GENITIVE if genitive else _HALF_NAMES
    return f"{names[half].replace(' ', NBSP)} {year}"


def _earlier_halves(page: OpenPage) -> list[str]:
    """Return the earlier half-years as codes («2024-2»), same half first, latest year first."""
    present = page.scope.half_year
    found = page.ask(published.half_years, page.scope.region).select("year", "half").rows()
    earlier = [other for other in (HalfYear(*pair) for pair in found) if other < present]
    return [other.code for other in sorted(earlier, key=lambda other: (other.half != present.half, -other.year))]


def _options(page: OpenPage) -> dict[str, str]:
    """Return what the value can be compared with by code: half-years, publications."""
    halves = _earlier_halves(page)
    found = {BEFORE: _half_name(halves[0])} if halves else {}
    found |= {code: _half_name(code) for code in halves[1:]}
    listed = page.ask(batch_history.publications).filter(
        (pl.col("publication") < page.publication) & (pl.col("published_at").dt.year() >= page.scope.year)
    )
    for row in batch_history.openable(address.resolve(), listed).iter_rows(named=True):
        when = date(row["published_at"])
        found[f"p{row['publication']}"] = f"То же полугодие в публикации №{NBSP}{row['publication']} от {when}"
    return found


def _with_half_year(page: OpenPage, code: str) -> Comparison:
    """Compare with an earlier half-year, as of the closing of its round if that is kept."""
    year, half = map(int, code.split("-"))
    closing = page.ask(change.closing_publication, page.scope.region, year, half)
    since, before = _half_name(code, genitive=True), _half_name(code)
    now = _half_name(f"{page.scope.year}-{page.scope.half}")
    if closing is not None:
        with suppress(PublicationPruned):
            note = f"Начало — как при закрытии раунда (публикация №{NBSP}{closing})."
            return Comparison(_change_since(page, closing, year, half), "half", since, before, now, note)
    return Comparison(_change_since(page, None, year, half), "half", since, before, now, "")


def _change_since(page: OpenPage, closing: int | None, year: int, half: int) -> change.Change:
    """Return the change since a half-year. closing: its publication, None for the present one."""
    return session.compare(
        page.publication, closing, page.actor, change.since_half_year, page.scope, page.indicator, year, half
    )


def _with_publication(page: OpenPage, code: str) -> Comparison:
    """Compare with the same half-year in an earlier publication. Raises `PublicationPruned`."""
    number = int(code[1:])
    found = session.compare(page.publication, number, page.actor, change.since_publication, page.scope, page.indicator)
    return Comparison(
        change=found,
        compared="publication",
        since=f"публикации №{NBSP}{number}",
        before=f"Публикация №{NBSP}{number}",
        now=f"Публикация №{NBSP}{page.publication}",
        note="",
    )
