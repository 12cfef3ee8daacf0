"""The letter to a municipality: findings, recommendations, data not sent."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl
from docx.document import Document

from checks.catalogue import contracts
from checks.russian import NBSP, counted, date, plural, sort_key
from view.documents import charts, recommendations, styles, summary, tables, word
from view.documents.declension import declined, in_municipality
from view.documents.source import DocumentSource
from view.wording.sentences import distance
from warehouse.access.rights import require
from warehouse.queries import completeness, verdicts
from warehouse.store.row import Row

PANELS = 6
"""Most indicators in the chart of the years."""
FORM_STATES = {"missing": "не прислана", "errors": "прислана с ошибками", "returned": "возвращена на доработку"}


def letter(source: DocumentSource, code: str) -> bytes:
    """Return the letter to the methodical service of a municipality as DOCX.

    Raises `Forbidden` for a municipality that the actor may not report on and `NothingToReport` for an unknown one.
    """
    municipality = source.municipality(code)
    require(source.actor, "make_reports", code)
    rows = verdicts.territory_verdicts(source.mart, source.actor, source.scope, "M", code)
    region = _region_values(source)
    document = styles.blank()
    title = f"О результатах мониторинга за {source.period}"
    word.set_properties(document, f"{title}. {municipality['name']}", source.authority.name)
    word.footer(document, f"{municipality['name']}. Публикация {source.publication_name}")
    _head(document, source, municipality, title)
    for sentence in _opening(source, municipality):
        word.paragraph(document, sentence)
    word.heading(document, "Главное", 1)
    found = summary.findings(rows, source.period, source.scope.year)
    word.items(document, [*found, summary.reporting(rows)])
    if source.provisional:
        word.paragraph(document, summary.PROVISIONAL, styles.NOTE)
    word.heading(document, "Рекомендации", 1)
    _recommendations(document, source, code)
    word.heading(document, "Показатели и цели", 1)
    tables.indicators(document, source, rows, f"Показатели за {source.period}", region)
    word.paragraph(document, _targets_note(source), styles.NOTE)
    _pictures(document, source, code, rows, region)
    _not_sent(document, source, code)
    word.heading(document, "Как это посчитано", 1)
    for sentence in _method(source):
        word.paragraph(document, sentence)
    word.paragraph(document, f"{source.authority.head}\t_____________________", styles.SIGNATURE)
    word.draw_pictures(document)
    return finished_file(document)


def finished_file(document: Document) -> bytes:
    """Return the content of a document's file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _region_values(source: DocumentSource) -> dict[str, float | None]:
    rows = verdicts.territory_verdicts(source.mart, source.actor, source.scope, "R", source.scope.region)
    return dict(rows.select("code", "value").iter_rows())


def _head(document: Document, source: DocumentSource, municipality: Row, title: str) -> None:
    left, right = word.side_by_side(document, [9.0, 8.5])
    word.write_lines(left, [source.authority.name, "от «___» ____________ 20___ г. №_________"], styles.REQUISITES)
    addressee = ["Руководителю методической службы", declined(municipality["name"], "genitive")]
    word.write_lines(right, addressee, styles.ADDRESSEE)
    word.paragraph(document, title, "Title")


def _opening(source: DocumentSource, municipality: Row) -> list[str]:
    order = f" ({source.authority.regulation})" if source.authority.regulation else ""
    caution = ["Показаны демонстрационные данные, не для отчётности."] if source.freshness["demonstration"] else []
    return [
        *caution,
        f"Направляем результаты мониторинга региональной системы научно-методического сопровождения "
        f"{in_municipality(municipality['name'])} за {source.period}{order}. Просим рассмотреть их и выполнить "
        "рекомендации в указанные сроки.",
    ]


def _recommendations(document: Document, source: DocumentSource, code: str) -> None:
    found, only_drafts = recommendations.recommended(source, code)
    if not found:
        word.paragraph(document, recommendations.NONE)
        return
    if only_drafts:
        word.paragraph(document, recommendations.DRAFT)
    recommendations.table(document, found, "Рекомендуемые меры")


