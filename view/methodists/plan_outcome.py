"""The outcome of a plan of methodists: a sentence, and territories before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

import polars as pl

from checks.russian import NBSP, capital, counted, number
from view.parts import blocks
from view.shell.page import OpenPage, ordered
from view.wording.figures import plain
from view.wording.sentences import OF_MUNICIPALITIES
from view.wording.theme import VERDICTS
from warehouse.queries.analysis.need import Staffing, proposal, value, verdict
from warehouse.queries.methodists import Limit
from warehouse.store.row import Row

WHAT_IF_METHOD = (
    "Педагоги муниципалитета делятся между его методистами поровну. Перевод — это минус в одном муниципалитете и плюс "
    "в другом, по области он ничего не меняет. Если методистов не останется, все педагоги станут незакреплёнными."
)


@dataclass(frozen=True)
class Line:
    """A territory before and after a plan; every pair is (now, after)."""

    name: str
    methodists: tuple[int, int]
    value: tuple[float | None, float | None]
    verdict: tuple[str, str]
    uncovered: tuple[int, int]


def staffing_of(rows: pl.DataFrame) -> tuple[Staffing, list[Staffing]]:
    """Return the staffing of the region and of its municipalities in Russian order."""
    region = rows.filter(pl.col("level") == "R").row(0, named=True)
    rest = ordered(rows.filter(pl.col("level") == "M"), "municipality")
    return _staffing(region), [_staffing(row) for row in rest.iter_rows(named=True)]


def _staffing(row: Row) -> Staffing:
    return Staffing(row["territory_id"], row["teachers"], row["methodists"], row["uncovered"] or 0)


def two_needs(municipalities: Sequence[Staffing], limit: Limit, lacking: int | None) -> str:
    """Return how many methodists bring loads within the limit, and how many cover everybody.

    lacking: the second number, None when unknown.
    """
    plan = proposal(municipalities, limit.fraction, move=False, cover=False)
    added = sum(plan.get(one.code, one.methodists) - one.methodists for one in municipalities)
    everybody = "" if lacking is None else f"; чтобы закрепить всех — ещё{NBSP}{number(lacking)}"
    return f"По области до лимита — ещё{NBSP}{number(added)} (по средней нагрузке муниципалитетов){everybody}."


def rehearsed(before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit) -> str:
    """Return a plan in words, and in how many municipalities the limit is kept before and after."""
    kept = [sum(verdict(one, limit.fraction) == "met" for one in staffing) for staffing in (before, after)]
    total = sum(one.teachers + one.uncovered > 0 for one in before)
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
    of = counted(total, *OF_MUNICIPALITIES)
    return f"{capital(plan)}: лимит соблюдён в{NBSP}{number(kept[1])} из{NBSP}{of}, сейчас — в{NBSP}{number(kept[0])}."


def plan_table(
    page: OpenPage, before: Sequence[Staffing], after: Sequence[Staffing], limit: Limit, region: str
) -> list[Line]:
    """Return the region and the municipalities that a plan changes. region: the region's name."""
    lines = []
    for old, new in zip(before, after, strict=True):
        if old == new and old.code != page.scope.region:
            continue
        name = region if old.code == page.scope.region else page.municipality_row(old.code)["short_name"]
        lines.append(
            Line(
                name=name,
                methodists=(old.methodists, new.methodists),
                value=(_float(value(old)), _float(value(new))),
                verdict=(verdict(old, limit.fraction), verdict(new, limit.fraction)),
                uncovered=(old.uncovered, new.uncovered),
            )
        )
    return lines


def plan_html(lines: Sequence[Line]) -> str:
    """Return the lines as an HTML table of before → after."""
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
        f'<tr><th scope="row">{escape(line.name)}</th>'
        f'<td class="number">{_pair([number(figure) for figure in line.methodists])}</td>'
        f'<td class="number">{_pair([plain(figure, 1) for figure in line.value])}</td>'
        f"<td>{_pair([blocks.mark(code) for code in line.verdict])} "
        f'<span class="verdict verdict-{line.verdict[1]}">{VERDICTS[line.verdict[1]].word}</span></td>'
        f'<td class="number">{_pair([number(figure) for figure in line.uncovered])}</td></tr>'
        for line in lines
    )
    return (
        '<div class="table" tabindex="0" role="region" aria-label="До и после"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def plan_file(lines: Sequence[Line]) -> pl.DataFrame:
    """Return the lines as a table for a file."""
    words = {code: shown.word for code, shown in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": line.name,
                "Методистов, сейчас": line.methodists[0],
                "Методистов, станет": line.methodists[1],
                "Педагогов на методиста, сейчас": line.value[0],
                "Педагогов на методиста, станет": line.value[1],
                "Оценка, сейчас": words[line.verdict[0]],
                "Оценка, станет": words[line.verdict[1]],
                "Не закреплены, сейчас": line.uncovered[0],
                "Не закреплены, станет": line.uncovered[1],
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
