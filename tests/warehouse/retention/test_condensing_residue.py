"""Rows that stay of condensed years: exactly those that later half-years need."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.golden.builder import rows_of, warehouse
from warehouse.build import indicators, pipeline
from warehouse.ledger import frozen_figures
from warehouse.queries.rows import sources
from warehouse.retention.residue import residues
from warehouse.store import engine

GOLDEN = Path(__file__).parents[2] / "golden"
THROUGH = 2023
Rows = dict[str, list[dict[str, Any]]]


def day(year: int, month: int = 3) -> dt.date:
    return dt.date(year, month, 1)


def diagnosed(person: str, year: int, competency: str, deficit: bool) -> dict[str, Any]:
    return {"person": person, "organization_id": "a", "date": day(year), "competency": competency, "deficit": deficit}


def trained(person: str, place: str, year: int, **more: Any) -> dict[str, Any]:
    days = {"started_on": day(year, 4), "finished_on": day(year, 5), "attestation_passed": True}
    return {"person": person, "organization_id": place, "role": "учитель", "program_id": "g"} | days | more


def supported(person: str, place: str, ended: dt.date | None) -> dict[str, Any]:
    form = {"form": "конкурс", "started_on": day(2021), "finished_on": ended}
    return {"person": person, "organization_id": place} | form


# A later figure hangs on every row of 2022 and 2023 but those that say so.
PEOPLE: Rows = {
    "diagnostics": [
        diagnosed("routed", 2022, "METH", False),
        diagnosed("routed", 2023, "METH", False),  # nothing hangs on it
        diagnosed("late learner", 2022, "SUBJ", True),
        diagnosed("late learner", 2023, "METH", True),
        diagnosed("early learner", 2022, "METH", True),
    ],
    "routes": [{"person": "routed", "organization_id": "a", "role": "учитель", "created_on": day(2024)}],
    "training": [
        trained("late learner", "a", 2024),
        trained("early learner", "a", 2022),
        trained("early learner", "b", 2023),
        trained("early learner", "b", 2023, started_on=day(2023, 5)),  # nothing hangs on it
        trained("head", "a", 2022, role="руководитель", team_id="T"),
        trained("head", "b", 2022, role="руководитель", team_id="T", started_on=day(2022, 3)),
        trained("clerk", "b", 2023, role="руководитель", team_id="T"),  # nothing hangs on it
    ],
    "young_support": [
        {
            "person": "young",
            "organization_id": "a",
            "form": "конкурс",
            "started_on": day(2022),
            "finished_on": day(2022),
        },
        {"person": "young", "organization_id": "b", "form": "иное", "started_on": day(2022), "finished_on": day(2023)},
        {"person": "mentored", "organization_id": "b", "form": "иное", "started_on": day(2021), "finished_on": None},
    ],
}
REGISTER: Rows = {
    "regions": [{"region_id": "41000000", "name": "Область"}],
    "municipalities": [{"municipality_id": f"41{p}00000", "region_id": "41000000", "name": p} for p in "AB"],
    "organizations": [{"organization_id": p.lower(), "municipality": f"41{p}00000", "name": p} for p in "AB"],
    "programs": [{"program_id": "g", "competencies": "METH", "active_from": day(2020), "registered_on": day(2021)}],
    "passport_organizations": [
        {"organization_id": place, "year": year, "half": half, "pedagogical_staff": 9, "teachers": 9, "managers": 2,
         "young_specialists": 4, "management_teams": 2}
        for place in "ab" for year in (2023, 2024) for half in (1, 2)
    ],
}  # fmt: skip


def left_of(rows: Mapping[str, Any], changed: Mapping[str, str], through: int) -> Rows:
    """Return the rows after condensing. changed: dataset → select in place of the product's."""
    con = warehouse(rows)
    for dataset in frozen_figures.people_datasets():
        con.execute(f"create or replace temp table {dataset} as "
                    f"select 1 as batch, row_number() over () as source_row, * from {dataset}")  # fmt: skip
    pipeline.derive(con)
    days = {"first_day": dt.date(2022, 1, 1), "last_day": dt.date(through, 12, 31)}
    left = dict(rows)
    for dataset, residue in residues().items():
        sql = changed.get(dataset, residue.sql)
        kept = con.execute(
            f"select * exclude (batch, source_row) from ({sql})", {n: d for n, d in days.items() if f"${n}" in sql}
        ).pl()
        later = con.execute(
            f"select * exclude (batch, source_row) from {dataset} "
            f"where {residue.dated} is null or {residue.dated} > $last_day",
            {"last_day": days["last_day"]},
        ).pl()
        left[dataset] = kept.to_dicts() + later.to_dicts()
    return left


