"""Rows behind a value: which were counted, which not and why, from which batch."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl

from checks.catalogue import contracts, header_of
from checks.russian import NBSP, counted, listed, number, plural, small
from view.shell import links
from view.shell.page import OpenPage, moment
from view.wording.figures import finished, fraction_text, value_text
from warehouse.access.rights import may
from warehouse.queries.rows import SHOWN_ROWS, Rows
from warehouse.store.row import Row

SHOWN_PSEUDONYM = 10
_OWN_HEADERS = {"program": "Программа", "due_on": "Срок", "closed_on": "Закрыт"}


def trail(page: OpenPage, territory: Row, described: Row) -> str:
    """Return the breadcrumbs: indicator, municipality, organization."""
    steps = [links.anchor("indicator", page.filters(), escape(described["short"]))]
    if territory["municipality_id"]:
        municipality = page.municipality_row(territory["municipality_id"])
        steps.append(
            links.anchor(
                "municipality",
                page.filters(municipality=territory["municipality_id"]),
                escape(municipality["short_name"]),
            )
        )
    if territory["level"] != "M":
        steps.append(escape(territory["name"]))
    return f'<nav class="trail" aria-label="Путь">{" <span aria-hidden=true>›</span> ".join(steps)}</nav>'


def finding(territory: str, described: Row, row: Row | None) -> str:
    """Return the value as one sentence: territory, indicator, fraction, value."""
    if row is None or row["value"] is None:
        return f"{territory}: {small(described['short'])} — нет данных."
    fraction = (
        f"{number(row['numerator'])} из {number(row['denominator'])}, "
        if described["kind"] == "share"
        else f"{fraction_text(row)}, "
        if row["denominator"] is not None
        else ""
    )
    return finished(f"{territory}: {small(described['short'])} — {fraction}{value_text(row)}")


def explanation(found: Rows) -> str:
    """Return how many rows and subjects were counted, and how many were left out or condensed."""
    gone = condensed(found)
    if not found.total and gone:
        return f"{gone} Показатели этих лет сохранены такими, какими их дали строки, и больше не пересчитываются."
    if not found.total:
        return f"Строк набора «{found.source.title}» за этот период нет."
    summary = found.summary
    taken = summary.filter(pl.col("reason").is_null())
    rows = int(taken.get_column("rows").sum())
    subjects = int(taken.get_column("subjects").sum())
    left = found.total - rows
    said = (
        f"{plural(rows, 'Учтена', 'Учтены', 'Учтено')} {counted(rows, 'строка', 'строки', 'строк')}, "
        f"{'в ней' if rows == 1 else 'в них'} {counted(subjects, *found.source.subject)}."
        if rows
        else "Ни одна строка не учтена."
    )
    if left:
        said += f" {plural(left, 'Не учтена', 'Не учтены', 'Не учтено')} {counted(left, 'строка', 'строки', 'строк')}."
    if gone:
        said += f" {gone} От прежних лет остались только строки, которые нужны показателю с накоплением."
    return f"{said} Показаны строки области и своего муниципалитета." if found.only_own else said


def condensed(found: Rows) -> str:
    """Return when and why rows of the period were condensed; empty where none were."""
    if found.gone is None:
        return ""
    return (
        f"Строки о людях по {found.gone.through_year} год включительно сжаты {moment(found.gone.condensed_at)} "
        f"(причина: {found.gone.reason})."
    )


def reasons(page: OpenPage, found: Rows, kept: Mapping[str, str], chosen: str, of_count: bool = False) -> str:
    """Return the rows by reason as bars, each a link to its rows. of_count: no numerator."""
    largest = max(found.summary.get_column("rows").to_list(), default=1)
    lines = []
    for row in found.summary.iter_rows(named=True):
        code = row["reason"] or "counted"
        sentence = row["sentence"] or ("Учтены." if of_count else "Учтены в числителе.")
        inner = (
            f'<span class="reason-name">{escape(sentence)}</span>'
            f'<span class="reason-count">{counted(row["rows"], "строка", "строки", "строк")}, '
            f"{counted(row['subjects'], *found.source.subject)}</span>"
            f'<span class="reason-bar"><i style="width:{100 * row["rows"] / largest:.1f}%"></i></span>'
        )
        css = f"reason {'reason-counted' if code == 'counted' else ''} {'chosen' if code == chosen else ''}"
        shown = page.filters(**{**kept, "only": code})
        lines.append(f"<li>{links.anchor('rows', shown, inner, css=css)}</li>")
    return f'<ul class="reasons">{"".join(lines)}</ul>'


def table(found: Rows, of_count: bool = False) -> pl.DataFrame:
    """Return the rows with the headings of their dataset, batch and row of the file."""
    frame = found.rows
    headings = {name: _heading(found, name) for name in found.source.shows if name in frame.columns}
    columns = [
        pl.when(pl.col("counts"))
        .then(pl.lit("✓ Учтена."))
        .otherwise(pl.lit("✕ ") + pl.col("sentence"))
        .alias("Учтена ли" if of_count else "Учтена ли в числителе"),
    ]
    if frame.get_column("organization").is_not_null().any() and frame.get_column("organization").n_unique() > 1:
        columns.append(pl.col("organization").alias("Организация"))
    for name, heading in headings.items():
        if name == "person":
            columns.append((pl.lit("…") + pl.col(name).str.slice(0, SHOWN_PSEUDONYM)).alias("Педагог (псевдоним)"))
        elif name == "program_id" and "program" in frame.columns:
            columns.append(pl.col("program").alias(_OWN_HEADERS["program"]))
        else:
            columns.append(pl.col(name).alias(heading))
    if found.source.dataset:
        columns += [pl.col("batch").alias("Партия"), pl.col("source_row").alias("Строка файла")]
    return frame.select(columns)


def _heading(found: Rows, name: str) -> str:
    dataset = found.source.dataset
    if dataset and name in contracts()[dataset].columns:
        return header_of(dataset, name)
    return {"year": "Год", "half": "Полугодие", "competencies": "Компетенция"}.get(name) or _OWN_HEADERS[name]


def limited(found: Rows) -> str:
    """Return the note that not all rows are shown; empty when all are."""
    if found.rows.height < SHOWN_ROWS:
        return ""
    return f"показаны первые {number(SHOWN_ROWS)}; выберите причину или организацию"


def batches(page: OpenPage, found: Rows) -> str:
    """Return the batches of the rows, as links for those who may see them."""
    numbers = sorted(number for number in found.rows.get_column("batch").unique().to_list() if number is not None)
    named = [f"№{NBSP}{batch}" for batch in numbers]
    if may(page.actor, "view_history"):
        named = [
            # All forms: one that was chosen on that page before would hide a batch of another.
            links.anchor("quality", page.filters(part="batches", batch=batch, extent="one", form="all"), name)
            for batch, name in zip(numbers, named, strict=True)
        ]
    word = plural(len(numbers), "партии", "партий", "партий")
    return f'<p class="summary">Строки пришли из {word} {listed(named[:12])}{" и других" if named[12:] else ""}.</p>'


def denominator(passport: Row | None, period: str) -> str:
    """Return the passport that the denominator comes from: its figures, batch and row."""
    if passport is None:
        return f'<p class="summary">Паспорт организации за {escape(period)} не прислан: знаменателя нет.</p>'
    staff = counted(passport["pedagogical_staff"], "педагогический работник", "педагогических работника",
                    "педагогических работников")  # fmt: skip
    return (
        f'<p class="summary">Знаменатель — из паспорта организации: {staff}, учителей {number(passport["teachers"])}, '
        f"управленческих кадров {number(passport['managers'])}, молодых специалистов "
        f"{number(passport['young_specialists'])} (партия №{NBSP}{passport['batch']}, "
        f"строка {passport['source_row']}).</p>"
    )
