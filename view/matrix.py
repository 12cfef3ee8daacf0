"""The matrix municipality × indicator: a table whose cells are verdicts, sorted by a click on a heading."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from view import links
from view.figures import value_text
from view.page import View, ordered
from view.theme import VERDICTS


def matrix(view: View, rows: pl.DataFrame, region_rows: pl.DataFrame) -> str:
    """Return the table.

    `rows` is the frame of `municipality_verdicts`, `region_rows` that of `territory_verdicts` for the region.
    Municipalities with most missed targets stand first; the region stays on top however the rest is sorted.
    """
    columns = rows.unique("indicator", maintain_order=True).sort("position")
    codes = columns.get_column("indicator").to_list()
    region = {row["code"]: row for row in region_rows.iter_rows(named=True)}
    missed = (
        rows.group_by("municipality_id", "municipality")
        .agg((pl.col("verdict") == "missed").sum().alias("missed"))
        .pipe(ordered, "municipality")
        .sort("missed", descending=True, maintain_order=True)
    )
    cells = {(row["municipality_id"], row["indicator"]): row for row in rows.iter_rows(named=True)}
    head = "".join(
        f'<th scope="col" title="{escape(row["title"])}"><button data-sort="rising">'
        f"<span>{escape(row['short'])}</span></button></th>"
        for row in (view.described(code) for code in codes)
    )
    lines = [
        _line(
            "Область",
            "",
            sum(region[code]["verdict"] == "missed" for code in codes if code in region),
            "".join(_cell(view, region.get(code), None) for code in codes),
            pinned=True,
        )
    ]
    for row in missed.iter_rows(named=True):
        place = row["municipality_id"]
        name = links.anchor("municipality", view.filters(municipality=place), escape(row["municipality"]))
        lines.append(
            _line(
                name,
                row["municipality"],
                row["missed"],
                "".join(_cell(view, cells.get((place, code)), place) for code in codes),
            )
        )
    return (
        '<div class="matrix" tabindex="0" role="region" aria-label="Муниципалитеты и показатели"><table><thead><tr>'
        '<th scope="col"><button data-sort="rising"><span>Муниципалитет</span></button></th>'
        '<th scope="col" title="Сколько целей не достигнуто"><button data-sort="falling">'
        f"<span>Не достигнуто</span></button></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _line(name: str, sort_name: str, missed: int, cells: str, pinned: bool = False) -> str:
    kept = ' data-pinned="1" class="pinned"' if pinned else ""
    return (
        f'<tr{kept}><th scope="row" data-value="{escape(sort_name)}">{name}</th>'
        f'<td class="total" data-value="{missed}">{missed or ""}</td>{cells}</tr>'
    )


def _cell(view: View, row: Mapping[str, Any] | None, municipality: str | None) -> str:
    if row is None:
        return "<td></td>"
    verdict = VERDICTS[row["verdict"]]
    code = row["indicator"] if "indicator" in row else row["code"]
    value = value_text(row)
    text = f'<i aria-hidden="true">{verdict.mark}</i>{value_text(row, False) if row["value"] is not None else ""}'
    label = f"{row['short']}: {value}, {verdict.word}"
    link = (
        links.anchor("municipality", view.filters(municipality=municipality, indicator=code), text, label=label)
        if municipality
        else links.anchor("indicator", view.filters(indicator=code), text, label=label)
    )
    worth = "" if row["value"] is None else row["value"]
    return f'<td class="cell-{row["verdict"]}" data-value="{worth}">{link}</td>'