def later_figures(rows: Mapping[str, Any], through: int) -> set[tuple[Any, ...]]:
    """Return the indicators of the years after `through`."""
    with warehouse(rows) as con, engine.tuned(con, few_rows=True):
        con.execute("attach ':memory:' as mart")
        pipeline.derive(con)
        pipeline.fill(con)
        found = con.execute(f"select * from temp.indicator_results where year > {through}").fetchall()
    return set(found)


@pytest.fixture(scope="module")
def figures_of_all() -> set[tuple[Any, ...]]:
    return later_figures(REGISTER | PEOPLE, THROUGH)


def test_what_stays_gives_later_half_years_as_all_rows_do(figures_of_all: set[tuple[Any, ...]]) -> None:
    left = left_of(REGISTER | PEOPLE, {}, THROUGH)
    assert later_figures(left, THROUGH) == figures_of_all
    assert {dataset: len(left[dataset]) for dataset in PEOPLE} == {
        "diagnostics": 4,
        "routes": 1,
        "training": 5,
        "young_support": 3,
    }


SELECTS = {dataset: residue.sql for dataset, residue in residues().items()}
MUTATIONS = {
    "no first diagnostics": ("diagnostics", "where is_first or is_first_deficit", "where is_first_deficit"),
    "no first deficits": ("diagnostics", "where is_first or is_first_deficit", "where is_first"),
    "one deficit a person": ("diagnostics", "by person, competency, deficit", "by person, deficit"),
    "no mastered training": ("training", "where is_mastered or is_of_team", "where is_of_team"),
    "mastered once": ("training", "by finished.organization_id, finished.person,", "by finished.person,"),
    "no teams": ("training", "where is_mastered or is_of_team", "where is_mastered"),
    "a team once": ("training", "by finished.organization_id, finished.team_id", "by finished.team_id"),
    "no support": ("young_support", "where finished_on", "where false and finished_on"),
    "support once": ("young_support", "by person, organization_id", "by person"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_part_of_what_stays_is_needed(figures_of_all: set[tuple[Any, ...]], mutation: str) -> None:
    dataset, right, wrong = MUTATIONS[mutation]
    assert SELECTS[dataset].count(right) == 1
    left = left_of(REGISTER | PEOPLE, {dataset: SELECTS[dataset].replace(right, wrong)}, THROUGH)
    assert later_figures(left, THROUGH) != figures_of_all


@pytest.mark.parametrize("through", [2022, 2023])
def test_the_golden_set_gives_its_later_answers_after_condensing(through: int) -> None:
    golden = rows_of(GOLDEN / "warehouse.md")
    left = left_of(golden, {}, through)
    assert sum(len(left[dataset]) for dataset in PEOPLE) < sum(len(golden[dataset]) for dataset in PEOPLE)
    assert later_figures(left, through) == later_figures(golden, through) != set()


def test_the_figures_to_freeze_are_those_counted_from_people() -> None:
    with warehouse(REGISTER | PEOPLE) as con:
        con.execute("attach ':memory:' as mart")
        pipeline.derive(con)
        pipeline.fill(con)
        con.execute("use mart")
        found = frozen_figures.relations_to_freeze(con, indicators.catalogue(), [], [])
    assert {relation for relation, which in found.items() if which == "true"} == {
        f"mart.main.{table}"
        for table in ("cascade", "deficits", "deficit_programs", "training_totals", "support_totals")
    }
    frozen = set(re.findall(r"'(\w+)'", found["temp.indicator_results"]))
    shown = {one.code: sources()[(one.row_source or "").partition(";")[0]] for one in indicators.catalogue()}
    assert frozen == {code for code, source in shown.items() if source.dataset in frozen_figures.people_datasets()}


@pytest.mark.parametrize(
    ("sql", "people"),
    [
        ("select * from training where year(finished_on) >= $base_year", True),
        ("select * from events inner join temp.matched_training as matched on true", True),
        ("select * from matched_rows", True),  # a view
        ("with teachers as (from diagnosed_people) from counts_within_year('teachers')", True),  # a macro
        ("create table cascade as select * from temp.routes", True),
        (
            "select list_sum(parts) from events cross join unnest(string_split(kind, ',')) as kinds (parts)",
            True,
        ),  # unknown
        ("with training as (from events) from training", False),
        ("select 'routes' as dataset from loaded_datasets -- from training", False),
        ("with held as (from events_so_far) from counts_of_sent('held', 'training')", False),
    ],
)
def test_the_engine_tells_what_is_counted_from_people(sql: str, people: bool) -> None:
    with warehouse({}) as con:
        pipeline.derive(con)
        assert frozen_figures.reads_people(con, sql) == people
