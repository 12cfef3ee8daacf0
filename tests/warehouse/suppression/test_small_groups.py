"""Two worlds that differ in hidden figures only give the same answer to every query."""

import ast
import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import warehouse
from tests.golden.builder import Row, day, published
from warehouse.access.rights import Actor, Forbidden
from warehouse.marts.mart import Mart
from warehouse.queries import verdicts
from warehouse.recommendations.reading import Filter
from warehouse.store.scope import Scope

REGION = "41000000"
FEW, SECOND, THIRD, MANY = "41603000", "41606000", "41609000", "41612000"
MUNICIPALITIES = (FEW, SECOND, THIRD, MANY)
SCOPE = Scope(REGION, 2025, 2, "composite")
VIEWER = Actor("Комитет", "viewer")
FOREIGN = Actor("Служба", "municipal", frozenset({MANY}))
OWN = Actor("Служба", "municipal", frozenset({FEW}))
SPECIALIST = Actor("ЦНППМ", "specialist")

Rows = dict[str, list[Row]]
Worlds = tuple[tuple[Mart, Mart], tuple[Mart, Mart]]
Choices = Mapping[str, list[Any]]
Places = Sequence[tuple[str, str]]


def organization(code: str, municipality: str) -> Row:
    return {"organization_id": code, "name": code, "municipality": municipality, "kind": "школа"}


def passport(code: str, staff: int, young: int) -> Row:
    return {"organization_id": code, "year": 2025, "half": 2, "pedagogical_staff": staff, "teachers": staff,
            "managers": 0, "young_specialists": young, "management_teams": 0, "methodical_service": True}  # fmt: skip


def assessed(code: str, deficits: list[bool]) -> list[Row]:
    return [
        {"person": f"{code}-{number}", "organization_id": code, "role": "учитель", "date": day("01.03.2025"),
         "competency": "METH", "deficit": deficit}
        for number, deficit in enumerate(deficits)
    ]  # fmt: skip


def supported(code: str, count: int) -> list[Row]:
    return [
        {"person": f"{code}-y{number}", "organization_id": code, "started_on": day("01.02.2025")}
        for number in range(count)
    ]


def trained(code: str, count: int) -> list[Row]:
    return [
        {"person": f"{code}-t{number}", "organization_id": code, "program_id": "p1", "role": "учитель",
         "started_on": day("01.04.2025"), "finished_on": day("01.05.2025"), "attestation_passed": True}
        for number in range(count)
    ]  # fmt: skip


