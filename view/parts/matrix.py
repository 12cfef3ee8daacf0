"""Matrix municipality × indicator: an HTML table of verdicts, sorted by its headings."""

from __future__ import annotations

from html import escape

import polars as pl

from checks.russian import NBSP, counted, number, plural
from view.shell import links
from view.shell.page import OpenPage, ordered
from view.wording.figures import value_and_verdict, value_text
from view.wording.theme import VERDICTS
from warehouse.store.row import Row


def matrix(page: OpenPage, rows: pl.DataFrame, region_rows: pl.DataFrame) -> str:
    """Return the matrix as an HTML table, municipalities with most missed targets first.

    rows: the frame of `municipality_verdicts`, region_rows: that of `territory_verdicts` for the region. Of
    municipalities that miss equally many targets, the one farthest from a target comes first. The region stays on top
    however the rest is sorted.
    """
    columns = rows.unique("indicator", maintain_order=True).sort("position")
    codes = columns.get_column("indicator").to_list()
    region = {row["code"]: row for row in region_rows.iter_rows(named=True)}
    missed = (
        rows.group_by("municipality_id", "municipality")
        .agg(
            (pl.col("verdict") == "missed").sum().alias("missed"),
            relative_gap().max().alias("lacking"),
            pl.col("short").get(relative_gap().fill_null(-1).arg_max()).alias("lacks_most"),
        )
        .pipe(ordered, "municipality")
        .sort("missed", "lacking", descending=True, nulls_last=True, maintain_order=True)
    )
    cells = {(row["municipality_id"], row["indicator"]): row for row in rows.iter_rows(named=True)}
    head = "".join(
        f'<th scope="col" title="{escape(row["title"])}"><button data-sort="{_worst_first(row["better"])}">'
        f"<span>{escape(row['short'])}</span></button></th>"
        for row in (page.described(code) for code in codes)
    )
    missed_at_all = sum(row["verdict"] == "missed" for row in region.values())
    unseen = sum(row["verdict"] == "missed" for code, row in region.items() if code not in codes)
    lines = [
        _line(
            "Область",
            "",
            {"missed": missed_at_all, **_farthest(region_rows)},
            "".join(_cell(page, region.get(code), None) for code in codes),
            pinned=True,
        )
    ]
    for row in missed.iter_rows(named=True):
        municipality = row["municipality_id"]
        name = links.anchor("municipality", page.filters(municipality=municipality), escape(row["municipality"]))
        lines.append(
            _line(
                name,
                row["municipality"],
                row,
                "".join(_cell(page, cells.get((municipality, code)), municipality) for code in codes),
            )
        )
    return (
        '<div class="matrix" tabindex="0" role="region" aria-label="Муниципалитеты и показатели"><table><thead><tr>'
        '<th scope="col"><button data-sort="rising"><span>Муниципалитет</span></button></th>'
        '<th scope="col" title="Сколько целей не достигнуто"><button data-sort="falling">'
        "<span>Не достигнуто</span></button></th>"
        '<th scope="col" title="Самый большой недобор до цели среди показателей, в процентах цели">'
        f'<button data-sort="falling"><span>Наибольший разрыв, %</span></button></th>{head}'
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table></div>{_beyond(missed_at_all, unseen)}"
    )


def _beyond(missed: int, unseen: int) -> str:
    """Say how many of the region's missed targets are of indicators that no column shows."""
    if not unseen:
        return ""
    goals = counted(missed, "недостигнутой цели", "недостигнутых целей", "недостигнутых целей")
    of = f"{number(unseen)} из{NBSP}{goals}"
    verb = plural(unseen, "относится", "относятся", "относятся")
    return f'<p class="quiet small">Область: {of} {verb} к показателям, которые считаются только по области.</p>'


def relative_gap() -> pl.Expr:
    """Return the distance to a target that is not met, in percent of the target; null when met."""
    short_of = pl.when(pl.col("operator") == ">=").then(pl.col("target") - pl.col("value"))
    beyond = short_of.otherwise(pl.col("value") - pl.col("target"))
    return pl.when(pl.col("verdict").is_in(["missed", "near"])).then(100 * beyond / pl.col("target"))


def _farthest(rows: pl.DataFrame) -> Row:
    lacking = rows.with_columns(relative_gap().alias("lacking")).drop_nulls("lacking").sort("lacking", descending=True)
    first = lacking.row(0, named=True) if lacking.height else {"lacking": None, "short": ""}
    return {"lacking": first["lacking"], "lacks_most": first["short"]}


def _worst_first(better: str) -> str:
    return "rising" if better == "higher" else "falling"


def _line(name: str, sort_name: str, row: Row, cells: str, pinned: bool = False) -> str:
    kept = ' data-pinned="1" class="pinned"' if pinned else ""
    missed, lacking = row["missed"], row["lacking"]
    said = f' title="{escape(row["lacks_most"])}"' if lacking is not None else ""
    return (
        f'<tr{kept}><th scope="row" data-value="{escape(sort_name)}">{name}</th>'
        f'<td class="total" data-value="{missed}">{missed or ""}</td>'
        f'<td class="total farthest" data-value="{"" if lacking is None else lacking}"{said}>'
        f"{'' if lacking is None else number(max(lacking, 0.1), 0 if lacking >= 1 else 1)}</td>{cells}</tr>"
    )


def _cell(page: OpenPage, row: Row | None, municipality: str | None) -> str:
    if row is None:
        return "<td></td>"
    verdict = VERDICTS[row["verdict"]]
    code = row["indicator"] if "indicator" in row else row["code"]
    text = f'<i aria-hidden="true">{verdict.mark}</i>{value_text(row, False) if row["value"] is not None else ""}'
    label = f"{row['short']}: {value_and_verdict(row)}"
    link = (
        links.anchor("municipality", page.filters(municipality=municipality, indicator=code), text, label=label)
        if municipality
        else links.anchor("indicator", page.filters(indicator=code), text, label=label)
    )
    worth = "" if row["value"] is None else row["value"]
    return f'<td class="cell-{row["verdict"]}" data-value="{worth}">{link}</td>'
