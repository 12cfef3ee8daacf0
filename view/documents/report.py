"""The regional report, «Аналитическая справка по результатам мониторинга»."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from docx.document import Document

from checks.russian import NBSP, counted, number
from view.documents import charts, pdf, recommendations, styles, summary, table_of_contents, tables, word
from view.documents.declension import in_municipality
from view.documents.letter import finished_file, forms_owed, years
from view.documents.refusals import PdfUnavailable
from view.documents.source import DocumentSource
from view.documents.word import Cell
from view.wording.figures import finished
from view.wording.theme import VERDICTS
from warehouse.access.rights import require
from warehouse.queries import verdicts
from warehouse.store.row import Row

Progress = Callable[[float, str], None]
SUBJECT = "региональной системы научно-методического сопровождения педагогических работников и управленческих кадров"
PANELS = 24
"""Most indicators in one picture of the years."""
HEADING_HEIGHT = 3.6
"""Height of the turned headings in the table of municipalities by indicators, in centimetres."""


def report(source: DocumentSource, progress: Progress = lambda share, doing: None) -> bytes:
    """Return the report of the region as DOCX. Raises `Forbidden`.

    progress: called with the share done (0…1) and the present step. Page numbers of the contents need LibreOffice.
    """
    require(source.actor, "make_reports")
    rows = verdicts.territory_verdicts(source.mart, source.actor, source.scope, "R", source.scope.region)
    matrix = verdicts.municipality_verdicts(source.mart, source.actor, source.scope)
    document = styles.blank()
    styles.begin_chapters_on_new_pages(document)
    title = f"Аналитическая справка по результатам мониторинга за {source.period}"
    word.set_properties(document, f"{title}. {source.region['name']}", source.authority.name)
    _cover(document, source)
    first_entry = table_of_contents.add(document)
    progress(0.05, "Выводы и таблицы")
    word.heading(document, "Основные выводы", 1)
    figure = _summary(document, source, rows, matrix)
    word.heading(document, "Показатели и цели", 1)
    tables.indicators(document, source, rows, f"Показатели {source.region['name_genitive']} за {source.period}")
    word.paragraph(document, _targets_note(source), styles.NOTE)
    word.heading(document, "Муниципалитеты в сравнении", 1)
    _matrix(document, source, matrix)
    figure = _rankings(document, source, rows, figure)
    word.heading(document, "Значения по годам", 2)
    _trends(document, source, rows, figure)
    progress(0.15, "Муниципалитеты")
    word.heading(document, "Муниципалитеты", 1)
    for position, municipality in enumerate(source.municipalities):
        progress(0.15 + 0.15 * position / len(source.municipalities), str(municipality["name"]))
        _municipality(document, source, municipality)
    progress(0.3, "Рекомендации, полнота и методика")
    word.heading(document, "Рекомендации", 1)
    _recommendations(document, source)
    word.heading(document, "Полнота и качество данных", 1)
    _completeness(document, source, rows, matrix)
    word.heading(document, "Методика", 1)
    _method(document, source, rows)
    # LibreOffice lays out the pages in its own process while the charts are drawn.
    with ThreadPoolExecutor(max_workers=1) as beside:
        pages = beside.submit(_pages, finished_file(document))
        word.draw_pictures(document, lambda share: progress(0.4 + 0.4 * share, "Рисунки"))
        progress(0.8, "Оглавление")
        table_of_contents.fill(document, first_entry, pages.result())
    content = finished_file(document)
    progress(1.0, "Готово")
    return content


def _pages(content: bytes) -> dict[str, int]:
    """Return the page of every heading by bookmark, as LibreOffice paginates; empty without it."""
    if pdf.libreoffice() is None:
        return {}
    draft = styles.opened(content)
    marks = table_of_contents.bookmarks(draft)
    first_entry = next(found for found in draft.paragraphs if found.style and found.style.name == "toc 1")
    table_of_contents.fill(draft, first_entry, dict.fromkeys(marks, 1))
    try:
        found = pdf.pages_of_headings(pdf.converted(finished_file(draft), "docx"))
    except PdfUnavailable:
        return {}
    return dict(zip(marks, found, strict=True)) if len(found) == len(marks) else {}


def _cover(document: Document, source: DocumentSource) -> None:
    word.footer(document, f"Публикация {source.publication_name}")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    left, right = word.side_by_side(document, [9.5, 8.0])
    word.write_lines(left, [source.authority.name], styles.APPROVAL)
    approval = [
        "УТВЕРЖДЕНА",
        f"распоряжением {source.authority.genitive}",
        "от «___» ____________ 20___ г.",
        "№ ____________",
    ]
    word.write_lines(right, approval, styles.APPROVAL)
    word.paragraph(document, "АНАЛИТИЧЕСКАЯ СПРАВКА", styles.COVER)
    for line in (
        "по результатам мониторинга",
        f"{SUBJECT} {source.region['name_genitive']}",
        f"за {source.period}" + (" (предварительно)" if source.provisional else ""),
    ):
        word.paragraph(document, line, styles.COVER_NOTE)
    if source.freshness["demonstration"]:
        word.paragraph(document, "Демонстрационные данные, не для отчётности", styles.COVER_NOTE)
    word.paragraph(document, f"Публикация {source.publication_name}", styles.COVER_NOTE)


def _summary(document: Document, source: DocumentSource, rows: pl.DataFrame, matrix: pl.DataFrame) -> int:
    order = (
        f" проведён в соответствии с документом: {source.authority.regulation}"
        if source.authority.regulation
        else " проведён"
    )
    word.paragraph(document, finished(f"Мониторинг за {source.period}{order}"))
    found = summary.findings(rows, f"{source.period} по региону", source.scope.year)
    given, only_drafts = recommendations.recommended(source)
    recommended = [recommendations.counts(given)] if given and not only_drafts else []
    word.items(document, [*found, summary.reporting(rows), *_municipalities_summary(matrix), *recommended])
    if source.provisional:
        word.paragraph(document, summary.PROVISIONAL, styles.NOTE)
    judged = [row for row in rows.to_dicts() if row["value"] is not None and row["target"]]
    if not judged:
        return 1
    title = f"Значения региона относительно целей. {charts.RIGHT_IS_GOOD}"
    return word.picture(document, charts.against_targets(judged, {}, title), 1)


def _municipalities_summary(matrix: pl.DataFrame) -> list[str]:
    """Return which targets most municipalities miss, as a list of at most one sentence."""
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


def _targets_note(source: DocumentSource) -> str:
    return (
        f"Профиль целей: {source.profile_name}. Год в скобках — год, на который цель задана, если он другой. "
        f"Изменение — к {source.scope.year - 1}{NBSP}году. {tables.MARKS}."
    )


def _matrix(document: Document, source: DocumentSource, matrix: pl.DataFrame) -> None:
    """Add the table of verdicts: municipalities by the indicators that have a target for them."""
    judged = matrix.filter(pl.col("target").is_not_null())
    columns = judged.select("indicator", "short", "position").unique().sort("position").to_dicts()
    if not columns:
        word.paragraph(document, "Для муниципалитетов цели не заданы.")
        return
    found_in = {(row["municipality_id"], row["indicator"]): row["verdict"] for row in judged.iter_rows(named=True)}
    lines = []
    for municipality in source.municipalities:
        found = [found_in.get((municipality["municipality_id"], column["indicator"]), "no_data") for column in columns]
        cells = [Cell(VERDICTS[verdict].mark, verdict=verdict) for verdict in found]
        lines.append([Cell(municipality["short_name"]), *cells, Cell(number(found.count("met")), number=True)])
    head = ["Муниципалитет", *(column["short"] for column in columns), "Достигнуто целей"]
    width = (styles.TEXT_WIDTH - 4.2) / (len(columns) + 1)
    added = word.table(document, head, lines, [4.2, *[width] * (len(columns) + 1)], "Достижение целей муниципалитетами")
    word.turn_headings(added, HEADING_HEIGHT)
    word.paragraph(document, f"{tables.MARKS}.", styles.NOTE)


def _rankings(document: Document, source: DocumentSource, rows: pl.DataFrame, figure: int) -> int:
    """Add a ranking of municipalities by indicator with a target; return the next figure number."""
    word.heading(document, "Место муниципалитетов по показателям", 2)
    for region in rows.iter_rows(named=True):
        indicator = source.catalogue[region["code"]]
        if "M" not in indicator["levels"].split():
            continue
        municipalities = verdicts.indicator_verdicts(source.mart, source.actor, source.scope, region["code"])
        if municipalities.filter(pl.col("value").is_not_null() & pl.col("target").is_not_null()).is_empty():
            continue
        title = summary.ranking_finding(indicator, municipalities)
        figure = word.picture(document, charts.ranking(municipalities, indicator, region, title), figure)
    return figure


def _trends(document: Document, source: DocumentSource, rows: pl.DataFrame, figure: int) -> None:
    """Add charts of the region's indicators with targets over the years, at most `PANELS` each."""
    judged = rows.filter(pl.col("target").is_not_null()).get_column("code").to_list()
    series = years(source, "R", source.scope.region, judged)
    if not series:
        word.paragraph(document, "Для сравнения по годам нужны данные хотя бы за два года.")
    for start in range(0, len(series), PANELS):
        title = f"Значения региона по годам. {charts.TARGET_LINE}"
        figure = word.picture(document, charts.trends(series[start : start + PANELS], title), figure)


