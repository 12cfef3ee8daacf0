"""The path to the target: what is lacking, in which municipalities, in how many steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from checks.russian import NBSP, counted, listed, number, plural
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import GROUP, finished, plain, units, with_unit
from view.wording.sentences import MUNICIPALITIES
from warehouse.queries.analysis.exact import exact
from warehouse.queries.analysis.path import Path, Step, reserve
from warehouse.store.row import Row

NAMED = 3
"""Most municipalities that the sentence about the farthest names."""
SHOWN = 6
"""Steps shown before the rest is folded away."""


def lacking(path: Path | None, row: Row, indicator: Row) -> str:
    """Return what is lacking to the target, or the reserve above it; empty without a path."""
    if path is None:
        return ""
    if not path.needed:
        return _in_reserve(row, indicator)
    even = " Даже полный охват столько не даст." if path.impossible else ""
    return finished(_needed(path, row, indicator)) + even


def farthest(path: Path | None, names: Mapping[str, str]) -> str:
    """Return the municipalities farthest from their own targets; empty when there are none."""
    if path is None or not path.behind:
        return ""
    who = [names.get(step.code, step.code) for step in path.behind[:NAMED]]
    return f"Дальше всех от своей цели: {listed(who)}."


def title(path: Path, row: Row, indicator: Row, count: int) -> str:
    """Return what is lacking, and in how many municipalities a variant adds it (0: no variant)."""
    if not path.needed or not count:
        return lacking(path, row, indicator).rstrip(".")
    at = "одном" if count == 1 else number(count)
    where = f"в{NBSP}{at} {plural(count, 'муниципалитете', *['муниципалитетах'] * 2)}"
    return f"{_needed(path, row, indicator)}: {where}"


def fewer(indicator: Row) -> str:
    """Return the name of the variant with the fewest steps: «Меньше людей», «Меньше команд»."""
    return f"Меньше {_genitive_plural(indicator)}"


def _needed(path: Path, row: Row, indicator: Row) -> str:
    if row["operator"] == "<=" and row["kind"] != "ratio":
        return f"До цели — на{NBSP}{units(path.needed, indicator['counted'])} меньше"
    return f"До цели — ещё{NBSP}{units(path.needed, indicator['counted'])}"


def _in_reserve(row: Row, indicator: Row) -> str:
    pair = exact(row["numerator"]), None if row["denominator"] is None else exact(row["denominator"])
    spare = reserve(pair, row["kind"], exact(row["target"]), row["operator"])
    if not spare:
        return "Цель достигнута ровно, запаса нет."
    if row["kind"] == "ratio":
        return f"Запас до предела — {counted(spare, 'педагог', 'педагога', 'педагогов')} при тех же методистах."
    amount = units(spare, indicator["counted"])
    return finished(f"Запас — {amount} сверх цели" if row["operator"] == ">=" else f"Запас до предела — {amount}")


def note(path: Path, row: Row, indicator: Row, fewest: str) -> str:
    """Return how a variant distributes the steps, or why none can. fewest: «people» or «places»."""
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
        count = counted(len(path.fewest_municipalities), *MUNICIPALITIES)
        return f"{count} — меньше не обойтись. Из равных наборов взят тот, где дальше до цели. {still}".strip()
    return (
        f"{units(path.needed, indicator['counted'])} — меньше не хватит. Первыми идут те, кто дальше от своей цели, "
        f"и добирают до неё. {still}".strip()
    )


def behind_title(path: Path, indicator: Row) -> str:
    """Return how many municipalities have not reached their own targets, and what they lack."""
    count = len(path.behind)
    they = plural(count, "ему", "им", "им")
    return (
        f"До своей цели не {plural(count, 'дошёл', 'дошли', 'дошли')} {counted(count, *MUNICIPALITIES)}; "
        f"{they} не хватает {_genitive_plural(indicator)}:"
    )


def _genitive_plural(indicator: Row) -> str:
    many = units(5, indicator["counted"]).split(NBSP, 1)[1]
    return "людей" if many == "человек" else many


def steps(page: OpenPage, taken: Sequence[Step], indicator: Row, names: Mapping[str, str]) -> str:
    """Return the steps of municipalities as HTML: number, value before and after, link."""
    largest = max((step.steps for step in taken), default=1)
    lines = [_step(page, step, largest, indicator, names) for step in taken]
    shown = f'<ol class="steps">{"".join(lines[:SHOWN])}</ol>'
    if len(lines) <= SHOWN:
        return shown
    rest = sum(step.steps for step in taken[SHOWN:])
    summary = f"и ещё {number(len(lines) - SHOWN)}: {units(rest, indicator['counted'])}"
    return f'{shown}<details><summary>{summary}</summary><ol class="steps">{"".join(lines[SHOWN:])}</ol></details>'


def _step(page: OpenPage, step: Step, largest: int, indicator: Row, names: Mapping[str, str]) -> str:
    before, after = (plain(value, indicator["decimals"], "") for value in (step.before, step.after))
    name = links.anchor("municipality", page.filters(municipality=step.code), escape(names.get(step.code, step.code)))
    return (
        f'<li><span class="step-name">{name}</span><b class="step-count">{number(step.steps)}</b>'
        f'<span class="step-bar"><i style="width:{100 * step.steps / largest:.0f}%"></i></span>'
        f'<span class="step-value">{before} → {with_unit(after, indicator["unit"])}</span></li>'
    )


def steps_table(taken: Sequence[Step], indicator: Row, names: Mapping[str, str]) -> pl.DataFrame:
    """Return the steps as a table for a file, one row per municipality."""
    unit = units(5, indicator["counted"]).split(NBSP, 1)[1]
    return pl.DataFrame(
        {
            "Муниципалитет": [names.get(step.code, step.code) for step in taken],
            f"Добавить, {unit}": [step.steps for step in taken],
            "Значение сейчас": [step.before for step in taken],
            "Значение после": [step.after for step in taken],
        },
        schema_overrides={"Муниципалитет": pl.String, f"Добавить, {unit}": pl.Int64},
    )
