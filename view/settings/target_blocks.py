"""Targets as HTML and tables: by indicator and year, flipped verdicts, events."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl

from checks.russian import NBSP, counted, date, half_year, number, plural
from view.parts import blocks
from view.shell import links
from view.shell.page import OpenPage, moment
from view.wording.figures import finished, plain, with_unit
from view.wording.theme import VERDICTS
from warehouse.ledger import profiles
from warehouse.queries import published
from warehouse.store.row import Row

SHOWN_FLIPS = 60
SIGNS = {">=": "≥", "<=": "≤"}
LEVELS = {"R": "область", "M": "муниципалитеты", "O": "организации"}
EVENTS = {"added": "Задана", "changed": "Изменена", "withdrawn": "Отозвана"}


def own_regions(page: OpenPage) -> list[str]:
    """Return the codes of the regions in the warehouse."""
    regions = page.ask(published.regions).get_column("region_id").to_list()
    return regions


def of_profile(standing: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Return the targets of a profile; the composite has the first preferred profile's."""
    if profile != profiles.COMPOSITE:
        return standing.filter(pl.col("profile") == profile)
    order = {preferred.code: rank for rank, preferred in enumerate(profiles.preferred())}
    ranked = standing.with_columns(pl.col("profile").replace_strict(order, default=None).alias("rank"))
    return ranked.filter(pl.col("rank") == pl.col("rank").min().over("indicator")).drop("rank")


def headline(page: OpenPage, standing: pl.DataFrame) -> str:
    """Return the headline: how many indicators have a target in the profile, how many are own."""
    profile = page.scope.profile
    have = of_profile(standing, profile).get_column("indicator").n_unique()
    every = page.indicators.height
    name = f"«{profiles.name(profile)}»"
    if not have:
        return blocks.headline(f"В профиле {name} не задано ни одной цели.")
    own = standing.filter(pl.col("origin") == "own").height
    said = (
        f"{plural(own, 'Задана', 'Заданы', 'Задано')} {counted(own, 'своя цель', 'свои цели', 'своих целей')}."
        if own
        else "Своих целей ещё не задано: действуют цели из документов областей."
    )
    return blocks.headline(
        f"В профиле {name} цели есть у {number(have)} из{NBSP}"
        f"{counted(every, 'показателя', 'показателей', 'показателей')}.",
        said,
    )


def value_text(row: Row, unit: str) -> str:
    """Return a target as «≥ 12 %», with as many decimals as it has."""
    value = float(row["value"])
    decimals = next((decimals for decimals in range(6) if round(value, decimals) == value), 6)
    return f"{SIGNS[row['operator']]}{NBSP}{with_unit(number(value, decimals), unit)}"


