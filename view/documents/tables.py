"""Tables that several documents share: indicators against targets, method, completeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from docx.document import Document

from checks.russian import NBSP, number
from view.documents import summary, word
from view.documents.source import DocumentSource
from view.documents.word import Cell
from view.wording.figures import bound, change_text, fraction_text, plain, value_text
from view.wording.regulations import sources
from view.wording.sentences import distance
from view.wording.theme import VERDICTS
from warehouse.store.row import Row

MARKS = "; ".join(f"{verdict.mark} — {verdict.word}" for verdict in VERDICTS.values())


def mark_and_word(verdict: str) -> str:
    """Return a verdict as its mark and word."""
    return f"{VERDICTS[verdict].mark}{NBSP}{VERDICTS[verdict].word}"


def target(row: Row, year: int) -> str:
    """Return the target, with its year if another; else the target of a later year; else a dash."""
    if row["target"] is not None:
        return bound(row) + ("" if row["target_year"] == year else f"\n({row['target_year']}{NBSP}г.)")
    if row["goal"] is not None:
        return f"задана на{NBSP}{row['goal_year']}{NBSP}г.: {plain(row['goal'], 0, row['unit'])}"
    return "–"


def indicators(
    document: Document,
    source: DocumentSource,
    rows: pl.DataFrame,
    title: str,
    compared: Mapping[str, float | None] | None = None,
) -> None:
    """Add the table of all indicators of a territory against their targets, under their themes.

    rows: `verdicts.territory_verdicts`. compared: the region's values by indicator, for one more column.
    """
    head = ["Показатель", "Значение", "Числитель /\nзнаменатель", "Цель", "Итог", "Изменение за год"]
    widths = [6.1, 1.9, 2.4, 2.1, 2.9, 2.1]
    if compared is not None:
        head.append("Регион")
        widths = [5.0, 1.8, 2.3, 2.0, 2.8, 1.9, 1.7]
    lines: list[Sequence[Cell] | str] = []
    theme = ""
    for row in rows.iter_rows(named=True):
        if row["theme"] != theme:
            theme = row["theme"]
            lines.append(theme)
        lacking = summary.gap(row, source.catalogue[row["code"]]["counted"])
        line = [
            Cell(row["title"]),
            Cell(value_text(row), number=True),
            Cell(fraction_text(row) if row["denominator"] is not None else "–", number=True),
            Cell(target(row, source.scope.year), number=True),
            Cell(mark_and_word(row["verdict"]) + (f";\n{lacking}" if lacking else ""), verdict=row["verdict"]),
            Cell(change_text(row["change"], row["unit"], row["decimals"]) or "–", number=True),
        ]
        if compared is not None:
            value = compared.get(row["code"])
            line.append(Cell("–" if value is None else plain(value, row["decimals"], row["unit"]), number=True))
        lines.append(line)
    word.table(document, head, lines, widths, title)


def behind(document: Document, source: DocumentSource, rows: pl.DataFrame, title: str) -> bool:
    """Add the table of indicators near or below their targets; return whether there are any."""
    lacking = rows.filter(pl.col("verdict").is_in(["missed", "near"])).to_dicts()
    if not lacking:
        return False
    lacking.sort(key=distance, reverse=True)
    lines = [
        [
            Cell(row["short"]),
            Cell(value_text(row), number=True),
            Cell(fraction_text(row) if row["denominator"] is not None else "–", number=True),
            Cell(target(row, source.scope.year).replace("\n", " "), number=True),
            Cell(mark_and_word(row["verdict"]), verdict=row["verdict"]),
            Cell(summary.gap(row, source.catalogue[row["code"]]["counted"]) or "–"),
        ]
        for row in lacking
    ]
    head = ["Показатель", "Значение", "Числитель /\nзнаменатель", "Цель", "Итог", "Не хватает"]
    word.table(document, head, lines, [4.8, 1.9, 2.4, 2.5, 3.0, 2.9], title)
    return True


def method(document: Document, rows: Sequence[Row], title: str) -> None:
    """Add the table of how each indicator is calculated and on what act."""
    lines = [
        [
            Cell(f"{row['title']} ({row['unit']})"),
            Cell(_formula(row)),
            Cell(sources(row["sources"])),
        ]
        for row in rows
    ]
    word.table(document, ["Показатель", "Как считается", "Основание"], lines, [5.0, 8.5, 4.0], title)


def _formula(row: Row) -> str:
    share = row["kind"] != "count"
    lines = [f"{'Числитель' if share else 'Количество'}: {row['numerator']}."]
    if share:
        lines.append(f"Знаменатель: {row['denominator']}.")
    if row["base_year"]:
        lines.append(f"Нарастающим итогом с 1 января {row['base_year']} года.")
    if row["note"]:
        lines.append(row["note"])
    return "\n".join(line.replace("..", ".") for line in lines)


def completeness(document: Document, rows: Sequence[tuple[str, int, int]], title: str) -> None:
    """Add the table of reporting organizations; rows: municipality, reporting, expected."""
    lines = [
        [
            Cell(name),
            Cell(number(expected), number=True),
            Cell(number(given), number=True),
            Cell(number(expected - given) if expected else "–", number=True),
            Cell(plain(100 * given / expected, 1, "%") if expected else "–", number=True),
        ]
        for name, given, expected in rows
    ]
    head = ["Муниципалитет", "Организаций в реестре", "Отчитались", "Не отчитались", "Доля отчитавшихся"]
    word.table(document, head, lines, [7.0, 2.8, 2.6, 2.6, 2.5], title)
