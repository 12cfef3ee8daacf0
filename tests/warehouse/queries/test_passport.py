"""The passport: totals and completeness by hand, rights, the workbook, the page."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from polars.testing import assert_frame_equal
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP
from tests import screens
from tests.golden.builder import Row
from tests.passport_rows import EAST, REGION, SMALL, WEST, mart_of, measure, organization, place, staff
from view.passport import sections, workbook
from view.passport.names import FIGURES, PART_NAMES, TITLES, Named
from view.passport.sections import Section
from view.passport.tables import Table, resources_table
from warehouse.access.rights import Actor, Forbidden, Role
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import passport, roadmap, verdicts
from warehouse.store.address import Address
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[3]
ADMIN = Actor("Проверка", "admin")
MUNICIPAL = Actor("Проверка", "municipal", frozenset({EAST}))
YEAR = Scope(REGION, 2025, 2, "composite")


@pytest.fixture(scope="module")
def mart() -> Mart:
    return mart_of(SMALL)


def test_totals_of_the_region_and_of_a_municipality(mart: Mart) -> None:
    whole = passport.figures(mart, ADMIN, YEAR, REGION)
    assert (whole["reporting"], whole["organizations"], whole["pedagogical_staff"]) == (3, 4, 64)
    assert (whole["planned_rub"], whole["spent_rub"], whole["spent_share"]) == (400, 340, 85)
    assert (whole["events"], whole["participants"]) == (2, 40)  # that of 1 January is of the next year
    assert (whole["resources"], whole["sites"], whole["learning_systems"]) == (2, 1, 1)
    assert (whole["municipal_services"], whole["councils"], whole["resource_centers"]) == (1, 0, None)
    east = passport.figures(mart, ADMIN, YEAR, EAST)
    assert (east["planned_rub"], east["events"], east["participants"]) == (100, 1, None)
    west = passport.figures(mart, ADMIN, YEAR, WEST)
    assert (west["pedagogical_staff"], west["planned_rub"], west["resources"]) == (None, None, 1)
    assert passport.figures(mart, ADMIN, YEAR.year_before(), REGION)["pedagogical_staff"] == 40


def test_another_region_in_the_warehouse_changes_nothing(mart: Mart) -> None:
    region, town = "46000000", "46712000"
    others: dict[str, list[Row]] = {
        "regions": [{"region_id": region, "name": "Московская область", "name_genitive": "Московской области"}],
        "municipalities": [{**place(town, "Городской округ Дмитровский", "Дмитровский"), "region_id": region}],
        "organizations": [organization("M1", town)],
        "passport_organizations": [staff("M1", 2025, 2, 99)],
        "passport_finance": [{**SMALL["passport_finance"][0], "territory": region}],
        "passport_resources": [{**SMALL["passport_resources"][0], "territory": town}],
        "events": [{**SMALL["events"][0], "event_id": "9", "territory": town}],
        "roadmap": [measure(town, "1", "30.06.2025")],
        "outcomes": [{**SMALL["outcomes"][0], "organization_id": "M1"}],
    }
    both = mart_of({table: [*SMALL.get(table, []), *others.get(table, [])] for table in {**SMALL, **others}})
    assert passport.figures(both, ADMIN, YEAR, REGION) == passport.figures(mart, ADMIN, YEAR, REGION)
    for question in (
        passport.completeness,
        passport.resources,
        passport.mean_scores,
        passport.finance,
        passport.events,
    ):
        assert_frame_equal(
            question(both, ADMIN, YEAR, REGION), question(mart, ADMIN, YEAR, REGION), check_row_order=False
        )
    assert roadmap.comparison(both, ADMIN, YEAR).rows() == roadmap.comparison(mart, ADMIN, YEAR).rows()
    moscow = Scope(region, 2025, 2, "composite")
    assert passport.figures(both, ADMIN, moscow, region)["pedagogical_staff"] == 99
    assert roadmap.comparison(both, ADMIN, moscow).get_column("territory_id").to_list() == [region, town]


def test_completeness_counts_what_is_there_of_what_is_expected(mart: Mart) -> None:
    parts = passport.part_shares(passport.completeness(mart, ADMIN, YEAR, REGION))
    counted = {
        part: (present, expected) for part, expected, present in parts.select("part", "expected", "present").rows()
    }
    assert counted["staff_reports"] == (3, 4)
    assert counted["municipal_methodists"] == (0, 2)
    assert counted["infrastructure_reports"] == (1, 2)
    assert counted["infrastructure_fields"] == (2, 3)
    assert counted["finance"] == (2, 3)  # the region and one of two municipalities
    assert counted["resources"] == (2, 3)
    assert counted["roadmap"] == (2, 3)
    assert counted["outcomes"] == (3, 3)  # the kindergarten is asked for none
    assert counted["events"] == (1, 2)
    assert counted["event_participants"] == (1, 2)
    assert counted["program_list"] == (0, 1)
    assert "program_developers" not in counted  # there is no programme to ask about


def test_completeness_of_a_section_is_the_mean_of_its_parts(mart: Mart) -> None:
    shares = passport.shares(passport.completeness(mart, ADMIN, YEAR, REGION))
    assert list(shares) == list(passport.SECTIONS) == list(TITLES) == list(FIGURES)
    assert shares["staff"] == pytest.approx((75 + 0 + 0) / 3)
    assert shares["finance"] == pytest.approx(200 / 3)
    assert passport.shares(passport.completeness(mart, ADMIN, YEAR, WEST))["finance"] == 0
    assert passport.shares(passport.completeness(mart, ADMIN, YEAR, EAST))["finance"] == 100


def test_every_part_and_figure_has_words_and_a_column(mart: Mart) -> None:
    assert set(PART_NAMES) == set(passport.PARTS)
    columns = set(passport.figures(mart, ADMIN, YEAR, REGION))
    named = {figure.code for figures in FIGURES.values() for figure in figures}
    assert named <= columns
    unnamed = {"organizations", "reporting", "infrastructure_reports", "mutual_learning"}
    assert columns - named == unnamed | {"training_hidden", "young_hidden"}


def test_debtors_are_named(mart: Mart) -> None:
    found = passport.completeness(mart, ADMIN, YEAR, REGION)
    owing = found.filter((found["part"] == "staff_reports") & (found["present"] < found["expected"]))
    assert owing.select("municipality", "expected", "present").rows() == [("Лужский", 1, 0)]
    assert verdicts.silent_organizations(mart, ADMIN, YEAR, WEST) == ["Организация W1"]


def test_mean_scores_are_weighted_and_small_groups_left_out(mart: Mart) -> None:
    whole = passport.mean_scores(mart, ADMIN, YEAR, REGION).row(0, named=True)
    assert whole["mean_score"] == pytest.approx((6 * 60 + 2 * 40 + 4 * 90) / 12)
    east = passport.mean_scores(mart, ADMIN, YEAR, EAST).row(0, named=True)
    assert east["mean_score"] == 55 and east["regional"] == whole["mean_score"]
    assert passport.mean_scores(mart, ADMIN, YEAR, WEST).is_empty()  # four students


def test_a_municipal_role_sees_the_region_and_itself(mart: Mart) -> None:
    assert passport.figures(mart, MUNICIPAL, YEAR, REGION)["pedagogical_staff"] == 64
    with pytest.raises(Forbidden):
        passport.figures(mart, MUNICIPAL, YEAR, WEST)
    for question in (passport.staff_by_municipality, passport.infrastructure_by_municipality):
        assert question(mart, MUNICIPAL, YEAR).get_column("municipality_id").to_list() == [EAST]
    assert passport.resources(mart, MUNICIPAL, YEAR, REGION).get_column("territory_id").to_list() == [REGION]
    parts = passport.completeness(mart, MUNICIPAL, YEAR, REGION)
    assert "Лужский" not in parts.get_column("municipality").to_list()
    assert passport.shares(parts) == passport.shares(passport.completeness(mart, ADMIN, YEAR, REGION))


def book_of(mart: Mart) -> bytes:
    rows = resources_table(passport.resources(mart, ADMIN, YEAR, REGION))
    figure = sections.Figure("Ресурсы", 2.5, None, "", 0)
    filled = [
        Section(code, title, 50.0, (), (figure,), (Table("Перечень", rows),) if code == "resources" else ())
        for code, title in TITLES.items()
    ]
    return workbook.workbook(filled, "Область", [("Публикация", "№ 1")], {"results": "=слова"})


def test_workbook_has_a_sheet_a_section_and_no_formula(mart: Mart) -> None:
    data = book_of(mart)
    read = fastexcel.read_excel(data)
    assert read.sheet_names == [*workbook.SHEETS.values(), "О файле"]
    assert set(workbook.SHEETS) == set(TITLES)
    sheet = read.load_sheet("6 Ресурсы", header_row=None).to_polars()
    cells = {cell for row in sheet.iter_rows() for cell in row}
    assert '=HYPERLINK("http://example.org")' in cells and "Ресурсы" in cells
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            assert b"<f>" not in packed.read(name), name
            assert b"<hyperlink" not in packed.read(name), name


Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page in a role with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(role: Role = "viewer", municipalities: frozenset[str] = frozenset(), **filters: str) -> AppTest:
        screens.sign_in(monkeypatch, Actor("Проверка", role, municipalities))
        return screens.opened("passport", {"year": "2025", "half": "2", **filters})

    return opened


def html(test: AppTest) -> str:
    text = screens.html(test).replace(NBSP, " ")
    assert not test.exception and "не удалось построить" not in text
    return text


def test_page_of_the_region_shows_the_totals_of_the_mart(screen: Open, demo_warehouse: Address) -> None:
    test = screen()
    assert not test.exception
    text = html(test)
    for title in TITLES.values():
        assert f". {title}" in text
    totals: dict[str, Any] = passport.figures(open_mart(demo_warehouse), ADMIN, YEAR, REGION)
    assert f"<dd>{totals['pedagogical_staff']:,} чел.<small>".replace(",", " ") in text
    assert "ρ = " in text and 'href="rounds?region=41000000&round=2025-2"' in text
    kept = {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}
    assert kept["linked"] == "diagnostics_share" and kept["exam"].startswith("ЕГЭ")


def test_page_of_a_municipality_and_of_a_municipal_role(screen: Open) -> None:
    text = html(screen(territory=EAST))
    assert "Всеволожский" in text and "Связь с результатами" not in text.replace(TITLES["results"], "")
    test = screen("municipal", frozenset({EAST}))
    assert not test.exception
    text = html(test)
    assert "Сланцевский" not in text and "Тосненский" not in text


def test_page_without_anything_sent_for_the_year_before(screen: Open) -> None:
    test = screen(year="2022", half="1")
    assert not test.exception
    assert "год назад нет данных" in html(test)


def test_half_a_year_of_money_is_not_compared_with_a_whole_one() -> None:
    spent = Named("Исполнено", "spent_rub", "млн руб.", 1)
    half = sections._figure(spent, {"spent_rub": 68.5e6}, {"spent_rub": 154.7e6}, True, 2025)
    assert (half.change, half.change_words) == (None, "за весь 2025 год — 154,7\xa0млн руб.")
    year = sections._figure(spent, {"spent_rub": 68.5e6}, {"spent_rub": 154.7e6}, True)
    assert year.change_words.startswith("−86,2")


def test_the_staff_says_that_others_reported_a_year_before(screen: Open) -> None:
    assert "Отчитались 669 из 700 организаций, год назад — 695" in html(screen(year="2026", half="1"))
    assert sections._caution({"reporting": 5, "organizations": 6}, {"reporting": 5}) == ""


def test_a_hidden_figure_says_so_and_is_not_taken_for_a_missing_one() -> None:
    assert sections.Figure("Завершили обучение", None, None, "чел.", 0, hidden=True).text == "скрыто"
    assert sections.Figure("Завершили обучение", None, None, "чел.", 0).text == "нет данных"
    shown = sections._figure(Named("Завершили", "trained", "чел."), {"training_hidden": True}, {}, True)
    assert shown.hidden
