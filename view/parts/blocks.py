"""HTML blocks of a page: headline, counts, tiles, gaps, changes.

All text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import polars as pl

from checks.russian import NBSP, counted, number, plural
from view.parts.sparkline import sparkline
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import bound, change_text, finished, fraction_text, plain, short_target, value_text
from view.wording.regulations import sources
from view.wording.theme import VERDICTS
from warehouse.store.row import Row


def paragraphs(lines: Iterable[str], css: str = "quiet small") -> str:
    """Return sentences as HTML paragraphs; empty ones are left out."""
    return "".join(f'<p class="{css}">{escape(line)}</p>' for line in lines if line)


def mark(verdict: str) -> str:
    """The verdict as a mark with its word for screen readers and on hover."""
    shown = VERDICTS[verdict]
    return (
        f'<span class="mark mark-{verdict}" title="{shown.word}"><span aria-hidden="true">{shown.mark}</span>'
        f'<span class="spoken">{shown.word}</span></span>'
    )


def chip(verdict: str) -> str:
    """The verdict as mark and word."""
    shown = VERDICTS[verdict]
    return f'<span class="verdict verdict-{verdict}"><span aria-hidden="true">{shown.mark}</span> {shown.word}</span>'


def headline(finding: str, detail: str = "") -> str:
    """The finding of the page, and one more sentence under it."""
    more = f'<p class="detail">{escape(detail)}</p>' if detail else ""
    return f'<div class="headline"><p class="finding">{escape(finding)}</p>{more}</div>'


def counts_strip(counts: Mapping[str, int]) -> str:
    """How many have each verdict, as a strip whose parts are as long as their counts."""
    parts = []
    for code, verdict in VERDICTS.items():
        count = counts[code]
        if count:
            parts.append(
                f'<div class="part part-{code}" style="flex-grow:{count}"><b>{number(count)}</b> '
                f'<span aria-hidden="true">{verdict.mark}</span> {plural(count, *verdict.plural)}</div>'
            )
    return f'<div class="strip" role="img" aria-label="Показатели по итогам сравнения с целями">{"".join(parts)}</div>'


def legend(rows: pl.DataFrame) -> str:
    """What the marks of the rows' verdicts mean."""
    present = rows.get_column("verdict").unique().to_list()
    items = "".join(
        f'<span class="key"><i class="swatch swatch-{code}">{VERDICTS[code].mark}</i>{VERDICTS[code].word}</span>'
        for code in VERDICTS
        if code in present
    )
    return f'<div class="legend">{items}</div>'


def change(row: Row) -> str:
    """A signed change against the year before, coloured by whether it is for the better."""
    text = change_text(row["change"], row["unit"], row["decimals"])
    if not text:
        now_missing = row["value"] is None and row.get("verdict") != "hidden" and row["past"] is not None
        return f'<span class="change">{"сейчас" if now_missing else "год назад"} нет данных</span>'
    better = (row["change"] > 0) == (row["better"] == "higher")
    tone = "" if text == "без изменений" else (" change-better" if better else " change-worse")
    arrow = "" if not tone else ("↑" if row["change"] > 0 else "↓")
    return f'<span class="change{tone}">{arrow}{NBSP}{text}<span class="aside"> за год</span></span>'


def tiles(page: OpenPage, rows: pl.DataFrame, trends: pl.DataFrame) -> str:
    """Tiles of the indicators in the order of their themes; a tile leads to its indicator."""
    history = {key[0]: frame for key, frame in trends.filter(pl.col("half") == page.scope.half).group_by("indicator")}
    drawn = (_tile(page, row, history.get(row["code"])) for _, members in by_theme(rows) for row in members)
    return f'<div class="tiles">{"".join(drawn)}</div>'


def by_theme(rows: pl.DataFrame) -> list[tuple[str, list[Row]]]:
    """Return the rows under their themes, themes in the order in which they first appear."""
    themes: dict[str, list[Row]] = {}
    for row in rows.iter_rows(named=True):
        themes.setdefault(row["theme"], []).append(row)
    return list(themes.items())


