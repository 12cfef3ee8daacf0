"""Every rule of recommendations has an example that triggers it and one that does not."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from checks.half_year import HalfYear
from warehouse.build import conditions, indicators
from warehouse.recommendations.generate import drafts, identity
from warehouse.recommendations.rules import RULES, applicable, rule_for, rules
from warehouse.recommendations.wording import Measured
from warehouse.store.row import Row
from warehouse.store.schema import SQL
from warehouse.store.sqlfile import define_macros

REGION, PLACE = "41000000", "41A00000"
YEAR, HALF = 2025, 2
Rows = Mapping[str, Iterable[Mapping[str, Any]]]

# Only the columns that conditions read.
PERIOD = "region_id varchar, year bigint, half bigint"
MART = {
    "indicators": "code varchar, base_year bigint, kind varchar, better varchar",
    "verdicts": f"{PERIOD}, level varchar, territory_id varchar, indicator varchar, profile varchar, numerator double, "
    "denominator double, value double, target double, operator varchar, verdict varchar, gap bigint",
    "indicator_values": f"{PERIOD}, level varchar, territory_id varchar, indicator varchar, value double",
    "applicable_targets": "profile varchar, indicator varchar, level varchar, year bigint, target double",
    "deficits": f"{PERIOD}, level varchar, territory_id varchar, competency varchar, name varchar, assessed bigint, "
    "with_deficit bigint, without_program bigint",
    "methodist_loads": f"{PERIOD}, municipality_id varchar, methodist_id varchar, teachers bigint",
    "uncovered_teachers": f"{PERIOD}, municipality_id varchar, teachers bigint, with_nobody bigint",
}
STAGED = {
    "territories": "region_id varchar, level varchar, territory_id varchar",
    "territory_coverage": "level varchar, territory_id varchar, year bigint, half bigint, reporting bigint, "
    "expected bigint",
    "territory_half_years": f"{PERIOD}, level varchar, territory_id varchar, cutoff date",
    "rounds": f"{PERIOD}, closed_on date",
    "organizations": "organization_id varchar, municipality varchar, low_results boolean",
    "reporting_organizations": f"{PERIOD}, organization_id varchar, window_start date, cutoff date",
    "active_assignments": f"{PERIOD}, organization_id varchar, teachers_assigned bigint",
    "training": "organization_id varchar, finished_on date",
    "passport_municipalities": "municipality varchar, year bigint, half bigint, methodical_service boolean, "
    "methodical_council boolean, resource_centers bigint, roadmap_approved boolean, agreement_on date",
}
CATALOGUE = {one.code: one for one in indicators.catalogue()}


def states(rows: Rows) -> pl.DataFrame:
    """Return the states of all conditions over tables with these rows only."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as mart")
        for place, tables in (("mart", MART), ("temp", STAGED)):
            for table, columns in tables.items():
                connection.execute(f"create {'temp' if place == 'temp' else ''} table {place}.{table} ({columns})")
                for row in rows.get(table, ()):
                    names = ", ".join(row)
                    connection.execute(
                        f"insert into {place}.{table} ({names}) values ({', '.join('?' * len(row))})", [*row.values()]
                    )
        define_macros(connection)
        connection.execute("use mart")
        connection.execute((SQL / "mart" / "31_value_scores.sql").read_text(encoding="utf-8"))
        conditions.run(connection)
        return connection.execute("from temp.condition_states").pl()


def raised(rows: Rows) -> list[Row]:
    known = {one.code: Measured(one.title, one.unit, one.kind, one.decimals, one.counted) for one in CATALOGUE.values()}
    return drafts(states(rows).filter(pl.col("standing") == "raises"), known)


def period(**more: Any) -> dict[str, Any]:
    return {"region_id": REGION, "year": YEAR, "half": HALF, **more}


def verdict(indicator: str, level: str, word: str, value: float = 6.0, **more: Any) -> dict[str, Any]:
    one = CATALOGUE[indicator]
    return (
        period(
            level=level,
            territory_id=REGION if level == "R" else PLACE,
            indicator=indicator,
            profile="composite",
            numerator=6.0,
            denominator=None if one.kind == "count" else 100.0,
            value=value,
            target=12.0,
            operator=">=" if one.better == "higher" else "<=",
            verdict=word,
            gap=0 if word == "met" else 6,
        )
        | more
    )


