"""Recommendations in the documents: tables, counts, and results of earlier rounds."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document

from checks.half_year import ordinals
from checks.russian import counted, half_year, listed, number, percent, plural
from view.documents import styles, word
from view.documents.source import DocumentSource
from view.documents.word import Cell
from view.wording.figures import HIDDEN_CELL, units
from view.wording.recommendation_words import OUTCOMES_IN_TEXT, due
from warehouse.recommendations import reading
from warehouse.store.row import Row

NONE = "Утверждённых рекомендаций за этот период нет."
DRAFT = "ПРОЕКТ. Рекомендации ещё не утверждены."
ISSUED = ("approved", "sent", "in_work", "done")
RECOMMENDATIONS = ("рекомендация", "рекомендации", "рекомендаций")


def recommended(source: DocumentSource, territory: str = "") -> tuple[list[Row], bool]:
    """Return the round's recommendations that the actor may see; whether they are drafts.

    territory: a municipality, or the region's code for its own; all of them when empty. Drafts are returned only where
    none has been approved, withdrawn ones never.
    """
    scope = source.scope
    chosen = reading.Filter(scope.region, scope.year, scope.half, territory, state="live")
    rows: list[Row] = [*reading.recommendations(source.mart, source.actor, chosen).iter_rows(named=True)]
    issued = [row for row in rows if row["state"] in ISSUED]
    return (issued, False) if issued else (rows, bool(rows))


def lacking(row: Row) -> str:
    """Return how many people or units are lacking; a dash where the measure has no number."""
    if row["hidden"]:
        return HIDDEN_CELL
    if not row["counted"] or not row["gap"]:
        return "–"
    return units(int(row["gap"]), row["counted"])


def table(document: Document, rows: Sequence[Row], title: str) -> None:
    """Add the full table: finding, measure, what is lacking, deadline, responsible and clause."""
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
    word.table(document, head, lines, [0.8, 7.9, 2.8, 1.9, 4.1], title)
    word.paragraph(document, _figures_of(rows), styles.NOTE)


def overview(document: Document, source: DocumentSource, rows: Sequence[Row], title: str) -> None:
    """Add the short table by municipality; numbers are those in the letters."""
    lines: list[Sequence[Cell] | str] = []
    for municipality in source.municipalities:
        own = [row for row in rows if row["territory_id"] == municipality["municipality_id"]]
        if own:
            lines.append(str(municipality["name"]))
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
    word.table(document, head, lines, [0.9, 6.8, 2.8, 2.0, 5.0], title)
    word.paragraph(document, _figures_of(rows), styles.NOTE)


def _figures_of(rows: Sequence[Row]) -> str:
    """Return from which publications the figures come: later corrections do not change them."""
    publications = sorted({row["publication"] for row in rows})
    named = listed([f"№ {publication}" for publication in publications])
    of = "публикации" if len(publications) == 1 else "публикаций"
    return f"Числа в рекомендациях — из {of} {named}, когда они составлены; позже данные могли уточняться."


def counts(rows: Sequence[Row]) -> str:
    """Return how many recommendations there are, for how many municipalities, how many urgent."""
    addressed = [row for row in rows if row["level"] == "M"]
    addressees = len({row["territory_id"] for row in addressed})
    regional = len(rows) - len(addressed)
    urgent = sum(row["urgency"] == "urgent" for row in rows)
    given = plural(len(rows), "Подготовлена", "Подготовлены", "Подготовлено")
    to = ""
    if addressees:
        whom = counted(addressees, "муниципалитета", "муниципалитетов", "муниципалитетов")
        to = f": {number(len(addressed))} для {whom} и {number(regional)} для области" if regional else f" для {whom}"
    soon = f", из них {plural(urgent, 'срочная', 'срочные', 'срочных')} — {number(urgent)}" if urgent else ""
    return f"{given} {counted(len(rows), *RECOMMENDATIONS)}{to}{soon}."


def achieved(document: Document, source: DocumentSource, territory: str = "") -> None:
    """Add the results of earlier rounds: recommendations closed by data, in all and by measure."""
    scope = source.scope
    earlier = reading.recommendations(
        source.mart, source.actor, reading.Filter(scope.region, territory=territory)
    ).filter(ordinals() < scope.half_year.ordinal)
    done = reading.achieved_by(earlier)
    if not done.sent:
        word.paragraph(document, "В прежних раундах рекомендации не направлялись, сравнивать пока не с чем.")
        return
    word.paragraph(document, _achieved(done, source))
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
    word.table(document, head, lines, [8.3, 2.2, 2.4, 2.3, 2.3], "Чего достигли прежние рекомендации")
    word.paragraph(
        document,
        "Рекомендация закрыта данными, если в следующих раундах её основания больше нет: это проверяется по данным. "
        f"Учтено всё, что вошло в публикацию {source.publication_name}.",
        styles.NOTE,
    )


def _achieved(done: reading.Achieved, source: DocumentSource) -> str:
    period = half_year(source.scope.year, source.scope.half)
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
    told = [f"{OUTCOMES_IN_TEXT[name]} — {number(count)}" for name, count in outcomes if count]
    share = "" if done.closed_share is None else f" Доля закрытых — {percent(done.closed_share)}."
    median = ""
    if done.median_rounds is not None:
        rounds = number(done.median_rounds, 0 if done.median_rounds.is_integer() else 1)
        median = f" До закрытия прошло раундов: {rounds} (медиана)."
    known = plural(done.tested, "проверена", "проверены", "проверено")
    return f"{first}; данными {known} {number(done.tested)}: {'; '.join(told)}.{share}{median}"
