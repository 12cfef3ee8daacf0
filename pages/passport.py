"""Паспорт РС НМС: its seven sections for the region or a municipality.

It shows how complete they are and offers the workbook.
"""

from html import escape

import polars as pl
import streamlit as st

from view.parts import blocks, charts, downloads
from view.passport import headline, results_link, section_blocks, section_charts, workbook
from view.passport.sections import passport_sections
from view.shell import filters, links
from view.shell.chrome import close_page, open_page
from view.shell.page import OpenPage
from warehouse.access.rights import may
from warehouse.queries import passport
from warehouse.queries.analysis import association

CHARTED = ("programs", "finance", "events")
"""Sections with a small chart."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chart_of(page: OpenPage, code: str, territory: str) -> None:
    """Draw the small chart of a section that has one."""
    dark, period = charts.is_dark(), f"{territory}_{page.scope.year}_{page.scope.half}"
    if code == "programs":
        rows = page.ask(passport.programs_by_competency, page.scope)
        if rows.get_column("programs").sum():
            charts.draw(
                section_charts.programs_chart(rows, dark), f"programs_{period}", f"программы_{period}",
                "Действующие программы по компетенциям",
            )  # fmt: skip
    elif code == "finance":
        rows = page.ask(passport.finance, page.scope, territory)
        if rows.height:
            charts.draw(
                section_charts.money_chart(rows, dark), f"finance_{period}", f"финансы_{period}",
                "План и исполнение по источникам, млн рублей",
            )  # fmt: skip
    elif code == "events":
        rows = page.ask(passport.events, page.scope, territory)
        if rows.height:
            charts.draw(
                section_charts.events_chart(rows, dark), f"events_{period}", f"мероприятия_{period}",
                "Мероприятия по направлениям и уровням",
            )  # fmt: skip


def link_to_results(page: OpenPage) -> tuple[dict[str, str], str]:
    """Draw how an indicator is associated with mean scores of pupils over municipalities.

    Returns the choices made (to keep in the address) and the text of the finding, empty when there are no results.
    """
    examinations = page.ask(association.examinations, page.scope)
    measured = page.indicators.filter(pl.col("levels").str.split(" ").list.contains("M"))
    st.html(blocks.section("Связь с результатами обучающихся", "по муниципалитетам"))
    if examinations.is_empty():
        st.html(
            '<p class="empty">Результатов обучающихся за этот год нет: загрузите форму «Результаты обучающихся».</p>'
        )
        return {}, ""
    titles = dict(measured.select("code", "short").iter_rows())
    exams = {f"{exam}: {subject}": (exam, subject) for exam, subject, _ in examinations.iter_rows()}
    with st.container(key="link_filters", horizontal=True, vertical_alignment="bottom"):
        default = "diagnostics_share" if "diagnostics_share" in titles else next(iter(titles))
        code = filters.choose("linked", "Показатель", list(titles), default, titles.__getitem__)
        examination = filters.choose("exam", "Процедура и предмет", list(exams), next(iter(exams)))
    asked = (page.scope, code, *exams[examination])
    rows = page.ask(association.pairs, *asked)
    found = page.ask(association.association, *asked)
    said = results_link.finding(found, rows.height, titles[code], examination)
    st.html(f'<p class="association">{escape(said)}</p>')
    if found is not None and rows.get_column("mean_score").drop_nulls().len():
        charts.draw(
            results_link.chart(rows, page.described(code), examination, charts.is_dark()),
            key=f"association_{code}_{examination}_{page.scope.year}_{page.scope.half}",
            file_name=f"связь_{code}_{page.scope.year}",
            alt=f"{titles[code]} и средний балл «{examination}» по муниципалитетам",
        )
    st.html(f'<p class="quiet small">{results_link.METHOD}</p>')
    return {"linked": code, "exam": examination}, f"{said} {results_link.METHOD}"


page = open_page("passport")
closing: dict[str, str] = {}
with st.container(key="passport_filters", horizontal=True, vertical_alignment="bottom"):
    territory, name = page.choose_territory()
    sections = passport_sections(page, territory)
    title = f"{name}, {headline.as_of(page)}"
    if may(page.actor, "export"):
        st.download_button(
            "Паспорт книгой (XLSX)",
            downloads.on_request(
                page,
                lambda: workbook.workbook(sections, title, downloads.about(page, f"Паспорт РС НМС: {title}"), closing),
            ),
            file_name=f"паспорт_{territory}_{page.scope.year}-{page.scope.half}_публикация-{page.publication}.xlsx",
            mime=XLSX,
            icon=":material/download:",
            key="passport_book",
            on_click="ignore",
        )
        downloads.offer(page, workbook.figures_table(sections), "Паспорт: сведения", f"паспорт_{territory}", "passport")

st.html(blocks.headline(headline.finding(sections), headline.detail(sections)))
st.html(section_blocks.map_of_sections(sections))
owed = {"region": page.scope.region, "round": f"{page.scope.year}-{page.scope.half}"}
whole = links.anchor("rounds", owed, "раунд и полнота по формам", css="plain-link")
st.html(
    f'<p class="quiet small">{escape(title)}. Полнота раздела — среднее по его частям: сколько прислано '
    f"из того, что ожидается. Изменения — к тому же полугодию год назад. Кто и что должен: {whole}.</p>"
)
chosen: dict[str, str] = {}
for position, section in enumerate(sections, start=1):
    with st.container(key=f"passport_{section.code}_card"):
        words, picture = st.columns([1, 1]) if section.code in CHARTED else (st.container(), None)
        with words:
            st.html(section_blocks.heading(section, position) + section_blocks.parts(section))
            for table in section.tables:
                st.html(section_blocks.table(table, opened=section.code == "results"))
        if picture is not None:
            with picture:
                chart_of(page, section.code, territory)
        if section.code == "results" and territory == page.scope.region:
            chosen, closing["results"] = link_to_results(page)
with st.container(horizontal=True, vertical_alignment="bottom"):
    downloads.choose_picture_format()
close_page(page, {"territory": territory, **chosen})
