"""Recommendations as documents print them: found, measure, what is lacking, deadline, responsible with clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from checks.russian import date
from etl.report import writing
from etl.report.edition import Edition
from etl.report.writing import Cell

NONE_FOR_MUNICIPALITY = "Утверждённых рекомендаций за этот период нет."


@dataclass(frozen=True)
class Advice:
    """One recommendation: its territory, its words and figures, what became of it (both empty where unknown)."""

    territory: str
    found: str
    measure: str
    lacking: str
    due_on: dt.date | None
    responsible: str
    basis: str


def for_municipality(edition: Edition, municipality: str) -> list[Advice]:
    """Return what a letter recommends."""
    return []


def table(document: Any, found: Sequence[Advice], title: str) -> None:
    """Add recommendations as a numbered table."""
    lines = [
        [
            Cell(str(number), number=True),
            Cell(f"{one.found}\n{one.measure}"),
            Cell(one.lacking or "–"),
            Cell(date(one.due_on) if one.due_on else "–"),
            Cell(f"{one.responsible}\n{one.basis}"),
        ]
        for number, one in enumerate(found, start=1)
    ]
    head = ["№", "Что установлено и что рекомендуется", "Не хватает", "Срок", "Ответственный и основание"]
    writing.table(document, head, lines, [0.9, 8.6, 2.0, 2.1, 3.9], title)
