"""The audit trail in words: event, details, outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, agreed, counted, half_year, listed
from view.shell.account import ROLE_NAMES
from view.shell.navigation import TITLES
from view.shell.page import moment
from warehouse.access.audit_events import EVENTS, OUTCOMES
from warehouse.store.row import Row

SHOWN = 300
"""Most rows on the screen; a file has all of them."""

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
"""Actions in words; a test compares them with the table of access."""


def action_named(action: str) -> str:
    """Return an action of the table of access in words."""
    return _ACTIONS.get(action, action)


def table(found: pl.DataFrame, names: Mapping[str, str], municipalities: Mapping[str, str]) -> pl.DataFrame:
    """Return entries as a table. names: of people by number; municipalities: names by code."""
    rows = found.to_dicts()
    return pl.DataFrame(
        {
            "Когда": [moment(row["at"]) for row in rows],
            "Кто": [who(row["who"], names) for row in rows],
            "Роль": [ROLE_NAMES.get(row["role"], "") for row in rows],
            "Событие": [EVENTS[row["event"]] for row in rows],
            "Итог": [f"{MARKS[row['outcome']]} {OUTCOMES[row['outcome']]}" for row in rows],
            "Подробности": [details(json.loads(row["about"]), municipalities, names) for row in rows],
            "№ записи": [row["entry"] for row in rows],
        },
        schema={
            **dict.fromkeys(("Когда", "Кто", "Роль", "Событие", "Итог", "Подробности"), pl.String),
            "№ записи": pl.Int64,
        },
    )


def who(code: str, names: Mapping[str, str]) -> str:
    """Return who acted: a name of the register, the server itself, or «неизвестный»."""
    if code == "local":
        return "на сервере"
    if code == "unknown":
        return "неизвестный"
    return f"{names[code]} (№{NBSP}{code})" if code in names else f"№{NBSP}{code}"


def details(about: Row, municipalities: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return the details of an entry in words."""
    said = []
    for name, value in about.items():
        words = _DETAILS.get(name)
        if words is not None and value not in ([], 0):
            said.append(words(Detail(value, municipalities, names)))
    if {"year", "half"} <= about.keys():
        said.append(half_year(about["year"], about["half"]))
    return "; ".join(said)


@dataclass(frozen=True)
class Detail:
    """A detail of an entry, with names of municipalities by code and of people by number."""

    value: Any  # Entries are JSON: the type of a value depends on the event.
    municipalities: Mapping[str, str]
    names: Mapping[str, str]

    def resource(self, code: object) -> str:
        """Return the name of a municipality or page, the code of anything else."""
        return self.municipalities.get(str(code), TITLES.get(str(code), str(code)))


_DETAILS: dict[str, Callable[[Detail], str]] = {
    "action": lambda about: action_named(about.value),
    "resource": lambda about: about.resource(about.value),
    "mark": lambda about: f"метка {about.value}",
    "cause": lambda about: "провайдер не назвал подтверждённого адреса",
    "change": lambda about: _CHANGES.get(about.value, about.value),
    "person": lambda about: who(str(about.value), about.names),
    "to": lambda about: f"роль {ROLE_NAMES.get(about.value, about.value)}",
    "municipalities": lambda about: listed([about.resource(code) for code in about.value]),
    "datasets": lambda about: listed([contracts()[code].title for code in about.value if code in contracts()]),
    "rows": lambda about: counted(
        sum(about.value) if isinstance(about.value, list) else about.value, "строка", "строки", "строк"
    ),
    "errors": lambda about: counted(about.value, "ошибка", "ошибки", "ошибок"),
    "foreign": lambda about: counted(about.value, "чужая строка", "чужие строки", "чужих строк"),
    "batch": lambda about: f"партия №{NBSP}{about.value}",
    "batches": lambda about: "партии " + listed([f"№{NBSP}{batch}" for batch in about.value]),
    "into": lambda about: f"в партию №{NBSP}{about.value}",
    "publication": lambda about: f"публикация №{NBSP}{about.value}",
    "reason": lambda about: f"причина: {about.value}",
    "comment": lambda about: f"пояснение: {about.value}",
    "findings": lambda about: counted(about.value, "находка", "находки", "находок"),
    "recommendations": lambda about: counted(len(about.value), "рекомендация", "рекомендации", "рекомендаций"),
    "indicator": lambda about: f"показатель {about.value}",
    "value": lambda about: f"значение {about.value:g}",
    "region": lambda about: about.resource(about.value),
    "error": lambda about: f"ошибка {about.value}",
    "document": lambda about: str(about.value),
    "through": lambda about: f"по {about.value} год",
    "removed": lambda about: agreed(about.value, "убрана, убраны, убрано", "строка, строки, строк"),
}


def verdict(entries: int, digest: str, fault: str | None) -> str:
    """Return the result of verifying the chain of entries, as HTML."""
    if fault:
        return f'<div class="outcome outcome-missed" role="alert">✕ Журнал нарушен: {escape(fault)}.</div>'
    return (
        '<div class="outcome outcome-met" role="status">✓ Цепочка цела: '
        f"{counted(entries, 'запись', 'записи', 'записей')}, последняя {digest[:16]}.</div>"
    )
