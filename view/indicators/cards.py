"""Cards of one indicator: path to the target, bounds, why it changed, and its details. Each draws itself."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import polars as pl
import streamlit as st

from checks.russian import NBSP, counted, date
from view.indicators import analysis_blocks as blocks_of
from view.indicators import analysis_sentences as say
from view.parts import blocks, charts, downloads, tables
from view.shell import filters, links, session
from view.shell.page import View, ordered
from view.wording import sentences
from warehouse.access.rights import may
from warehouse.changes import history
from warehouse.marts.mart import PublicationOutdated, PublicationPruned
from warehouse.queries import published, verdicts
from warehouse.queries.analysis import bounds, change, path, peers
from warehouse.store import address
from warehouse.store.row import Row


@dataclass(frozen=True)
class Subject:
    """One indicator of a region in a half-year: its description, the region's row, municipalities, names by code."""

    indicator: Row
    region: Row
    places: pl.DataFrame
    names: dict[str, str]
    path: path.Path | None
    missing: bounds.Missing | None


def subject_of(view: View) -> Subject:
    """Ask for everything that the first screen of the page shows.

    `region` and `places` also carry places among municipalities and ends of 95 % intervals. The bounds are missing
    for a publication of an earlier version of the program.
    """
    scope, indicator = view.scope, view.described(view.indicator)
    rows = view.ask(verdicts.territory_verdicts, scope, "R", scope.region)
    found = rows.row(by_predicate=pl.col("code") == view.indicator, named=True)
    low, high = blocks_of.interval(found) or (None, None)
    municipalities = view.ask(verdicts.indicator_verdicts, scope, view.indicator)
    places = peers.ranking(municipalities, indicator["kind"], indicator["better"] == "lower")
    try:
        missing = view.ask(bounds.region_bounds, scope, view.indicator)
    except PublicationOutdated:
        missing = None
    return Subject(
        indicator=indicator,
        region={**found, "low": low, "high": high},
        places=blocks_of.with_analysis(municipalities, places, indicator["kind"]),
        names=dict(view.municipalities.select("municipality_id", "short_name").iter_rows()),
        path=path.path_of(found, municipalities),
        missing=missing,
    )


def leaves_room(subject: Subject) -> bool:
    """Return whether path and bounds are so short that the trend fits under them, beside the ranking."""
    found, missing = subject.path, subject.missing
    listed = len(found.people or found.behind) if found else 0
    return listed <= (0 if missing and missing.silent else 3)


def headline(view: View, subject: Subject) -> str:
    """Return the finding of the page, and what is lacking and open in a second sentence."""
    missing = subject.missing
    details = [
        say.lacking(subject.path, subject.region, subject.indicator),
        say.farthest(subject.path, subject.names),
        say.bounds_aside(missing, view.provisional) if missing else "",
        sentences.provisional(view.provisional and subject.region["target"] is not None),
    ]
    return blocks.headline(
        sentences.indicator_finding(subject.region, subject.places), " ".join(filter(None, details))
    ) + blocks_of.paragraphs([subject.indicator["title"]])


def facts(view: View, subject: Subject) -> str:
    """Return the region's figures, with the 95 % interval of a share."""
    items = blocks.indicator_facts(view, subject.region)
    if shown := blocks_of.interval_text(subject.region):
        items.append(("Интервал 95 %", f"{shown}<small>подсказка, оценку не меняет</small>"))
    return blocks.facts(items)


