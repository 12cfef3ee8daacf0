"""Why a value changed between two half-years or publications: sentences, HTML, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Literal

import polars as pl

from checks.russian import NBSP, counted, listed, number
from view.wording.figures import change_text, finished, plain
from view.wording.sentences import ORGANIZATIONS
from warehouse.queries.analysis.change import Change, Part
from warehouse.store.row import Row

Compared = Literal["half", "publication"]
"""What is compared: two half-years, or the same half-year in two publications."""
EXACT = (
    "Части складываются точно и округлены так, чтобы сходилась сумма; "
    "вклад числителя и знаменателя — среднее двух порядков."
)
UNCHANGED = {
    "count": "Количество осталось прежним.",
    "value": "Числитель и знаменатель остались прежними.",
}
CAUSES: dict[Compared, dict[str, str]] = {
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
"""Parts of a change in words, by what is compared."""
NAMED = 3
"""Most municipalities that the sentence about contributions names on each side."""


def cause(part: Part, compared: Compared, of_count: bool = False) -> str:
    """Return a part of a change in words. of_count: of a count, which has no numerator."""
    if of_count and part.cause == "numerator":
        if compared == "publication":
            return "Изменения"
        return "Стало больше" if part.effect > 0 else "Стало меньше"
    name = CAUSES[compared][part.cause]
    return f"{name}: {counted(part.organizations, *ORGANIZATIONS)}" if part.organizations else name


def part_figures(part: Part) -> str:
    """Return the change of numerator and denominator: «+740 / −106»."""
    shown = [signed(part.numerator)] if part.numerator or not part.denominator else []
    if part.denominator:
        shown = [signed(part.numerator) if part.numerator else "0", signed(part.denominator)]
    return f"{NBSP}/{NBSP}".join(shown)


def signed(value: Fraction | float, decimals: int = 0) -> str:
    """Return a difference with its sign."""
    text = number(float(value), decimals)
    return text if value <= 0 or text.strip("0,") == "" else f"+{text}"


def title(change: Change, indicator: Row, compared: Compared, since: str) -> str:
    """Return the change and its main part: «С 2024 года: +3,0 п. п.; главное — числитель»."""
    if change.start is None or change.end is None:
        return "Почему изменилось"
    difference = change.end - change.start
    if not difference and not any(part.effect for part in change.parts):
        return f"С{NBSP}{since} не изменилось"
    decimals = max(1, indicator["decimals"]) if indicator["unit"] == "%" else indicator["decimals"]
    text = change_text(float(difference), indicator["unit"], decimals)
    main = max(change.parts, key=lambda part: abs(part.effect))
    if not main.effect or len(change.parts) < 2:
        return f"С{NBSP}{since}: {text}"
    words = CAUSES[compared][main.cause]
    return f"С{NBSP}{since}: {text}; главное — {words[0].lower()}{words[1:]}"


def contributions(change: Change, indicator: Row, names: Mapping[str, str]) -> str:
    """Return the municipalities that raised the value most, and those that lowered it most."""
    decimals = decimals_of(indicator)

    def told(items: Sequence[tuple[str, Fraction]]) -> str:
        return listed(
            [
                f"{names.get(code, code)} ({change_text(float(effect), indicator['unit'], decimals)})"
                for code, effect in items
            ]
        )

    seen = [item for item in change.municipalities if 2 * abs(item[1]) * 10**decimals >= 1]
    up = [item for item in seen if item[1] > 0][:NAMED]
    down = [item for item in seen if item[1] < 0][:NAMED]
    parts = [
        f"Значение подняли: {told(up)}" if up else "",
        f"{'опустили' if up else 'Значение опустили'}: {told(down)}" if down else "",
    ]
    return finished("; ".join(filter(None, parts)))


def decimals_of(indicator: Row) -> int:
    """Return the decimals of parts of a change: for shares one more than for values."""
    decimals: int = indicator["decimals"]
    return decimals + 1 if indicator["unit"] == "%" else decimals


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Return the value rounded half up, as screens show it."""
    text = number(float(value), decimals).replace(NBSP, "").replace("−", "-").replace(",", ".")
    return Fraction(text)


