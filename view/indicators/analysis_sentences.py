"""Findings of the analyses in sentences: what is lacking, what can still change, why it changed. Plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from checks.russian import NBSP, counted, listed, number, plural
from view.wording.figures import GROUP, change_text, finished, plain, short_target, value_text
from warehouse.queries.analysis.bounds import Missing
from warehouse.queries.analysis.change import Change, Part
from warehouse.queries.analysis.exact import exact
from warehouse.queries.analysis.path import Path, reserve
from warehouse.queries.verdicts import verdict_counts
from warehouse.store.row import Row

PLACES = ("муниципалитет", "муниципалитета", "муниципалитетов")
OF_PLACES = ("муниципалитета", "муниципалитетов", "муниципалитетов")
ORGANIZATIONS = ("организация", "организации", "организаций")
WHOLE = ("единица", "единицы", "единиц")
NAMED = 3
"""How many municipalities a sentence names before it counts the rest."""


def units(indicator: Row, count: int) -> str:
    """Return a number of what the indicator counts: «84 человека», «7 команд»."""
    one, few, many = (indicator.get("counted") or ", ".join(WHOLE)).split(", ")
    return counted(count, one, few, many)


def named(names: Sequence[str], limit: int = NAMED) -> str:
    """Return the names as a sentence does, at most so many of them: «А, Б и ещё 3»."""
    if len(names) <= limit:
        return listed(list(names))
    return f"{', '.join(names[:limit])} и{NBSP}ещё{NBSP}{number(len(names) - limit)}"


def lacking(path: Path | None, row: Row, indicator: Row) -> str:
    """Return what is lacking to the target, or how much is in reserve."""
    if path is None:
        return ""
    if not path.needed:
        return _in_reserve(row, indicator)
    even = " Даже полный охват столько не даст." if path.impossible else ""
    return finished(_steps(path, row, indicator)) + even


def farthest(path: Path | None, names: Mapping[str, str]) -> str:
    """Return who is farthest below its own target; empty when nobody is."""
    if path is None or not path.behind:
        return ""
    who = [names.get(step.code, step.code) for step in path.behind[:NAMED]]
    return f"Дальше всех от своей цели: {listed(who)}."


def path_title(path: Path, row: Row, indicator: Row, count: int) -> str:
    """Return what is lacking and in how many municipalities a variant adds it (0: without a variant)."""
    if not path.needed or not count:
        return lacking(path, row, indicator).rstrip(".")
    at = "одном" if count == 1 else number(count)
    return f"{_steps(path, row, indicator)}: в{NBSP}{at} {plural(count, 'муниципалитете', *['муниципалитетах'] * 2)}"


def of_places(count: int) -> str:
    """Return «одного муниципалитета», «3 муниципалитетов»."""
    return "одного муниципалитета" if count == 1 else counted(count, *OF_PLACES)


def fewer(indicator: Row) -> str:
    """Return the name of the variant with the fewest steps: «Меньше людей», «Меньше команд»."""
    return f"Меньше {_of_many(indicator)}"


def _steps(path: Path, row: Row, indicator: Row) -> str:
    if row["operator"] == "<=" and row["kind"] != "ratio":
        return f"До цели — на{NBSP}{units(indicator, path.needed)} меньше"
    return f"До цели — ещё{NBSP}{units(indicator, path.needed)}"


def _in_reserve(row: Row, indicator: Row) -> str:
    pair = exact(row["numerator"]), None if row["denominator"] is None else exact(row["denominator"])
    spare = reserve(pair, row["kind"], exact(row["target"]), row["operator"])
    if not spare:
        return "Цель достигнута ровно, запаса нет."
    if row["kind"] == "ratio":
        return f"Запас до предела — {counted(spare, 'педагог', 'педагога', 'педагогов')} при тех же методистах."
    return finished(f"Запас — {units(indicator, spare)} сверх цели" if row["operator"] == ">=" else
                    f"Запас до предела — {units(indicator, spare)}")  # fmt: skip


def path_note(path: Path, row: Row, indicator: Row, fewest: str) -> str:
    """Return how the steps of a variant are shared out; fewest is «people» or «places»."""
    if not path.needed:
        return "Ни один муниципалитет от своей цели не отстаёт." if row["target"] and not path.behind else ""
    if path.hidden:
        return f"По муниципалитетам не распределить: у части из них значения скрыты — {GROUP}."
    if path.regional and "M" not in indicator["levels"].split():
        return "Показатель считается только по области в целом."
    if path.regional:
        return "По муниципалитетам не распределить: значение области не складывается из их значений."
    if path.impossible:
        return "Если считать всех, до цели всё равно не хватит. Проверьте цель и численность."
    if row["kind"] == "ratio":
        still = "Закреплённых педагогов — как сейчас."
    else:
        still = "Знаменатель — как сейчас." if row["denominator"] is not None else ""
    if fewest == "places":
        count = counted(len(path.places), *PLACES)
        return f"{count} — меньше не обойтись. Из равных наборов взят тот, где дальше до цели. {still}".strip()
    return (
        f"{units(indicator, path.needed)} — меньше не хватит. Первыми идут те, кто дальше от своей цели, "
        f"и добирают до неё. {still}".strip()
    )


def behind_title(path: Path, indicator: Row) -> str:
    """Return how many municipalities are below their own targets, and what they lack."""
    count = len(path.behind)
    they = plural(count, "ему", "им", "им")
    return (
        f"До своей цели не {plural(count, 'дошёл', 'дошли', 'дошли')} {counted(count, *PLACES)}; "
        f"{they} не хватает {_of_many(indicator)}:"
    )


def _of_many(indicator: Row) -> str:
    many = units(indicator, 5).split(NBSP, 1)[1]
    return "людей" if many == "человек" else many


def bounds_title(missing: Missing, names: Mapping[str, str], provisional: bool) -> str:
    """Return the verdict on missing data."""
    found = missing.bounds
    if found is None or found.lowest is None:
        return "Границ нет"
    if not missing.silent:
        return "Отчитались все"
    so_far = "За полугодие цель" if provisional else "Цель"
    unknown = counted(missing.unknown, "организации", "организаций", "организаций")
    apart = f", не считая {unknown} без сведений" if missing.unknown else ""
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
                    else f"Итог решит любой из{NBSP}{of_places(len(found.deciding))}"
                )
            return f"Итог зависит от{NBSP}{of_places(len(found.deciding))} вместе"
        case _:
            return "Что изменят недостающие данные"


def bounds_text(
    missing: Missing, indicator: Row, expected: int, names: Mapping[str, str], provisional: bool
) -> list[str]:
    """Return the sentences behind the verdict on missing data."""
    found = missing.bounds
    if not missing.counted_by_passports:
        return ["Показатель считается не по паспортам организаций: те, кто их не прислал, его не меняют."]
    if not missing.silent:
        return [f"Паспорта прислали все {counted(expected, *ORGANIZATIONS)}: недостающих данных нет."]
    silent = plural(missing.silent, "Не отчиталась", "Не отчитались", "Не отчитались")
    if missing.hidden:
        return [f"{silent} {counted(missing.silent, *ORGANIZATIONS)}; границы не показаны — {GROUP}."]
    known = sum(missing.sizes.values())
    lines = [
        f"{silent} {number(missing.silent)} из{NBSP}{counted(expected, 'организации', 'организаций', 'организаций')}"
        + ("." if indicator["kind"] == "count" else f"; по последним сведениям в них {units(indicator, known)}.")
    ]
    if found is None or found.lowest is None or found.highest is None:
        return lines
    low, high = (plain(end, indicator["decimals"], indicator["unit"]) for end in (found.lowest, found.highest))
    lines.append(f"Если из них не засчитают никого — {low}, если всех — {finished(high)}")
    if found.outcome == "open":
        verb = plural(found.needed, "Решит", "Решат", "Решат")
        need = finished(f"{verb} {units(indicator, found.needed)}")
        sizes = {code: "" if missing.few else f" ({number(size)})" for code, size in missing.sizes.items()}
        who = listed([f"{names.get(code, code)}{sizes[code]}" for code in found.deciding[:5]])
        if len(found.deciding) > 5:
            who += f" и{NBSP}ещё{NBSP}{number(len(found.deciding) - 5)}"
        lines.append(f"{need} {_who_holds(found.alone, len(found.deciding))}: {who}.")
    if never := missing.unknown - missing.veiled:
        lines.append(
            f"{counted(never, 'организация', 'организации', 'организаций')} "
            f"ни разу не {plural(never, 'отчиталась', 'отчитались', 'отчитались')}, "
            "их численность неизвестна и в границы не вошла."
        )
    if missing.veiled:
        lines.append(
            f"Численность {counted(missing.veiled, 'организации', 'организаций', 'организаций')} "
            "скрыта и в границы не вошла."
        )
    if provisional:
        lines.append("Это границы полугодия; за год значение ещё изменится.")
    return lines


def _who_holds(alone: bool, count: int) -> str:
    if not alone:
        return "Наименьший набор"
    return "Столько есть в одном муниципалитете" if count == 1 else "Столько есть в каждом из муниципалитетов"


def bounds_aside(missing: Missing, provisional: bool) -> str:
    """Return the verdict on missing data as a sentence under the headline; empty when there is nothing to add."""
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
        who = "при любых данных тех из них, чья численность известна"
        return f"{count} {silent}; цель {'за полугодие ' if provisional else ''}{end} {who}."
    return f"{count} {silent}, но при любых их данных цель {'за полугодие ' if provisional else ''}{end}."


EXACT = (
    "Части складываются точно и округлены так, чтобы сходилась сумма; "
    "вклад числителя и знаменателя — среднее двух порядков."
)
UNCHANGED = {
    "count": "Количество осталось прежним.",
    "value": "Числитель и знаменатель остались прежними.",
}

CAUSES = {
    "half": {
        "corrections": "Исправления прежнего периода после закрытия раунда",
        "numerator": "Числитель",
        "denominator": "Знаменатель",
        "joined": "Отчитались только теперь",
        "left": "Отчитались только тогда",
        "shared": "Люди, учтённые в нескольких организациях",
    },
    "publication": {
        "numerator": "Изменения в числителе",
        "denominator": "Изменения в знаменателе",
        "joined": "Данные, поступившие позже",
        "left": "Отозванные данные",
        "shared": "Люди, учтённые в нескольких организациях",
    },
}
"""Parts of a change in words, by what is compared: two half-years or two publications."""


def cause(part: Part, kind: str, of_count: bool = False) -> str:
    """Return a part of a change in words, with the organizations behind it; a count has no numerator."""
    name = CAUSES[kind][part.cause]
    if of_count and part.cause == "numerator":
        return {"half": "Стало больше" if part.effect > 0 else "Стало меньше", "publication": "Изменения"}[kind]
    if part.organizations:
        return f"{name}: {counted(part.organizations, *ORGANIZATIONS)}"
    return name


def part_figures(part: Part) -> str:
    """Return what changed in numerator and denominator: «+740 / −106»."""
    shown = [signed(part.numerator)] if part.numerator or not part.denominator else []
    if part.denominator:
        shown = [signed(part.numerator) if part.numerator else "0", signed(part.denominator)]
    return f"{NBSP}/{NBSP}".join(shown)


def signed(value: Any, decimals: int = 0) -> str:
    """Return a difference with its sign."""
    text = number(float(value), decimals)
    return text if value <= 0 or text.strip("0,") == "" else f"+{text}"


def change_title(change: Change, indicator: Row, kind: str, since: str) -> str:
    """Return what changed and mostly why: «С 2024 года: +3,0 п. п., больше всего — числитель»."""
    if change.start is None or change.end is None:
        return "Почему изменилось"
    difference = change.end - change.start
    if not difference and not any(part.effect for part in change.parts):
        return f"С{NBSP}{since} не изменилось"
    text = change_text(float(difference), indicator["unit"], max(1, indicator["decimals"]) if indicator["unit"] == "%"
                       else indicator["decimals"])  # fmt: skip
    main = max(change.parts, key=lambda part: abs(part.effect))
    if not main.effect or len(change.parts) < 2:
        return f"С{NBSP}{since}: {text}"
    words = CAUSES[kind][main.cause]
    return f"С{NBSP}{since}: {text}; главное — {words[0].lower()}{words[1:]}"


def contributions(change: Change, indicator: Row, names: Mapping[str, str]) -> str:
    """Return who added most and who took away most."""
    places = indicator["decimals"] + (indicator["unit"] == "%")

    def told(items: list[tuple[str, Any]]) -> str:
        return listed(
            [
                f"{names.get(code, code)} ({change_text(float(effect), indicator['unit'], places)})"
                for code, effect in items
            ]
        )

    seen = [item for item in change.municipalities if 2 * abs(item[1]) * 10**places >= 1]
    up = [item for item in seen if item[1] > 0][:NAMED]
    down = [item for item in seen if item[1] < 0][:NAMED]
    parts = [
        f"Значение подняли: {told(up)}" if up else "",
        f"{'опустили' if up else 'Значение опустили'}: {told(down)}" if down else "",
    ]
    return finished("; ".join(filter(None, parts)))


def ranking_title(places: pl.DataFrame, region: Row, indicator: Row) -> str:
    """Return the finding of the ranking: «Лимит 250 превышен в 3 из 18 муниципалитетов».

    A count that is 0 where nobody has reported is not called the least.
    """
    known = places.filter(pl.col("value").is_not_null())
    if known.is_empty():
        return "По муниципалитетам данных нет"
    counts = verdict_counts(places)
    judged = counts["met"] + counts["near"] + counts["missed"]
    if judged:
        row = {**known.filter(pl.col("target").is_not_null()).row(0, named=True), "unit": indicator["unit"]}
        target, short = short_target(row), judged - counts["met"]
        of = f"{number(short)} из{NBSP}{counted(judged, *OF_PLACES)}"
        everywhere = f"во всех {number(judged)} муниципалитетах" if judged > 1 else "в единственном муниципалитете"
        if row["operator"] == "<=":
            limit = f"Лимит {number(row['target'])}"
            return f"{limit} превышен в{NBSP}{of}" if short else f"{limit} соблюдён {everywhere}"
        if not short:
            return f"Цель {target} достигнута {everywhere}"
        met = plural(counts["met"], "достиг", "достигли", "достигли")
        parts = [
            f"близко {number(counts['near'])}" if counts["near"] else "",
            f"не {plural(counts['missed'], 'достиг', 'достигли', 'достигли')} {number(counts['missed'])}"
            if counts["missed"]
            else "",
        ]
        return f"Цели {target} {met} {number(counts['met'])} из{NBSP}{counted(judged, *OF_PLACES)}: " + ", ".join(
            filter(None, parts)
        )
    if known.height < 2:
        return "Муниципалитеты"
    told = known
    if indicator.get("kind") == "count":
        sent = known.filter((pl.col("value") != 0) | (pl.col("reporting") > 0))
        told = sent if sent.height > 1 else known
    values: list[float] = told.get_column("value").to_list()
    best, worst = max(values), min(values)
    if best == worst:
        where = "Во всех муниципалитетах" if told.height == known.height else "У всех отчитавшихся"
        return f"{where} одинаково: {plain(best, indicator['decimals'], indicator['unit'])}"
    shown = []
    for value in (best, worst):
        at = told.filter(pl.col("value") == value).get_column("municipality").to_list()
        shown.append(f"{named(at, 1)} ({plain(value, indicator['decimals'], indicator['unit'])})")
    of = "" if told.height == known.height else " из отчитавшихся"
    return f"Больше всего — {shown[0]}, меньше всего{of} — {shown[1]}"


def beyond_whole(places: pl.DataFrame, indicator: Row) -> str:
    """Return who has a share above 100 % and why that may be; empty where nobody has."""
    above = places.filter(pl.col("value") > 100)
    if indicator["kind"] != "share" or above.is_empty():
        return ""
    why = (
        "нарастающим итогом в числителе остаются и те, кто уже не в знаменателе"
        if indicator["base_year"]
        else "в числителе людей больше, чем в знаменателе; находки — на странице «Качество данных»"
    )
    return f"Больше 100 % — {named(above.get_column('municipality').to_list())}: {why}."


def trend_title(history: pl.DataFrame, year: int, half: int, indicator: Row) -> str:
    """Return the finding of the trend: the change against the year before, and for how long it has gone that way."""
    values = {
        row["year"]: row["value"]
        for row in history.filter((pl.col("half") == half) & pl.col("value").is_not_null()).iter_rows(named=True)
    }
    if year not in values or year - 1 not in values:
        return "Как менялось по области"
    difference = values[year] - values[year - 1]
    text = change_text(difference, indicator["unit"], indicator["decimals"])
    if text == "без изменений":
        return "За год не изменилось"
    streak = 0
    while year - streak - 1 in values and (values[year - streak] - values[year - streak - 1]) * difference > 0:
        streak += 1
    verb = "Растёт" if difference > 0 else "Снижается"
    if streak > 1:
        return f"{verb} {counted(streak, 'год', 'года', 'лет')} подряд: {text} за последний"
    return f"За год {text}"


def spread_title(places: pl.DataFrame, indicator: Row) -> str:
    """Return the finding of the distribution: between what values half of the municipalities are."""
    values = places.get_column("value").drop_nulls()
    if values.len() < 4:
        return "Разброс муниципалитетов"
    quarter, three = (values.quantile(share, interpolation="linear") for share in (0.25, 0.75))
    return (
        f"У половины муниципалитетов — от {plain(quarter, indicator['decimals'])} "
        f"до {plain(three, indicator['decimals'], indicator['unit'])}"
    )


def place_text(place: tuple[int, int] | None) -> str:
    """Return a place that is honest about ties: «3» or «3–5»; an empty text without a value."""
    if place is None:
        return ""
    first, last = place
    return str(first) if first == last else f"{first}–{last}"


def peers_title(subject: Row, rows: Sequence[Row], place: tuple[int, int] | None) -> str:
    """Return where the municipality stands among its peers; rows are the peers and itself."""
    name = subject["municipality"]
    if place is None:
        return f"{name}: нет данных, сравнить не с чем"
    of = sum(row["value"] is not None for row in rows)
    return f"{name} — {place_text(place)}-е место из{NBSP}{of} среди похожих: {value_text(subject)}"
