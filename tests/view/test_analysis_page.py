"""The page of an indicator says what the analyses find, for every indicator."""

import re
from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.russian import NBSP, number
from tests.view.test_pages import ACTOR, REGION, Open, ask, filters, html, screen  # noqa: F401 (a fixture)
from view.indicators import change_causes, comparison, missing_data, path_to_target
from view.wording.figures import value_text
from warehouse.build.indicators import catalogue
from warehouse.marts.mart import open_mart
from warehouse.queries import published, verdicts
from warehouse.queries.analysis import change
from warehouse.queries.analysis.bounds import Bounds, Missing
from warehouse.queries.analysis.path import Path, region_path
from warehouse.store.address import Address
from warehouse.store.scope import Scope

PAGE = "pages/indicator.py"
ANNUAL = Scope(REGION, 2025, 2, "composite")
HALF = Scope(REGION, 2026, 1, "composite")
SHARE = {"unit": "%", "decimals": 1, "kind": "share", "better": "higher", "counted": "человек, человека, человек"}


def headings(text: str) -> list[str]:
    return re.findall(r'<h2 class="section">([^<]*)', text)


@pytest.mark.parametrize(("scope", "every"), [(ANNUAL, 1), (HALF, 4)], ids=str)
def test_every_indicator_says_what_is_lacking(
    screen: Open,  # noqa: F811
    demo_warehouse: Address,
    scope: Scope,
    every: int,
) -> None:
    rows = ask(demo_warehouse, verdicts.territory_verdicts, scope, "R", REGION)
    for indicator in catalogue()[::every]:
        text = html(screen(PAGE, **filters(scope, indicator=indicator.code)))
        assert "не удалось построить" not in text, indicator.code
        row = rows.row(by_predicate=pl.col("code") == indicator.code, named=True)
        assert value_text(row) in text.split('class="finding">')[1].split("<")[0]
        path = ask(demo_warehouse, region_path, scope, indicator.code)
        titles = headings(text)
        if path is None:
            assert "Путь к цели" in titles
        else:
            assert path.needed == row["gap"]
            assert path_to_target.lacking(path, row, vars(indicator)).rstrip(".") in text
        steps = [int(found.replace(NBSP, "")) for found in re.findall(r'class="step-count">([^<]+)<', text)]
        assert not path or not path.needed or path.regional or sum(steps) == path.needed
        assert any(title in text for title in ("Границ нет", "Если из них не засчитают никого", "Отчитались все"))


@pytest.mark.parametrize("variant", ["people", "places"])
def test_both_paths_add_up_to_what_is_lacking(screen: Open, demo_warehouse: Address, variant: str) -> None:  # noqa: F811
    path = ask(demo_warehouse, region_path, HALF, "diagnostics_share")
    assert path is not None
    test = screen(PAGE, **filters(HALF, indicator="diagnostics_share", path=variant))
    steps = [int(found.replace(NBSP, "")) for found in re.findall(r'class="step-count">([^<]+)<', html(test))]
    assert sum(steps) == path.needed > 0
    assert len(steps) == len(path.fewest_people if variant == "people" else path.fewest_municipalities)
    assert "".join(test.query_params["path"]) == variant


def test_the_change_runs_from_the_earlier_value_to_this_one(screen: Open, demo_warehouse: Address) -> None:  # noqa: F811
    for compare, words in (("before", "2-го полугодия 2024"), ("2023-2", "2-го полугодия 2023"), ("p29", "№ 29")):
        test = screen(PAGE, **filters(ANNUAL, indicator="fr_training_share", compare=compare))
        text = html(test)
        assert any(words.replace(" ", NBSP, 1) in title or words in title for title in headings(text)), compare
        figures = re.findall(r'<td class="number">([^<]+)</td></tr>', text.split('class="waterfall"')[1])
        start, *parts, end = [
            float(shown.replace("−", "-").replace(",", ".").rstrip("%").replace(NBSP, "")) for shown in figures
        ]
        assert start + sum(parts) == pytest.approx(end, abs=1e-9), "the rounded parts add up on the screen as well"
        assert "".join(test.query_params["compare"]) == compare


