"""«Диагностика и дефициты» and «Методисты» for each role, by AppTest."""

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from checks.russian import NBSP, number, plural
from tests import screens
from view.indicators import deficit_blocks
from view.shell.page import ONLY_OWN
from warehouse.access.rights import ROLES, Actor, Role
from warehouse.marts.mart import open_mart
from warehouse.queries import deficits, methodists, verdicts
from warehouse.queries.analysis import cascade, need
from warehouse.queries.analysis.exact import exact
from warehouse.store.address import Address
from warehouse.store.scope import Scope

ROOT = Path(__file__).parents[2]
REGION, VSEVOLOZHSK, PODPOROZHYE = "41000000", "41612000", "41636000"
SILENT = "41642000"
SCOPE = Scope(REGION, 2025, 2, "composite")
ADMIN = Actor("Проверка", "admin")

Open = Callable[..., AppTest]


@pytest.fixture
def screen(demo_warehouse: Address, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page in a role with filters in its address."""
    screens.look_at(monkeypatch, demo_warehouse)

    def opened(page: str, role: Role = "specialist", **filters: str) -> AppTest:
        own = frozenset({PODPOROZHYE}) if role == "municipal" else frozenset[str]()
        screens.sign_in(monkeypatch, Actor("Проверка", role, own))
        return screens.opened(page, {"year": "2025", **filters})

    return opened


def html(test: AppTest) -> str:
    return screens.html(test).replace(NBSP, " ")


def address(test: AppTest, name: str) -> str:
    return "".join(test.query_params[name])


def drawn(test: AppTest) -> str:
    """Return everything that the charts of the page hold."""
    return "\n".join(str(element.proto) for element in test.get("plotly_chart"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("territory", [REGION, PODPOROZHYE])
@pytest.mark.parametrize("page", ["deficits", "methodists"])
def test_every_role_reads_the_page_for_the_region_and_a_municipality(
    screen: Open, page: str, territory: str, role: Role
) -> None:
    test = screen(page, role, territory=territory)
    text = html(test)
    assert not test.exception
    assert "не удалось построить" not in text
    assert ("Вся область:" if territory == REGION else "Подпорожский:") in text
    assert address(test, "territory") == territory


def test_deficits_show_the_marts_figures(screen: Open, demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    text = html(screen("deficits"))
    rows = deficits.deficits(mart, ADMIN, SCOPE)
    region = rows.filter(pl.col("level") == "R")
    for row in region.filter(pl.col("competency") != deficits.EVERY).iter_rows(named=True):
        if row["with_deficit"]:
            verb = plural(row["trained"], "обучен", "обучены", "обучены")
            assert f"{verb} {number(row['trained'])} из {number(row['with_deficit'])}".replace(NBSP, " ") in text
    steps = cascade.cascade(mart, ADMIN, SCOPE, "R", REGION)
    staff, diagnosed = (number(count).replace(NBSP, " ") for count in steps["people"].to_list()[:2])
    assert f"прошли {diagnosed} из {staff}" in text
    alone = region.filter((pl.col("competency") != deficits.EVERY) & (pl.col("programs") == 0))
    assert text.count("✕ программ нет") == alone.filter(pl.col("with_deficit") > 0).height > 0
    assert text.count('<td class="shade-') == rows.filter(pl.col("competency") != deficits.EVERY)["share"].count()


def test_deficits_are_not_denied_where_nobody_was_tested(screen: Open) -> None:
    text = html(screen("deficits", territory=SILENT, year="2026", half="1"))
    assert "Диагностики за период нет — о дефицитах судить нельзя." in text
    assert "Дефицитов нет" not in text
    rows = pl.DataFrame({"competency": ["PSY"], "assessed": [30], "with_deficit": [0], "hidden": [False]})
    assert "Дефицитов нет" in deficit_blocks.answers(rows)


def test_another_number_in_the_cascade_is_explained() -> None:
    steps = pl.DataFrame({"step": ["diagnosed", "deficit"], "people": [30, 20]})
    assert "В каскаде с дефицитом 20, а не 22:" in deficit_blocks.beside_cascade(steps, {"with_deficit": 22})
    assert deficit_blocks.beside_cascade(steps, {"with_deficit": 20}) == ""
    assert (
        deficit_blocks.beside_cascade(steps, {"with_deficit": None})
        == deficit_blocks.beside_cascade(steps.clear(), None)
        == ""
    )


def test_the_cascade_begins_with_the_numerator_of_the_indicator(demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    published = mart.query_unguarded(
        "select level, territory_id, year, half, numerator, denominator from indicator_values "
        "where indicator = 'diagnostics_share' and value is not null"
    )
    steps = mart.query_unguarded(
        """
        select level, territory_id, year, half, max(people) filter (step = 'staff') as staff,
            max(people) filter (step = 'diagnosed') as diagnosed
        from cascade
        group by all
        """
    )
    joined = published.join(steps, on=["level", "territory_id", "year", "half"])
    assert joined.height == published.height > 0
    assert joined.filter(
        (pl.col("diagnosed") != pl.col("numerator")) | (pl.col("staff") != pl.col("denominator"))
    ).is_empty()


def test_who_may_not_see_people_sees_no_small_group(screen: Open) -> None:
    assert 'class="veiled"' not in html(screen("deficits", "specialist"))
    assert 'class="veiled"' in html(screen("deficits", "viewer"))
    own = html(screen("deficits", "municipal"))
    line = own[own.index(">Подпорожский</a>") :].split("</tr>")[0]
    assert 'class="veiled"' not in line
    assert ONLY_OWN in own and ">Лужский</a>" not in own


def test_a_competency_narrows_the_programmes_and_stays_in_the_address(screen: Open) -> None:
    test = screen("deficits", competency="INCL")
    assert "На дефицит «инклюзивное образование» не отвечает ни одна программа." in html(test)
    assert address(test, "competency") == "INCL"


def test_loads_of_methodists_are_for_those_who_may_see_people(screen: Open, demo_warehouse: Address) -> None:
    people = methodists.methodists(open_mart(demo_warehouse), ADMIN, SCOPE)
    codes = people["methodist_id"].to_list()
    everyone = screen("methodists")
    assert all(code in html(everyone) for code in codes)
    for test in (screen("methodists", "viewer"), screen("methodists", "viewer", territory=VSEVOLOZHSK)):
        assert not any(code in html(test) + drawn(test) for code in codes)
    own = screen("methodists", "municipal")
    seen = {code for code in codes if code in html(own) + drawn(own)}
    bound = (pl.col("municipality_id") == PODPOROZHYE) | pl.col("working").list.contains(PODPOROZHYE)
    assert seen == set(people.filter(bound)["methodist_id"])


def test_need_before_a_plan_is_the_indicator(demo_warehouse: Address) -> None:
    mart = open_mart(demo_warehouse)
    limit = methodists.limit(mart, ADMIN, SCOPE)
    assert limit is not None and limit.in_force and limit.value == 250
    rows = methodists.needs(mart, ADMIN, SCOPE, limit.value)
    places = verdicts.indicator_verdicts(mart, ADMIN, SCOPE, methodists.LOAD)
    for row in places.iter_rows(named=True):
        found = rows.row(by_predicate=pl.col("territory_id") == row["municipality_id"], named=True)
        staffed = need.Staffing("", found["teachers"], found["methodists"], 0)
        assert need.verdict(staffed, exact(limit.value)) == row["verdict"]
        assert (found["teachers"], found["methodists"]) == (row["numerator"] or 0, row["denominator"] or 0)
    assert methodists.limit(mart, ADMIN, Scope(REGION, 2025, 2, "leningrad")) is None
    goal = methodists.limit(mart, ADMIN, Scope(REGION, 2022, 2, "composite"))
    assert goal is not None and not goal.in_force and goal.year == 2024


def test_a_plan_in_the_address_is_carried_out(screen: Open, demo_warehouse: Address) -> None:
    rows = methodists.staffing(open_mart(demo_warehouse), ADMIN, SCOPE)
    row = rows.row(by_predicate=pl.col("territory_id") == VSEVOLOZHSK, named=True)
    count = row["methodists"] + 4
    test = screen("methodists", "viewer", plan=f"{VSEVOLOZHSK}:{count}")
    text = html(test)
    assert "Добавить 4 методистов" in text
    assert f"{number(row['teachers'] / count, 1)}</b>" in text
    assert address(test, "plan") == f"{VSEVOLOZHSK}:{count}"
    test.number_input(key=f"plan_{VSEVOLOZHSK}").set_value(count + 1).run()
    assert "Добавить 5 методистов" in html(test)
    assert address(test, "plan") == f"{VSEVOLOZHSK}:{count + 1}"


def test_a_proposal_brings_every_municipality_within_the_limit(screen: Open) -> None:
    test = screen("methodists")
    said = re.search(r"до лимита — ещё (\d+) \(.*чтобы закрепить всех — ещё (\d+)", html(test))
    assert said is not None and 0 < int(said[1]) < int(said[2])
    test.button(key="propose_False").click().run()
    text = html(test)
    assert f"Добавить {said[1]} методист" in text
    assert not test.exception
    assert "Добавить " in text and "лимит соблюдён в 17 из 17 муниципалитетов" in text
    test.button(key="plan_reset").click().run()
    assert "plan" not in test.query_params
    assert "Выберите муниципалитеты или возьмите готовое предложение" in html(test)
