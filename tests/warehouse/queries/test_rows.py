"""Rows behind every value explain its numerator exactly."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest

from checks.catalogue import contracts
from view.indicators.row_blocks import explanation, finding
from warehouse.access.rights import Actor, Forbidden
from warehouse.build.indicators import catalogue
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import rows
from warehouse.store.address import Address

ADMIN = Actor("Проверка", "admin")
REGION = "41000000"


@pytest.fixture(scope="module")
def mart(demo_warehouse: Address) -> Mart:
    return open_mart(demo_warehouse)


@pytest.fixture
def answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cache the answers of the mart by actor, query and parameters."""
    answers: dict[tuple[Actor, str, str], pl.DataFrame] = {}
    answer = Mart.query_as

    def ask_once(mart: Mart, actor: Actor, sql: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
        asked = (actor, sql, repr(parameters))
        if asked not in answers:
            answers[asked] = answer(mart, actor, sql, parameters)
        return answers[asked]

    monkeypatch.setattr(Mart, "query_as", ask_once)


@pytest.mark.parametrize("indicator", [indicator.code for indicator in catalogue()])
@pytest.mark.usefixtures("answered_once")
def test_counted_rows_add_up_to_the_numerator_everywhere(mart: Mart, indicator: str) -> None:
    asked = mart.query_unguarded(
        """
        select year, half, level, territory_id, numerator
        from indicator_values
        where indicator = $indicator and region_id = $region and numerator is not null
            and (level = 'R' or (level = 'M' and (year, half) in ((2025, 2), (2026, 1)))
                or (level = 'O' and year = 2025 and hash(territory_id) % 40 = 0))
        """,
        {"indicator": indicator, "region": REGION},
    )
    assert asked.height > 0
    for year, half, level, territory, numerator in asked.iter_rows():
        found = rows.behind(mart, ADMIN, REGION, year, half, indicator, level, territory)
        assert found is not None
        assert found.numerator == numerator, (year, half, level, territory)


VIEWER = Actor("Читатель", "viewer")
OWN, OTHER = "41518000", "41612000"
MUNICIPAL = Actor("Служба", "municipal", frozenset({OWN}))


def ask(mart: Mart, actor: Actor, indicator: str, level: str, territory: str, only: str = "all") -> rows.Rows:
    found = rows.behind(mart, actor, REGION, 2025, 2, indicator, level, territory, only)
    assert found is not None
    return found


def test_rows_about_people_are_for_those_who_may_see_them(mart: Mart) -> None:
    with pytest.raises(Forbidden):
        ask(mart, VIEWER, "diagnostics_share", "M", OWN)
    with pytest.raises(Forbidden):
        ask(mart, MUNICIPAL, "diagnostics_share", "M", OTHER)
    with pytest.raises(Forbidden):
        ask(mart, MUNICIPAL, "diagnostics_share", "R", REGION)
    assert ask(mart, MUNICIPAL, "diagnostics_share", "M", OWN).total > 0
    assert ask(mart, VIEWER, "active_meetings", "R", REGION).total > 0


def test_an_organization_belongs_to_its_municipality(mart: Mart) -> None:
    own, other = (
        mart.query_unguarded("select min(organization_id) from organizations where municipality_id = ?", [place]).item()
        for place in (OWN, OTHER)
    )
    assert ask(mart, MUNICIPAL, "routes_share", "O", own).total > 0
    with pytest.raises(Forbidden):
        ask(mart, MUNICIPAL, "routes_share", "O", other)


@pytest.mark.parametrize("indicator", ["roadmap_execution", "community_events"])
def test_rows_of_another_municipality_are_not_for_a_municipal_role(mart: Mart, indicator: str) -> None:
    with pytest.raises(Forbidden):
        ask(mart, MUNICIPAL, indicator, "M", OTHER)
    assert ask(mart, MUNICIPAL, indicator, "M", OWN).rows.height == ask(mart, ADMIN, indicator, "M", OWN).rows.height
    assert ask(mart, VIEWER, indicator, "M", OTHER).total > 0


@pytest.mark.parametrize(
    ("indicator", "column"), [("community_events", "territory"), ("service_mutual_learning_share", "municipality")]
)
def test_of_the_region_a_municipal_role_sees_all_counts_and_its_own_rows(
    mart: Mart, indicator: str, column: str
) -> None:
    every, own = (ask(mart, actor, indicator, "R", REGION) for actor in (VIEWER, MUNICIPAL))
    assert own.summary.equals(every.summary)
    assert own.numerator == every.numerator
    assert set(own.rows.get_column(column)) <= {REGION, OWN} < set(every.rows.get_column(column)) | {REGION}
    assert own.only_own and not every.only_own


def test_a_passport_behind_a_denominator_is_for_those_who_may_see_people(mart: Mart) -> None:
    school = mart.query_unguarded(
        "select min(organization_id) from organization_staff where municipality_id = ? and year = 2025 and half = 2",
        [OWN],
    ).item()
    assert rows.passport_of(mart, MUNICIPAL, school, 2025, 2) is not None
    with pytest.raises(Forbidden):
        rows.passport_of(mart, VIEWER, school, 2025, 2)


def test_a_finding_ends_with_one_full_stop() -> None:
    described = {"short": "Нагрузка", "kind": "ratio"}
    row = {"value": 210.0, "numerator": 420.0, "denominator": 2.0, "unit": "чел.", "decimals": 0}
    assert finding("Лужский", described, row).endswith("210\u00a0чел.")


def test_a_sentence_agrees_with_its_rows_and_leaves_acronyms_alone(mart: Mart) -> None:
    described = {"short": "ИОМ по диагностике", "kind": "share"}
    assert finding("Лужский", described, None) == "Лужский: ИОМ по диагностике — нет данных."
    found = ask(mart, ADMIN, "municipal_methodists", "M", OWN)
    assert found.source.subject == ("методист", "методиста", "методистов")
    said = explanation(replace(found, summary=found.summary.with_columns(pl.lit(21, pl.Int64).alias("rows"))))
    assert said.startswith("Учтена 21\u00a0строка, в них ")
    assert ask(mart, ADMIN, "active_meetings", "R", REGION).source.subject[0] == "квартал"
    assert ask(mart, ADMIN, "young_events", "R", REGION).source.subject[0] == "мероприятие"


def test_competencies_are_shown_by_their_names(mart: Mart) -> None:
    names = set(mart.query_unguarded("select name from competencies").get_column("name"))
    for indicator, column in (("diagnostics_share", "competency"), ("improved_competencies", "competencies")):
        shown = ask(mart, ADMIN, indicator, "M", OWN).rows.get_column(column)
        assert shown.len() and set(shown) <= names


def test_a_choice_shows_its_rows_and_the_counts_stay(mart: Mart) -> None:
    everything = ask(mart, ADMIN, "fr_training_share", "M", OWN)
    reasons = dict(everything.summary.select("reason", "rows").iter_rows())
    left = ask(mart, ADMIN, "fr_training_share", "M", OWN, "unregistered")
    assert left.rows.get_column("sentence").unique().to_list() == ["Программы нет в Федеральном реестре."]
    assert left.rows.height == min(reasons["unregistered"], rows.SHOWN_ROWS)
    assert left.total == everything.total
    counted = ask(mart, ADMIN, "fr_training_share", "M", OWN, "counted")
    assert counted.rows.get_column("counts").all()


def test_every_source_is_used_and_shows_columns_of_its_dataset() -> None:
    used = {rows.source_of(indicator.row_source)[0].code for indicator in catalogue() if indicator.row_source}
    assert used == set(rows.sources())
    for source in rows.sources().values():
        if source.dataset:
            known = set(contracts()[source.dataset].columns) | {"competencies"}
            assert set(source.shows) <= known, source.code


@pytest.mark.parametrize("row_source", ["nowhere", "events; kind=сообщества", "diagnostics; roles=учитель"])
def test_a_wrong_row_source_is_refused(row_source: str) -> None:
    with pytest.raises(rows.RowSourceError):
        rows.source_of(row_source)