def _targets_note(source: DocumentSource) -> str:
    return (
        f"Профиль целей: {source.profile_name}. Год в скобках — год, на который цель задана, если он другой: действует "
        f"последняя из более ранних. Изменение — к {source.scope.year - 1}{NBSP}году. {tables.MARKS}."
    )


def _pictures(
    document: Document, source: DocumentSource, code: str, rows: pl.DataFrame, region: Mapping[str, float | None]
) -> None:
    judged = [row for row in rows.to_dicts() if row["value"] is not None and row["target"]]
    number = 1
    if judged:
        word.heading(document, "Показатели на рисунках", 1)
        title = f"Значения относительно целей. {charts.RIGHT_IS_GOOD}; кружок — регион"
        number = word.picture(document, charts.against_targets(judged, region, title), number)
    series = years(source, "M", code, [row["code"] for row in sorted(judged, key=distance, reverse=True)[:PANELS]])
    if series:
        word.picture(document, charts.trends(series, f"Значения по годам. {charts.TARGET_LINE}"), number)


def years(source: DocumentSource, level: str, territory: str, codes: list[str]) -> list[tuple[Row, pl.DataFrame]]:
    """Return indicators with their values over the years, of the source's half.

    Other halves are not comparable. Indicators with fewer than two known values are left out.
    """
    scope = source.scope
    history = verdicts.trends(source.mart, source.actor, scope.region, scope.profile, level, territory).filter(
        (pl.col("half") == scope.half) & (pl.col("year") <= scope.year)
    )
    series = ((source.catalogue[code], history.filter(pl.col("indicator") == code)) for code in codes)
    return [(indicator, rows) for indicator, rows in series if rows.get_column("value").is_not_null().sum() > 1]


def _not_sent(document: Document, source: DocumentSource, code: str) -> None:
    silent = sorted(verdicts.silent_organizations(source.mart, source.actor, source.scope, code), key=sort_key)
    lines = forms_owed(source).get(code, [])
    word.heading(document, "Что не прислано", 1)
    if silent:
        several = counted(len(silent), "организация", "организации", "организаций")
        verb = plural(len(silent), "прислала", "прислали", "прислали")
        word.paragraph(document, f"Кадровый состав за {source.period} не {verb} {several}:")
        word.items(document, silent)
    if lines:
        word.paragraph(document, "По формам раунда:")
        word.items(document, lines)
    if not silent and not lines:
        word.paragraph(document, "Все сведения получены.")
    else:
        word.paragraph(document, "Просим прислать недостающее: от него зависят значения показателей.")


def forms_owed(source: DocumentSource) -> dict[str, list[str]]:
    """Return the forms that municipalities owe in the round, by code, with their states."""
    scope = source.scope
    cells = completeness.completeness(source.mart, source.actor, scope.region, scope.year, scope.half)
    known = contracts()
    found: dict[str, list[str]] = {}
    for row in completeness.owed(cells).iter_rows(named=True):
        form = f"«{known[row['dataset']].title}» — {FORM_STATES[row['state']]}"
        found.setdefault(row["municipality_id"], []).append(form)
    return found


def _method(source: DocumentSource) -> list[str]:
    cutoff = date(source.freshness["cutoff"])
    return [
        f"Значения посчитаны на {cutoff} по сведениям, которые прислали организации и муниципалитеты. В показателях со "
        "штатом в знаменателе учтены только организации, приславшие кадровый состав; человек считается один раз. "
        "Нет данных — не ноль. Сравниваются точные значения, округляется только напечатанное.",
        "«До цели ещё…» — наименьшее число людей или единиц, при котором цель будет достигнута, если знаменатель "
        "не изменится.",
        f"Числа взяты из публикации {source.publication_name}; по её номеру их можно получить снова.",
    ]