def described(indicator: str) -> dict[str, Any]:
    one = CATALOGUE[indicator]
    return {"code": indicator, "base_year": one.base_year, "kind": one.kind, "better": one.better}


def missed(indicator: str, level: str = "M") -> tuple[Rows, Rows]:
    """The target is missed; the target is met."""
    failing, passing = (
        {"indicators": [described(indicator)], "verdicts": [verdict(indicator, level, word)]}
        for word in ("missed", "met")
    )
    return failing, passing


def falling(level: str) -> tuple[Rows, Rows]:
    """Near the target and below the year before; near the target and above it."""
    place = REGION if level == "R" else PLACE
    past = {"level": level, "territory_id": place, "indicator": "diagnostics_share", "region_id": REGION}
    failing, passing = (
        {
            "indicators": [described("diagnostics_share")],
            "verdicts": [verdict("diagnostics_share", level, "near", 11.0, gap=1)],
            "indicator_values": [{**past, "year": YEAR - 1, "half": HALF, "value": before}],
        }
        for before in (11.5, 10.5)
    )
    return failing, passing


def outlying() -> tuple[Rows, Rows]:
    """Nine municipalities between 40 and 48, one at 5 or 41; all meet the target of 3."""

    def rows(last: float) -> Rows:
        values = [*(40.0 + number for number in range(9)), last]
        verdicts = [
            verdict("young_support_share", "M", "met", value, territory_id=f"41{number:06}", target=3.0)
            | ({"territory_id": PLACE} if number == 9 else {})
            for number, value in enumerate(values)
        ]
        measured = ("region_id", "year", "half", "level", "territory_id", "indicator", "value")
        return {
            "indicators": [described("young_support_share")],
            "verdicts": verdicts,
            "indicator_values": [{name: row[name] for name in measured} for row in verdicts],
        }

    return rows(5.0), rows(41.0)


def reported(count: int) -> Rows:
    return {
        "territories": [{"region_id": REGION, "level": "M", "territory_id": PLACE}],
        "territory_coverage": [
            {"level": "M", "territory_id": PLACE, "year": YEAR, "half": HALF, "reporting": count, "expected": 10}
        ],
    }


def loaded(teachers: int) -> Rows:
    """The limit is 250; the methodist has 200 teachers here and some elsewhere."""
    return {
        "applicable_targets": [
            {"profile": "composite", "indicator": "teachers_per_regional_methodist", "level": "M", "year": YEAR,
             "target": 250.0}
        ],
        "methodist_loads": [
            period(municipality_id=PLACE, methodist_id="m1", teachers=200),
            period(municipality_id="41B00000", methodist_id="m1", teachers=teachers),
        ],
    }  # fmt: skip


def unassigned(people: int) -> Rows:
    return {
        "uncovered_teachers": [period(municipality_id=PLACE, teachers=100, with_nobody=people)],
        "active_assignments": [period(organization_id="a1", teachers_assigned=1)],
    }


def low_results(teachers: int, finished: dt.date) -> Rows:
    return {
        "organizations": [{"organization_id": "a1", "municipality": PLACE, "low_results": True}],
        "reporting_organizations": [
            period(organization_id="a1", window_start=dt.date(YEAR, 1, 1), cutoff=dt.date(YEAR, 12, 31))
        ],
        "active_assignments": [period(organization_id="a1", teachers_assigned=teachers)],
        "training": [{"organization_id": "a1", "finished_on": finished}],
    }


def passport(**absent: Any) -> Rows:
    present = {"methodical_service": True, "methodical_council": True, "resource_centers": 1, "roadmap_approved": True,
               "agreement_on": dt.date(2023, 6, 1)}  # fmt: skip
    return {
        "passport_municipalities": [{"municipality": PLACE, "year": YEAR, "half": HALF, **present, **absent}],
        "territory_half_years": [period(level="M", territory_id=PLACE, cutoff=dt.date(YEAR, 12, 31))],
    }