def _tile(page: OpenPage, row: Row, history: pl.DataFrame | None) -> str:
    past = history.filter(pl.col("year") <= page.scope.year).sort("year") if history is not None else None
    spark = (
        sparkline(past.get_column("value").to_list(), past.get_column("target").to_list(), row["verdict"])
        if past is not None
        else ""
    )
    if row["target"] is not None:
        of_year = f" {row['target_year']} года" if row["target_year"] != page.scope.year else ""
        target = f"цель{of_year} {bound(row)}"
    elif row["goal"] is not None:
        target = f"цель на {row['goal_year']} год: {plain(row['goal'], 0, row['unit'])}"
    else:
        target = NBSP
    inner = (
        f'<span class="tile-theme">{escape(row["theme"])}</span><span class="tile-name">{escape(row["short"])}</span>'
        f'<span class="tile-figure"><span class="tile-value">{value_text(row)}</span>{spark}</span>'
        f"{chip(row['verdict'])}"
        f'<span class="tile-target">{target}</span>{change(row)}'
    )
    return links.anchor(
        "indicator",
        page.filters(indicator=row["code"]),
        inner,
        css=f"tile tile-{row['verdict']}",
        label=row["title"],
    )


def gap_list(page: OpenPage, rows: pl.DataFrame) -> str:
    """The largest gaps in people, each a link to its municipality."""
    if rows.is_empty():
        return '<p class="empty">Недостающих до целей людей нет: все цели в людях достигнуты или не заданы.</p>'
    largest = max(rows.get_column("gap").to_list())
    items = []
    for row in rows.iter_rows(named=True):
        inner = (
            f'<span class="gap-name"><b>{escape(row["municipality"])}</b> {escape(row["short"])}</span>'
            f'<span class="gap-count">{counted(int(row["gap"]), "человек", "человека", "человек")}</span>'
            f'<span class="gap-bar"><i style="width:{100 * row["gap"] / largest:.0f}%"></i></span>'
            f'<span class="gap-detail">{mark(row["verdict"])} {value_text(row)} ({fraction_text(row)}) '
            f"при цели {short_target(row)}</span>"
        )
        items.append(
            "<li>"
            + links.anchor(
                "municipality",
                page.filters(municipality=row["municipality_id"], indicator=row["indicator"]),
                inner,
                css="gap",
            )
            + "</li>"
        )
    return f'<ol class="gaps">{"".join(items)}</ol>'


def change_list(page: OpenPage, rows: pl.DataFrame, previous: int, limit: int = 8) -> str:
    """What a publication changed: verdicts that flipped first, then region values."""
    reason = escape(finished(page.freshness["reason"] or ""))
    if rows.is_empty():
        return f'<p class="empty">{reason} С публикации №{NBSP}{previous} значения за {page.period} не изменились.</p>'
    flipped = rows.filter("flipped").height
    regional = rows.filter(pl.col("level") == "R").height
    shown = rows.sort(["flipped", "level", "position"], descending=[True, True, False]).head(limit)
    items = []
    for row in shown.iter_rows(named=True):
        before = {**row, "value": row["value_before"]}
        where = (
            links.anchor(
                "municipality", page.filters(municipality=row["territory_id"]), f"<b>{escape(row['territory'])}</b>"
            )
            if row["level"] == "M"
            else "<b>Область</b>"
        )
        items.append(
            f"<li>{where} {escape(row['short'])}: "
            f'<span class="nowrap">{mark(row["verdict_before"])} {value_text(before)}</span> → '
            f'<span class="nowrap">{mark(row["verdict"])} {value_text(row)}</span></li>'
        )
    summary = (
        f"{reason} С публикации №{NBSP}{previous}: "
        f"{counted(flipped, 'оценка сменилась', 'оценки сменились', 'оценок сменилось')}, "
        f"по области {plural(regional, 'изменилось', 'изменились', 'изменилось')} "
        f"{counted(regional, 'значение', 'значения', 'значений')}."
    )
    return f'<p class="summary">{summary}</p><ul class="changes">{"".join(items)}</ul>'


def facts(items: Iterable[tuple[str, str]]) -> str:
    """A row of named figures; the second of each pair is ready HTML."""
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in items)
    return f'<dl class="facts">{cells}</dl>'


def section(title: str, note: str = "") -> str:
    """The heading of a part of the page, with a quiet remark."""
    aside = f"<span>{escape(note)}</span>" if note else ""
    return f'<h2 class="section">{escape(title)}{aside}</h2>'


