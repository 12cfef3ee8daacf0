"""One recommendation in full: facts, text, tests of later rounds, effect, events."""

from __future__ import annotations

from html import escape

import polars as pl

from checks.russian import NBSP, counted, date, half_year
from view.parts import blocks
from view.shell.page import moment
from view.wording.figures import change_text, plain
from view.wording.recommendation_words import EVENTS, STATES, URGENCIES, due, lacking
from view.wording.signs import chip
from warehouse.recommendations.whatif import Change, Effect
from warehouse.store.row import Row


def full(row: Row) -> str:
    """Return facts, finding and text of a recommendation; an edited one with the generated text."""
    responsible = escape(row["responsible"]) + (f"<small>{escape(row['basis'])}</small>" if row["basis"] else "")
    items = [
        ("Срочность", chip(URGENCIES[row["urgency"]])),
        ("Состояние", chip(STATES[row["state"]])),
        ("Срок", due(row)),
        ("Ответственный", responsible),
        ("Составлена по публикации", f"№{NBSP}{row['publication']}"),
    ]
    words = f'<p class="measure">{escape(row["words"])}</p>'
    if row["text"]:
        words += f'<p class="quiet small">Составлено программой: {escape(row["measure"])}</p>'
    answer = f'<p class="answer"><b>Ответ муниципалитета:</b> {escape(row["answer"])}</p>' if row["answer"] else ""
    return f'{blocks.facts(items)}<p class="found">{escape(row["finding"])}</p>{words}{answer}'


def test_list(row: Row, tests: pl.DataFrame) -> str:
    """Return the test of a recommendation by each later round."""
    items = []
    for test in tests.iter_rows(named=True):
        when = half_year(test["year"], test["half"]) + (" (предварительно)" if test["provisional"] else "")
        items.append(f"<li><b>{when}</b>: {_result(row, test)}</li>")
    return f'<ul class="events">{"".join(items)}</ul>'


def _result(row: Row, test: Row) -> str:
    if test["standing"] is None:
        return "данных нет, проверить нечем."
    figures = ""
    if test["value"] is not None and row["unit"]:
        figures = f" — {plain(test['value'], row['decimals'], row['unit'])}"
    if test["standing"] == "clear":
        return f"основания больше нет{figures}."
    left = lacking(row, test["gap"])
    return f"основание остаётся{figures}{f', не хватает: {left}' if left else ''}."


def effect(row: Row, found: Effect) -> str:
    """Return the effect on the territory and the region, of this one and of all together."""
    items = [(row["short_name"] if row["level"] == "M" else "Область", found.territory)]
    if found.region is not None:
        items.append(("Область", found.region))
    if found.region_together is not None and found.together > 1:
        together = counted(found.together, "рекомендация", "рекомендации", "рекомендаций")
        items.append((f"Область, если выполнены все об этом показателе ({together})", found.region_together))
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{_change(row, change)}</dd></div>" for name, change in items)
    return f'<dl class="facts effects">{cells}</dl>'


def _change(row: Row, change: Change) -> str:
    decimals = 2 if abs(change.after - change.before) < 0.1 else row["decimals"]
    before, later = plain(change.before, decimals, row["unit"]), plain(change.after, decimals, row["unit"])
    difference = change_text(change.after - change.before, row["unit"], decimals)
    return (
        f"{blocks.mark(change.verdict_before)} {before} → {blocks.mark(change.verdict_after)} {later}"
        f"<small>{difference}</small>"
    )


def event_list(events: pl.DataFrame) -> str:
    """Return the events of a recommendation, the latest first."""
    items = []
    for event in events.iter_rows(named=True):
        words = [f'<span class="quiet small">{escape(event["text"])}</span>'] if event["text"] else []
        if event["due_on"]:
            words.append(f"срок — {date(event['due_on'])}")
        if event["comment"]:
            words.append(escape(event["comment"]))
        more = f": {'; '.join(words)}" if words else ""
        items.append(
            f"<li>{moment(event['happened_at'])} — {EVENTS[event['event']]}, {escape(event['actor'])}{more}</li>"
        )
    return f'<ul class="events">{"".join(items)}</ul>'
