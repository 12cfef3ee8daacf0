"""Bounds of a value by missing data: can the target still be reached or missed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from checks.russian import NBSP, all_of, counted, listed, number, plural
from view.wording.figures import GROUP, finished, plain, short_target, units, value_text
from view.wording.sentences import OF_ORGANIZATIONS, ORGANIZATIONS, of_municipalities
from warehouse.queries.analysis.bounds import Bounds, Missing
from warehouse.store.row import Row

NAMED = 5
"""Most municipalities that decide the outcome and are named."""


def title(missing: Missing, names: Mapping[str, str], provisional: bool) -> str:
    """Return the verdict on missing data: whether the target is decided, or who decides it."""
    found = missing.bounds
    if found is None or found.lowest is None:
        return "Границ нет"
    if not missing.silent:
        return "Отчитались все"
    so_far = "За полугодие цель" if provisional else "Цель"
    apart = f", не считая {counted(missing.unknown, *OF_ORGANIZATIONS)} без сведений" if missing.unknown else ""
    match found.outcome:
        case "met":
            return f"{so_far} достигнута при любых данных{apart}"
        case "missed":
            return f"{so_far} не может быть достигнута{apart}"
        case "open":
            if found.alone:
                return (
                    f"Итог зависит от одного муниципалитета: {names.get(found.deciding[0], found.deciding[0])}"
                    if len(found.deciding) == 1
                    else f"Итог решит любой из{NBSP}{of_municipalities(len(found.deciding))}"
                )
            return f"Итог зависит от{NBSP}{of_municipalities(len(found.deciding))} вместе"
        case _:
            return "Что изменят недостающие данные"


def sentences(
    missing: Missing, indicator: Row, expected: int, names: Mapping[str, str], provisional: bool
) -> list[str]:
    """Return the sentences behind the verdict. expected: organizations of the region."""
    if not missing.counted_by_passports:
        return ["Показатель считается не по паспортам организаций: те, кто их не прислал, его не меняют."]
    if not missing.silent:
        return [f"Недостающих данных нет: паспорта есть от {all_of(expected, *OF_ORGANIZATIONS)}."]
    silent = plural(missing.silent, "Не отчиталась", "Не отчитались", "Не отчитались")
    if missing.hidden:
        return [f"{silent} {counted(missing.silent, *ORGANIZATIONS)}; границы не показаны — {GROUP}."]
    known = units(sum(missing.sizes.values()), indicator["counted"])
    lines = [
        f"{silent} {number(missing.silent)} из{NBSP}{counted(expected, *OF_ORGANIZATIONS)}"
        + ("." if indicator["kind"] == "count" else f"; по последним сведениям в них {known}.")
    ]
    found = missing.bounds
    if found is None or found.lowest is None or found.highest is None:
        return lines
    low, high = (plain(end, indicator["decimals"], indicator["unit"]) for end in (found.lowest, found.highest))
    lines.append(f"Если из них не засчитают никого — {low}, если всех — {finished(high)}")
    if found.outcome == "open":
        lines.append(_deciding(missing, found, indicator, names))
    lines += _left_out(missing)
    if provisional:
        lines.append("Это границы полугодия; за год значение ещё изменится.")
    return lines


def _deciding(missing: Missing, found: Bounds, indicator: Row, names: Mapping[str, str]) -> str:
    """Return how many units decide the outcome, and which municipalities hold them."""
    need = finished(f"{plural(found.needed, 'Решит', 'Решат', 'Решат')} {units(found.needed, indicator['counted'])}")
    sizes = {code: "" if missing.sizes_hidden else f" ({number(size)})" for code, size in missing.sizes.items()}
    who = listed([f"{names.get(code, code)}{sizes[code]}" for code in found.deciding[:NAMED]])
    if len(found.deciding) > NAMED:
        who += f" и{NBSP}ещё{NBSP}{number(len(found.deciding) - NAMED)}"
    return f"{need} {_holders(found.alone, len(found.deciding))}: {who}."


def _holders(alone: bool, count: int) -> str:
    if not alone:
        return "Наименьший набор"
    return "Столько есть в одном муниципалитете" if count == 1 else "Столько есть в каждом из муниципалитетов"


def _left_out(missing: Missing) -> list[str]:
    """Return which organizations the bounds leave out: those of unknown or of hidden size."""
    lines = []
    if never := missing.unknown - missing.veiled:
        lines.append(
            f"{counted(never, *ORGANIZATIONS)} ни разу не {plural(never, 'отчиталась', 'отчитались', 'отчитались')}, "
            f"{plural(never, 'её', 'их', 'их')} численность неизвестна и в границы не вошла."
        )
    if missing.veiled:
        lines.append(f"Численность {counted(missing.veiled, *OF_ORGANIZATIONS)} скрыта и в границы не вошла.")
    return lines


def aside(missing: Missing, provisional: bool) -> str:
    """Return the verdict as a sentence under the headline; empty without missing data."""
    found = missing.bounds
    if found is None or not missing.silent or found.outcome is None:
        return ""
    count = counted(missing.silent, *ORGANIZATIONS)
    silent = plural(missing.silent, "не отчиталась", "не отчитались", "не отчитались")
    if found.outcome == "open":
        return f"{count} {silent}, и исход ещё может измениться."
    end = "достигнута" if found.outcome == "met" else "не достигнута"
    if missing.unknown == missing.silent:
        whose = plural(missing.silent, "её", "их", "их")
        return f"{count} {silent}, численность {whose} неизвестна, и исход ещё может измениться."
    if missing.unknown:
        who = "при любых данных тех, чья численность известна"
        return f"{count} {silent}; цель {'за полугодие ' if provisional else ''}{end} {who}."
    whose = plural(missing.silent, "её", "их", "их")
    return f"{count} {silent}, но при любых {whose} данных цель {'за полугодие ' if provisional else ''}{end}."


def bar(missing: Missing, row: Row) -> str:
    """Return the range of possible values as an HTML bar; empty without a range."""
    found = missing.bounds
    if found is None or found.lowest is None or found.highest is None or not missing.silent:
        return ""
    marks = [value for value in (found.lowest, found.highest, row["value"], row["target"]) if value is not None]
    top = max(marks) * 1.08 or 1.0
    bottom = min(marks) * 0.92 if min(marks) > 0.5 * top else 0.0

    def at(value: float) -> float:
        return 100 * (value - bottom) / (top - bottom)

    low, high = (plain(end, row["decimals"], row["unit"]) for end in (found.lowest, found.highest))
    spoken = f"от {low} до {high}"
    signs = (("кружок — сейчас", row["value"]), ("черта — цель", row["target"]))
    legend = ", ".join(words for words, value in signs if value is not None)
    parts = [
        f'<i class="range" style="left:{at(found.lowest):.1f}%;width:{at(found.highest) - at(found.lowest):.1f}%"></i>'
    ]
    if row["value"] is not None:
        parts.append(f'<i class="now" style="left:{at(row["value"]):.1f}%" title="сейчас {value_text(row)}"></i>')
        spoken += f", сейчас {value_text(row)}"
    if row["target"] is not None:
        parts.append(f'<i class="goal" style="left:{at(row["target"]):.1f}%" title="цель {short_target(row)}"></i>')
        spoken += f", цель {short_target(row)}"
    return (
        f'<div class="range-bar" role="img" aria-label="{escape(spoken)}">{"".join(parts)}</div>'
        f'<p class="range-ends"><span>{low}</span><span class="quiet">{legend}</span><span>{high}</span></p>'
    )