def _municipality(document: Document, source: DocumentSource, municipality: Row) -> None:
    name, code = municipality["name"], municipality["municipality_id"]
    word.heading(document, name, 2)
    rows = verdicts.territory_verdicts(source.mart, source.actor, source.scope, "M", code)
    if rows.filter(pl.col("value").is_not_null()).is_empty():
        word.paragraph(document, f"Сведений {in_municipality(name)} за {source.period} нет.")
        return
    found = summary.findings(rows, source.period, source.scope.year)
    word.paragraph(document, " ".join([*found, summary.reporting(rows)]))
    tables.behind(document, source, rows, "Показатели, по которым цель не достигнута")


def _recommendations(document: Document, source: DocumentSource) -> None:
    found, only_drafts = recommendations.recommended(source)
    regional = [row for row in found if row["level"] == "R"]
    municipal = [row for row in found if row["level"] == "M"]
    if not found:
        word.paragraph(document, recommendations.NONE)
    else:
        draft = f"{recommendations.DRAFT} " if only_drafts else ""
        word.paragraph(document, draft + recommendations.counts(found))
    if regional:
        recommendations.table(document, regional, "Рекомендации регионального уровня")
    if municipal:
        title = "Рекомендации муниципалитетам; номера — по письмам, где они приведены полностью"
        recommendations.overview(document, source, municipal, title)
    word.heading(document, "Что дали прежние рекомендации", 2)
    recommendations.achieved(document, source)