def ranking_card(view: View, subject: Subject) -> None:
    """Draw the municipalities from best to worst; a click opens one."""
    indicator = subject.indicator
    st.html(
        blocks.section(
            say.ranking_title(subject.places, subject.region, indicator),
            "от лучшего к худшему; щелчок открывает муниципалитет",
        )
    )
    # The region's count is a sum beside which its municipalities would all look like nothing.
    regional = None if indicator["kind"] == "count" else subject.region["value"]
    clicked = charts.draw(
        charts.ranking(subject.places, indicator, regional, charts.is_dark()),
        key=f"ranking_{view.indicator}_{view.scope.year}_{view.scope.half}_{view.scope.profile}",
        file_name=f"рейтинг_{view.indicator}_{view.scope.year}-{view.scope.half}",
        alt=f"Рейтинг муниципалитетов: {indicator['title']}",
        clickable=True,
    )
    if clicked:
        links.go("municipality", view.filters(municipality=clicked[0]["customdata"][0]))
    st.html(blocks.legend(subject.places))
    if beyond := say.beyond_whole(subject.places, indicator):
        st.html(blocks_of.paragraphs([beyond]))
    if indicator["kind"] == "share":
        st.html(
            blocks_of.paragraphs(
                ["Тонкая черта у полосы — интервал Уилсона 95 %: подсказка о малых числах, оценку не меняет."]
            )
        )


def trend_card(view: View, subject: Subject) -> None:
    """Draw the region over half-years with the target's steps."""
    scope, indicator = view.scope, subject.indicator
    rows = view.ask(verdicts.trends, scope.region, scope.profile, "R", scope.region)
    found = rows.filter(pl.col("indicator") == view.indicator)
    st.html(blocks.section(say.trend_title(found, scope.year, scope.half, indicator), "ступени — цель года"))
    charts.draw(
        charts.trend(found, indicator, charts.is_dark()),
        key=f"trend_{view.indicator}_{scope.profile}",
        file_name=f"динамика_{view.indicator}",
        alt=f"Динамика по области: {indicator['title']}",
    )


def path_card(view: View, subject: Subject) -> str:
    """Draw the cheapest path to the target and return the chosen variant."""
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
        st.html(blocks_of.paragraphs([text], "empty"))
        return ""
    head, variant = st.container(), ""
    if found.people:
        same = {step.code for step in found.people} == {step.code for step in found.places}
        words = {"people": say.fewer(indicator), "places": "Меньше муниципалитетов"}
        options = ["people"] if same else list(words)
        variant = filters.choose("path", "Вариант", options, "people", lambda code: words[code], "buttons")
        taken = found.people if variant == "people" else found.places
        head.html(blocks.section(say.path_title(found, region, indicator, len(taken))))
        st.html(blocks_of.steps(view, taken, indicator, subject.names))
        downloads.offer(view, blocks_of.steps_table(taken, indicator, subject.names), "Путь к цели", "путь", "path")
    else:
        head.html(blocks.section(say.path_title(found, region, indicator, 0)))
    if note := say.path_note(found, region, indicator, variant):
        st.html(blocks_of.paragraphs([note]))
    if found.behind and not found.people:
        st.html(blocks_of.paragraphs([say.behind_title(found, indicator)], "small"))
        st.html(blocks_of.steps(view, found.behind, indicator, subject.names))
        table = blocks_of.steps_table(found.behind, indicator, subject.names)
        downloads.offer(view, table, "До своих целей", "до_целей", "path")
    return variant


def bounds_card(view: View, subject: Subject) -> None:
    """Draw what the value can still become once silent organizations report."""
    missing = subject.missing
    if missing is None:
        st.html(blocks.section("Границ нет"))
        st.html(
            blocks_of.paragraphs(["Эта публикация построена прежней версией программы, которая границ не считала."])
        )
        return
    st.html(blocks.section(say.bounds_title(missing, subject.names, view.provisional)))
    if bar := blocks_of.bounds_bar(missing, subject.region):
        st.html(bar)
    expected = subject.region["expected"] or 0
    lines = say.bounds_text(missing, subject.indicator, expected, subject.names, view.provisional)
    st.html(blocks_of.paragraphs(lines))


