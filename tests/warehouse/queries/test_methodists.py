"""Methodists: loads, need and requirements worked out by hand; rights by role."""

from collections.abc import Callable

import polars as pl
import pytest

from tests.golden.builder import Row, day, published
from tests.warehouse.queries.test_deficits import ADMIN, BY_HAND, FAR, FIRST, NEAR, REGION
from view.methodists import plan_inputs, requirements
from view.methodists import staffing as drawing
from warehouse.access.rights import Actor, Forbidden
from warehouse.marts.mart import Mart
from warehouse.queries import deficits, methodists
from warehouse.queries.analysis.cascade import cascade
from warehouse.queries.analysis.need import Staffing
from warehouse.queries.methodists import Limit

LIMIT = Limit(250.0, 2024, "Распоряжение", True)


def methodist(code: str, municipality: str, **more: object) -> Row:
    meets = {"pedagogical_degree": True, "experience_years": 10.0, "category": "высшая", "diagnostics_passed": True}
    own = {"methodist_id": code, "level": "региональный", "municipality": municipality}
    return own | {"included_on": day("01.01.2024")} | meets | more


def assigned(code: str, organization: str, teachers: int) -> Row:
    return {"methodist_id": code, "organization_id": organization, "year": 2025, "half": 1,
            "teachers_assigned": teachers}  # fmt: skip


@pytest.fixture(scope="module")
def mart() -> Mart:
    """Mart in which m1 works in both municipalities and m5 leaves on the cut-off day.

    m4 has nobody assigned, v1 is municipal.
    """
    return published(
        {
            "regions": BY_HAND["regions"],
            "municipalities": BY_HAND["municipalities"],
            "organizations": [*BY_HAND["organizations"], {"organization_id": "a2", "municipality": NEAR, "name": "3"}],
            "passport_organizations": [
                {"organization_id": code, "year": 2025, "half": 1, "pedagogical_staff": staff}
                for code, staff in (("a1", 300), ("a2", 100), ("b1", 200))
            ],
            "methodists": [
                methodist("m1", NEAR),
                methodist("m2", NEAR, pedagogical_degree=False, category="первая"),
                methodist("m3", FAR, experience_years=4.9, category="первая", title="педагог-методист"),
                methodist("m4", FAR, category="нет", diagnostics_passed=False),
                methodist("m5", NEAR, excluded_on=day("30.06.2025")),
                methodist("v1", NEAR, level="муниципальный"),
            ],
            "assignments": [
                assigned("m1", "a1", 150),
                assigned("m1", "b1", 150),
                assigned("m2", "a1", 120),
                assigned("m3", "b1", 100),
                assigned("m3", "x1", 40),
                assigned("m5", "a2", 100),
                assigned("v1", "a2", 50),
            ],
        }
    )


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        # teachers, methodists, idle, staff, uncovered, nobody, organizations without, overloaded, full time, lacking
        (REGION, (560, 3, 1, 600, 130, 80, 1, 1, 3.0, 0)),
        (NEAR, (270, 2, 0, 400, 130, 80, 1, 1, 1.5, 1)),
        (FAR, (290, 2, 1, 200, 0, 0, 0, 1, 1.5, 0)),
    ],
)
def test_need_by_hand(mart: Mart, territory: str, expected: tuple[float, ...]) -> None:
    rows = methodists.needs(mart, ADMIN, FIRST, LIMIT.value)
    row = rows.row(by_predicate=pl.col("territory_id") == territory, named=True)
    names = ("teachers", "methodists", "idle", "staff", "uncovered", "with_nobody", "uncovered_organizations",
             "overloaded", "full_time", "lacking")  # fmt: skip
    assert tuple(row[name] for name in names) == expected


def test_the_head_of_the_page_by_hand(mart: Mart) -> None:
    rows = methodists.needs(mart, ADMIN, FIRST, LIMIT.value)
    region = rows.row(by_predicate=pl.col("level") == "R", named=True)
    text = drawing.finding(region, LIMIT, "Вся область").replace("\xa0", " ")
    assert (
        text == "Вся область: лимит 250 превышен у 1 из 3 методистов; без регионального методиста 130 из 600 педагогов."
    )
    more = drawing.detail(region, LIMIT, 1).replace("\xa0", " ")
    assert more == (
        "Методистов хватает, если переводить их между муниципалитетами; без переводов не хватает 1 методиста."
    )
    silent = {**region, "methodists": 0, "assigned": False}
    assert drawing.finding(silent, None, "Дальний").endswith("нет данных о закреплении педагогов за этот период.")


