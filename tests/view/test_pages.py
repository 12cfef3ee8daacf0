"""Pages by AppTest: figures on the screen are those of the mart for the same filters."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP, number
from tests import screens
from view.wording.figures import value_text
from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart, current_publication, open_mart, point_to, pointer
from warehouse.queries import published, verdicts
from warehouse.queries.analysis import peers
from warehouse.store.address import Address
from warehouse.store.scope import Scope
from warehouse.suppression.cells import SMALL_GROUP

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
# Pages about figures of a publication; the others work on an empty warehouse as well.
FIGURES = [page for page in PAGES if "open_page(" in (ROOT / page).read_text(encoding="utf-8")]
REGION = "41000000"
ACTOR = Actor("Проверка", "admin")

Open = Callable[..., AppTest]
P = ParamSpec("P")
R = TypeVar("R")


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page of the demonstration with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(page: str = "pages/overview.py", **filters: str) -> AppTest:
        return screens.opened(Path(page).stem, filters)

    return opened


def html(test: AppTest) -> str:
    """Return everything that the page drew as HTML."""
    return screens.html(test)


def ask(
    address: Address, question: Callable[Concatenate[Mart, Actor, P], R], *arguments: P.args, **options: P.kwargs
) -> R:
    return question(open_mart(address), ACTOR, *arguments, **options)


def filters(scope: Scope, **more: str) -> dict[str, str]:
    return {"region": scope.region, "year": str(scope.year), "half": str(scope.half), "profile": scope.profile, **more}


SCOPES = [
    Scope(REGION, 2025, 2, "composite"),
    Scope(REGION, 2026, 1, "ivanovo"),
    Scope(REGION, 2023, 1, "leningrad"),
]


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_without_an_error(screen: Open, page: str) -> None:
    test = screen(page)
    assert not test.exception
    text = html(test)
    assert 'class="page-title"' in text
    assert "не удалось построить" not in text
    assert "Страница открывается" not in text


@pytest.mark.parametrize("page", FIGURES)
def test_figures_have_a_headline_and_say_that_they_are_a_demonstration(screen: Open, page: str) -> None:
    text = html(screen(page))
    assert 'class="headline"' in text
    assert "демонстрационные данные" in text


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_overview_shows_the_marts_values(screen: Open, demo_warehouse: Address, scope: Scope) -> None:
    text = html(screen(**filters(scope)))
    region = ask(demo_warehouse, verdicts.territory_verdicts, scope, "R", REGION)
    for row in region.iter_rows(named=True):
        assert f'<span class="tile-value">{value_text(row)}</span>' in text, row["code"]
    places = ask(demo_warehouse, verdicts.municipality_verdicts, scope)
    assert text.count('<td class="cell-') == places.height + places.get_column("indicator").n_unique()
    for verdict, count in verdicts.verdict_counts(region).items():
        assert (f'<div class="part part-{verdict}"' in text) == (count > 0)


@pytest.mark.parametrize("scope", SCOPES, ids=str)
@pytest.mark.parametrize("code", ["diagnostics_share", "monitoring_rounds", "teachers_per_regional_methodist"])
def test_indicator_shows_the_marts_values(screen: Open, demo_warehouse: Address, scope: Scope, code: str) -> None:
    text = html(screen("pages/indicator.py", **filters(scope, indicator=code)))
    region = ask(demo_warehouse, verdicts.territory_verdicts, scope, "R", REGION)
    row = region.row(by_predicate=pl.col("code") == code, named=True)
    assert f"<dd>{value_text(row)}<small>" in text
    assert row["title"] in text
    table = text[text.index('<div class="table"') :]
    for place in ask(demo_warehouse, verdicts.indicator_verdicts, scope, code).iter_rows(named=True):
        line = table[table.index(place["municipality_full"]) :].split("</tr>")[0]
        if place["value"] is not None:
            assert f">{number(place['numerator'])}</td>" in line


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_municipality_shows_the_marts_values(screen: Open, demo_warehouse: Address, scope: Scope) -> None:
    place = ask(demo_warehouse, published.municipalities, REGION).get_column("municipality_id")[3]
    text = html(screen("pages/municipality.py", **filters(scope, municipality=place, indicator="routes_share")))
    rows = ask(demo_warehouse, verdicts.territory_verdicts, scope, "M", place)
    for row in rows.iter_rows(named=True):
        assert f"<b>{value_text(row)}</b>" in text, row["code"]
    for school in ask(demo_warehouse, verdicts.organizations, scope, place, "routes_share").iter_rows(named=True):
        assert school["name"] in text


def test_a_municipality_that_sent_nothing_is_not_judged_by_its_silence(screen: Open, demo_warehouse: Address) -> None:
    scope, silent = Scope(REGION, 2026, 1, "composite"), "41642000"
    text = html(screen("pages/municipality.py", **filters(scope, municipality=silent))).replace(NBSP, " ")
    assert "Не отчиталась ни одна из 22 организаций; оценки" in text
    rows = ask(demo_warehouse, verdicts.territory_verdicts, scope, "M", silent)
    now = rows.filter(pl.col("value").is_null() & pl.col("past").is_not_null() & (pl.col("verdict") != "hidden"))
    assert text.count("сейчас нет данных") == now.height > 0
    counts = rows.filter((pl.col("kind") == "count") & (pl.col("value") == 0))
    assert text.count(">не отчитался</td>") == counts.height > 0
    indicator = html(screen("pages/indicator.py", **filters(scope, indicator="municipal_methodists")))
    assert "меньше всего из отчитавшихся — " in indicator and "меньше всего из отчитавшихся — Слан" not in indicator


def test_tied_municipalities_share_their_places(demo_warehouse: Address) -> None:
    scope = Scope(REGION, 2026, 1, "composite")
    values = ask(demo_warehouse, verdicts.indicator_verdicts, scope, "active_eligible_share")
    places = peers.ranking(values, "share", lower_is_better=False)
    assert any(first != last for first, last in places.values())
    for municipality, place in places.items():
        ranks = ask(demo_warehouse, verdicts.ranks, scope, municipality)
        rank = ranks.row(by_predicate=pl.col("indicator") == "active_eligible_share", named=True)
        assert (rank["rank"], rank["last"], rank["ranked"]) == (*place, len(places))


def test_the_matrix_accounts_for_every_missed_target_of_the_region(screen: Open, demo_warehouse: Address) -> None:
    scope = Scope(REGION, 2026, 1, "composite")
    region = ask(demo_warehouse, verdicts.territory_verdicts, scope, "R", REGION)
    missed = region.filter(pl.col("verdict") == "missed")
    shown = ask(demo_warehouse, verdicts.municipality_verdicts, scope).get_column("indicator").unique().to_list()
    beyond = missed.filter(~pl.col("code").is_in(shown)).height
    text = html(screen(**filters(scope))).replace(NBSP, " ")
    assert f'<td class="total" data-value="{missed.height}">{missed.height}</td>' in text
    assert f"Область: {beyond} из {missed.height} недостигнутых целей" in text and beyond > 1
    assert "нет данных, нет данных" not in text


def test_a_viewer_sees_no_figure_of_a_small_group(demo_warehouse: Address) -> None:
    scope = Scope(REGION, 2025, 2, "composite")
    mart = open_mart(demo_warehouse)
    hidden = 0
    for place in ask(demo_warehouse, published.municipalities, REGION).get_column("municipality_id"):
        schools = verdicts.organizations(mart, Actor("Комитет", "viewer"), scope, place, "young_support_share")
        assert schools.filter(pl.col("denominator").is_between(1, SMALL_GROUP - 1)).is_empty()
        hidden += schools.filter("hidden").height
    assert hidden > 0


def test_filters_in_the_address_reopen_the_view_and_defaults_are_written_out(screen: Open) -> None:
    test = screen("pages/indicator.py", year="2024", half="1", profile="moscow", indicator="roadmap_execution")
    assert {name: "".join(value) for name, value in test.query_params.items()} == {
        "region": REGION,
        "year": "2024",
        "half": "1",
        "profile": "moscow",
        "indicator": "roadmap_execution",
        "compare": "before",
        "part": "table",
    }


def test_a_filter_that_means_nothing_falls_back(screen: Open) -> None:
    test = screen("pages/indicator.py", year="1899", half="7", profile="<script>", indicator="x'; drop table")
    assert not test.exception
    assert 'class="headline"' in html(test)


def test_choice_of_another_year_changes_the_figures_and_the_address(screen: Open) -> None:
    test = screen()
    test.selectbox(key="filter_year").set_value("2024").run()
    assert "2024" in str(test.query_params["year"])
    assert f"2024{NBSP}год" in html(test)


def test_a_link_pins_its_publication(screen: Open, demo_warehouse: Address) -> None:
    current = current_publication(demo_warehouse)
    kept = sorted(int(path.stem) for path in demo_warehouse.marts.glob("*.duckdb"))
    text = html(screen(publication=str(kept[0])))
    assert f"Ссылка закрепляет публикацию № {kept[0]}. Текущая — № {current}." in text


def test_a_publication_that_is_gone_says_so(screen: Open) -> None:
    text = html(screen(publication="999"))
    assert "Публикация № 999 больше не хранится" in text
    assert "Страница открывается" not in text


@pytest.mark.parametrize("asked", ["9" * 400, "-1", "²", "1.5", "../1"])
def test_a_publication_that_is_no_number_is_passed_over(screen: Open, asked: str) -> None:
    test = screen(publication=asked)
    assert not test.exception
    assert "Обзор" in html(test)
    assert "не удалось построить" not in html(test)


def test_a_new_publication_shows_without_a_restart(
    screen: Open, demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = current_publication(demo_warehouse)
    assert current is not None
    kept = sorted(int(path.stem) for path in demo_warehouse.marts.glob("*.duckdb"))
    present = pointer(demo_warehouse)
    assert present is not None
    point_to(demo_warehouse, replace(present, publication=kept[0]))
    try:
        test = screen()
        assert f"№{NBSP}{kept[0]}</b>" in html(test)
        point_to(demo_warehouse, present)
        assert f"№{NBSP}{current}</b>" in html(test.run())
    finally:
        point_to(demo_warehouse, present)


@pytest.mark.parametrize("page", FIGURES)
def test_without_a_warehouse_a_page_says_what_to_do(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RSNMS_WAREHOUSE", str(tmp_path / "none" / "warehouse.duckdb"))
    test = screens.started()
    test.switch_page(page).run()
    text = html(test)
    assert not test.exception
    assert "Страница открывается" not in text
    if page == "pages/rounds.py":
        assert "Раундов ещё не было: откройте первый." in text
    else:
        assert "пока не" in text
        assert "make demo" in text
        assert "python -m etl load" in text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_refuses_the_network(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = st.get_option
    monkeypatch.setattr("streamlit.get_option", lambda name: "0.0.0.0" if name == "server.address" else asked(name))
    for file in (screens.APP, str(ROOT / page)):
        text = html(AppTest.from_file(file, default_timeout=120).run())
        assert "Доступ закрыт" in text
        assert 'class="headline"' not in text and "page-title" not in text.replace(".page-title", "")


def test_an_error_is_a_number_for_the_reader_and_a_trace_for_the_log(
    screen: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("секрет")

    broken.__qualname__, broken.__module__ = "regions", "warehouse.queries.published"
    monkeypatch.setattr("warehouse.queries.published.regions", broken)
    st.cache_data.clear()
    test = screen()
    text = html(test)
    assert not test.exception
    assert "Страницу не удалось построить" in text
    assert "секрет" not in text
    assert "секрет" in caplog.text


@pytest.mark.parametrize("page", FIGURES)
def test_an_address_reopens_the_same_view(screen: Open, page: str) -> None:
    first = screen(page, year="2024", half="2", profile="moscow", indicator="routes_share")
    kept = {name: values[0] if isinstance(values, list) else values for name, values in first.query_params.items()}
    again = screen(page, **kept)
    assert again.query_params == first.query_params
    assert html(again) == html(first)


def test_a_link_that_is_not_understood_says_so(screen: Open) -> None:
    test = screen("pages/indicator.py", indicator="foo", year="1999", half="1")
    assert "Ссылка понята не полностью: показатель, год." in html(test)
    assert "Ссылка понята не полностью" not in html(test.run())
    test.segmented_control(key="filter_half").set_value("year").run()
    assert "Ссылка понята не полностью" not in html(test)
    assert "Ссылка понята" not in html(screen("pages/indicator.py", indicator="routes_share", year="2025", half="2"))


def test_a_page_that_ends_early_lets_go_of_its_outline() -> None:
    """Streamlit's own stop draws nothing any more, the end of the outline included."""
    stops = [path.name for path in (ROOT / "pages").glob("*.py") if "st.stop(" in path.read_text(encoding="utf-8")]
    stops += [path.name for path in (ROOT / "view").rglob("*.py") if "st.stop(" in path.read_text(encoding="utf-8")]
    assert stops == ["outline.py"]


def test_a_filter_pressed_before_the_browser_knows_the_new_address_takes_no_earlier_one_back(screen: Open) -> None:
    test = screen("indicator", indicator="fr_training_share", year="2025", half="2")
    before = dict(test.query_params)
    test.segmented_control(key="filter_path").set_value("places").run()
    assert "".join(test.query_params["path"]) == "places"
    for name, value in before.items():
        test.query_params[name] = value
    test.segmented_control(key="filter_part").set_value("peers").run()
    assert ["".join(test.query_params[name]) for name in ("path", "part")] == ["places", "peers"]
    for name, value in before.items():
        test.query_params[name] = value
    test.run()
    assert dict(test.query_params) == before, "the browser's Back"
