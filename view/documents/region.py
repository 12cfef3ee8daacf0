"""«Аналитическая справка по результатам мониторинга»: the report of the region."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from checks.russian import NBSP, counted, number
from view.documents import advice, charts, contents, pdf, sentences, styles, tables, writing
from view.documents.cases import inside
from view.documents.edition import Edition
from view.documents.letter import finished_file, forms_owed, years
from view.documents.refusals import NoOffice
from view.documents.writing import Cell
from view.wording.figures import finished
from view.wording.theme import VERDICTS
from warehouse.access.rights import require
from warehouse.queries import verdicts
from warehouse.store.row import Row

Progress = Callable[[float, str], None]
SUBJECT = "региональной системы научно-методического сопровождения педагогических работников и управленческих кадров"
PANELS = 24
"""At most so many indicators in one picture of the years."""
HEADING_HEIGHT = 3.6
"""Centimetres of the headings that stand upright in the table of municipalities and indicators."""


def report(edition: Edition, progress: Progress = lambda share, doing: None) -> bytes:
    """Return the report of the region as DOCX; progress is told the share done (0…1) and what is being done.

    Where LibreOffice is installed the contents have page numbers. Raises `Forbidden`.
    """
    require(edition.actor, "make_reports")
    rows = verdicts.territory_verdicts(edition.mart, edition.actor, edition.scope, "R", edition.scope.region)
    matrix = verdicts.municipality_verdicts(edition.mart, edition.actor, edition.scope)
    document = styles.blank()
    styles.begin_chapters_on_new_pages(document)
    title = f"Аналитическая справка по результатам мониторинга за {edition.period}"
    writing.name_document(document, f"{title}. {edition.region['name']}", edition.office.name)
    _cover(document, edition)
    place = contents.add(document)
    progress(0.05, "Выводы и таблицы")
    writing.heading(document, "Основные выводы", 1)
    figure = _summary(document, edition, rows, matrix)
    writing.heading(document, "Показатели и цели", 1)
    tables.indicators(document, edition, rows, f"Показатели {edition.region['name_genitive']} за {edition.period}")
    writing.paragraph(document, _targets_note(edition), styles.NOTE)
    writing.heading(document, "Муниципалитеты в сравнении", 1)
    _matrix(document, edition, matrix)
    figure = _rankings(document, edition, rows, figure)
    writing.heading(document, "Значения по годам", 2)
    _trends(document, edition, rows, figure)
    progress(0.15, "Муниципалитеты")
    writing.heading(document, "Муниципалитеты", 1)
    for position, municipality in enumerate(edition.places):
        progress(0.15 + 0.15 * position / len(edition.places), str(municipality["name"]))
        _municipality(document, edition, municipality)
    progress(0.3, "Рекомендации, полнота и методика")
    writing.heading(document, "Рекомендации", 1)
    _recommendations(document, edition)
    writing.heading(document, "Полнота и качество данных", 1)
    _completeness(document, edition, rows, matrix)
    writing.heading(document, "Методика", 1)
    _method(document, edition, rows)
    # LibreOffice numbers the pages in a process of its own while the charts are drawn.
    with ThreadPoolExecutor(max_workers=1) as beside:
        pages = beside.submit(_pages, finished_file(document))
        writing.draw_pictures(document, lambda share: progress(0.4 + 0.4 * share, "Рисунки"))
        progress(0.8, "Оглавление")
        contents.fill(document, place, pages.result())
    content = finished_file(document)
    progress(1.0, "Готово")
    return content


def _pages(content: bytes) -> dict[str, int]:
    """Return the page of every heading's bookmark, as LibreOffice lays the document out; empty without it."""
    if pdf.office() is None:
        return {}
    draft = styles.copy(content)
    marks = contents.bookmarks(draft)
    place = next(found for found in draft.paragraphs if found.style.name == "toc 1")
    contents.fill(draft, place, dict.fromkeys(marks, 1))
    try:
        found = pdf.pages_of_headings(pdf.converted(finished_file(draft), "docx"))
    except NoOffice:
        return {}
    return dict(zip(marks, found, strict=True)) if len(found) == len(marks) else {}


