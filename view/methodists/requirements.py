"""How many methodists meet the requirements, all of them and each."""

from __future__ import annotations

from html import escape

import polars as pl

from checks.russian import NBSP, counted, number, plural
from view.wording.figures import HIDDEN
from warehouse.suppression.cells import SMALL_GROUP


def requirements(rows: pl.DataFrame) -> str:
    """Return how many methodists fail each requirement, as HTML."""
    total = rows.get_column("methodists")[0]
    if not total:
        return '<p class="empty">Действующих региональных методистов здесь нет.</p>'
    items = []
    for row in rows.iter_rows(named=True):
        if not row["criterion"]:
            continue
        if row["hidden"]:
            note, count, bar = _why_hidden(total), "", ""
        elif row["failing"]:
            count = f"✕{NBSP}{number(row['failing'])} из{NBSP}{number(total)}"
            note = f"{row['clause']}; только это — {number(row['only'])}"
            bar = _shares(total - row["failing"], total)
        else:
            note, count, bar = row["clause"], f"✓{NBSP}все", _shares(total, total)
        items.append(
            f'<li><span class="answer-name">{escape(row["words"])}</span><span class="answer-count">{count}</span>'
            f'<span class="answer-bar">{bar}</span><span class="answer-note">{escape(note)}</span></li>'
        )
    return f'<ol class="answers">{"".join(items)}</ol>'


def _shares(meeting: int, total: int) -> str:
    """Return a bar of the methodists who meet a requirement, then those who do not."""
    met = 100 * meeting / total
    parts = {"answer-trained": met, "answer-failing": 100 - met}
    return "".join(f'<i class="{look}" style="width:{width:.1f}%"></i>' for look, width in parts.items() if width)


def _why_hidden(methodists: int) -> str:
    return HIDDEN if methodists < SMALL_GROUP else "видно только своему муниципалитету"


def requirements_finding(rows: pl.DataFrame) -> str:
    """Return the title of the requirements: how many methodists meet all of them."""
    row = rows.filter(pl.col("criterion") == "").row(0, named=True)
    if row["failing"] is None or not row["methodists"]:
        return "Требования к методистам"
    meeting = row["methodists"] - row["failing"]
    verb = plural(meeting, "Отвечает", "Отвечают", "Отвечают")
    people = counted(row["methodists"], "методиста", "методистов", "методистов")
    return f"{verb} требованиям {number(meeting)} из{NBSP}{people}"