def test_what_was_corrected_after_a_closing_is_a_part_of_its_own(screen: Open, demo_warehouse: Address) -> None:  # noqa: F811
    closing = ask(demo_warehouse, change.closing_publication, REGION, 2025, 2)
    frozen = change.region_pairs(open_mart(demo_warehouse, closing), ACTOR, ANNUAL, "fr_training_share").region
    now = ask(demo_warehouse, change.region_pairs, ANNUAL, "fr_training_share").region
    assert frozen and frozen[1] and frozen != now, "the demonstration corrects 2025-2 after its closing"
    text = html(screen(PAGE, **filters(HALF, indicator="fr_training_share", compare="2025-2")))
    assert f"Начало — как при закрытии раунда (публикация №{NBSP}{closing})." in text
    waterfall = text.split('class="waterfall"')[1]
    assert "Исправления прежнего периода после закрытия раунда" in waterfall
    assert number(float(100 * frozen[0] / frozen[1]), 2) in waterfall


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("peers", "во сколько раз различается"),
        ("spread", "У половины"),
        ("method", "Полное название"),
        ("x", "<thead>"),
    ],
)
def test_details_are_chosen_in_the_address(screen: Open, part: str, words: str) -> None:  # noqa: F811
    assert words in html(screen(PAGE, **filters(ANNUAL, indicator="routes_share", part=part)))


def test_peers_hold_the_chosen_municipality_and_its_place(screen: Open, demo_warehouse: Address) -> None:  # noqa: F811
    place = ask(demo_warehouse, published.municipalities, REGION).row(4, named=True)
    chosen = filters(ANNUAL, indicator="routes_share", part="peers", municipality=place["municipality_id"])
    test = screen(PAGE, **chosen)
    assert "".join(test.query_params["municipality"]) == place["municipality_id"]
    text = html(test)
    assert any(title.startswith(place["short_name"]) and "среди похожих" in title for title in headings(text))
    assert text.split('class="table"')[1].count("<tr>") == 1 + 1 + 5


def test_a_region_where_nobody_has_reported_is_open() -> None:
    row = {**SHARE, "value": None, "target": 12.0, "operator": ">=", "numerator": None, "denominator": None}
    missing = Missing(True, 3, 1, {"a": 40}, {"a": 3}, Bounds(0.0, 100.0, "open", 5, ("a",), True))
    assert missing_data.title(missing, {"a": "Алый"}, False) == "Итог зависит от одного муниципалитета: Алый"
    text = " ".join(missing_data.sentences(missing, SHARE, 3, {"a": "Алый"}, False)).replace(NBSP, " ")
    assert "Не отчитались 3 из 3 организаций; по последним сведениям в них 40 человек." in text
    assert "1 организация ни разу не отчиталась" in text
    assert 'class="now"' not in missing_data.bar(missing, row)
    veiled = " ".join(missing_data.sentences(replace(missing, veiled=1), SHARE, 3, {"a": "Алый"}, False)).replace(
        NBSP, " "
    )
    assert "Численность 1 организации скрыта и в границы не вошла." in veiled and "ни разу" not in veiled


@pytest.mark.parametrize(
    ("outcome", "provisional", "words"),
    [
        ("met", False, "Цель достигнута при любых данных"),
        ("missed", False, "Цель не может быть достигнута"),
        ("missed", True, "За полугодие цель не может быть достигнута"),
        (None, False, "Что изменят недостающие данные"),
    ],
)
def test_the_verdict_on_missing_data(outcome: str | None, provisional: bool, words: str) -> None:
    missing = Missing(True, 1, 0, {"a": 4}, {"a": 1}, Bounds(1.0, 2.0, outcome))  # type: ignore[arg-type]
    assert missing_data.title(missing, {}, provisional) == words


