"""Words of recommendations: states, outcomes, urgencies, events, steps, deadlines, gaps."""

from __future__ import annotations

from checks.russian import counted, date, half_year
from view.wording.figures import HIDDEN_CELL, units
from view.wording.signs import Sign, chip
from warehouse.store.row import Row

PROVISIONAL = " Итог предварительный: показатели года ещё копятся."


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
OUTCOMES_IN_TEXT = {
    "closed": "закрыто данными",
    "improving": "улучшается",
    "recurring": "повторяется",
    "reported_not_met": "отмечено выполненным, но данными не подтверждено",
}
"""Outcomes before a number, in the sentences of documents."""
URGENCIES = {
    "urgent": Sign("missed", "!", "срочно", ("срочная", "срочные", "срочных")),
    "normal": Sign("near", "•", "в обычном порядке", ("обычная", "обычные", "обычных")),
    "watch": Sign("no_data", "○", "на контроле", ("на контроле", "на контроле", "на контроле")),
    "hidden": OUTCOMES["hidden"],
}
EVENTS = {
    "drafted": "составлена",
    "edited": "исправлен текст",
    "approved": "утверждена",
    "returned": "возвращена на доработку",
    "sent": "направлена",
    "answered": "принята в работу",
    "reported": "отмечена выполненной",
    "reopened": "возвращена в работу",
    "withdrawn": "снята",
    "lapsed": "снята: нет основания",
    "renewed": "основание появилось снова",
}
STEP_LABELS = {
    "edit": "Исправить текст",
    "approve": "Утвердить",
    "return": "Вернуть на доработку",
    "send": "Направить",
    "answer": "Принять в работу",
    "report": "Сообщить о выполнении",
    "reopen": "Вернуть в работу",
    "withdraw": "Снять",
}
STEP_DONE = {
    "edit": "Текст записан",
    "approve": "Утверждено рекомендаций",
    "return": "Возвращено на доработку",
    "send": "Направлено рекомендаций",
    "answer": "Принято в работу",
    "report": "Отмечено выполненными",
    "reopen": "Возвращено в работу",
    "withdraw": "Снято рекомендаций",
}


def genitive(count: int) -> str:
    """Return the number of recommendations after «из»."""
    return counted(count, "рекомендации", "рекомендаций", "рекомендаций")


def dative(count: int) -> str:
    """Return the number of recommendations after «по»."""
    return counted(count, "рекомендации", "рекомендациям", "рекомендациям")


def outcome_chip(row: Row) -> str:
    """Return the outcome by later rounds as HTML.

    A recurring one has the number of rounds in a row.
    """
    again = row["outcome"] in ("recurring", "reported_not_met") and (row["rounds_in_row"] or 0) > 1
    extra = f"<small>{row['rounds_in_row']}-й раунд подряд</small>" if again else ""
    return chip(OUTCOMES[row["outcome"]]) + extra


def due(row: Row) -> str:
    """Return the deadline as text: a day, or only the half-year.

    The half-year is given where the urgency is hidden and the day would disclose it.
    """
    return date(row["due_on"]) if row["due_on"] else half_year(row["due_year"], row["due_half"])


def lacking(row: Row, gap: float | None = None) -> str:
    """Return what is lacking: «41 человек»; empty where nothing is counted or it is hidden."""
    if not row["counted"] or row["hidden"]:
        return ""
    return units(int(row["gap"] if gap is None else gap), row["counted"])


def clause(basis: str) -> str:
    """Return the clause of a basis without its document: «п. 3.3.2»."""
    head, _, _ = basis.partition(" П")
    return head.strip()
