"""Headline of the passport: completeness, incomplete parts, the day it describes."""

from __future__ import annotations

from collections.abc import Sequence

from checks.russian import NBSP, counted, date, number, percent, plural, small
from view.passport.sections import Section, State
from view.shell.page import OpenPage


def finding(sections: Sequence[Section]) -> str:
    """Return the headline: how complete the passport is, and the least complete section."""
    known = [section for section in sections if section.share is not None]
    if not known:
        return "Сведений для паспорта за это полугодие нет."
    mean = sum(section.share or 0 for section in known) / len(known)
    full = [section for section in known if section.share == 100]
    weakest = min(known, key=lambda section: section.share or 0)
    if len(full) == len(known):
        return "Паспорт заполнен полностью."
    return (
        f"Паспорт заполнен на {share_text(mean)}: {plural(len(full), 'полон', 'полны', 'полны')} "
        f"{number(len(full))} из{NBSP}{counted(len(sections), 'раздела', 'разделов', 'разделов')}, "
        f"меньше всего — «{weakest.title}» ({share_text(weakest.share)})."
    )


def share_text(value: float | None) -> str:
    """Return a share rounded so that only complete ones show 100 %."""
    if value is None:
        return "–"
    return percent(min(value, 99.9), 1) if 99.5 <= value < 100 else percent(value, 0)


def detail(sections: Sequence[Section]) -> str:
    """Return the detail: how many parts are incomplete, the first three by name."""
    owed = [state for section in sections for state in section.states if state.present < state.expected]
    if not owed:
        return ""
    return (
        f"{plural(len(owed), 'Неполна', 'Неполны', 'Неполно')} {counted(len(owed), 'часть', 'части', 'частей')}: "
        + "; ".join(f"{small(state.part.name)} — {count_text(state)}" for state in owed[:3])
        + ("." if len(owed) <= 3 else " и другие.")
    )


def count_text(state: State) -> str:
    """Return «667 из 700 организаций»."""
    noun = plural(state.expected, state.part.one, state.part.many, state.part.many)
    return f"{number(state.present)} из{NBSP}{number(state.expected)}{NBSP}{noun}"


def as_of(page: OpenPage) -> str:
    """Return the day that the passport describes: «на 31.12.2025»."""
    return f"на {date(page.freshness['cutoff'])}"