def rounded_to_sum(values: Sequence[Fraction], total: Fraction, decimals: int) -> list[Fraction]:
    """Return the values rounded so that they sum to `total`, itself so rounded.

    Each is rounded down or up; those that lose most are rounded up. `total` is the difference of two values that are
    rounded half up, so it is less than one unit away from what the values sum to.
    """
    unit = Fraction(1, 10**decimals)
    whole = [value // unit for value in values]
    short = int(total / unit) - sum(whole)
    order = sorted(range(len(values)), key=lambda position: whole[position] - values[position] / unit)
    for position in order[:short]:
        whole[position] += 1
    return [count * unit for count in whole]


def waterfall(change: Change, indicator: Row, compared: Compared, start: str, end: str) -> str:
    """Return the parts of a change as an HTML table with bars.

    start, end: names of the two values. Raises `AssertionError` when either is missing.
    """
    assert change.start is not None and change.end is not None
    effects = [part.effect for part in change.parts]
    decimals = decimals_of(indicator)
    shown = rounded_to_sum(effects, rounded(change.end, decimals) - rounded(change.start, decimals), decimals)
    levels = [change.start]
    for effect in effects:
        levels.append(levels[-1] + effect)
    low, high = min(levels), max(levels)
    bottom = low - (high - low) / 4 if low - (high - low) / 4 > 0 else Fraction(0)
    top = high + (high - bottom) / 20 or Fraction(1)

    def at(value: Fraction) -> float:
        return float(100 * (value - bottom) / (top - bottom)) if top > bottom else 0.0

    def bar(one: Fraction, other: Fraction, css: str) -> str:
        left, right = sorted((at(one), at(other)))
        return f'<i class="{css}" style="left:{left:.1f}%;width:{max(0.6, right - left):.1f}%"></i>'

    better = 1 if indicator["better"] == "higher" else -1
    lines = [_end(start, change.start, bar(bottom, change.start, "whole"), indicator, decimals)]
    for part, before, now, effect in zip(change.parts, levels, levels[1:], shown, strict=False):
        tone = "part-none" if not part.effect else "part-up" if part.effect * better > 0 else "part-down"
        lines.append(
            f'<tr><th scope="row">{escape(cause(part, compared, indicator["kind"] == "count"))}</th>'
            f'<td class="number quiet">{part_figures(part)}</td><td class="running">{bar(before, now, tone)}</td>'
            f'<td class="number">{signed(effect, decimals)}</td></tr>'
        )
    lines.append(_end(end, change.end, bar(bottom, change.end, "whole"), indicator, decimals))
    unit = f"п.{NBSP}п." if indicator["unit"] == "%" else indicator["unit"]
    what = "Число" if indicator["kind"] == "count" else f"Числитель{NBSP}/ знаменатель"
    return (
        f'<table class="waterfall"><thead><tr><th scope="col">Часть изменения</th><th scope="col" class="number">{what}'
        f'</th><td class="running"></td><th scope="col" class="number">{unit}</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        + (f'<p class="quiet small">{_cut_off(bottom, indicator, decimals)}</p>' if bottom else "")
    )


def _cut_off(bottom: Fraction, indicator: Row, decimals: int) -> str:
    """Return the warning that bars do not begin at zero."""
    at = plain(float(bottom), decimals, indicator["unit"])
    return f"Полосы начинаются не с нуля, а с{NBSP}{finished(at)} Их длину сравнивайте только между частями изменения."


def _end(name: str, value: Fraction, bar: str, indicator: Row, decimals: int) -> str:
    return (
        f'<tr class="end"><th scope="row">{escape(name)}</th><td></td><td class="running">{bar}</td>'
        f'<td class="number">{plain(float(value), decimals, indicator["unit"])}</td></tr>'
    )


def table(change: Change, compared: Compared, start: str, end: str) -> pl.DataFrame:
    """Return the parts of a change as a table for a file, unrounded."""
    ends = [Fraction(0) if value is None else value for value in (change.start, change.end)]
    parts = [
        (cause(part, compared), float(part.numerator), float(part.denominator), float(part.effect))
        for part in change.parts
    ]
    return pl.DataFrame(
        [(start, None, None, float(ends[0])), *parts, (end, None, None, float(ends[1]))],
        schema={"Часть": pl.String, **dict.fromkeys(("Числитель", "Знаменатель", "Значение, вклад"), pl.Float64)},
        orient="row",
    )


def contribution_list(change: Change, indicator: Row, names: Mapping[str, str]) -> str:
    """Return the contributions of municipalities, and of what belongs to several, folded."""
    rows: list[tuple[str, Fraction]] = [(names.get(code, code), effect) for code, effect in change.municipalities]
    if change.elsewhere:
        rows.append(("Учтено в нескольких муниципалитетах или только по области", change.elsewhere))
    decimals = decimals_of(indicator)
    total = rounded(sum((effect for _, effect in rows), Fraction(0)), decimals)
    shown = rounded_to_sum([effect for _, effect in rows], total, decimals)
    items = "".join(
        f'<li class="{css}"><span>{escape(name)}</span><b>{signed(effect, decimals)}</b></li>'
        for name, effect, css in [
            *((name, effect, "") for (name, _), effect in zip(rows, shown, strict=True)),
            ("Вместе", total, "sum"),
        ]
    )
    return f'<details><summary>Вклад каждого муниципалитета</summary><ol class="contributions">{items}</ol></details>'
