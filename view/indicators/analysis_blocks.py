"""The analyses as HTML and tables: steps of a path, a bar of bounds, parts of a change. All text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape

import polars as pl

from checks.russian import NBSP, number
from view.indicators import analysis_sentences as say
from view.parts.tables import TARGET, VALUE, VERDICT, worded
from view.shell import links
from view.shell.page import View
from view.wording.figures import finished, plain, short_target, value_text, with_unit
from warehouse.queries.analysis.bounds import Missing
from warehouse.queries.analysis.change import Change
from warehouse.queries.analysis.interval import wilson
from warehouse.queries.analysis.path import Step
from warehouse.store.row import Row

SHOWN = 6
"""Rows of a list before the rest is folded away."""


def paragraphs(lines: Iterable[str], css: str = "quiet small") -> str:
    """Return sentences as paragraphs."""
    return "".join(f'<p class="{css}">{escape(line)}</p>' for line in lines if line)


def steps(view: View, taken: Sequence[Step], indicator: Row, names: Mapping[str, str]) -> str:
    """Return who takes how many steps, with the value before and after, each a link to its municipality."""
    largest = max((step.steps for step in taken), default=1)
    lines = [_step(view, step, largest, indicator, names) for step in taken]
    shown = f'<ol class="steps">{"".join(lines[:SHOWN])}</ol>'
    if len(lines) <= SHOWN:
        return shown
    rest = sum(step.steps for step in taken[SHOWN:])
    summary = f"и ещё {number(len(lines) - SHOWN)}: {say.units(indicator, rest)}"
    return f'{shown}<details><summary>{summary}</summary><ol class="steps">{"".join(lines[SHOWN:])}</ol></details>'


def _step(view: View, step: Step, largest: int, indicator: Row, names: Mapping[str, str]) -> str:
    before, after = (plain(value, indicator["decimals"], "") for value in (step.before, step.after))
    name = links.anchor("municipality", view.filters(municipality=step.code), escape(names.get(step.code, step.code)))
    return (
        f'<li><span class="step-name">{name}</span><b class="step-count">{number(step.steps)}</b>'
        f'<span class="step-bar"><i style="width:{100 * step.steps / largest:.0f}%"></i></span>'
        f'<span class="step-value">{before} → {with_unit(after, indicator["unit"])}</span></li>'
    )


def steps_table(taken: Sequence[Step], indicator: Row, names: Mapping[str, str]) -> pl.DataFrame:
    """Return the steps as a table for download."""
    unit = say.units(indicator, 5).split(NBSP, 1)[1]
    return pl.DataFrame(
        {
            "Муниципалитет": [names.get(step.code, step.code) for step in taken],
            f"Добавить, {unit}": [step.steps for step in taken],
            "Значение сейчас": [step.before for step in taken],
            "Значение после": [step.after for step in taken],
        },
        schema_overrides={"Муниципалитет": pl.String, f"Добавить, {unit}": pl.Int64},
    )


def bounds_bar(missing: Missing, row: Row) -> str:
    """Return the range from the lowest to the highest value with the present one and the target; empty without one."""
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


def rounded_to_sum(values: Sequence[Fraction], total: Fraction, places: int) -> list[Fraction]:
    """Return the values rounded to so many decimals so that they sum to `total`, itself so rounded.

    Each is rounded down or up; those that lose most are rounded up. `total` is the difference of two values that are
    rounded half up, so it is less than one unit away from what the values sum to.
    """
    unit = Fraction(1, 10**places)
    whole = [value // unit for value in values]
    short = int(total / unit) - sum(whole)
    order = sorted(range(len(values)), key=lambda position: whole[position] - values[position] / unit)
    for position in order[:short]:
        whole[position] += 1
    return [count * unit for count in whole]


def rounded(value: Fraction, places: int) -> Fraction:
    """Return the value rounded half up, as screens show it."""
    text = number(float(value), places).replace(NBSP, "").replace("−", "-").replace(",", ".")
    return Fraction(text)


def decimals_of(indicator: Row) -> int:
    """Return with how many decimals parts of a change are shown: shares with one more than their values."""
    decimals: int = indicator["decimals"]
    return decimals + 1 if indicator["unit"] == "%" else decimals


def waterfall(change: Change, indicator: Row, kind: str, start: str, end: str) -> str:
    """Return the parts of a change from the earlier value to the later one, running bars beside them.

    kind: «half» or «publication»; start and end name the two ends.
    """
    assert change.start is not None and change.end is not None
    effects = [part.effect for part in change.parts]
    places = decimals_of(indicator)
    shown = rounded_to_sum(effects, rounded(change.end, places) - rounded(change.start, places), places)
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
    lines = [_end(start, change.start, bar(bottom, change.start, "whole"), indicator, places)]
    for part, before, now, effect in zip(change.parts, levels, levels[1:], shown, strict=False):
        tone = "part-none" if not part.effect else "part-up" if part.effect * better > 0 else "part-down"
        lines.append(
            f'<tr><th scope="row">{escape(say.cause(part, kind, indicator["kind"] == "count"))}</th>'
            f'<td class="number quiet">{say.part_figures(part)}</td><td class="running">{bar(before, now, tone)}</td>'
            f'<td class="number">{say.signed(effect, places)}</td></tr>'
        )
    lines.append(_end(end, change.end, bar(bottom, change.end, "whole"), indicator, places))
    unit = f"п.{NBSP}п." if indicator["unit"] == "%" else indicator["unit"]
    what = "Число" if indicator["kind"] == "count" else f"Числитель{NBSP}/ знаменатель"
    return (
        f'<table class="waterfall"><thead><tr><th scope="col">Часть изменения</th><th scope="col" class="number">{what}'
        f'</th><td class="running"></td><th scope="col" class="number">{unit}</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        + (f'<p class="quiet small">{_cut_off(bottom, indicator, places)}</p>' if bottom else "")
    )


def _cut_off(bottom: Fraction, indicator: Row, places: int) -> str:
    at = plain(float(bottom), places, indicator["unit"])
    return f"Полосы начинаются не с нуля, а с{NBSP}{finished(at)} Их длину сравнивайте только между частями изменения."


def _end(name: str, value: Fraction, bar: str, indicator: Row, places: int) -> str:
    return (
        f'<tr class="end"><th scope="row">{escape(name)}</th><td></td><td class="running">{bar}</td>'
        f'<td class="number">{plain(float(value), places, indicator["unit"])}</td></tr>'
    )


def change_table(change: Change, kind: str, start: str, end: str) -> pl.DataFrame:
    """Return the parts of a change as a table for download, unrounded."""
    ends = [Fraction(0) if value is None else value for value in (change.start, change.end)]
    parts = [
        (say.cause(part, kind), float(part.numerator), float(part.denominator), float(part.effect))
        for part in change.parts
    ]
    return pl.DataFrame(
        [(start, None, None, float(ends[0])), *parts, (end, None, None, float(ends[1]))],
        schema={"Часть": pl.String, **dict.fromkeys(("Числитель", "Знаменатель", "Значение, вклад"), pl.Float64)},
        orient="row",
    )


def contribution_list(change: Change, indicator: Row, names: Mapping[str, str]) -> str:
    """Return the contributions of all municipalities, folded away, with what is counted elsewhere as the last."""
    rows: list[tuple[str, Fraction]] = [(names.get(code, code), effect) for code, effect in change.municipalities]
    if change.elsewhere:
        rows.append(("Учтено в нескольких муниципалитетах или только по области", change.elsewhere))
    places = decimals_of(indicator)
    total = rounded(sum((effect for _, effect in rows), Fraction(0)), places)
    shown = rounded_to_sum([effect for _, effect in rows], total, places)
    items = "".join(
        f'<li class="{css}"><span>{escape(name)}</span><b>{say.signed(effect, places)}</b></li>'
        for name, effect, css in [
            *((name, effect, "") for (name, _), effect in zip(rows, shown, strict=True)),
            ("Вместе", total, "sum"),
        ]
    )
    return f'<details><summary>Вклад каждого муниципалитета</summary><ol class="contributions">{items}</ol></details>'


def interval(row: Row) -> tuple[float, float] | None:
    """Return the ends of the 95 % interval of a row, None unless it is a share."""
    return wilson(row["numerator"], row["denominator"]) if row["kind"] == "share" else None


def interval_text(row: Row) -> str:
    """Return the 95 % interval of a share: «6,3–6,9 %»; empty where there is none."""
    ends = interval(row)
    if ends is None:
        return ""
    return f"{number(ends[0], row['decimals'])}–{number(ends[1], row['decimals'])}{NBSP}%"


def with_analysis(rows: pl.DataFrame, places: Mapping[str, tuple[int, int]], kind: str) -> pl.DataFrame:
    """Return the rows of `verdicts.indicator_verdicts` with `place` (as text), `low` and `high` (95 %, shares only)."""
    ends = [
        (wilson(row["numerator"], row["denominator"]) if kind == "share" else None) or (None, None)
        for row in rows.iter_rows(named=True)
    ]
    return rows.with_columns(
        pl.Series("place", [say.place_text(places.get(code)) for code in rows["municipality_id"]], dtype=pl.String),
        pl.Series("low", [low for low, _ in ends], dtype=pl.Float64),
        pl.Series("high", [high for _, high in ends], dtype=pl.Float64),
    )


def peers_table(rows: pl.DataFrame, sizes: Mapping[str, tuple[int, int]], chosen: Sequence[str]) -> pl.DataFrame:
    """Return the chosen municipalities in that order beside their size; rows are those of `with_analysis`."""
    order = pl.DataFrame(
        {
            "municipality_id": list(chosen),
            "organizations": [sizes[code][0] for code in chosen],
            "staff": [sizes[code][1] for code in chosen],
        }
    )
    return order.join(rows, on="municipality_id", how="left", maintain_order="left").select(
        pl.col("municipality").alias("Муниципалитет"),
        pl.col("organizations").alias("Организаций"),
        pl.col("staff").alias("Педагогов"),
        pl.col("value").alias(VALUE),
        pl.col("numerator").alias("Числитель"),
        pl.col("denominator").alias("Знаменатель"),
        pl.col("target").alias(TARGET),
        worded().alias(VERDICT),
        pl.col("place").alias("Место в области"),
    )