def deficit(people: int) -> Rows:
    return {
        "deficits": [
            period(level="R", territory_id=REGION, competency="INCL", name="инклюзия", assessed=50, with_deficit=20,
                   without_program=people)
        ]
    }  # fmt: skip


IN_TIME, EARLIER = dt.date(YEAR, 5, 1), dt.date(YEAR - 1, 5, 1)
# Rule → rows that it speaks up for, rows where it keeps silent.
EXAMPLES: dict[str, tuple[Rows, Rows]] = {
    "diagnostics": missed("diagnostics_share"),
    "routes": missed("routes_share"),
    "fr_training": missed("fr_training_share"),
    "fr_attested": missed("fr_attested_share_cumulative"),
    "management_teams": missed("management_teams_share"),
    "management_teams_cumulative": missed("management_teams_share_cumulative"),
    "methodist_load": missed("teachers_per_regional_methodist"),
    "young_support": missed("young_support_share"),
    "young_support_cumulative": missed("young_support_share_cumulative"),
    "active_eligibility": missed("active_eligible_share"),
    "mutual_learning": missed("service_mutual_learning_share"),
    "municipal_roadmap": missed("roadmap_execution"),
    "other_missed": missed("methodical_services"),
    "falling": falling("M"),
    "outlying": outlying(),
    "reporting": (reported(9), reported(10)),
    "methodists_over_limit": (loaded(51), loaded(50)),
    "teachers_unassigned": (unassigned(1), unassigned(0)),
    "low_results_schools": (low_results(3, EARLIER), low_results(3, IN_TIME)),
    "service": (passport(methodical_service=False), passport()),
    "council": (passport(methodical_council=False), passport()),
    "resource_centre": (passport(resource_centers=0), passport()),
    "roadmap_approval": (passport(roadmap_approved=False), passport()),
    "agreement": (passport(agreement_on=dt.date(2026, 1, 15)), passport()),
    "active_meetings": missed("active_meetings", "R"),
    "monitoring": missed("monitoring_rounds", "R"),
    "register_programmes": missed("register_programs_share", "R"),
    "competencies": missed("improved_competencies", "R"),
    "distance_programmes": missed("lms_programs", "R"),
    "service_events": missed("service_events", "R"),
    "young_events": missed("young_events", "R"),
    "community_events": missed("community_events", "R"),
    "regional_roadmap": missed("roadmap_execution", "R"),
    "regional_load": missed("teachers_per_regional_methodist", "R"),
    "region_missed": missed("diagnostics_share", "R"),
    "region_falling": falling("R"),
    "missing_programme": (deficit(20), deficit(0)),
}


def test_every_rule_has_examples_and_every_example_a_rule() -> None:
    assert set(EXAMPLES) == {rule.rule for rule in rules()}


@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_a_rule_speaks_up_for_its_example(rule: str) -> None:
    found = raised(EXAMPLES[rule][0])
    # A methodist of two municipalities is above the limit in both.
    assert [row["rule"] for row in found] == [rule] * (2 if rule == "methodists_over_limit" else 1)
    row = found[0]
    for text in (row["finding"], row["measure"]):
        assert text[0].isupper() and text.endswith(".") and ".." not in text
        assert not re.search(r"[{}\[\]]|None|nan", text)
    assert re.match(r"До 1\s(апреля|июня) 2026\sгода ", row["measure"])
    assert row["due_on"] in (dt.date(2026, 4, 1), dt.date(2026, 6, 1))
    assert row["responsible"] and row["basis"].startswith("п.")


@pytest.mark.parametrize("rule", sorted(EXAMPLES))
def test_a_rule_keeps_silent_for_its_other_example(rule: str) -> None:
    assert raised(EXAMPLES[rule][1]) == []


def test_every_condition_has_a_rule_and_every_rule_an_indicator_that_exists() -> None:
    assert {one.code for one in conditions.catalogue()} == {rule.condition for rule in rules()}
    assert {rule.indicator for rule in rules()} - {""} <= set(CATALOGUE)
    for rule in rules():
        assert not rule.indicator or rule.level in CATALOGUE[rule.indicator].levels, rule.rule