def table(page: OpenPage, rows: pl.DataFrame, editable: bool) -> str:
    """Return targets by indicator and year as HTML; editable: each is a link to its change."""
    years = sorted(rows.get_column("year").unique().to_list())
    cells: dict[tuple[str, int], list[str]] = {}
    units = dict(page.indicators.select("code", "unit").iter_rows())
    for row in rows.iter_rows(named=True):
        cells.setdefault((row["indicator"], row["year"]), []).append(_cell(page, row, units, editable))
    lines = []
    for indicator in page.indicators.iter_rows(named=True):
        values = ["".join(cells.get((indicator["code"], year), [])) for year in years]
        if not any(values):
            continue
        link = links.anchor("indicator", page.filters(indicator=indicator["code"]), escape(indicator["short"]))
        filled = "".join(f"<td>{value or '<span class=quiet>–</span>'}</td>" for value in values)
        lines.append(f'<tr><th scope="row" title="{escape(indicator["title"])}">{link}</th>{filled}</tr>')
    head = "".join(f'<th scope="col">{year}{NBSP}год</th>' for year in years)
    return (
        '<div class="table targets" tabindex="0" role="region" aria-label="Цели по показателям и годам"><table><thead>'
        f'<tr><th scope="col">Показатель</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def _cell(page: OpenPage, row: Row, units: Mapping[str, str], editable: bool) -> str:
    text = value_text(row, units.get(row["indicator"], ""))
    levels = ", ".join(LEVELS[level] for level in row["levels"].split())
    notes = [levels]
    if row["valid_from"] or row["valid_to"]:
        notes.append(validity(row))
    if page.scope.profile == profiles.COMPOSITE:
        notes.append(profiles.name(row["profile"]))
    quiet = f'<span class="fraction">{escape("; ".join(notes))}</span>'
    document = escape(document_text(row))
    if editable:
        label = f"Изменить цель {row['year']} года: {text}. {document_text(row)}"
        inner = links.anchor(
            "targets", page.filters(target=row["target"]), f"<b>{text}</b>", css="own-target", label=label
        )
        return f"<div>{inner}{quiet}</div>"
    return f'<div title="{document}"><b>{text}</b>{quiet}</div>'


def validity(row: Row) -> str:
    """Return the validity of a target: «действует с … по …»."""
    since = f"с {date(row['valid_from'])}" if row["valid_from"] else ""
    until = f"по {date(row['valid_to'])}" if row["valid_to"] else ""
    return f"действует {since} {until}".strip() if since or until else "без срока"


def document_text(row: Row) -> str:
    """Return the document of a target with the clause."""
    clause = f", {row['clause']}" if row["clause"] else ""
    return f"{row['document'] or 'Документ не указан'}{clause}"


def documents(rows: pl.DataFrame) -> str:
    """Return the documents of the targets with the number that each sets."""
    counted_rows = rows.with_columns(pl.col("document").fill_null("Документ не указан")).group_by(
        "document", maintain_order=True
    )
    items = "".join(
        f"<li>{escape(str(document))} — {counted(group.height, 'цель', 'цели', 'целей')}</li>"
        for (document,), group in counted_rows
    )
    return f'<ul class="events">{items}</ul>'


def flips_sentence(flips: pl.DataFrame, composite: pl.DataFrame) -> str:
    """Return how many verdicts a change would flip in its profile and in the composite one."""
    if flips.is_empty() and composite.is_empty():
        return '<p class="summary">Ни одна оценка не сменится.</p>'
    verb = plural(flips.height, "Сменится", "Сменятся", "Сменится")
    said = f"{verb} {_flipped(flips)}; в сводном профиле — {_flipped(composite)}."
    if composite.filter(pl.col("verdict") == "no_target").height:
        said += (
            " Все годы показателя сводный профиль берёт из одного профиля: без своей цели за год не станет и оценки."
        )
    return f'<p class="summary">{said}</p>'


def _flipped(flips: pl.DataFrame) -> str:
    """Return the number of flipped verdicts: «3 оценки (✕ цель не достигнута — 2, …)»."""
    marks = ", ".join(
        f"{VERDICTS[str(verdict)].mark}{NBSP}{VERDICTS[str(verdict)].word} — {count}"
        for verdict, count in flips.group_by("verdict", maintain_order=True).len().iter_rows()
    )
    return f"<b>{counted(flips.height, 'оценка', 'оценки', 'оценок')}</b>{f' ({marks})' if marks else ''}"


def flips_table(flips: pl.DataFrame) -> pl.DataFrame:
    """Return the verdicts that would flip as a table."""
    words = {code: f"{verdict.mark} {verdict.word}" for code, verdict in VERDICTS.items()}
    return pl.DataFrame(
        [
            {
                "Территория": row["territory"],
                "Период": half_year(row["year"], row["half"]),
                "Сейчас": plain(row["value"], 1, row["unit"]),
                "Оценка сейчас": words.get(row["verdict_before"], "–"),
                "Оценка станет": words[row["verdict"]],
            }
            for row in flips.iter_rows(named=True)
        ]
    )


def event_list(page: OpenPage, rows: pl.DataFrame) -> str:
    """Return the changes of targets, the latest first."""
    shorts = dict(page.indicators.select("code", "short").iter_rows())
    units = dict(page.indicators.select("code", "unit").iter_rows())
    items = "".join(
        f"<li><b>{EVENTS[row['event']]}</b> цель «{escape(shorts.get(row['indicator'], row['indicator']))}» "
        f"на {row['year']} год: {value_text(row, units.get(row['indicator'], ''))}, "
        f"{escape(profiles.name(row['profile']))} — {escape(row['actor'])}, {moment(row['happened_at'])}. "
        f"{escape(document_text(row))}, {validity(row)}. Причина: {escape(finished(row['reason']))}</li>"
        for row in rows.iter_rows(named=True)
    )
    return f'<ul class="events">{items}</ul>'


def targets_table(rows: pl.DataFrame, page: OpenPage) -> pl.DataFrame:
    """Return targets as a table for a file, one row per target."""
    shorts = dict(page.indicators.select("code", "short").iter_rows())

    def named(column: str, names: Mapping[str, str]) -> pl.Expr:
        return pl.col(column).replace_strict(names, default=pl.col(column), return_dtype=pl.String)

    return rows.select(
        pl.col("profile").map_elements(profiles.name, return_dtype=pl.String).alias("Профиль"),
        named("indicator", shorts).alias("Показатель"),
        pl.col("year").cast(pl.String).alias("Год"),
        pl.col("operator").replace_strict(SIGNS, return_dtype=pl.String).alias("Знак"),
        pl.col("value").alias("Цель"),
        pl.col("levels").alias("Уровни"),
        pl.col("document").alias("Документ"),
        pl.col("clause").alias("Пункт"),
        pl.col("valid_from").alias("Действует с"),
        pl.col("valid_to").alias("Действует по"),
        pl.col("note").alias("Примечание"),
    )  # fmt: skip
