"""Recommendations of a round: headline, strip of states, lines, table for a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

import polars as pl

from checks.russian import NBSP, counted, number, plural
from view.parts import blocks
from view.shell import links
from view.shell.page import OpenPage, ordered
from view.wording import signs
from view.wording.figures import HIDDEN_CELL
from view.wording.recommendation_words import (
    OUTCOMES,
    PROVISIONAL,
    STATES,
    URGENCIES,
    clause,
    dative,
    due,
    genitive,
    lacking,
    outcome_chip,
)
from view.wording.signs import Sign
from warehouse.access.rights import may
from warehouse.recommendations import reading
from warehouse.store import clock
from warehouse.store.row import Row

SHOWN_ON_MUNICIPALITY = 6


def headline(rows: pl.DataFrame, reasons: int, period: str) -> str:
    """Return the headline of the list: drafts to approve, or results of the next round."""
    if rows.is_empty():
        if reasons:
            text = counted(reasons, "основание", "основания", "оснований")
            return blocks.headline(
                f"Рекомендации за {period} ещё не составлены.", f"В данных {text} для них: можно составить черновики."
            )
        return blocks.headline(f"Рекомендаций за {period} нет.", "Здесь появятся те, что утверждены и направлены.")
    live = rows.filter(pl.col("state") != "withdrawn")
    drafts = live.filter(pl.col("state") == "draft")
    tested = live.filter(~pl.col("outcome").is_in(reading.UNTESTED))
    count = counted(live.height, "рекомендация", "рекомендации", "рекомендаций")
    if tested.height:
        closed = tested.filter(pl.col("outcome") == "closed").height
        good = tested.filter(pl.col("outcome") == "improving").height
        claimed = tested.filter(pl.col("outcome") == "reported_not_met").height
        confirmed = plural(claimed, "подтвердился", "подтвердились", "подтвердились")
        said = f" Не {confirmed} данными {counted(claimed, 'отчёт', 'отчёта', 'отчётов')}." if claimed else ""
        return blocks.headline(
            f"Данные следующего раунда закрыли {number(closed)} из {genitive(tested.height)} за {period}.",
            f"Ещё по {dative(good)} разрыв сократился.{said}{_provisional(tested)}",
        )
    if drafts.height:
        urgent = drafts.filter(pl.col("urgency") == "urgent").height
        most = _busiest(drafts)
        hurry = f", из них срочных — {number(urgent)}" if urgent else ""
        verb = plural(drafts.height, "Ждёт", "Ждут", "Ждут")
        waiting = counted(drafts.height, "черновик", "черновика", "черновиков")
        return blocks.headline(f"{verb} утверждения {waiting} за {period}{hurry}.", most)
    done = live.filter(pl.col("state") == "done").height
    return blocks.headline(
        f"За {period} действует {count}." if live.height else f"Все рекомендации за {period} сняты.",
        f"Выполнено по отчётам: {number(done)}. Подействовали ли они, покажет следующий раунд." if live.height else "",
    )


def _provisional(tested: pl.DataFrame) -> str:
    if not tested.filter(pl.col("provisional")).height:
        return ""
    return PROVISIONAL


def _busiest(rows: pl.DataFrame) -> str:
    """Return the municipality with most recommendations, as a sentence."""
    municipal = rows.filter(pl.col("level") == "M")
    if municipal.is_empty():
        return ""
    most = municipal.group_by("territory").len().sort(["len", "territory"], descending=[True, False]).row(0)
    return f"Больше всего у территории «{most[0]}» — {number(most[1])}."


def strip(rows: pl.DataFrame) -> str:
    """Return a strip by state, or by outcome once a later round has tested recommendations."""
    live = rows.filter(pl.col("state") != "withdrawn")
    by_outcome = live.filter(~pl.col("outcome").is_in(reading.UNTESTED)).height > 0
    column, shown, label = (
        ("outcome", OUTCOMES, "Рекомендации по итогам проверки")
        if by_outcome
        else ("state", STATES, "Рекомендации по состояниям")
    )
    return signs.strip(dict(rows.group_by(column).len().iter_rows()), shown, label)


def urgency_key(rows: pl.DataFrame) -> str:
    """Return the legend of the marks of urgency."""
    present = set(rows.get_column("urgency").to_list())
    items = "".join(
        f'<span class="key"><i class="swatch swatch-{sign.colour}">{sign.mark}</i>{sign.word}</span>'
        for code, sign in URGENCIES.items()
        if code in present
    )
    return f'<div class="legend">{items}</div>'


def territory_head(page: OpenPage, rows: Sequence[Row]) -> str:
    """Return the heading of a territory's recommendations: name, number, number of urgent."""
    first = rows[0]
    urgent = sum(row["urgency"] == "urgent" and row["state"] != "withdrawn" for row in rows)
    note = counted(len(rows), "рекомендация", "рекомендации", "рекомендаций")
    if urgent:
        note += f", срочных — {number(urgent)}"
    name = escape(first["territory"] or first["short_name"])
    if first["level"] == "M":
        name = links.anchor("municipality", page.filters(municipality=first["territory_id"]), name)
    return f'<h2 class="section">{name}<span>{note}</span></h2>'


