"""Cards of the page of an indicator: ranking, trend, path, bounds, details."""

from __future__ import annotations

import polars as pl
import streamlit as st

from checks.russian import counted
from view.indicators import comparison, missing_data, path_to_target
from view.indicators.subject import Subject
from view.parts import blocks, charts, downloads, tables
from view.shell import filters, links
from view.shell.page import OpenPage, ordered
from view.wording import sentences
from view.wording.sentences import MUNICIPALITIES
from warehouse.access.rights import may
from warehouse.marts.mart import PublicationOutdated
from warehouse.queries import verdicts
from warehouse.queries.analysis import peers


def leaves_room(subject: Subject) -> bool:
    """Return whether path and bounds are short enough for the trend to fit below them."""
    found, missing = subject.path, subject.missing
    listed = len(found.fewest_people or found.behind) if found else 0
    return listed <= (0 if missing and missing.silent else 3)


def headline(page: OpenPage, subject: Subject) -> str:
    """Return the headline: the finding, then what is lacking and undecided."""
    missing = subject.missing
    details = [
        path_to_target.lacking(subject.path, subject.region, subject.indicator),
        path_to_target.farthest(subject.path, subject.names),
        missing_data.aside(missing, page.provisional) if missing else "",
        sentences.provisional(page.provisional and subject.region["target"] is not None),
    ]
    return blocks.headline(
        sentences.indicator_finding(subject.region, subject.municipalities), " ".join(filter(None, details))
    ) + blocks.paragraphs([subject.indicator["title"]])


def facts(page: OpenPage, subject: Subject) -> str:
    """Return the region's figures, with the 95 % interval of a share."""
    items = blocks.indicator_facts(page, subject.region)
    if shown := comparison.interval_text(subject.region):
        items.append(("Интервал 95 %", f"{shown}<small>подсказка, оценку не меняет</small>"))
    return blocks.facts(items)


def ranking_card(page: OpenPage, subject: Subject) -> None:
    """Draw the municipalities from best to worst; a click opens one."""
    indicator = subject.indicator
    st.html(
        blocks.section(
            comparison.ranking_title(subject.municipalities, indicator),
            "от лучшего к худшему; щелчок открывает муниципалитет",
        )
    )
    # A count of the region is the sum of its municipalities and would make their bars too short.
    regional = None if indicator["kind"] == "count" else subject.region["value"]
    clicked = charts.draw(
        charts.ranking(subject.municipalities, indicator, regional, charts.is_dark()),
        key=f"ranking_{page.indicator}_{page.scope.year}_{page.scope.half}_{page.scope.profile}",
        file_name=f"рейтинг_{page.indicator}_{page.scope.year}-{page.scope.half}",
        alt=f"Рейтинг муниципалитетов: {indicator['title']}",
        clickable=True,
    )
    if clicked:
        links.go("municipality", page.filters(municipality=clicked[0]["customdata"][0]))
    st.html(blocks.legend(subject.municipalities))
    if beyond := comparison.beyond_whole(subject.municipalities, indicator):
        st.html(blocks.paragraphs([beyond]))
    if indicator["kind"] == "share":
        st.html(
            blocks.paragraphs(
                ["Тонкая черта у полосы — интервал Уилсона 95 %: подсказка о малых числах, оценку не меняет."]
            )
        )


def trend_card(page: OpenPage, subject: Subject) -> None:
    """Draw the region over half-years with the target's steps."""
    scope, indicator = page.scope, subject.indicator
    rows = page.ask(verdicts.trends, scope.region, scope.profile, "R", scope.region)
    found = rows.filter(pl.col("indicator") == page.indicator)
    st.html(blocks.section(comparison.trend_title(found, scope.year, scope.half, indicator), "ступени — цель года"))
    charts.draw(
        charts.trend(found, indicator, charts.is_dark()),
        key=f"trend_{page.indicator}_{scope.profile}",
        file_name=f"динамика_{page.indicator}",
        alt=f"Динамика по области: {indicator['title']}",
    )


def path_card(page: OpenPage, subject: Subject) -> str:
    """Draw the shortest path to the target and return the chosen variant."""
    found, indicator, region = subject.path, subject.indicator, subject.region
    if found is None:
        goal = region["goal"]
        st.html(blocks.section("Путь к цели"))
        text = (
            "По области нет данных, путь посчитать не из чего."
            if region["value"] is None
            else f"Цель появится в {region['goal_year']} году; пока идти не к чему."
            if goal is not None
            else "Цель не задана, поэтому и пути к ней нет. Задать её можно на странице «Цели»."
        )
        st.html(blocks.paragraphs([text], "empty"))
        return ""
    head, variant = st.container(), ""
    if found.fewest_people:
        same = {step.code for step in found.fewest_people} == {step.code for step in found.fewest_municipalities}
        words = {"people": path_to_target.fewer(indicator), "places": "Меньше муниципалитетов"}
        options = ["people"] if same else list(words)
        variant = filters.choose("path", "Вариант", options, "people", lambda code: words[code], "buttons")
        taken = found.fewest_people if variant == "people" else found.fewest_municipalities
        head.html(blocks.section(path_to_target.title(found, region, indicator, len(taken))))
        st.html(path_to_target.steps(page, taken, indicator, subject.names))
        downloads.offer(
            page, path_to_target.steps_table(taken, indicator, subject.names), "Путь к цели", "путь", "path"
        )
    else:
        head.html(blocks.section(path_to_target.title(found, region, indicator, 0)))
    if note := path_to_target.note(found, region, indicator, variant):
        st.html(blocks.paragraphs([note]))
    if found.behind and not found.fewest_people:
        st.html(blocks.paragraphs([path_to_target.behind_title(found, indicator)], "small"))
        st.html(path_to_target.steps(page, found.behind, indicator, subject.names))
        table = path_to_target.steps_table(found.behind, indicator, subject.names)
        downloads.offer(page, table, "До своих целей", "до_целей", "path")
    return variant