@pytest.mark.parametrize(
    ("silent", "unknown", "title", "aside"),
    [
        (3, 1, "Цель достигнута при любых данных, не считая 1 организации без сведений",
         "3 организации не отчитались; цель достигнута при любых данных тех, чья численность известна."),
        (2, 2, "Цель достигнута при любых данных, не считая 2 организаций без сведений",
         "2 организации не отчитались, численность их неизвестна, и исход ещё может измениться."),
    ],
)  # fmt: skip
def test_nothing_is_decided_about_organizations_that_never_reported(
    silent: int, unknown: int, title: str, aside: str
) -> None:
    missing = Missing(True, silent, unknown, {"a": 4}, {"a": silent}, Bounds(1.0, 2.0, "met"))
    assert missing_data.title(missing, {}, False).replace(NBSP, " ") == title
    assert missing_data.aside(missing, False).replace(NBSP, " ") == aside


def test_an_impossible_target_says_so() -> None:
    row = {**SHARE, "value": 10.0, "target": 110.0, "operator": ">=", "numerator": 2.0, "denominator": 20.0}
    said = path_to_target.lacking(Path(20, 18, (), ()), row, SHARE)
    assert said.replace(NBSP, " ") == "До цели — ещё 20 человек. Даже полный охват столько не даст."


@pytest.mark.parametrize(
    ("values", "operator", "words"),
    [
        ([300.0, 200.0, 100.0], "<=", "Лимит 250 превышен в 1 из 3 муниципалитетов"),
        ([300.0, 200.0, 260.0], ">=", "Цели 250 чел. достигли 2 из 3 муниципалитетов: не достиг 1"),
        ([240.0, 200.0, 100.0], "<=", "Лимит 250 соблюдён во всех 3 муниципалитетах"),
        ([260.0, 280.0, 290.0], None, "Больше всего — М2 (290 чел.), меньше всего — М0 (260 чел.)"),
        ([None, None, None], ">=", "По муниципалитетам данных нет"),
    ],
)
def test_the_ranking_is_headed_by_its_finding(values: list[float | None], operator: str | None, words: str) -> None:
    def verdict(value: float | None) -> str:
        if value is None:
            return "no_data"
        return "no_target" if operator is None else "met" if (value >= 250) == (operator == ">=") else "missed"

    places = pl.DataFrame(
        [
            {"municipality": f"М{number}", "value": value, "verdict": verdict(value), "operator": operator,
             "target": 250.0 if operator else None}
            for number, value in enumerate(values)
        ],
        schema_overrides={"value": pl.Float64},
    )  # fmt: skip
    title = comparison.ranking_title(places, {"unit": "чел.", "decimals": 0})
    assert title.replace(NBSP, " ") == words


def test_a_share_above_the_whole_is_explained() -> None:
    municipalities = pl.DataFrame({"municipality": ["Лужский", "Кировский"], "value": [106.7, 90.0]})
    assert comparison.beyond_whole(municipalities, {"kind": "share", "base_year": 2022}).startswith(
        "Больше 100 % — Лужский: нараст"
    )
    assert "«Качество данных»" in comparison.beyond_whole(municipalities, {"kind": "share", "base_year": None})
    assert comparison.beyond_whole(municipalities.tail(1), {"kind": "share", "base_year": None}) == ""
    assert comparison.beyond_whole(municipalities, {"kind": "ratio", "base_year": None}) == ""


def thousandths(least: int) -> st.SearchStrategy[Fraction]:
    return st.integers(least, 90_000).map(lambda drawn: Fraction(drawn, 1000))


@given(values=st.lists(thousandths(-90_000), min_size=1, max_size=8), start=thousandths(0), places=st.integers(0, 2))
def test_rounded_parts_sum_to_the_rounded_ends(values: list[Fraction], start: Fraction, places: int) -> None:
    assume(start + sum(values) >= 0)
    ends = [change_causes.rounded(end, places) for end in (start, start + sum(values))]
    shown = change_causes.rounded_to_sum(values, ends[1] - ends[0], places)
    assert sum(shown) == ends[1] - ends[0]
    unit = Fraction(1, 10**places)
    assert all(abs(one - other) <= 2 * unit for one, other in zip(shown, values, strict=True))
    assert all((one / unit).denominator == 1 for one in shown)


def test_parts_are_rounded_where_they_lose_most() -> None:
    thirds = [Fraction(14, 10), Fraction(13, 10), Fraction(13, 10)]
    assert change_causes.rounded_to_sum(thirds, Fraction(4), 0) == [2, 1, 1]