def world(other: bool, later: bool = False) -> Rows:
    """Return a region with small groups; other: different hidden figures, the same sums.

    later: with rows that came in afterwards. Small are: young specialists of school a1 (three), those assessed in the
    first municipality (four). Hidden beside them are a2 and the second and third municipalities.
    """
    one = int(other)
    schools = {"a1": FEW, "a2": FEW, "a3": FEW, "b1": SECOND, "b2": SECOND, "c1": THIRD, "c2": THIRD, "d1": MANY}
    return {
        "regions": [{"region_id": REGION, "name": "Область", "name_genitive": "Области"}],
        "municipalities": [
            {"municipality_id": code, "region_id": REGION, "name": f"{code} район", "short_name": code}
            for code in MUNICIPALITIES
        ],
        "competencies": [{"competency": "METH", "name": "методическая", "position": 1}],
        "organizations": [organization(code, place) for code, place in schools.items()],
        "programs": [{"program_id": "p1", "title": "П", "kind": "ПК", "hours": 16, "developer": "Р",
                      "competencies": "METH", "active_from": day("01.01.2020")}],
        "passport_organizations": [
            passport("a1", 20, 3), passport("a2", 30, 6), passport("a3", 40 + 6 * later, 20), passport("b1", 20, 10),
            passport("b2", 25, 12), passport("c1", 20, 14), passport("c2", 25, 16), passport("d1", 60, 40),
        ],
        "young_support": [
            *supported("a1", 1 + one), *supported("a2", 4 - one), *supported("a3", 11 + 2 * later),
            *supported("b1", 5), *supported("c1", 6), *supported("d1", 30),
        ],
        "diagnostics": [
            *assessed("a1", [True] * (1 + one) + [False] * (3 - one)),
            *assessed("b1", [True] * (5 - one) + [False] * (4 + one)),
            *assessed("c1", [True] * 7 + [False] * 5), *assessed("d1", [True] * 20 + [False] * 10),
        ],
        "training": [
            *trained("a1", 1), *trained("b1", 9), *trained("c1", 12), *trained("d1", 25 + later),
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Return two successive publications of each world."""
    made = []
    for other in (False, True):
        folder = tmp_path_factory.mktemp("world")
        first, second = (
            published(world(other, later), folder, number) for number, later in enumerate((False, True), 1)
        )
        made.append((first, second))
    return made[0], made[1]


def questions() -> dict[str, Callable[..., Any]]:
    """Return name → every public query that takes a mart and an actor."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.walk_packages(warehouse.__path__, "warehouse."):
        members = importlib.import_module(module.name)
        for name, function in inspect.getmembers(members, inspect.isfunction):
            asked = {"mart", "before"} & set(inspect.signature(function).parameters)
            own = function.__module__ == module.name and not name.startswith("_")
            if own and asked and "actor" in inspect.signature(function).parameters:
                subject = module.name.removeprefix("warehouse.").removeprefix("queries.").removeprefix("changes.")
                found[f"{subject}.{name}"] = function
    return found


# About batches, rounds, findings and targets: no figures about people but those of who may see findings and history.
# `flips` compares two answers of `target_list.verdicts`; `figures` is what `since_half_year` and `since_publication`
# sum up, and is not for the screen.
ELSEWHERE = (
    "completeness.", "batch_history.batch", "batch_history.publications", "quality_findings.", "kept_back.",
    "target_list.events", "target_list.listing", "target_list.flips", "boundaries.", "published.freshness",
    "analysis.change.region_pairs",
)  # fmt: skip
ANSWERING = {name: function for name, function in questions().items() if not name.startswith(ELSEWHERE)}
# About one recommendation: asked where there are some, in tests/warehouse/suppression/test_small_groups_years.py.
ONE = ("recommendations.reading.find", "recommendations.reading.events", "recommendations.reading.tests",
       "recommendations.whatif.")  # fmt: skip
QUESTIONS = {name: function for name, function in ANSWERING.items() if not name.startswith(ONE)}
PLACES = [("R", REGION), *(("M", code) for code in MUNICIPALITIES), ("O", "a1"), ("O", "a2")]
CHOICES: dict[str, list[Any]] = {
    "scope": [SCOPE],
    "region": [REGION],
    "year": [2025],
    "half": [2],
    "profile": ["composite"],
    "municipality": list(MUNICIPALITIES),
    "organization": ["a1", "a2"],
    "indicator": ["young_support_share", "diagnostics_share", "fr_training_share"],
    "exam": ["ЕГЭ"],
    "subject": ["русский язык"],
    "most": [250.0],
    "limit": [5],
    "only": ["all"],
    "chosen": [Filter(REGION)],
}
TARGETS = pl.DataFrame(
    [
        {"profile": "composite", "indicator": "young_support_share", "year": 2025, "operator": ">=", "value": 50.0,
         "levels": "R M", "document": "приказ", "clause": None, "valid_from": None, "valid_to": None, "note": None}
    ],
    schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date, "clause": pl.String, "note": pl.String},
)  # fmt: skip


def calls(
    function: Callable[..., Any], marts: tuple[Mart, Mart], actor: Actor, choices: Choices, places: Places
) -> Iterator[dict[str, Any]]:
    """Yield all combinations of arguments for a query. places: levels and codes."""
    names = list(inspect.signature(function).parameters)
    first, second = marts
    fixed: dict[str, Any] = {"mart": second, "before": first, "closing": first, "actor": actor, "standing": TARGETS,
                             "after": second if function.__module__.endswith("history") else TARGETS}  # fmt: skip
    free = [name for name in names if name not in fixed and name not in ("level", "territory")]
    asked: Sequence[tuple[str | None, ...]] = [()]
    if "level" in names:
        asked = places
    elif "territory" in names:
        asked = [(None, code) for level, code in places if level != "O"]
    for values in itertools.product(*(choices[name] for name in free)):
        for place in asked:
            where = dict(zip(("level", "territory"), place, strict=False))
            given = {**fixed, **dict(zip(free, values, strict=True)), **where}
            yield {name: given[name] for name in names}


def answer(function: Callable[..., Any], given: dict[str, Any]) -> str:
    """Return the full answer as text, or the refusal."""
    try:
        found = function(**given)
    except Forbidden as refusal:
        return f"refused: {refusal}"
    if isinstance(found, dict):
        found = sorted(found.items())
    with pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=1000, fmt_table_cell_list_len=-1, tbl_width_chars=20_000):
        return repr(found)