def _completeness(document: Document, source: DocumentSource, rows: pl.DataFrame, matrix: pl.DataFrame) -> None:
    word.paragraph(
        document, f"{summary.reporting(rows)} От неотчитавшихся организаций зависят все доли от численности."
    )
    found = matrix.group_by("municipality_id").agg(pl.col("reporting").max(), pl.col("expected").max())
    sent = {
        row["municipality_id"]: (row["reporting"] or 0, row["expected"] or 0) for row in found.iter_rows(named=True)
    }
    lines = [(row["name"], *sent.get(row["municipality_id"], (0, 0))) for row in source.municipalities]
    tables.completeness(document, lines, "Организации, приславшие кадровый состав")
    owed = forms_owed(source)
    debts = [
        (row["name"], owed[row["municipality_id"]]) for row in source.municipalities if row["municipality_id"] in owed
    ]
    if debts:
        word.heading(document, "Не получены от муниципалитетов", 2)
        word.items(document, [f"{name}: {'; '.join(forms)}." for name, forms in debts])
    else:
        word.paragraph(document, "Все ожидавшиеся формы раунда получены.")


def _method(document: Document, source: DocumentSource, rows: pl.DataFrame) -> None:
    for sentence in (
        "Показатели считаются по данным о людях и организациях, а не по сводным отчётам. В показателях со штатом в "
        "знаменателе учтены только организации, приславшие кадровый состав, и в числителе, и в знаменателе. Человек "
        "считается один раз в каждой территории, поэтому числитель региона не равен сумме по муниципалитетам.",
        "«Близко к цели» — не меньше 90 % цели, а там, где лучше меньше, — не больше 110 %. Сравниваются точные "
        "значения; округляется только напечатанное, один раз, половина — вверх.",
        f"Все числа взяты из публикации {source.publication_name}. Профиль целей: {source.profile_name}.",
    ):
        word.paragraph(document, sentence)
    described = [source.catalogue[code] for code in rows.get_column("code").to_list()]
    tables.method(document, described, "Как считаются показатели")
    documents = sorted({row["document"] for row in rows.iter_rows(named=True) if row["document"]})
    if documents:
        word.heading(document, "Документы, задающие цели", 2)
        word.items(document, [finished(name) for name in documents])