def test_bands_of_loads(mart: Mart) -> None:
    found = methodists.load_bands(mart, Actor("Комитет", "viewer"), FIRST, LIMIT.value)
    assert found.rows() == [(0, 0, 1, False), (100, 150, 2, False), (250, 300, 1, True)]


def test_who_sees_whose_load(mart: Mart) -> None:
    def seen(actor: Actor) -> list[str]:
        return sorted(methodists.methodists(mart, actor, FIRST)["methodist_id"])

    assert seen(ADMIN) == seen(Actor("Специалист", "specialist")) == ["m1", "m2", "m3", "m4"]
    assert seen(Actor("Комитет", "viewer")) == []
    assert seen(Actor("Служба", "municipal", frozenset({NEAR}))) == ["m1", "m2"]
    assert seen(Actor("Служба", "municipal", frozenset({FAR}))) == ["m1", "m3", "m4"]
    assert seen(Actor("Служба", "municipal")) == []
    first = methodists.methodists(mart, ADMIN, FIRST).row(0, named=True)
    assert (first["load"], first["assigned_to"]) == (300, "Ближний — 150, Дальний — 150")


def test_requirements_by_hand(mart: Mart) -> None:
    rows = methodists.requirements(mart, ADMIN, FIRST, REGION)
    found = {row["criterion"]: (row["methodists"], row["failing"], row["only"]) for row in rows.iter_rows(named=True)}
    assert found == {
        "has_degree": (4, 1, 0),
        "has_experience": (4, 1, 1),
        "has_category": (4, 2, 0),
        "has_diagnostics": (4, 1, 0),
        "": (4, 3, None),
    }
    assert methodists.requirements(mart, ADMIN, FIRST, NEAR)["failing"].to_list() == [1, 0, 1, 0, 1]
    foreign = methodists.requirements(mart, Actor("Служба", "municipal", frozenset({FAR})), FIRST, NEAR)
    assert foreign["failing"].to_list() == [None] * 5


def test_requirements_of_another_municipality_are_not_for_a_municipal_role() -> None:
    """Six methodists are no small group: only their municipality can hide them."""
    mart = published(
        {
            **{
                name: BY_HAND[name] for name in ("regions", "municipalities", "organizations", "passport_organizations")
            },
            "methodists": [methodist(f"m{number}", NEAR, diagnostics_passed=number > 2) for number in range(6)],
        }
    )
    for own, expected in ((NEAR, [0, 0, 0, 3, 3]), (FAR, [None] * 5)):
        rows = methodists.requirements(mart, Actor("Служба", "municipal", frozenset({own})), FIRST, NEAR)
        assert rows["failing"].to_list() == expected
        assert ("видно только своему муниципалитету" in requirements.requirements(rows)) == (own == FAR)


PLACES = [Staffing("41603000", 500, 2, 100), Staffing("41606000", 100, 1, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("41603000:3,41606000:0", {"41603000": 3, "41606000": 0}),
        ("41603000:3,99999999:1,41606000:-1,<b>", {"41603000": 3}),
        ("41603000:1000", {}),
        ("", {}),
    ],
)
def test_a_plan_is_read_from_an_address(text: str, expected: dict[str, int]) -> None:
    assert plan_inputs.read(text, PLACES) == expected


def test_a_plan_is_written_as_it_is_read() -> None:
    chosen = {"41603000": 3, "41606000": 0}
    assert plan_inputs.read(plan_inputs.written(chosen, True)["plan"], PLACES) == chosen
    assert plan_inputs.written(chosen, True)["cover"] == "1"
    assert plan_inputs.written({}, False) == {}


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        (cascade, ("R", REGION)),
        (deficits.deficits, ()),
        (deficits.programs, ()),
        (methodists.limit, ()),
        (methodists.staffing, ()),
        (methodists.needs, (250.0,)),
        (methodists.load_bands, (250.0,)),
        (methodists.methodists, ()),
        (methodists.requirements, (REGION,)),
        (methodists.meetings, ()),
    ],
)
def test_every_question_asks_before_it_touches_the_mart(
    question: Callable[..., object], arguments: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.access.rights.ACTIONS", {})
    with pytest.raises(Forbidden):
        question(None, ADMIN, FIRST, *arguments)
