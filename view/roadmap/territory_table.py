"""Roadmaps of territories side by side: the finding, the table as HTML and for files."""

from __future__ import annotations

from html import escape

import polars as pl

from checks.russian import NBSP, counted, number, percent, plural
from view.shell import links
from view.shell.page import OpenPage, ordered


def territories_table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the roadmaps as a table for a file: the region first, then by name."""
    first = rows.filter(pl.col("level") == "R")
    rest = ordered(rows.filter(pl.col("level") == "M"), "territory")
    return pl.concat([first, rest]).select(
        pl.col("territory").alias("Территория"),
        pl.col("measures").alias("Мер в карте"),
        pl.col("due").alias("Срок наступил"),
        pl.col("done").alias("Исполнено"),
        pl.col("overdue").alias("Просрочено"),
        pl.col("execution").alias("Исполнение, %"),
    )


def territories(page: OpenPage, rows: pl.DataFrame, chosen: str, reachable: set[str]) -> str:
    """Return the roadmaps as an HTML table: the region first, then the least executed.

    rows: `roadmap.comparison`. reachable: territories whose measures the actor may open.
    """
    known = (
        rows.filter(pl.col("level") == "M")
        .pipe(ordered, "territory")
        .sort("execution", nulls_last=True, maintain_order=True)
    )
    everyone = pl.concat([rows.filter(pl.col("level") == "R"), known])
    lines = []
    for row in everyone.iter_rows(named=True):
        code = row["territory_id"]
        name = escape(row["territory"])
        if code in reachable and row["measures"]:
            name = links.anchor("roadmap", page.filters(territory=code), name)
        css = " ".join(filter(None, ("pinned" if row["level"] == "R" else "", "chosen" if code == chosen else "")))
        if row["measures"]:
            share = row["execution"]
            bar = (
                f'<span class="execution"><i style="width:{share:.0f}%"></i></span>{percent(share)}'
                if share is not None
                else "срок не наступил"
            )
            cells = [row["measures"], row["due"], row["done"], row["overdue"]]
            figures = "".join(f'<td class="number" data-value="{cell}">{number(cell)}</td>' for cell in cells)
            tail = f'<td class="nowrap" data-value="{share if share is not None else ""}">{bar}</td>'
        else:
            figures = '<td class="number" data-value=""><span class="quiet">–</span></td>' * 4
            tail = '<td class="nowrap quiet" data-value="">нет дорожной карты</td>'
        pinned = ' data-pinned="1"' if row["level"] == "R" else ""
        lines.append(
            f'<tr class="{css}"{pinned}><th scope="row" data-value="{escape(row["territory"])}">{name}</th>'
            f"{figures}{tail}</tr>"
        )
    counts_of = ("Мер в карте", "Срок наступил", "Исполнено", "Просрочено")
    heads = [*((name, ' class="number"') for name in counts_of), ("Исполнение", "")]
    head = '<th scope="col"><button data-sort="rising">Территория</button></th>' + "".join(
        f'<th scope="col"{css}><button data-sort="falling">{name}</button></th>' for name, css in heads
    )
    return (
        '<div class="table roadmaps" tabindex="0" role="region" aria-label="Дорожные карты территорий"><table><thead>'
        f"<tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def territories_finding(rows: pl.DataFrame) -> str:
    """Return how many municipalities have no overdue measures, and how many have no roadmap."""
    municipal = rows.filter(pl.col("level") == "M")
    judged = municipal.filter(pl.col("execution").is_not_null())
    full = judged.filter(pl.col("overdue") == 0).height
    none = municipal.filter(pl.col("measures") == 0).height
    parts = []
    if judged.height:
        parts.append(
            f"Без просрочек {plural(full, 'идёт', 'идут', 'идут')} {number(full)} "
            f"из{NBSP}{counted(judged.height, 'муниципальной карты', 'муниципальных карт', 'муниципальных карт')}"
        )
    if none:
        parts.append(f"нет карты у {counted(none, 'муниципалитета', 'муниципалитетов', 'муниципалитетов')}")
    return "; ".join(parts)
