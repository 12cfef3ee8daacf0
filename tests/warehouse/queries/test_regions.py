"""Two regions in one warehouse: every page and the comparison of regions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from bench.federal import build, publication
from etl.demo.scale import federal
from tests import screens
from tests.two_regions import IVANOVO, MOSCOW, SCALE, fill
from view.indicators import region_comparison
from warehouse.access.rights import ROLES, Actor, Role
from warehouse.ledger import profiles
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import verdicts
from warehouse.store.address import Address
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[3]
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
READER = Actor("Проверка", "viewer")
NAMES = {MOSCOW: "Московская область", IVANOVO: "Ивановская область"}
CODE = "diagnostics_share"

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Address:
    folder = tmp_path_factory.mktemp("two_regions")
    return fill(Address(folder / "warehouse.duckdb"), folder / "files")


@pytest.fixture(scope="module")
def mart(address: Address) -> Mart:
    return open_mart(address)


@pytest.fixture
def screen(address: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    screens.look_at(monkeypatch, address)

    def opened(page: str, **filters: str) -> AppTest:
        return screens.opened(page, filters)

    return opened


def html(test: AppTest) -> str:
    return screens.html(test)


@pytest.mark.parametrize("region", [MOSCOW, IVANOVO])
def test_every_page_shows_the_region_that_was_chosen_and_nothing_of_the_other(screen: Open, region: str) -> None:
    alien = {place.name for one in SCALE.regions if one.region_id != region for place in one.municipalities}
    own = next(one for one in SCALE.regions if one.region_id == region)
    for page in PAGES:
        test = screen(page, region=region)
        text = html(test)
        assert not test.exception and "не удалось построить" not in text, page
        assert not {name for name in alien if name in text}, page
        assert "Ленинград" not in text or page in {"method", "targets"}, page
        if page in {"overview", "indicator", "deficits", "methodists"}:
            assert all(place.short_name in text for place in own.municipalities), page


def test_the_filter_of_regions_is_drawn_and_changes_the_page(screen: Open) -> None:
    test = screen("overview", region=IVANOVO)
    chosen = test.selectbox(key="filter_region")
    assert {NAMES[MOSCOW], NAMES[IVANOVO]} == set(chosen.options)
    assert "Московская область" in html(chosen.set_value(MOSCOW).run())
    assert "".join(test.query_params["region"]) == MOSCOW


def test_regions_are_compared_by_their_own_values(mart: Mart) -> None:
    scope = Scope(MOSCOW, 2025, 2, "composite")
    rows = verdicts.region_verdicts(mart, READER, scope, CODE)
    assert rows.get_column("region_id").to_list() == [IVANOVO, MOSCOW]
    for row in rows.iter_rows(named=True):
        own = verdicts.territory_verdicts(
            mart, READER, Scope(row["region_id"], 2025, 2, "composite"), "R", row["region_id"]
        )
        same = own.row(by_predicate=pl.col("code") == CODE, named=True)
        for column in ("numerator", "denominator", "value", "target", "verdict", "gap", "past", "change", "reporting"):
            assert row[column] == same[column], column


def test_a_region_without_the_half_year_has_no_value(mart: Mart) -> None:
    rows = verdicts.region_verdicts(mart, READER, Scope(MOSCOW, 2031, 2, "composite"), CODE)
    assert rows.get_column("value").to_list() == [None, None]
    assert rows.get_column("verdict").to_list() == ["no_data", "no_data"]


def test_the_page_of_an_indicator_ranks_the_regions(screen: Open, mart: Mart) -> None:
    test = screen("indicator", region=IVANOVO, indicator=CODE, year="2025", half="2")
    rows = verdicts.region_verdicts(mart, READER, Scope(IVANOVO, 2025, 2, "composite"), CODE)
    values = dict(rows.select("region_id", "value").iter_rows())
    place = 1 if values[IVANOVO] > values[MOSCOW] else 2
    assert f"Ивановская область — {place}-е место из\u00a02 регионов" in html(test).replace(
        "2\u00a0регионов", "2 регионов"
    )


ROW = {
    "municipality_id": "a",
    "municipality": "Область А",
    "value": 5.0,
    "rank": "1",
    "target": None,
    "operator": None,
}
SHARE = {"unit": "%", "decimals": 1}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW, {**ROW, "municipality_id": "b", "rank": "2"}], "Область А — 1-е место из"),
        ([{**ROW, "rank": "1–2"}, {**ROW, "municipality_id": "b", "rank": "1–2"}], "Область А — 1–2-е место из"),
        (
            [ROW, {**ROW, "municipality_id": "b", "value": None, "rank": ""}],
            "в других регионах за этот период данных нет",
        ),
        ([{**ROW, "value": None, "rank": ""}, {**ROW, "municipality_id": "b"}], "Область А: нет данных"),
    ],
)
def test_the_title_says_where_a_region_stands(rows: list[dict[str, Any]], said: str) -> None:
    assert said in region_comparison.title(pl.DataFrame(rows, infer_schema_length=None), "a", SHARE)


def test_one_region_has_nothing_to_be_compared_with(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.look_at(monkeypatch, demo_warehouse)
    test = screens.started()
    test.switch_page("pages/indicator.py").run()
    assert "регионов" not in html(test)


def test_a_region_sets_targets_in_its_own_profile_and_in_no_other() -> None:
    assert profiles.changeable("moscow", [MOSCOW])
    assert profiles.changeable("ivanovo", [MOSCOW, IVANOVO])
    assert not profiles.changeable("ivanovo", [MOSCOW])
    assert not profiles.changeable("leningrad", [MOSCOW, IVANOVO])
    assert not profiles.changeable(profiles.COMPOSITE, [MOSCOW, IVANOVO])
    assert not profiles.changeable("", [MOSCOW])
    assert profiles.changeable("план", [])
    assert [profile.code for profile in profiles.preferred()] == ["leningrad", "moscow", "ivanovo"]


def test_targets_of_either_region_may_be_set_where_both_report(screen: Open) -> None:
    for region, profile in ((MOSCOW, "moscow"), (IVANOVO, "ivanovo")):
        assert "Новая цель" in html(screen("targets", region=region, profile=profile))
    assert "Новая цель" not in html(screen("targets", region=MOSCOW, profile="leningrad"))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_compare_published_values(mart: Mart, role: Role) -> None:
    assert (
        verdicts.region_verdicts(mart, Actor("Проверка", role), Scope(MOSCOW, 2025, 2, "composite"), CODE).height == 2
    )


@pytest.mark.load
def test_a_federation_is_built_and_published(tmp_path: Path) -> None:
    """The benchmark's direct way into the ledger gives the mart that files would give."""
    address = Address(tmp_path / "warehouse.duckdb")
    scale = federal(regions=3, municipalities=3, schools=6, teachers=60)
    build(address, replace(scale, first_year=2025, last_year=2025, last_half=2))
    publication(address, "1GB")
    rows = verdicts.region_verdicts(open_mart(address), READER, Scope("01000000", 2025, 2, "composite"), CODE)
    assert rows.get_column("region_id").to_list() == ["01000000", "02000000", "03000000"]
    assert rows.get_column("value").null_count() == 0


WORDS = ("Ленинград", "leningrad", "41000000")
DATA = ("sql/reference", "sql/indicators", "etl/demo", "tests", "docs")


def test_code_names_no_region() -> None:
    """Only reference data, sources of indicators, the demonstration and tests do."""
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app.py", "pages", "view", "warehouse", "etl", "checks", "sql", "bench")
        for path in ([ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*")))
        if path.suffix in {".py", ".sql", ".css"} and any(word in path.read_text(encoding="utf-8") for word in WORDS)
    ]
    assert [name for name in found if not name.startswith(DATA)] == []
