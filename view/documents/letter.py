"""The letter to a municipality: what the monitoring found, what is recommended, what has not been sent."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.catalogue import contracts
from checks.russian import NBSP, counted, date, sort_key
from view.documents import advice, charts, sentences, styles, tables, writing
from view.documents.cases import declined, inside
from view.documents.edition import Edition
from view.wording.sentences import distance
from warehouse.access.rights import require
from warehouse.queries import completeness, silence, verdicts
from warehouse.store.row import Row

PANELS = 6
"""At most so many indicators in the chart of the years."""
FORM_STATES = {"missing": "не прислана", "errors": "прислана с ошибками", "returned": "возвращена на доработку"}


def letter(edition: Edition, municipality: str) -> bytes:
    """Return the letter to the methodical service of a municipality as DOCX.

    Raises `Forbidden` for a municipality that the actor may not report on and `NothingToReport` for an unknown one.
    """
    place = edition.place(municipality)
    require(edition.actor, "make_reports", municipality)
    rows = verdicts.territory_verdicts(edition.mart, edition.actor, edition.scope, "M", municipality)
    region = _region_values(edition)
    document = styles.blank()
    title = f"О результатах мониторинга за {edition.period}"
    writing.name_document(document, f"{title}. {place['name']}", edition.office.name)
    writing.footer(document, f"{place['name']}. Публикация {edition.published}")
    _head(document, edition, place, title)
    for sentence in _opening(edition, place):
        writing.paragraph(document, sentence)
    writing.heading(document, "Главное", 1)
    found = sentences.summary(rows, edition.period, edition.scope.year)
    writing.items(document, [*found, sentences.reporting(rows)])
    if edition.provisional:
        writing.paragraph(document, sentences.PROVISIONAL, styles.NOTE)
    writing.heading(document, "Рекомендации", 1)
    _recommendations(document, edition, municipality)
    writing.heading(document, "Показатели и цели", 1)
    tables.indicators(document, edition, rows, f"Показатели за {edition.period}", region)
    writing.paragraph(document, _targets_note(edition), styles.NOTE)
    _pictures(document, edition, municipality, rows, region)
    _not_sent(document, edition, municipality)
    writing.heading(document, "Как это посчитано", 1)
    for sentence in _method(edition):
        writing.paragraph(document, sentence)
    writing.paragraph(document, f"{edition.office.head}\t_____________________", styles.SIGNATURE)
    writing.draw_pictures(document)
    return finished_file(document)


def finished_file(document: Any) -> bytes:
    """Return a document as the content of its file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _region_values(edition: Edition) -> dict[str, float | None]:
    rows = verdicts.territory_verdicts(edition.mart, edition.actor, edition.scope, "R", edition.scope.region)
    return dict(rows.select("code", "value").iter_rows())


def _head(document: Any, edition: Edition, place: Row, title: str) -> None:
    left, right = writing.side_by_side(document, [9.0, 8.5])
    writing.write_lines(left, [edition.office.name, "от «___» ____________ 20___ г. №_________"], styles.REQUISITES)
    addressee = ["Руководителю методической службы", declined(place["name"], "genitive")]
    writing.write_lines(right, addressee, styles.ADDRESSEE)
    writing.paragraph(document, title, "Title")


def _opening(edition: Edition, place: Row) -> list[str]:
    order = f" ({edition.office.regulation})" if edition.office.regulation else ""
    caution = ["Показаны демонстрационные данные, не для отчётности."] if edition.fresh["demonstration"] else []
    return [
        *caution,
        f"Направляем результаты мониторинга региональной системы научно-методического сопровождения "
        f"{inside(place['name'])} за {edition.period}{order}. Просим рассмотреть их и выполнить рекомендации в "
        "указанные сроки.",
    ]


def _recommendations(document: Any, edition: Edition, municipality: str) -> None:
    found, only_drafts = advice.recommended(edition, municipality)
    if not found:
        writing.paragraph(document, advice.NONE)
        return
    if only_drafts:
        writing.paragraph(document, advice.DRAFT)
    advice.table(document, found, "Рекомендуемые меры")


