"""Generation of a round's recommendations from the cases of the current publication."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import polars as pl

from checks.half_year import HalfYear
from warehouse.access.rights import Actor, require
from warehouse.build import conditions
from warehouse.changes.publishing import publishing
from warehouse.changes.rounds import Round
from warehouse.marts.mart import Mart, open_mart
from warehouse.recommendations import wording
from warehouse.recommendations.flow import RecommendationRefused, add_events, lapsed, states
from warehouse.recommendations.rules import applicable, due_day, rule_for, rules
from warehouse.store.address import Address
from warehouse.store.row import Row

# A draft is made anew when one of these differs; the rest follows from them or is its identity.
_WATCHED: Final = ("numerator", "denominator", "value", "target", "verdict", "gap", "urgency", "finding", "measure")
_LAPSED: Final = "По данным публикации № {} основания больше нет."


@dataclass(frozen=True)
class Generated:
    """Counts of drafts after generating, and the publication that shows them.

    added: new. changed: made anew with other figures. renewed: back after they had lapsed. lapsed: without a reason
    now. standing: all recommendations of the round that there are reasons for.
    """

    publication: int
    added: int
    changed: int
    renewed: int
    lapsed: int
    standing: int


def generate(address: Address, actor: Actor, chosen: Round, now: dt.datetime, *, build: bool = True) -> Generated:
    """Generate the drafts of a round that the current publication gives reasons for; publish.

    Idempotent for the same publication. Recommendations that were approved, sent or withdrawn by a person stay as they
    are; a draft whose reason is gone lapses. build: make the mart; without it the next publication shows the drafts.
    Raises `Forbidden`, `RecommendationRefused`, `NoPublication`, `WarehouseBusy`.
    """
    require(actor, "edit_recommendations")
    about = {"region": chosen.region, "year": chosen.year, "half": chosen.half}
    doing = "составление рекомендаций"
    with publishing(address, actor, now, "recommendations_made", doing, about, build=build) as change:
        mart = open_mart(address)
        wanted = {row["recommendation"]: row for row in proposed(mart, chosen)}
        plan = _plan(change.connection, chosen, wanted)
        if plan.nothing:
            return plan.generated(mart.publication)
        publication = change.announce(f"Рекомендации за {chosen.period}")
        _enter(change.connection, actor, plan, publication, mart.publication, now)
    return plan.generated(publication)


def proposed(mart: Mart, chosen: Round) -> list[Row]:
    """Return the recommendations that a publication gives reasons for in a round.

    In a fixed order. One row a recommendation, with the columns of the ledger that do not depend on who makes it and
    when. Raises `RecommendationRefused` for a half-year without data.
    """
    parameters = {"region": chosen.region, "year": chosen.year, "half": chosen.half}
    if not mart.query_unguarded(
        "select 1 from half_years where region_id = $region and year = $year and half = $half", parameters
    ).height:
        raise RecommendationRefused(f"За {chosen.period} сведений нет: рекомендации составлять не по чему.")
    cases = mart.query_unguarded(
        """
        select *
        from recommendation_cases
        where region_id = $region and year = $year and half = $half and standing = 'raises'
        order by level desc, territory_id, condition, indicator, subject
        """,
        parameters,
    )
    return drafts(cases, measured(mart))


def measured(mart: Mart) -> dict[str, wording.Measured]:
    """Return the attributes of indicators that sentences need, by code."""
    found = mart.query_unguarded("select code, title, unit, kind, decimals, counted from indicators")
    return {code: wording.Measured(*rest) for code, *rest in found.iter_rows()}


def drafts(cases: pl.DataFrame, known: Mapping[str, wording.Measured]) -> list[Row]:
    """Return the recommendations of those cases that a rule applies to.

    cases: rows of `recommendation_cases`. known: the indicators by code.
    """
    described = {condition.code: condition for condition in conditions.catalogue()}
    found: list[Row] = []
    for case in cases.iter_rows(named=True):
        half_year = HalfYear(case["year"], case["half"])
        valid = applicable(rules(), half_year)
        rule = rule_for(valid, case["condition"], case["level"], case["indicator"], case["subject"])
        if rule is None:
            continue
        urgency = rule.urgency(case["distance"])
        due_on = due_day(urgency, half_year.next)
        about = known.get(case["indicator"])
        found.append(
            {
                "recommendation": identity(rule.rule, rule.version, case),
                "rule": rule.rule,
                "rule_version": rule.version,
                **{name: case[name] for name in _FROM_CASE},
                "due_year": half_year.next.year,
                "due_half": half_year.next.half,
                "due_on": due_on,
                "urgency": urgency,
                "finding": wording.finding(described[case["condition"]], case, about),
                "title": rule.title,
                "measure": wording.measure(rule, case, about, due_on),
                "responsible": rule.responsible,
                "basis": rule.basis(case["region_id"]),
            }
        )
    return found


_FROM_CASE: Final = (
    "condition", "region_id", "level", "territory_id", "indicator", "subject", "year", "half", "numerator",
    "denominator", "value", "target", "operator", "verdict", "gap", "distance", "figures",
)  # fmt: skip


def identity(rule: str, version: int, case: Row) -> str:
    """Return the identifier of a recommendation, a hash of what makes it the same one.

    That is rule, version, indicator, subject, territory and half-year.
    """
    parts = (rule, version, *(case[name] for name in ("indicator", "subject", "territory_id", "year", "half")))
    return hashlib.md5("|".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()[:16]


@dataclass(frozen=True)
class _Plan:
    """Changes that generating is going to make.

    wanted, present: recommendations by identifier, as reasons give them and as the ledger has them. The other fields
    are identifiers, see `Generated`.
    """

    wanted: Mapping[str, Row]
    present: Mapping[str, Row]
    added: list[str]
    changed: list[str]
    renewed: list[str]
    lapsed: list[str]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.changed or self.renewed or self.lapsed)

    def generated(self, publication: int) -> Generated:
        counts = (len(self.added), len(self.changed), len(self.renewed), len(self.lapsed), len(self.wanted))
        return Generated(publication, *counts)


def _plan(connection: duckdb.DuckDBPyConnection, chosen: Round, wanted: Mapping[str, Row]) -> _Plan:
    present = _present(connection, chosen)
    state = states(connection, present)
    without_reason = lapsed(connection, present)
    drafted = [name for name in present if state[name] == "draft"]
    renewed = [name for name in wanted if name in without_reason]
    return _Plan(
        wanted,
        present,
        added=[name for name in wanted if name not in present],
        changed=[
            name
            for name in [*drafted, *renewed]
            if name in wanted and any(wanted[name][column] != present[name][column] for column in _WATCHED)
        ],
        renewed=renewed,
        lapsed=[name for name in drafted if name not in wanted],
    )


def _enter(
    connection: duckdb.DuckDBPyConnection, actor: Actor, plan: _Plan, publication: int, source: int, now: dt.datetime
) -> None:
    _insert(
        connection,
        [
            {
                **plan.wanted[name],
                "generation": plan.present[name]["generation"] + 1 if name in plan.present else 1,
                "publication": source,
                "author": actor.name,
                "generated_at": now,
            }
            for name in [*plan.added, *plan.changed]
        ],
    )
    add_events(connection, plan.added, "drafted", actor, publication, now)
    add_events(connection, plan.renewed, "renewed", actor, publication, now)
    add_events(connection, plan.lapsed, "lapsed", actor, publication, now, comment=_LAPSED.format(source))


def _present(connection: duckdb.DuckDBPyConnection, chosen: Round) -> dict[str, Row]:
    rows = connection.execute(
        """
        select *
        from ledger.recommendations
        where region_id = $region and year = $year and half = $half
        qualify row_number() over (partition by recommendation order by generation desc) = 1
        """,
        {"region": chosen.region, "year": chosen.year, "half": chosen.half},
    ).pl()
    return {row["recommendation"]: row for row in rows.iter_rows(named=True)}


def _insert(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> None:
    if rows:
        connection.register("generated", pl.DataFrame(rows, infer_schema_length=None))
        connection.execute("insert into ledger.recommendations by name select * from generated")
        connection.unregister("generated")