def test_the_words_carry_the_figures() -> None:
    (row,) = raised(missed("diagnostics_share")[0])
    assert row["finding"] == (
        "За 2-е\u00a0полугодие 2025\u00a0года показатель «Доля педагогических работников и управленческих кадров, "
        "прошедших диагностику профессиональных компетенций» — 6,0\u00a0% (6 из\u00a0100), цель — не ниже 12\u00a0%. "
        "До цели — ещё 6\u00a0человек."
    )
    assert "ещё не менее чем для 6\u00a0педагогических работников и руководителей" in row["measure"]
    assert row["basis"] == "п.\u00a03.3.2 Положения о РС НМС (приказ от 11.05.2023 № 17)"


def test_the_clause_is_not_printed_where_it_is_not_law() -> None:
    rows = {"verdicts": [verdict("diagnostics_share", "M", "missed", region_id="24000000", territory_id="24A00000")],
            "indicators": [described("diagnostics_share")]}  # fmt: skip
    assert [row["basis"] for row in raised(rows)] == [""]


def test_urgency_follows_the_distance() -> None:
    (rule,) = (one for one in rules() if one.rule == "diagnostics")
    assert [rule.urgency(distance) for distance in (9.9, 10, 29.9, 30)] == ["watch", "normal", "normal", "urgent"]


def test_in_a_first_half_urgency_is_measured_by_half_of_the_target() -> None:
    # 6 % of the yearly 12 % in June is on time, 3 % is half of what June needs.
    for value, urgency in ((6.0, "watch"), (3.0, "urgent")):
        (row,) = raised(
            {"indicators": [described("diagnostics_share")],
             "verdicts": [verdict("diagnostics_share", "M", "missed", value, half=1)]}
        )  # fmt: skip
        assert (row["urgency"], row["due_year"], row["due_half"]) == (urgency, YEAR, 2)


def test_an_open_round_owes_nothing_yet() -> None:
    assert raised({**reported(9), "rounds": [period(closed_on=None)]}) == []


def test_near_stays_open_after_missed() -> None:
    rows = {"indicators": [described("diagnostics_share")],
            "verdicts": [verdict("diagnostics_share", "M", "near", 11.0, gap=1)]}  # fmt: skip
    found = states(rows).filter(pl.col("condition") == "missed")
    assert found.select("standing", "gap").rows() == [("open", 1.0)]


def test_the_latest_valid_version_of_a_rule_counts() -> None:
    old = rules()[0]
    new = replace(old, version=2, valid_from=dt.date(2025, 7, 1))
    assert [one.version for one in applicable([old, new], HalfYear(2025, 1))] == [1]
    assert [one.version for one in applicable([old, new], HalfYear(2025, 2))] == [2]


def test_a_new_version_of_a_rule_is_another_recommendation() -> None:
    case = {"indicator": "diagnostics_share", "subject": "", "territory_id": PLACE, "year": YEAR, "half": HALF}
    assert identity("diagnostics", 1, case) == identity("diagnostics", 1, case)
    assert identity("diagnostics", 1, case) != identity("diagnostics", 2, case)
    assert identity("diagnostics", 1, case) != identity("diagnostics", 1, {**case, "half": 1})


def test_the_most_exact_rule_counts() -> None:
    exact = rule_for(rules(), "missed", "M", "diagnostics_share", "")
    general = rule_for(rules(), "missed", "M", "an indicator to come", "")
    assert exact is not None and exact.rule == "diagnostics"
    assert general is not None and general.rule == "other_missed"
    assert rule_for(rules(), "deficits_without_programme", "M", "", "INCL") is None


def test_adding_a_row_adds_a_rule(tmp_path: Path) -> None:
    copy = tmp_path / "rules.csv"
    text = RULES.read_text(encoding="utf-8")
    added = text.splitlines()[1].replace("diagnostics,1,", "added,1,", 1)
    copy.write_text(text + added + "\n", encoding="utf-8")
    assert {rule.rule for rule in rules(copy)} - {rule.rule for rule in rules()} == {"added"}