def bounds_card(page: OpenPage, subject: Subject) -> None:
    """Draw the bounds of the value by missing data."""
    missing = subject.missing
    if missing is None:
        st.html(blocks.section("Границ нет"))
        st.html(blocks.paragraphs(["Эта публикация построена прежней версией программы, которая границ не считала."]))
        return
    st.html(blocks.section(missing_data.title(missing, subject.names, page.provisional)))
    if bar := missing_data.bar(missing, subject.region):
        st.html(bar)
    expected = subject.region["expected"] or 0
    lines = missing_data.sentences(missing, subject.indicator, expected, subject.names, page.provisional)
    st.html(blocks.paragraphs(lines))


PARTS = {"table": "Таблица", "peers": "Похожие", "spread": "Разброс", "method": "Как считается"}


def details_card(page: OpenPage, subject: Subject) -> dict[str, str]:
    """Draw table, peers, distribution or method; return the parameters of the address."""
    known = subject.municipalities.get_column("value").count()
    options = [code for code in PARTS if code in ("table", "method") or (known >= 4 if code == "spread" else known > 1)]
    part = filters.choose("part", "Подробно", options, "table", lambda code: PARTS[code], "buttons")
    chosen = {"part": part}
    if part == "table":
        table = tables.ranking(subject.municipalities, subject.region, page)
        st.html(tables.show(table, subject.indicator["decimals"]))
        downloads.offer(page, table, subject.indicator["short"], f"показатель_{page.indicator}", "ranking")
    elif part == "peers":
        chosen["municipality"] = _peers(page, subject)
    elif part == "spread":
        st.html(
            blocks.section(
                comparison.spread_title(subject.municipalities, subject.indicator), "знак — муниципалитет, черта — цель"
            )
        )
        st.html(blocks.distribution(subject.municipalities, subject.indicator))
    else:
        st.html(blocks.method(page, subject.indicator, subject.region))
        if may(page.actor, "view_page", "method"):
            words = "Все показатели, определения и цели — на странице «Методика»"
            st.html(f"<p>{links.anchor('method', page.filters(), words, css='more')}</p>")
    return chosen


def _peers(page: OpenPage, subject: Subject) -> str:
    """Draw a municipality beside those most like it in organizations and staff; return its code."""
    scope = page.scope
    try:
        sizes = page.ask(peers.sizes, scope.region, scope.year, scope.half)
    except PublicationOutdated:
        sizes = {}
    if not sizes:
        st.html(blocks.paragraphs(["Размеры муниципалитетов этой публикации неизвестны."], "empty"))
        return ""
    rows = {
        row["municipality_id"]: row
        for row in ordered(subject.municipalities, "municipality").iter_rows(named=True)
        if row["municipality_id"] in sizes
    }
    # By default the municipality farthest from its target, or with the lowest value.
    worst = max(rows.values(), key=lambda row: (sentences.distance(row), -(row["value"] or 0)))
    code = filters.choose(
        "municipality", "Муниципалитет", list(rows), worst["municipality_id"], lambda code: rows[code]["municipality"]
    )
    chosen = [code, *peers.nearest(sizes, code)]
    group = subject.municipalities.filter(pl.col("municipality_id").is_in(chosen))
    rank = peers.ranking(group, subject.indicator["kind"], subject.indicator["better"] == "lower").get(code)
    row = {**rows[code], "unit": subject.indicator["unit"], "decimals": subject.indicator["decimals"]}
    st.html(blocks.section(comparison.peers_title(row, group.to_dicts(), rank)))
    table = comparison.peers_table(subject.municipalities, sizes, chosen)
    st.html(tables.show(table, subject.indicator["decimals"]))
    st.html(
        blocks.paragraphs(
            [
                f"Похожие — {counted(len(chosen) - 1, *MUNICIPALITIES)} области с наименьшим произведением двух чисел: "
                "во сколько раз различается число организаций и во сколько раз — число педагогов в последних паспортах."
            ]
        )
    )
    downloads.offer(page, table, "Похожие муниципалитеты", f"похожие_{page.indicator}", "peers")
    return code
