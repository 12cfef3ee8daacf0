"""The audit trail in words: what happened, to what, how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, counted, half_year, listed
from view.shell.account import ROLE_NAMES
from view.shell.navigation import TITLES
from view.shell.page import moment
from warehouse.access.audit import EVENTS, OUTCOMES
from warehouse.store.row import Row

SHOWN = 300
"""Rows on the screen; a download has all of them."""

MARKS = {"done": "✓", "begun": "…", "failed": "✕", "refused": "⊘"}

_CHANGES = {
    "added": "добавлен",
    "changed": "изменён",
    "closed": "доступ закрыт",
    "reopened": "доступ возвращён",
    "opened": "открыт",
    "due_changed": "перенесён срок",
    "returned": "подача возвращена",
    "withdrawn": "отозвана",
}
_ACTIONS = {
    "view_page": "открыть страницу",
    "view_values": "смотреть значения",
    "view_organizations": "смотреть организации",
    "view_people": "смотреть сведения о людях",
    "view_passport": "смотреть паспорт и дорожную карту",
    "export": "выгружать",
    "make_reports": "готовить документы",
    "upload": "проверять файлы",
    "confirm": "загружать",
    "withdraw": "отзывать партии",
    "view_completeness": "смотреть полноту",
    "manage_rounds": "вести раунды",
    "view_findings": "смотреть находки",
    "resolve_findings": "решать о находках",
    "settle_quarantine": "исправлять карантин",
    "view_history": "смотреть историю партий",
    "view_recommendations": "смотреть рекомендации",
    "edit_recommendations": "править рекомендации",
    "approve_recommendations": "утверждать рекомендации",
    "answer_recommendations": "отвечать на рекомендации",
    "set_targets": "менять цели",
    "manage_people": "назначать роли",
    "view_audit": "смотреть журнал",
    "maintain": "обслуживать хранилище",
}
"""What was refused, by action; a test holds it to the table of access."""


def action_named(action: str) -> str:
    """Return an action of the table of access in words."""
    return _ACTIONS.get(action, action)


def table(found: pl.DataFrame, names: Mapping[str, str], places: Mapping[str, str]) -> pl.DataFrame:
    """Return entries as a table for people. names: of people by number; places: of municipalities by code."""
    rows = found.to_dicts()
    return pl.DataFrame(
        {
            "Когда": [moment(row["at"]) for row in rows],
            "Кто": [who(row["who"], names) for row in rows],
            "Роль": [ROLE_NAMES.get(row["role"], "") for row in rows],
            "Событие": [EVENTS[row["event"]] for row in rows],
            "Итог": [f"{MARKS[row['outcome']]} {OUTCOMES[row['outcome']]}" for row in rows],
            "Подробности": [details(json.loads(row["about"]), places, names) for row in rows],
            "№ записи": [row["entry"] for row in rows],
        },
        schema={
            **dict.fromkeys(("Когда", "Кто", "Роль", "Событие", "Итог", "Подробности"), pl.String),
            "№ записи": pl.Int64,
        },
    )


def who(code: str, names: Mapping[str, str]) -> str:
    """Return who an entry is about: a name of the register, the machine itself, or a stranger."""
    if code == "local":
        return "на сервере"
    if code == "unknown":
        return "неизвестный"
    return f"{names[code]} (№{NBSP}{code})" if code in names else f"№{NBSP}{code}"


def details(about: Row, places: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return what else an entry says, in words."""
    said = []
    for name, value in about.items():
        words = _DETAILS.get(name)
        if words is not None and value not in ([], 0):
            said.append(words(value, places, names))
    if {"year", "half"} <= about.keys():
        said.append(half_year(about["year"], about["half"]))
    return "; ".join(said)


def _place(code: Any, places: Mapping[str, str]) -> str:
    return places.get(str(code), TITLES.get(str(code), str(code)))


def _recommendations(value: Any, *_: Any) -> str:
    return counted(len(value), "рекомендация", "рекомендации", "рекомендаций")


_DETAILS: dict[str, Any] = {
    "action": lambda value, *_: action_named(value),
    "resource": lambda value, places, _: _place(value, places),
    "mark": lambda value, *_: f"метка {value}",
    "cause": lambda value, *_: "провайдер не назвал подтверждённого адреса",
    "change": lambda value, *_: _CHANGES.get(value, value),
    "person": lambda value, _, names: who(str(value), names),
    "to": lambda value, *_: f"роль {ROLE_NAMES.get(value, value)}",
    "municipalities": lambda value, places, _: listed([_place(code, places) for code in value]),
    "datasets": lambda value, *_: listed([contracts()[code].title for code in value if code in contracts()]),
    "rows": lambda value, *_: counted(sum(value) if isinstance(value, list) else value, "строка", "строки", "строк"),
    "errors": lambda value, *_: counted(value, "ошибка", "ошибки", "ошибок"),
    "batch": lambda value, *_: f"партия №{NBSP}{value}",
    "batches": lambda value, *_: "партии " + listed([f"№{NBSP}{batch}" for batch in value]),
    "into": lambda value, *_: f"в партию №{NBSP}{value}",
    "publication": lambda value, *_: f"публикация №{NBSP}{value}",
    "reason": lambda value, *_: f"причина: {value}",
    "comment": lambda value, *_: f"пояснение: {value}",
    "findings": lambda value, *_: counted(value, "находка", "находки", "находок"),
    "recommendations": _recommendations,
    "indicator": lambda value, *_: f"показатель {value}",
    "value": lambda value, *_: f"значение {value:g}",
    "region": lambda value, places, _: _place(value, places),
    "error": lambda value, *_: f"ошибка {value}",
    "document": lambda value, *_: str(value),
    "through": lambda value, *_: f"по {value} год",
    "removed": lambda value, *_: f"убрано {counted(value, 'строка', 'строки', 'строк')}",
}


def verdict(entries: int, digest: str, fault: str | None) -> str:
    """Return what checking the chain found, as HTML."""
    if fault:
        return f'<div class="outcome outcome-missed" role="alert">✕ Журнал нарушен: {escape(fault)}.</div>'
    return (
        '<div class="outcome outcome-met" role="status">✓ Цепочка цела: '
        f"{counted(entries, 'запись', 'записи', 'записей')}, последняя {digest[:16]}.</div>"
    )