def change_card(view: View, subject: Subject) -> str:
    """Draw why the value changed since a chosen half-year or publication and return the choice."""
    scope, indicator = view.scope, subject.indicator
    options = _comparable(view)
    if not options:
        st.html(blocks.section("Почему изменилось"))
        st.html(blocks_of.paragraphs(["Сравнить не с чем: это первое полугодие и единственная публикация."], "empty"))
        return ""
    head = st.container()
    asked = filters.choose("compare", "Сравнить с", list(options), next(iter(options)), lambda code: options[code])
    chosen = _earlier_halves(view)[0] if asked == BEFORE else asked
    kind = "publication" if chosen.startswith("p") else "half"
    try:
        found, note = _since_publication(view, int(chosen[1:])) if kind == "publication" else _since_half(view, chosen)
    except PublicationPruned:
        head.html(blocks.section("Почему изменилось"))
        st.html(blocks_of.paragraphs(["Эта публикация больше не хранится, сравнить с ней нельзя."], "empty"))
        return asked
    start = f"публикации №{NBSP}{chosen[1:]}" if kind == "publication" else _half_name(chosen, "genitive")
    head.html(blocks.section(say.change_title(found, indicator, kind, start)))
    if found.start is None or found.end is None:
        which = "Тогда" if found.start is None else "Сейчас"
        st.html(blocks_of.paragraphs([f"{which} значения не было, сравнить нельзя."], "empty"))
        return asked
    before = f"Публикация №{NBSP}{chosen[1:]}" if kind == "publication" else _half_name(chosen)
    now = f"Публикация №{NBSP}{view.publication}" if kind == "publication" else _half_name(f"{scope.year}-{scope.half}")
    if not any(part.numerator or part.denominator for part in found.parts):
        st.html(blocks_of.paragraphs([say.UNCHANGED["count" if indicator["kind"] == "count" else "value"]], "empty"))
        return asked
    st.html(blocks_of.waterfall(found, indicator, kind, before, now))
    if found.municipalities and any(effect for _, effect in found.municipalities):
        st.html(blocks_of.paragraphs([say.contributions(found, indicator, subject.names)], "small"))
        st.html(blocks_of.contribution_list(found, indicator, subject.names))
    exact = "" if indicator["kind"] == "count" else say.EXACT
    if words := " ".join(filter(None, (note, exact))):
        st.html(blocks_of.paragraphs([words]))
    table = blocks_of.change_table(found, kind, before, now)
    downloads.offer(view, table, "Почему изменилось", f"изменение_{view.indicator}", "change")
    return asked


BEFORE = "before"
"""The earlier half-year that is compared unless another one is chosen; it follows the period of the page."""
_HALF_NAMES = {"1": "1-е полугодие", "2": "2-е полугодие"}
_HALF_NAMES_GENITIVE = {"1": "1-го полугодия", "2": "2-го полугодия"}


def _half_name(code: str, case: str = "nominative") -> str:
    year, half = code.split("-")
    names = _HALF_NAMES if case == "nominative" else _HALF_NAMES_GENITIVE
    return f"{names[half].replace(' ', NBSP)} {year}"


def _earlier_halves(view: View) -> list[str]:
    """Return the earlier half-years, those of the same half first, as codes such as 2024-2."""
    year, half = view.scope.year, view.scope.half
    found = view.ask(published.half_years, view.scope.region).select("year", "half").rows()
    earlier = sorted(
        (other for other in found if other < (year, half)), key=lambda other: (other[1] != half, -other[0])
    )
    return [f"{year}-{half}" for year, half in earlier]


def _comparable(view: View) -> dict[str, str]:
    """Return what the value can be compared with: a year ago, other half-years, earlier publications."""
    halves = _earlier_halves(view)
    found = {BEFORE: _half_name(halves[0])} if halves else {}
    found |= {code: _half_name(code) for code in halves[1:]}
    listed = view.ask(history.publications).filter(
        (pl.col("publication") < view.publication) & (pl.col("published_at").dt.year() >= view.scope.year)
    )
    for row in history.openable(address.resolve(), listed).iter_rows(named=True):
        when = date(row["published_at"])
        found[f"p{row['publication']}"] = f"То же полугодие в публикации №{NBSP}{row['publication']} от {when}"
    return found


