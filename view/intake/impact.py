"""Impact of an upload before it is confirmed: rows, cells, values, recommendations."""

from __future__ import annotations

from html import escape

import polars as pl
import streamlit as st

from checks.catalogue import contracts
from checks.russian import counted, number
from etl.intake import desk
from etl.intake.impact import Impact
from etl.intake.result import LoadResult
from view.intake.check import CheckedRequest
from view.parts import blocks, tables
from view.parts.impact import SHOWN_CHANGES, impact_sentence, impact_table
from view.shell import outline, session, writing
from warehouse.access.rights import Actor
from warehouse.queries import published
from warehouse.recommendations.whatif import Foretold
from warehouse.store.address import Address

IMPACT = "upload_impact"
"""Where a session keeps the last rehearsal: signature of the request, outcome."""
_PROFILE = "composite"


def draw_impact(address: Address, actor: Actor, checked: CheckedRequest) -> Impact:
    """Rehearse the upload, draw its impact and return it; the page ends there on a refusal."""
    st.html(blocks.section("Что изменится", "посчитано теми же правилами, в хранилище пока ничего не записано"))
    found = _rehearse(address, actor, checked)
    for result, cells in zip(found.results, found.cells, strict=True):
        st.html(f'<p class="summary"><b>{escape(result.files[0])}</b></p>' + rows_summary(result))
        if cells is not None and not cells.is_empty():
            with st.expander(f"Изменённые клетки: {counted(cells.height, 'клетка', 'клетки', 'клеток')}"):
                st.html(tables.show(cells_table(result.dataset, cells)))
    st.html(f'<p class="summary">{impact_sentence(found.indicators)}</p>')
    if not found.indicators.is_empty():
        st.html(tables.show(impact_table(found.indicators, _indicator_names(actor))))
    if sentence := recommendations_sentence(found.recommendations):
        with st.expander(sentence):
            st.html(tables.show(recommendations_table(found.recommendations)))
    return found


def _rehearse(address: Address, actor: Actor, checked: CheckedRequest) -> Impact:
    """Return what the upload would change, computed once for a request."""
    signature = checked.request.signature
    held = st.session_state.get(IMPACT)
    if held is None or held[0] != signature:
        found = writing.attempt(
            lambda: desk.rehearse(address, actor, checked.outcome, checked.options, _PROFILE),
            "Считаю, что изменится в показателях…",
        )
        if found is None:
            outline.stop()
        held = st.session_state[IMPACT] = signature, found
        checked.progress.done()
    rehearsed: Impact = held[1]
    return rehearsed


def _indicator_names(actor: Actor) -> dict[str, str]:
    """Return the short names of indicators by code; none while nothing has been published."""
    publication = session.newest_publication()
    if publication is None:
        return {}
    return dict(session.ask(publication, actor, published.indicators).select("code", "short").iter_rows())


def rows_summary(result: LoadResult) -> str:
    """Say how many rows are new, changed, unchanged and kept back."""
    rows = result.rows
    new = rows.loaded - rows.superseded - rows.unchanged
    cells = [
        ("Новых", new),
        ("Изменённых", rows.superseded),
        ("Без изменений", rows.unchanged),
        ("В карантин", rows.quarantined),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{number(value)}</dd></div>" for name, value in cells)
    return f'<dl class="facts">{items}</dl>'


def cells_table(dataset: str, cells: pl.DataFrame) -> pl.DataFrame:
    """Return changed cells for people: row, key, column, old and new."""
    headers = {code: column.header for code, column in contracts()[dataset].columns.items()}
    return cells.head(SHOWN_CHANGES).select(
        pl.col("source_row").alias("Строка"),
        pl.col("key").alias("Ключ"),
        pl.col("column_code").replace_strict(headers, default=None).alias("Колонка"),
        pl.col("old").alias("Было"),
        pl.col("new").alias("Станет"),
    )


def recommendations_sentence(found: Foretold) -> str:
    """Say in one sentence what would become of recommendations; nothing when nothing would."""
    appearing, closing = found.appearing.height, found.closing.height
    if not appearing and not closing:
        return ""
    return (
        f"Оснований для рекомендаций прибавится {number(appearing)}, закроется данными — "
        f"{counted(closing, 'рекомендация', 'рекомендации', 'рекомендаций')}."
    )


def recommendations_table(found: Foretold) -> pl.DataFrame:
    """Return the recommendations that would close, then those that there would be a reason for."""
    rows = [
        {
            "Территория": row["territory"],
            "Рекомендация": row["title"],
            "Полугодие": f"{row['half']}-е {row['year']}",
            "Что будет": what,
        }
        for frame, what in ((found.closing, "✓ закроется данными"), (found.appearing, "+ появится основание"))
        for row in frame.head(SHOWN_CHANGES).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("Территория", "Рекомендация", "Полугодие", "Что будет"), pl.String))