def lines(page: OpenPage, rows: Sequence[Row], kept: Mapping[str, str]) -> str:
    """Return recommendations as lines, each a link that opens it."""
    items = []
    today = clock.today()
    for row in rows:
        anchor = links.anchor(
            "recommendations",
            page.filters(**kept, recommendation=row["recommendation"]),
            _line(row, today),
            css="advice",
        )
        items.append(f'<li id="{row["recommendation"]}">{anchor}</li>')
    return f'<ul class="advices">{"".join(items)}</ul>' if items else ""


_GAPS = {
    "near_and_falling": "до цели {}",
    "outlier": "до медианы {}",
    "methodists_over_limit": "{}",
    "low_results_uncovered": "{}",
    "deficits_without_programme": "{}",
}
"""Templates of the gap by condition, where it is not a number still to be added."""


def gap_words(row: Row) -> str:
    """Return what is lacking in a line: «ещё 41 человек», but «1 методист» above the limit."""
    return _GAPS.get(row["condition"], "ещё {}").format(lacking(row))


def overdue(row: Row, today: dt.date) -> bool:
    """Return whether the deadline has passed without a report; never for a hidden deadline."""
    if row["due_on"] is None or row["state"] in ("done", "withdrawn"):
        return False
    return bool(row["due_on"] < today) and row["outcome"] != "closed"


def _line(row: Row, today: dt.date) -> str:
    late = "<small>срок прошёл</small>" if overdue(row, today) else ""
    urgency = URGENCIES[row["urgency"]]
    about = row["indicator_short"] or row["condition_title"]
    amount = lacking(row)
    return (
        f'<span class="advice-urgency mark mark-{urgency.colour}" title="{urgency.word}">'
        f'<span aria-hidden="true">{urgency.mark}</span><span class="spoken">{urgency.word}</span></span>'
        f'<span class="advice-what"><b>{escape(row["title"])}</b><small>{escape(about)}</small></span>'
        f'<span class="advice-gap">{gap_words(row) if amount else HIDDEN_CELL if row["hidden"] else ""}</span>'
        f'<span class="advice-who">{escape(row["responsible"])}<small>{escape(clause(row["basis"]))}</small></span>'
        f'<span class="advice-due">{f"до{NBSP}" if row["due_on"] else ""}{due(row)}{late}</span>'
        f'<span class="advice-state">{_status(row)}</span>'
    )


def _status(row: Row) -> str:
    state = STATES[row["state"]]
    if row["outcome"] in (*reading.UNTESTED, "withdrawn"):
        return signs.chip(state)
    return f"{outcome_chip(row)}<small>{state.word}</small>"


def table(rows: pl.DataFrame) -> pl.DataFrame:
    """Return recommendations as a table for a file, with edited and generated texts."""

    def worded(column: str, named: Mapping[str, Sign]) -> pl.Expr:
        return pl.col(column).replace_strict({code: sign.word for code, sign in named.items()}, default="")

    return rows.select(
        pl.col("territory").alias("Территория"),
        worded("urgency", URGENCIES).alias("Срочность"),
        pl.col("indicator_short").fill_null(pl.col("condition_title")).alias("Основание"),
        pl.col("finding").alias("Что показали данные"),
        pl.col("gap").alias("Не хватает"),
        pl.col("words").alias("Рекомендация"),
        pl.col("measure").alias("Составлено программой"),
        pl.col("responsible").alias("Ответственный"),
        pl.col("basis").alias("Пункт"),
        pl.col("due_on").alias("Срок"),
        worded("state", STATES).alias("Состояние"),
        worded("outcome", OUTCOMES).alias("Итог проверки"),
        pl.col("rounds_in_row").alias("Раундов подряд"),
        pl.col("answer").alias("Ответ"),
        pl.col("publication").alias("Публикация"),
    )


def for_municipality(page: OpenPage) -> str:
    """Return the recommendations of a municipality in the period; empty without the right."""
    if not may(page.actor, "view_recommendations", page.municipality):
        return ""
    chosen = reading.Filter(page.scope.region, page.scope.year, page.scope.half, page.municipality, "live")
    rows = page.ask(reading.recommendations, chosen)
    if rows.is_empty():
        return (
            f"{blocks.section('Рекомендации')}"
            f'<p class="empty">За {page.period} рекомендаций этому муниципалитету нет.</p>'
        )
    note = counted(rows.height, "рекомендация", "рекомендации", "рекомендаций")
    more = links.anchor(
        "recommendations", page.filters(place=page.municipality), "Все рекомендации муниципалитета", css="to-advice"
    )
    shown = rows.head(SHOWN_ON_MUNICIPALITY).to_dicts()
    head = blocks.section("Рекомендации", note) + urgency_key(rows.head(SHOWN_ON_MUNICIPALITY))
    return f"{head}{lines(page, shown, {'place': page.municipality})}<p>{more}</p>"


def territories(rows: pl.DataFrame) -> dict[str, str]:
    """Return names of territories by code: the region first, then in Russian order."""
    found = rows.select("territory_id", "short_name", "level").unique()
    region = found.filter(pl.col("level") == "R")
    rest = ordered(found.filter(pl.col("level") == "M"), "short_name")
    return dict(pl.concat([region, rest]).select("territory_id", "short_name").iter_rows())