def _since_half(view: View, code: str) -> tuple[change.Change, str]:
    year, half = map(int, code.split("-"))
    closing = view.ask(change.closing_publication, view.scope.region, year, half)
    if closing is not None:
        with suppress(PublicationPruned):
            return _since(view, closing, year, half), f"Начало — как при закрытии раунда (публикация №{NBSP}{closing})."
    return _since(view, None, year, half), ""


def _since(view: View, closing: int | None, year: int, half: int) -> change.Change:
    """Return the change since a half-year, as the publication that closed its round has it where there is one."""
    return session.compare(
        view.publication, closing, view.actor, change.since_half_year, view.scope, view.indicator, year, half
    )


def _since_publication(view: View, publication: int) -> tuple[change.Change, str]:
    question = change.since_publication
    return session.compare(view.publication, publication, view.actor, question, view.scope, view.indicator), ""


PARTS = {"table": "Таблица", "peers": "Похожие", "spread": "Разброс", "method": "Как считается"}


def details_card(view: View, subject: Subject) -> dict[str, str]:
    """Draw one of the details — table, peers, distribution, method — and return what was chosen, for the address."""
    known = subject.places.get_column("value").count()
    options = [code for code in PARTS if code in ("table", "method") or (known >= 4 if code == "spread" else known > 1)]
    part = filters.choose("part", "Подробно", options, "table", lambda code: PARTS[code], "buttons")
    chosen = {"part": part}
    if part == "table":
        table = tables.ranking(subject.places, subject.region, view)
        st.html(tables.show(table, subject.indicator["decimals"]))
        downloads.offer(view, table, subject.indicator["short"], f"показатель_{view.indicator}", "ranking")
    elif part == "peers":
        chosen["municipality"] = _peers(view, subject)
    elif part == "spread":
        st.html(
            blocks.section(say.spread_title(subject.places, subject.indicator), "знак — муниципалитет, черта — цель")
        )
        st.html(blocks.distribution(subject.places, subject.indicator))
    else:
        st.html(blocks.method(view, subject.indicator, subject.region))
        if may(view.actor, "view_page", "method"):
            words = "Все показатели, определения и цели — на странице «Методика»"
            st.html(f"<p>{links.anchor('method', view.filters(), words, css='more')}</p>")
    return chosen


def _peers(view: View, subject: Subject) -> str:
    """Draw a municipality beside those nearest to it in size and staff, and return its code."""
    scope = view.scope
    try:
        sizes = view.ask(peers.sizes, scope.region, scope.year, scope.half)
    except PublicationOutdated:
        sizes = {}
    if not sizes:
        st.html(blocks_of.paragraphs(["Размеры муниципалитетов этой публикации неизвестны."], "empty"))
        return ""
    rows = {
        row["municipality_id"]: row
        for row in ordered(subject.places, "municipality").iter_rows(named=True)
        if row["municipality_id"] in sizes
    }
    # The farthest from its target, else the one with the least.
    worst = max(rows.values(), key=lambda row: (sentences.distance(row), -(row["value"] or 0)))
    code = filters.choose(
        "municipality", "Муниципалитет", list(rows), worst["municipality_id"], lambda code: rows[code]["municipality"]
    )
    chosen = [code, *peers.nearest(sizes, code)]
    group = subject.places.filter(pl.col("municipality_id").is_in(chosen))
    place = peers.ranking(group, subject.indicator["kind"], subject.indicator["better"] == "lower").get(code)
    row = {**rows[code], "unit": subject.indicator["unit"], "decimals": subject.indicator["decimals"]}
    st.html(blocks.section(say.peers_title(row, group.to_dicts(), place)))
    table = blocks_of.peers_table(subject.places, sizes, chosen)
    st.html(tables.show(table, subject.indicator["decimals"]))
    st.html(
        blocks_of.paragraphs(
            [
                f"Похожие — {counted(len(chosen) - 1, *say.PLACES)} области с наименьшим произведением двух чисел: "
                "во сколько раз различается число организаций и во сколько раз — число педагогов в последних паспортах."
            ]
        )
    )
    downloads.offer(view, table, "Похожие муниципалитеты", f"похожие_{view.indicator}", "peers")
    return code
