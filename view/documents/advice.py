"""Recommendations as documents print them, and what earlier ones have achieved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from checks.russian import counted, half_year, listed, number, percent, plural
from view.documents import styles, writing
from view.documents.edition import Edition
from view.documents.writing import Cell
from view.wording.figures import HIDDEN_CELL
from view.wording.recommendation_words import due
from warehouse.recommendations import reading
from warehouse.store.row import Row

NONE = "Утверждённых рекомендаций за этот период нет."
DRAFT = "ПРОЕКТ. Рекомендации ещё не утверждены."
ISSUED = ("approved", "sent", "in_work", "done")
OUTCOMES = {
    "closed": "закрыто данными",
    "improving": "улучшается",
    "recurring": "повторяется",
    "reported_not_met": "отмечено выполненным, но данными не подтверждено",
}
RECOMMENDATIONS = ("рекомендация", "рекомендации", "рекомендаций")


def recommended(edition: Edition, territory: str = "") -> tuple[list[dict[str, Any]], bool]:
    """Return the recommendations of the edition's round that the actor may see, and whether they are only drafts.

    territory: a municipality, or the region's code for its own; all of them when empty. Issued ones are those that
    were approved and not withdrawn; drafts stand in only where nothing is issued yet.
    """
    scope = edition.scope
    chosen = reading.Filter(scope.region, scope.year, scope.half, territory, state="live")
    rows = reading.recommendations(edition.mart, edition.actor, chosen).to_dicts()
    issued = [row for row in rows if row["state"] in ISSUED]
    return (issued, False) if issued else (rows, bool(rows))


def lacking(row: Row) -> str:
    """Return what is lacking in people or units, a dash where a thing is missing as a whole."""
    if row["hidden"]:
        return HIDDEN_CELL
    if not row["counted"] or not row["gap"]:
        return "–"
    return counted(int(row["gap"]), *row["counted"].split(", "))


def table(document: Any, rows: Sequence[Row], title: str) -> None:
    """Add recommendations in full: what was found, the measure, what is lacking, deadline, responsible and clause."""
    lines = [
        [
            Cell(str(position), number=True),
            Cell(f"{row['finding']}\n{row['words']}"),
            Cell(lacking(row)),
            Cell(due(row)),
            Cell(f"{row['responsible']}\n{row['basis']}"),
        ]
        for position, row in enumerate(rows, start=1)
    ]
    head = ["№", "Что установлено и что рекомендуется", "Не хватает", "Срок", "Ответственный, основание"]
    writing.table(document, head, lines, [0.8, 7.9, 2.8, 1.9, 4.1], title)
    writing.paragraph(document, _figures_of(rows), styles.NOTE)


def overview(document: Any, edition: Edition, rows: Sequence[Row], title: str) -> None:
    """Add recommendations in short, under their municipalities; numbers are those of the letters."""
    lines: list[Sequence[Cell] | str] = []
    for place in edition.places:
        own = [row for row in rows if row["territory_id"] == place["municipality_id"]]
        if own:
            lines.append(str(place["name"]))
        lines += [
            [
                Cell(str(position), number=True),
                Cell(row["title"]),
                Cell(lacking(row)),
                Cell(due(row)),
                Cell(row["responsible"]),
            ]
            for position, row in enumerate(own, start=1)
        ]
    head = ["№", "Мера", "Не хватает", "Срок", "Ответственный"]
    writing.table(document, head, lines, [0.9, 6.8, 2.8, 2.0, 5.0], title)
    writing.paragraph(document, _figures_of(rows), styles.NOTE)


def _figures_of(rows: Sequence[Row]) -> str:
    """Say whose figures recommendations carry: those of their own day stay, whatever is corrected later."""
    publications = sorted({row["publication"] for row in rows})
    named = listed([f"№ {publication}" for publication in publications])
    of = "публикации" if len(publications) == 1 else "публикаций"
    return f"Числа в рекомендациях — из {of} {named}, когда они составлены; позже данные могли уточняться."


def counts(rows: Sequence[Row]) -> str:
    """Say how many recommendations there are, to how many municipalities, and how many are urgent."""
    places = {row["territory_id"] for row in rows if row["level"] == "M"}
    urgent = sum(row["urgency"] == "urgent" for row in rows)
    given = plural(len(rows), "Подготовлена", "Подготовлены", "Подготовлено")
    to = f" для {counted(len(places), 'муниципалитета', 'муниципалитетов', 'муниципалитетов')}" if places else ""
    soon = f", из них {plural(urgent, 'срочная', 'срочные', 'срочных')} — {number(urgent)}" if urgent else ""
    return f"{given} {counted(len(rows), *RECOMMENDATIONS)}{to}{soon}."


def achieved(document: Any, edition: Edition, territory: str = "") -> None:
    """Add what recommendations of earlier rounds have achieved: how many are closed by data, and by measure."""
    scope = edition.scope
    earlier = reading.recommendations(
        edition.mart, edition.actor, reading.Filter(scope.region, territory=territory)
    ).filter((pl.col("year") < scope.year) | ((pl.col("year") == scope.year) & (pl.col("half") < scope.half)))
    done = reading.achieved_by(earlier)
    if not done.sent:
        writing.paragraph(document, "В прежних раундах рекомендации не направлялись, сравнивать пока не с чем.")
        return
    writing.paragraph(document, _achieved(done, edition))
    lines = [
        [
            Cell(row["title"]),
            Cell(number(row["sent"]), number=True),
            Cell(number(row["tested"]), number=True),
            Cell(number(row["closed"]), number=True),
            Cell("–" if row["closed_share"] is None else percent(row["closed_share"]), number=True),
        ]
        for row in done.measures.iter_rows(named=True)
    ]
    head = ["Мера", "Направлено", "Проверено данными", "Закрыто данными", "Доля закрытых"]
    writing.table(document, head, lines, [8.3, 2.2, 2.4, 2.3, 2.3], "Чего достигли прежние рекомендации")
    writing.paragraph(
        document,
        "Рекомендация закрыта данными, если в следующих раундах её основания больше нет: это проверяется по данным. "
        f"Учтено всё, что вошло в публикацию {edition.published}.",
        styles.NOTE,
    )


def _achieved(done: reading.Achieved, edition: Edition) -> str:
    period = half_year(edition.scope.year, edition.scope.half)
    sent = plural(done.sent, "направлена", "направлены", "направлено")
    first = f"До раунда за {period} {sent} {counted(done.sent, *RECOMMENDATIONS)}"
    if not done.tested:
        return f"{first}. Следующий раунд ещё не показал, что из этого вышло."
    outcomes = (
        ("closed", done.closed),
        ("improving", done.improving),
        ("recurring", done.recurring),
        ("reported_not_met", done.reported_not_met),
    )
    told = [f"{OUTCOMES[name]} — {number(count)}" for name, count in outcomes if count]
    share = "" if done.closed_share is None else f" Доля закрытых — {percent(done.closed_share)}."
    median = ""
    if done.median_rounds is not None:
        rounds = number(done.median_rounds, 0 if done.median_rounds.is_integer() else 1)
        median = f" До закрытия прошло раундов: {rounds} (медиана)."
    known = plural(done.tested, "проверена", "проверены", "проверено")
    return f"{first}; данными {known} {number(done.tested)}: {'; '.join(told)}.{share}{median}"