def _targets_note(edition: Edition) -> str:
    return (
        f"Профиль целей: {edition.profile}. Год в скобках — год, на который цель задана, если он другой: действует "
        f"последняя из более ранних. Изменение — к {edition.scope.year - 1}{NBSP}году. {tables.MARKS}."
    )


def _pictures(
    document: Any, edition: Edition, municipality: str, rows: pl.DataFrame, region: Mapping[str, float | None]
) -> None:
    judged = [row for row in rows.to_dicts() if row["value"] is not None and row["target"]]
    number = 1
    if judged:
        writing.heading(document, "Показатели на рисунках", 1)
        title = f"Значения относительно целей. {charts.RIGHT_IS_GOOD}; кружок — регион"
        number = writing.picture(document, charts.against_targets(judged, region, title), number)
    series = years(edition, "M", municipality, [row["code"] for row in _worst_first(judged)][:PANELS])
    if series:
        writing.picture(document, charts.trends(series, f"Значения по годам. {charts.TARGET_LINE}"), number)


def _worst_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=distance, reverse=True)


def years(edition: Edition, level: str, territory: str, codes: list[str]) -> list[tuple[Row, pl.DataFrame]]:
    """Return indicators with their values over the years up to the edition's, of the same half: only those compare.

    Indicators with fewer than two known values have no line and are left out.
    """
    scope = edition.scope
    history = verdicts.trends(edition.mart, edition.actor, scope.region, scope.profile, level, territory).filter(
        (pl.col("half") == scope.half) & (pl.col("year") <= scope.year)
    )
    series = ((edition.catalogue[code], history.filter(pl.col("indicator") == code)) for code in codes)
    return [(indicator, rows) for indicator, rows in series if rows.get_column("value").is_not_null().sum() > 1]


def _not_sent(document: Any, edition: Edition, municipality: str) -> None:
    silent = sorted(silence.organizations(edition.mart, edition.actor, edition.scope, municipality), key=sort_key)
    lines = forms_owed(edition).get(municipality, [])
    writing.heading(document, "Что не прислано", 1)
    if silent:
        several = counted(len(silent), "организация", "организации", "организаций")
        writing.paragraph(document, f"Кадровый состав за {edition.period} не прислали {several}:")
        writing.items(document, silent)
    if lines:
        writing.paragraph(document, "По формам раунда:")
        writing.items(document, lines)
    if not silent and not lines:
        writing.paragraph(document, "Все сведения получены.")
    else:
        writing.paragraph(document, "Просим прислать недостающее: от него зависят значения показателей.")


def forms_owed(edition: Edition) -> dict[str, list[str]]:
    """Return the forms that municipalities owe in the half-year's round, each with what is wrong with it."""
    scope = edition.scope
    cells = completeness.completeness(edition.mart, edition.actor, scope.region, scope.year, scope.half)
    known = contracts()
    found: dict[str, list[str]] = {}
    for row in completeness.owed(cells).iter_rows(named=True):
        form = f"«{known[row['dataset']].title}» — {FORM_STATES[row['state']]}"
        found.setdefault(row["municipality_id"], []).append(form)
    return found


def _method(edition: Edition) -> list[str]:
    cutoff = date(edition.fresh["cutoff"])
    return [
        f"Значения посчитаны на {cutoff} по сведениям, которые прислали организации и муниципалитеты. В показателях со "
        "штатом в знаменателе учтены только организации, приславшие кадровый состав; человек считается один раз. "
        "Нет данных — не ноль. Сравниваются точные значения, округляется только напечатанное.",
        "«До цели ещё…» — наименьшее число людей или единиц, при котором цель будет достигнута, если знаменатель "
        "не изменится.",
        f"Числа взяты из публикации {edition.published}; по её номеру их можно получить снова.",
    ]
