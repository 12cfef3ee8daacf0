"""Roadmaps on the last day of a half-year: states by hand, execution, the page by role."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP
from tests import screens
from tests.passport_rows import EAST, REGION, SMALL, WEST, mart_of
from view.roadmap import measure_blocks, roadmap_charts
from warehouse.access.rights import Actor, Forbidden, Role
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import roadmap
from warehouse.store.address import Address
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[3]
ADMIN = Actor("Проверка", "admin")
YEAR = Scope(REGION, 2025, 2, "composite")
CUTOFF = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def mart() -> Mart:
    return mart_of(SMALL)


def test_states_and_delays_on_the_last_day(mart: Mart) -> None:
    found = roadmap.measures(mart, ADMIN, YEAR, REGION)
    assert found.select("measure_id", "state", "days_late").rows() == [
        ("4", "overdue", 275),  # due 31.03.2025, done after the day: not done yet
        ("3", "overdue", 0),  # due on the very day
        ("2", "late", 1),
        ("1", "on_time", None),  # done on its day
        ("6", "on_time", None),  # done before its day, which is still ahead
        ("5", "ahead", None),
    ]
    assert found.filter(pl.col("measure_id") == "4").select("done_on", "result").row(0) == (None, None)


def test_a_roadmap_belongs_to_its_own_territory_alone(mart: Mart) -> None:
    found = roadmap.comparison(mart, ADMIN, YEAR)
    assert found.select("territory_id", "measures", "due", "done", "overdue", "execution").rows() == [
        (REGION, 6, 4, 2, 2, 50.0),
        (EAST, 1, 1, 1, 0, 100.0),
        (WEST, 0, 0, 0, 0, None),
    ]
    assert roadmap.measures(mart, ADMIN, YEAR, EAST).height == 1


def test_execution_is_the_indicator_for_every_territory_and_half_year(demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    halves = mart.query_unguarded("select year, half from half_years where region_id = '41000000'").rows()
    compared = 0
    for year, half in halves:
        values = {
            row["territory_id"]: row
            for row in mart.query_unguarded(
                "select * from indicator_values where indicator = 'roadmap_execution' and year = $1 and half = $2",
                [year, half],
            ).iter_rows(named=True)
        }
        for row in roadmap.comparison(mart, ADMIN, Scope(REGION, year, half, "composite")).iter_rows(named=True):
            value = values[row["territory_id"]]
            assert row["execution"] == value["value"]
            assert (row["done"], row["due"]) == (value["numerator"] or 0, value["denominator"] or 0)
            compared += row["execution"] is not None
    assert compared > 100


@pytest.mark.parametrize("territory", [WEST, EAST])
def test_a_municipal_role_opens_its_own_measures_and_the_regions(mart: Mart, territory: str) -> None:
    municipal = Actor("Проверка", "municipal", frozenset({EAST}))
    assert roadmap.measures(mart, municipal, YEAR, REGION).height == 6
    if territory == EAST:
        assert roadmap.measures(mart, municipal, YEAR, territory).height == 1
    else:
        with pytest.raises(Forbidden, match="своему муниципалитету"):
            roadmap.measures(mart, municipal, YEAR, territory)


def test_words_of_the_head(mart: Mart) -> None:
    measures = roadmap.measures(mart, ADMIN, YEAR, REGION)
    said = measure_blocks.finding(measures, CUTOFF).replace(NBSP, " ")
    assert said == "К 31.12.2025 исполнены 2 из 4 мер с наступившим сроком (50,0 %); просрочены 2."
    assert "Дольше всех ждёт «Мера 4» — 275 дней (около 9 месяцев)." in measure_blocks.detail(measures).replace(
        NBSP, " "
    )
    early = measures.filter(pl.col("state") == "ahead")
    assert measure_blocks.finding(early, CUTOFF) == "К 31.12.2025 срок ещё ни одной меры не наступил."
    whole = measure_blocks.finding(measures.filter(pl.col("measure_id") == "1"), CUTOFF).replace(NBSP, " ")
    assert whole == "К 31.12.2025 исполнена единственная мера с наступившим сроком."


def test_what_is_due_later_is_so_as_of_the_last_day(mart: Mart) -> None:
    measures = roadmap.measures(mart, ADMIN, YEAR, REGION).with_columns(pl.lit("ahead").alias("state"))
    assert "срок после 31.12.2025</div>" in measure_blocks.strip(measures)
    assert measure_blocks.measures_table(measures)["Состояние"][0] == "○ срок после 31.12.2025"
    assert measure_blocks.strip(measures.clear())


def test_no_mark_of_the_time_line_covers_another(mart: Mart) -> None:
    placed, bands, _ = roadmap_charts._arranged(roadmap.measures(mart, ADMIN, YEAR, REGION), CUTOFF)
    assert len(placed) == 6 and len(bands) == 2
    for one in placed:
        for other in placed:
            if one is not other and one["line"] == other["line"]:
                assert one["ends_on"] <= other["due_on"] or other["ends_on"] <= one["due_on"]


Open = Callable[..., AppTest]


@pytest.mark.parametrize(("months", "apart"), [(4, True), (30, False)])
def test_names_of_the_cutoff_and_of_today_do_not_meet(mart: Mart, months: int, apart: bool) -> None:
    due = pl.Series([CUTOFF - dt.timedelta(days=1200), CUTOFF + dt.timedelta(days=1200)])
    measures = roadmap.measures(mart, ADMIN, YEAR, REGION).tail(2).with_columns(due.alias("due_on"))
    drawn = roadmap_charts.timeline(measures, CUTOFF, CUTOFF + dt.timedelta(days=30 * months), dark=False)
    heights = {note.text: note.yshift or 0 for note in drawn.layout.annotations if note.yref == "paper"}
    assert (heights["сегодня"] > heights["на 31.12.2025"]) == apart


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page in a role with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(role: Role = "viewer", municipalities: frozenset[str] = frozenset(), **filters: str) -> AppTest:
        screens.sign_in(monkeypatch, Actor("Проверка", role, municipalities))
        return screens.opened("roadmap", {"year": "2025", "half": "2", **filters})

    return opened


def html(test: AppTest) -> str:
    text = screens.html(test).replace(NBSP, " ")
    assert not test.exception and "не удалось построить" not in text
    return text


def test_page_of_a_territory_and_direction(screen: Open) -> None:
    test = screen(territory="41609000")
    assert not test.exception
    text = html(test)
    assert "К 31.12.2025 исполнено 7 из 9 мер" in text
    assert 'aria-label="Дорожные карты территорий"' in text
    kept = {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}
    assert kept["territory"] == "41609000" and kept["direction"] == "all"
    direction = next(box for box in test.selectbox if box.label == "Направление").options[1]
    narrowed = html(screen(territory="41609000", direction=direction))
    assert narrowed.count("<td>✕ просрочена</td>") <= 2 and "Направление" in narrowed


def test_page_of_a_municipal_role_offers_its_own_and_the_region(screen: Open) -> None:
    test = screen("municipal", frozenset({"41609000"}))
    assert not test.exception
    (territory,) = [box for box in test.selectbox if box.label == "Территория"]
    assert list(territory.options) == ["Ленинградская область", "Волховский"]
    text = html(test)
    assert "territory=41609000" in text and "territory=41612000" not in text


def test_page_without_a_roadmap_says_what_to_do(screen: Open) -> None:
    test = screen(territory="41603000")
    assert not test.exception
    assert "дорожная карта не загружена" in html(test)