def differing(
    name: str, worlds: Worlds, actor: Actor, choices: Choices = CHOICES, places: Places = PLACES
) -> list[dict[str, Any]]:
    """Return the calls whose answers differ between the worlds."""
    function = ANSWERING[name]
    one, other = (calls(function, marts, actor, choices, places) for marts in worlds)
    return [mine for mine, theirs in zip(one, other, strict=True) if answer(function, mine) != answer(function, theirs)]


@pytest.mark.parametrize("name", sorted(QUESTIONS))
@pytest.mark.parametrize("actor", [VIEWER, FOREIGN], ids=["viewer", "another municipality"])
def test_hidden_figures_change_no_answer(name: str, actor: Actor, worlds: Worlds) -> None:
    told = differing(name, worlds, actor)
    assert not told, {key: value for key, value in told[0].items() if not isinstance(value, Mart | pl.DataFrame)}


def test_who_may_see_people_sees_the_difference(worlds: Worlds) -> None:
    for name in ("verdicts.organizations", "deficits.deficits", "analysis.cascade.cascade",
                 "verdicts.territory_verdicts"):  # fmt: skip
        assert differing(name, worlds, SPECIALIST), name
        told = {code for given in differing(name, worlds, OWN) for code in map(str, given.values())}
        assert told, name
        assert not {SECOND, THIRD, MANY} & told, name


def test_who_has_several_municipalities_cannot_subtract_them(worlds: Worlds) -> None:
    """They see no region's figure with a hidden municipality of others, and all other figures."""
    several = Actor("Служба", "municipal", frozenset({SECOND, THIRD}))
    for mart in worlds[0]:
        region = {
            actor: mart.query_as(
                actor, "select assessed, with_deficit, trained, hidden from deficits where level = 'R' and half = 2"
            )
            for actor in (VIEWER, several)
        }
        assert region[VIEWER].row(0)[3] is False
        assert region[several].row(0) == (region[VIEWER].row(0)[0], None, None, True)
        asked = (
            "select measure, year, half, count(*) filter ({}) > 0 as found from hidden_now group by all order by all"
        )
        others, regions = (mart.query_as(several, asked.format(f"level = '{level}'")) for level in "MR")
        assert others.equals(regions)
        young = "select denominator from indicator_values where level = 'R' and indicator = 'young_support_share'"
        assert mart.query_as(several, young).equals(mart.query_as(VIEWER, young))
    everything = Actor("Служба", "municipal", frozenset(MUNICIPALITIES))
    assert worlds[0][0].query_as(everything, "select 1 from hidden_now").is_empty()


def test_a_load_and_its_withdrawal_hide_the_same(tmp_path: Path) -> None:
    """Otherwise the school shown by one publication could be subtracted from the other's total."""
    rows = world(other=False)

    def hidden(number: int, *young: int) -> list[str]:
        schools = [passport(f"a{place}", 60, count) for place, count in enumerate(young, 1)]
        helped = [row for place, count in enumerate(young, 1) for row in supported(f"a{place}", count - 1)]
        others = {code: [row for row in rows[code] if row["organization_id"][0] != "a"] for code in
                  ("passport_organizations", "young_support")}  # fmt: skip
        sent = {"passport_organizations": [*schools, *others["passport_organizations"]],
                "young_support": [*helped, *others["young_support"]]}  # fmt: skip
        mart = published(rows | sent, tmp_path, number)
        found = verdicts.organizations(mart, VIEWER, SCOPE, FEW, "young_support_share")
        return found.filter("hidden").get_column("name").to_list()

    loads = [(8, 12, 2), (40, 10, 2), (8, 12, 2)]
    assert [hidden(number, *young) for number, young in enumerate(loads, 1)] == [
        ["a1", "a3"],
        ["a2", "a3"],
        ["a1", "a3"],
    ]


