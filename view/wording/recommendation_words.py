"""How recommendations read: states, outcomes and urgencies as mark and word, their number, what is lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.russian import counted, date, half_year, number, plural
from view.wording.figures import HIDDEN_CELL

PROVISIONAL = " Итог предварительный: показатели года ещё копятся."


@dataclass(frozen=True)
class Sign:
    """How a state, an outcome or an urgency looks and reads; `plural` goes with a number of recommendations."""

    colour: str
    mark: str
    word: str
    plural: tuple[str, str, str]


STATES = {
    "draft": Sign("near", "✎", "черновик", ("черновик", "черновика", "черновиков")),
    "approved": Sign("no_target", "✓", "утверждена", ("утверждена", "утверждены", "утверждено")),
    "sent": Sign("no_target", "→", "направлена", ("направлена", "направлены", "направлено")),
    "in_work": Sign("no_target", "…", "в работе", ("в работе", "в работе", "в работе")),
    "done": Sign("met", "✓", "выполнена по отчёту", ("выполнена", "выполнены", "выполнено")),
    "withdrawn": Sign("no_data", "–", "снята", ("снята", "сняты", "снято")),
}
OUTCOMES = {
    "closed": Sign("met", "✓", "закрыта данными", ("закрыта данными", "закрыты данными", "закрыто данными")),
    "improving": Sign("near", "↗", "разрыв сократился", ("улучшается", "улучшаются", "улучшается")),
    "recurring": Sign("missed", "↻", "повторяется", ("повторяется", "повторяются", "повторяется")),
    "reported_not_met": Sign(
        "missed", "✕", "данными не подтверждена",
        ("не подтверждена данными", "не подтверждены данными", "не подтверждено данными"),
    ),
    "waiting": Sign("no_data", "○", "проверит следующий раунд", ("ждёт проверки", "ждут проверки", "ждёт проверки")),
    "withdrawn": Sign("no_data", "–", "снята", ("снята", "сняты", "снято")),
    "hidden": Sign("hidden", "▒", HIDDEN_CELL, ("скрыта", "скрыты", "скрыто")),
}  # fmt: skip
URGENCIES = {
    "urgent": Sign("missed", "!", "срочно", ("срочная", "срочные", "срочных")),
    "normal": Sign("near", "•", "в обычном порядке", ("обычная", "обычные", "обычных")),
    "watch": Sign("no_data", "○", "на контроле", ("на контроле", "на контроле", "на контроле")),
    "hidden": OUTCOMES["hidden"],
}


def genitive(count: int) -> str:
    """Return the number of recommendations after «из»."""
    return counted(count, "рекомендации", "рекомендаций", "рекомендаций")


def dative(count: int) -> str:
    """Return the number of recommendations after «по»."""
    return counted(count, "рекомендации", "рекомендациям", "рекомендациям")


def strip_of(counts: Mapping[str, int], signs: Mapping[str, Sign], label: str) -> str:
    """How many recommendations have each sign, as a strip."""
    parts = [
        f'<div class="part part-{sign.colour}" style="flex-grow:{counts[code]}"><b>{number(counts[code])}</b> '
        f'<span aria-hidden="true">{sign.mark}</span> {plural(counts[code], *sign.plural)}</div>'
        for code, sign in signs.items()
        if counts.get(code)
    ]
    return f'<div class="strip" role="img" aria-label="{label}">{"".join(parts)}</div>'


def chip(sign: Sign, extra: str = "") -> str:
    """A state, outcome or urgency as mark and word."""
    return (
        f'<span class="verdict verdict-{sign.colour}"><span aria-hidden="true">{sign.mark}</span> '
        f"{sign.word}{extra}</span>"
    )


def outcome_chip(row: Mapping[str, Any]) -> str:
    """What later rounds say of a recommendation, with the number of rounds in a row where it recurs."""
    again = row["outcome"] in ("recurring", "reported_not_met") and (row["rounds_in_row"] or 0) > 1
    extra = f"<small>{row['rounds_in_row']}-й раунд подряд</small>" if again else ""
    return chip(OUTCOMES[row["outcome"]]) + extra


def due(row: Mapping[str, Any]) -> str:
    """The deadline: a day, or the half-year where the day would tell a hidden urgency."""
    return date(row["due_on"]) if row["due_on"] else half_year(row["due_year"], row["due_half"])


def lacking(row: Mapping[str, Any], gap: float | None = None) -> str:
    """What is lacking, in words: «41 человек»; nothing where there is nothing to count, or it is hidden."""
    if not row["counted"] or row["hidden"]:
        return ""
    one, few, many = row["counted"].split(", ")
    return counted(int(row["gap"] if gap is None else gap), one, few, many)


def clause(basis: str) -> str:
    """The clause of a basis without its document: «п. 3.3.2»."""
    head, _, _ = basis.partition(" П")
    return head.strip()