def _cover(document: Any, edition: Edition) -> None:
    writing.footer(document, f"Публикация {edition.published}")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    left, right = writing.side_by_side(document, [9.5, 8.0])
    writing.write_lines(left, [edition.office.name], styles.APPROVAL)
    approval = [
        "УТВЕРЖДЕНА",
        f"распоряжением {edition.office.genitive}",
        "от «___» ____________ 20___ г.",
        "№ ____________",
    ]
    writing.write_lines(right, approval, styles.APPROVAL)
    writing.paragraph(document, "АНАЛИТИЧЕСКАЯ СПРАВКА", styles.COVER)
    for line in (
        "по результатам мониторинга",
        f"{SUBJECT} {edition.region['name_genitive']}",
        f"за {edition.period}" + (" (предварительно)" if edition.provisional else ""),
    ):
        writing.paragraph(document, line, styles.COVER_NOTE)
    if edition.fresh["demonstration"]:
        writing.paragraph(document, "Демонстрационные данные, не для отчётности", styles.COVER_NOTE)
    writing.paragraph(document, f"Публикация {edition.published}", styles.COVER_NOTE)


def _summary(document: Any, edition: Edition, rows: pl.DataFrame, matrix: pl.DataFrame) -> int:
    order = (
        f" проведён в соответствии с документом: {edition.office.regulation}"
        if edition.office.regulation
        else " проведён"
    )
    writing.paragraph(document, finished(f"Мониторинг за {edition.period}{order}"))
    found = sentences.summary(rows, f"{edition.period} по региону", edition.scope.year)
    given, only_drafts = advice.recommended(edition)
    recommended = [advice.counts(given)] if given and not only_drafts else []
    writing.items(document, [*found, sentences.reporting(rows), *_places_summary(matrix), *recommended])
    if edition.provisional:
        writing.paragraph(document, sentences.PROVISIONAL, styles.NOTE)
    judged = [row for row in rows.to_dicts() if row["value"] is not None and row["target"]]
    if not judged:
        return 1
    title = f"Значения региона относительно целей. {charts.RIGHT_IS_GOOD}"
    return writing.picture(document, charts.against_targets(judged, {}, title), 1)


def _places_summary(matrix: pl.DataFrame) -> list[str]:
    """Say in which indicators most municipalities are behind, and how many lack people most."""
    judged = matrix.filter(pl.col("verdict").is_in(["met", "near", "missed"]))
    behind = (
        judged.group_by("indicator", "short", "position")
        .agg((pl.col("verdict") == "missed").sum().alias("missed"), pl.len().alias("judged"))
        .filter(pl.col("missed") > 0)
        .sort("missed", "position", descending=[True, False])
        .head(3)
    )
    told = [
        f"«{row['short']}» — не достигнута в {number(row['missed'])} из{NBSP}"
        f"{counted(row['judged'], 'муниципалитета', 'муниципалитетов', 'муниципалитетов')}"
        for row in behind.iter_rows(named=True)
    ]
    return [finished(f"Чаще всего муниципалитеты не достигают целей: {'; '.join(told)}")] if told else []


def _targets_note(edition: Edition) -> str:
    return (
        f"Профиль целей: {edition.profile}. Год в скобках — год, на который цель задана, если он другой. Изменение — "
        f"к {edition.scope.year - 1}{NBSP}году. {tables.MARKS}."
    )


def _matrix(document: Any, edition: Edition, matrix: pl.DataFrame) -> None:
    """Add verdicts of every municipality by every indicator that has a target or data at this level."""
    judged = matrix.filter(pl.col("target").is_not_null())
    columns = judged.select("indicator", "short", "position").unique().sort("position").to_dicts()
    if not columns:
        writing.paragraph(document, "Для муниципалитетов цели не заданы.")
        return
    found_in = {(row["municipality_id"], row["indicator"]): row["verdict"] for row in judged.iter_rows(named=True)}
    lines = []
    for place in edition.places:
        found = [found_in.get((place["municipality_id"], column["indicator"]), "no_data") for column in columns]
        cells = [Cell(VERDICTS[verdict].mark, verdict=verdict) for verdict in found]
        lines.append([Cell(place["short_name"]), *cells, Cell(number(found.count("met")), number=True)])
    head = ["Муниципалитет", *(column["short"] for column in columns), "Достигнуто целей"]
    width = (styles.TEXT_WIDTH - 4.2) / (len(columns) + 1)
    made = writing.table(
        document, head, lines, [4.2, *[width] * (len(columns) + 1)], "Достижение целей муниципалитетами"
    )
    writing.upright(made, HEADING_HEIGHT)
    writing.paragraph(document, f"{tables.MARKS}.", styles.NOTE)


def _rankings(document: Any, edition: Edition, rows: pl.DataFrame, figure: int) -> int:
    """Add a ranking of the municipalities for each indicator that has a target for them; return the next number."""
    writing.heading(document, "Место муниципалитетов по показателям", 2)
    for region in rows.iter_rows(named=True):
        indicator = edition.catalogue[region["code"]]
        if "M" not in indicator["levels"].split():
            continue
        places = verdicts.indicator_verdicts(edition.mart, edition.actor, edition.scope, region["code"])
        if places.filter(pl.col("value").is_not_null() & pl.col("target").is_not_null()).is_empty():
            continue
        title = sentences.ranking_finding(indicator, places)
        figure = writing.picture(document, charts.ranking(places, indicator, region, title), figure)
    return figure