def test_both_half_years_of_a_year_hide_the_same_companions(tmp_path: Path) -> None:
    """Counts only grow within a year, so one half-year bounds the other."""
    rows = world(other=False)
    first = [passport("a1", 20, 3), passport("a2", 20, 6), passport("a3", 20, 8)]
    second = [passport("a1", 20, 3), passport("a2", 20, 9), passport("a3", 20, 7)]
    others = [row for row in rows["passport_organizations"] if row["organization_id"][0] != "a"]
    sent = [*second, *({**row, "half": 1} for row in (*first, *others)), *others]
    mart = published(rows | {"passport_organizations": sent}, tmp_path)
    for half in (1, 2):
        found = verdicts.organizations(mart, VIEWER, Scope(REGION, 2025, half, "composite"), FEW, "young_support_share")
        assert found.filter("hidden").get_column("name").to_list() == ["a1", "a2"]


def test_what_was_published_before_figures_were_remembered_counts(tmp_path: Path) -> None:
    """Figures of old publications are read from their marts."""
    for number, later in enumerate((False, True), 1):
        published(world(other=False, later=bool(later)), tmp_path, number)
    said = "select * from ledger.group_figures where publication < 3 order by all"
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        before = connection.execute(said).fetchall()
        connection.execute("delete from ledger.group_figures")
    published(world(other=False, later=True), tmp_path, 3)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        assert connection.execute(said).fetchall() == before


def test_what_is_hidden_now(worlds: Worlds) -> None:
    schools = verdicts.organizations(worlds[0][0], VIEWER, SCOPE, FEW, "young_support_share")
    assert dict(schools.select("name", "hidden").iter_rows()) == {"a1": True, "a2": True, "a3": False}
    assert schools.filter("hidden").select("numerator", "denominator", "value").row(0) == (None, None, None)
    mine = verdicts.organizations(worlds[0][0], OWN, SCOPE, FEW, "young_support_share")
    assert mine.select("numerator", "denominator", "hidden").rows() == [(1, 3, False), (4, 6, False), (11, 20, False)]


# Functions that hide nothing: lists of names, and what is put together for those who see everything.
WITHOUT_ACTOR = {
    "change.region_pairs",
    "generate.measured",
    "generate.proposed",
    "municipality_rights.municipality_of",
    "reference._layouts",
    "reference.municipal_match",
    "reference.municipality_names",
    "reference.references",
    "whatif.foretell",
}


def test_queries_say_who_asks() -> None:
    """`Mart.query_unguarded` hides nothing, so only the functions listed above may use it."""
    using = set()
    for path in Path(warehouse.__path__[0]).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or path.name == "mart.py":
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr == "query_unguarded":
                    using.add(f"{path.stem}.{function.name}")
    assert using == WITHOUT_ACTOR


def test_no_query_goes_round_the_guarded_relations() -> None:
    folder = Path(warehouse.__path__[0])
    for path in (*folder.rglob("*.py"), *folder.parent.joinpath("sql", "rows").glob("*.sql")):
        assert " main." not in path.read_text(encoding="utf-8"), path


def test_an_actor_without_a_name_for_own_places_sees_least(worlds: Worlds) -> None:
    """A quote in a code cannot extend the list of own municipalities."""
    odd = Actor("Служба", "municipal", frozenset({f"x', '{FEW}"}))
    shown = worlds[0][0].query_as(odd, "select count(*) from deficits where hidden").item()
    assert shown == worlds[0][0].query_as(VIEWER, "select count(*) from deficits where hidden").item() > 0