def indicator_facts(page: OpenPage, row: Row) -> list[tuple[str, str]]:
    """Return the region's figures of one indicator as pairs of Russian label and HTML.

    They are value, target, numerator and denominator, change since last year, and coverage.
    """
    items = [("Значение по области", f"{value_text(row)}<small>{chip(row['verdict'])}</small>")]
    if row["target"] is not None:
        of_year = f"цель {row['target_year']} года" if row["target_year"] != page.scope.year else "цель года"
        items.append(("Цель", f"{bound(row)}<small>{of_year}</small>"))
    elif row["goal"] is not None:
        items.append((f"Цель на {row['goal_year']} год", plain(row["goal"], 0, row["unit"])))
    else:
        items.append(("Цель", "не задана"))
    behind = links.anchor(
        "rows",
        page.filters(indicator=row["code"], place=page.scope.region),
        fraction_text(row),
        label="Из каких строк сложилось значение",
    )
    items.append(("Числитель / знаменатель" if row["denominator"] is not None else "Количество", behind))
    items.append(("Год назад", f"{plain(row['past'], row['decimals'], row['unit'])}<small>{change(row)}</small>"))
    if row["expected"]:
        items.append(("Отчитались организации", f"{number(row['reporting'])} из{NBSP}{number(row['expected'])}"))
    return items


def method(page: OpenPage, indicator: Row, row: Row) -> str:
    """How the indicator is counted: full title, formula, sources, target's document, note."""
    levels = {"R": "область", "M": "муниципалитеты", "O": "организации"}
    items = [("Полное название", indicator["title"]), ("Числитель", indicator["numerator"])]
    if indicator["denominator"]:
        items.append(("Знаменатель", indicator["denominator"]))
    items.append(("Лучше", "больше" if indicator["better"] == "higher" else "меньше"))
    if indicator["base_year"]:
        items.append(("Нарастающий итог", f"с 1 января {indicator['base_year']} года"))
    items.append(("Уровни", ", ".join(levels.get(level, level) for level in indicator["levels"].split())))
    items.append(("Основание", sources(indicator["sources"])))
    if row["document"]:
        items.append(("Документ цели", row["document"]))
    if indicator["note"]:
        items.append(("Примечание", indicator["note"]))
    return (
        '<dl class="method">'
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(text))}</dd>" for name, text in items if text)
        + "</dl>"
    )


def reporting(rows: pl.DataFrame) -> str:
    """How many organizations of the territory have reported."""
    expected = max(rows.get_column("expected").to_list(), default=0)
    given = max(rows.get_column("reporting").to_list(), default=0)
    return (
        f'<p class="quiet">{plural(given, "Отчиталась", "Отчитались", "Отчитались")} {number(given)} '
        f"из{NBSP}{counted(expected, 'организации', 'организаций', 'организаций')}.</p>"
    )


def target_of(rows: pl.DataFrame) -> float | None:
    """Return the target that rows of one indicator and level share, None when there is none."""
    targets: list[float] = rows.get_column("target").drop_nulls().to_list()
    return targets[0] if targets else None


def distribution(rows: pl.DataFrame, indicator: Row) -> str:
    """Return the spread of municipalities as HTML: dots on one scale, target, quartiles.

    rows: one a municipality. Empty when fewer than four have a value.
    """
    known = rows.filter(pl.col("value").is_not_null())
    if known.height < 4:
        return ""
    values = known.get_column("value")
    target = target_of(known)
    top = max([*values.to_list(), target or 0.0]) * 1.04 or 1.0
    dots = "".join(
        f'<i class="dot bar-{row["verdict"]}" style="left:{100 * row["value"] / top:.1f}%" '
        f'title="{escape(row["municipality"])}: {plain(row["value"], indicator["decimals"], indicator["unit"])}'
        f'{f" ({fraction_text(row)})" if row["denominator"] is not None else ""}"></i>'
        for row in known.sort("value").iter_rows(named=True)
    )
    goal = f'<i class="goal" style="left:{100 * target / top:.1f}%"></i>' if target is not None else ""
    quarter, middle, three = (
        plain(values.quantile(share, interpolation="linear"), indicator["decimals"], indicator["unit"])
        for share in (0.25, 0.5, 0.75)
    )
    return (
        f'<div class="spread" role="img" aria-label="Разброс муниципалитетов">{dots}{goal}</div>'
        f'<p class="quiet small">Медиана — {middle}; у половины муниципалитетов значение '
        f"от {quarter} до {finished(three)}</p>"
    )