def _trends(document: Any, edition: Edition, rows: pl.DataFrame, figure: int) -> None:
    """Add how the region's indicators with targets went over the years, so many to a picture."""
    judged = rows.filter(pl.col("target").is_not_null()).get_column("code").to_list()
    series = years(edition, "R", edition.scope.region, judged)
    if not series:
        writing.paragraph(document, "Для сравнения по годам нужны данные хотя бы за два года.")
    for start in range(0, len(series), PANELS):
        title = f"Значения региона по годам. {charts.TARGET_LINE}"
        figure = writing.picture(document, charts.trends(series[start : start + PANELS], title), figure)


def _municipality(document: Any, edition: Edition, place: Row) -> None:
    writing.heading(document, place["name"], 2)
    rows = verdicts.territory_verdicts(edition.mart, edition.actor, edition.scope, "M", place["municipality_id"])
    if rows.filter(pl.col("value").is_not_null()).is_empty():
        writing.paragraph(document, f"Сведений {inside(place['name'])} за {edition.period} нет.")
        return
    found = sentences.summary(rows, edition.period, edition.scope.year)
    writing.paragraph(document, " ".join([*found, sentences.reporting(rows)]))
    tables.behind(document, edition, rows, "Показатели, по которым цель не достигнута")


def _recommendations(document: Any, edition: Edition) -> None:
    found, only_drafts = advice.recommended(edition)
    regional = [row for row in found if row["level"] == "R"]
    municipal = [row for row in found if row["level"] == "M"]
    if not found:
        writing.paragraph(document, advice.NONE)
    else:
        writing.paragraph(document, f"{advice.DRAFT} {advice.counts(found)}" if only_drafts else advice.counts(found))
    if regional:
        advice.table(document, regional, "Рекомендации регионального уровня")
    if municipal:
        title = "Рекомендации муниципалитетам; номера — по письмам, где они приведены полностью"
        advice.overview(document, edition, municipal, title)
    writing.heading(document, "Что дали прежние рекомендации", 2)
    advice.achieved(document, edition)


def _completeness(document: Any, edition: Edition, rows: pl.DataFrame, matrix: pl.DataFrame) -> None:
    writing.paragraph(
        document, f"{sentences.reporting(rows)} От неотчитавшихся организаций зависят все доли от численности."
    )
    found = matrix.group_by("municipality_id").agg(pl.col("reporting").max(), pl.col("expected").max())
    sent = {
        row["municipality_id"]: (row["reporting"] or 0, row["expected"] or 0) for row in found.iter_rows(named=True)
    }
    lines = [(place["name"], *sent.get(place["municipality_id"], (0, 0))) for place in edition.places]
    tables.completeness(document, lines, "Организации, приславшие кадровый состав")
    owed = forms_owed(edition)
    debts = [
        (place["name"], owed[place["municipality_id"]]) for place in edition.places if place["municipality_id"] in owed
    ]
    if debts:
        writing.heading(document, "Не получены от муниципалитетов", 2)
        writing.items(document, [f"{name}: {'; '.join(forms)}." for name, forms in debts])
    else:
        writing.paragraph(document, "Все ожидавшиеся формы раунда получены.")


def _method(document: Any, edition: Edition, rows: pl.DataFrame) -> None:
    for sentence in (
        "Показатели считаются по данным о людях и организациях, а не по сводным отчётам. В показателях со штатом в "
        "знаменателе учтены только организации, приславшие кадровый состав, и в числителе, и в знаменателе. Человек "
        "считается один раз в каждой территории, поэтому числитель региона не равен сумме по муниципалитетам.",
        "«Близко к цели» — не меньше 90 % цели, а там, где лучше меньше, — не больше 110 %. Сравниваются точные "
        "значения; округляется только напечатанное, один раз, половина — вверх.",
        f"Все числа взяты из публикации {edition.published}. Профиль целей: {edition.profile}.",
    ):
        writing.paragraph(document, sentence)
    described = [edition.catalogue[code] for code in rows.get_column("code").to_list()]
    tables.method(document, described, "Как считаются показатели")
    documents = sorted({row["document"] for row in rows.iter_rows(named=True) if row["document"]})
    if documents:
        writing.heading(document, "Документы, задающие цели", 2)
        writing.items(document, [finished(name) for name in documents])
