"""What a plan of methodists would change: a sentence, territories before and after, on the screen and in a file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from typing import Any

import polars as pl

from checks.russian import NBSP, counted, number
from view.parts import blocks
from view.shell.page import View, ordered
from view.wording.figures import plain
from view.wording.theme import VERDICTS
from warehouse.queries.analysis.need import Staffing, proposal, value, verdict
from warehouse.queries.methodists import Limit
from warehouse.store.row import Row

WHAT_IF_METHOD = (
    "Педагоги муниципалитета делятся между его методистами поровну. Перевод — это минус в одном муниципалитете и плюс "
    "в другом, по области он ничего не меняет. Если методистов не останется, все педагоги станут незакреплёнными."
)


def places_of(rows: pl.DataFrame) -> tuple[Staffing, list[Staffing]]:
    """Return the region and its municipalities in Russian order, as what-if needs them."""
    region = rows.filter(pl.col("level") == "R").row(0, named=True)
    rest = ordered(rows.filter(pl.col("level") == "M"), "municipality")
    return _staffing(region), [_staffing(row) for row in rest.iter_rows(named=True)]


def _staffing(row: Row) -> Staffing:
    return Staffing(row["territory_id"], row["teachers"], row["methodists"], row["uncovered"] or 0)


def two_needs(places: Sequence[Staffing], limit: Limit, lacking: int | None) -> str:
    """Return how many methodists bring every mean load within the limit, and how many assign everybody as well."""
    plan = proposal(places, limit.fraction, move=False, cover=False)
    added = sum(plan.get(place.code, place.methodists) - place.methodists for place in places)
    everybody = "" if lacking is None else f"; чтобы закрепить всех — ещё{NBSP}{number(lacking)}"
    return f"По области до лимита — ещё{NBSP}{number(added)} (по средней нагрузке муниципалитетов){everybody}."


def rehearsed(before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit) -> str:
    """Return the sentence about a plan: in how many municipalities the limit is kept, before and after."""
    kept = [sum(verdict(place, limit.fraction) == "met" for place in places) for places in (before, after)]
    total = sum(place.teachers + place.uncovered > 0 for place in before)
    moves = [new.methodists - old.methodists for old, new in zip(before, after, strict=True)]
    added, removed = sum(move for move in moves if move > 0), -sum(move for move in moves if move < 0)
    moved = min(added, removed)
    parts = []
    if moved:
        parts.append(f"перевести {counted(moved, 'методиста', 'методистов', 'методистов')}")
    if added > moved:
        parts.append(f"добавить {counted(added - moved, 'методиста', 'методистов', 'методистов')}")
    if removed > moved:
        parts.append(f"сократить {counted(removed - moved, 'методиста', 'методистов', 'методистов')}")
    plan = ", ".join(parts) or "число методистов прежнее"
    places = counted(total, "муниципалитета", "муниципалитетов", "муниципалитетов")
    return (
        f"{plan[0].upper()}{plan[1:]}: лимит соблюдён в{NBSP}{number(kept[1])} из{NBSP}{places}, "
        f"сейчас — в{NBSP}{number(kept[0])}."
    )


def plan_table(
    view: View, before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit, region: str
) -> list[dict[str, Any]]:
    """Return the changed territories, the region first: name, methodists, value, verdict, uncovered, each twice."""
    lines = []
    for old, new in zip(before, after, strict=True):
        if old == new and old.code != view.scope.region:
            continue
        name = region if old.code == view.scope.region else view.place(old.code)["short_name"]
        lines.append(
            {
                "name": name,
                "methodists": (old.methodists, new.methodists),
                "value": (_float(value(old)), _float(value(new))),
                "verdict": (verdict(old, limit.fraction), verdict(new, limit.fraction)),
                "uncovered": (old.uncovered, new.uncovered),
            }
        )
    return lines


def plan_html(lines: Sequence[Row]) -> str:
    """The lines of `plan_table` as a table of before → after."""
    head = "".join(
        f'<th scope="col"{css}>{name}</th>'
        for name, css in (
            ("Территория", ""),
            ("Методистов", ' class="number"'),
            ("Педагогов на методиста", ' class="number"'),
            ("Оценка", ""),
            ("Не закреплены", ' class="number"'),
        )
    )
    body = "".join(
        f'<tr><th scope="row">{escape(line["name"])}</th>'
        f'<td class="number">{_pair([number(figure) for figure in line["methodists"]])}</td>'
        f'<td class="number">{_pair([plain(figure, 1) for figure in line["value"]])}</td>'
        f"<td>{_pair([blocks.mark(code) for code in line['verdict']])} "
        f'<span class="verdict verdict-{line["verdict"][1]}">{VERDICTS[line["verdict"][1]].word}</span></td>'
        f'<td class="number">{_pair([number(figure) for figure in line["uncovered"]])}</td></tr>'
        for line in lines
    )
    return (
        '<div class="table" tabindex="0" role="region" aria-label="До и после"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def plan_file(lines: Sequence[Row]) -> pl.DataFrame:
    """The lines of `plan_table` for a file."""
    words = {code: shown.word for code, shown in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": line["name"],
                "Методистов, сейчас": line["methodists"][0],
                "Методистов, станет": line["methodists"][1],
                "Педагогов на методиста, сейчас": line["value"][0],
                "Педагогов на методиста, станет": line["value"][1],
                "Оценка, сейчас": words[line["verdict"][0]],
                "Оценка, станет": words[line["verdict"][1]],
                "Не закреплены, сейчас": line["uncovered"][0],
                "Не закреплены, станет": line["uncovered"][1],
            }
            for line in lines
        ],
        infer_schema_length=None,
    )


def _pair(figures: Sequence[str]) -> str:
    old, new = figures
    return new if old == new else f'<span class="quiet">{old} →</span> <b>{new}</b>'


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
