"""What-if: effects of carrying out a recommendation, and of other data on recommendations."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from checks.half_year import ordinals
from warehouse.access.rights import Actor
from warehouse.build import indicators
from warehouse.marts.mart import Mart
from warehouse.queries.analysis.exact import Pair, exact, made_of, meets, value_of
from warehouse.queries.analysis.path import after
from warehouse.queries.verdicts import indicator_verdicts, territory_verdicts
from warehouse.recommendations.generate import drafts
from warehouse.recommendations.reading import Filter, find, recommendations
from warehouse.recommendations.wording import Measured
from warehouse.store.row import Row
from warehouse.store.scope import Scope

PROFILE = "composite"
"""Profile whose targets recommendations are based on."""

_KEY = ("condition", "level", "territory_id", "indicator", "subject")
APPEARING = ("territory", "year", "half", "title", "urgency", "gap", "finding", "measure")
CLOSING = ("recommendation", "territory", "year", "half", "title", "state")


@dataclass(frozen=True)
class Change:
    """A value before and after, its verdicts and figures; shares in percent."""

    before: float
    after: float
    verdict_before: str
    verdict_after: str
    numerator: float
    denominator: float | None
    target: float | None
    operator: str | None


@dataclass(frozen=True)
class Effect:
    """Effect of carrying out a recommendation on its territory and on the region.

    region_together: the region when all recommendations of the round about this indicator are carried out; together:
    how many they are. region and region_together are None where the region is not the sum of its municipalities.
    """

    steps: int
    territory: Change
    region: Change | None
    region_together: Change | None
    together: int


def what_if(mart: Mart, actor: Actor, recommendation: str, steps: int | None = None) -> Effect | None:
    """Return the effect of carrying out a recommendation on the figures of its round.

    The figures are those of this publication. steps: how many more people or units; None: all that are lacking. None
    for a recommendation without an indicator that has a target, or whose figures the actor may not see.
    """
    row = find(mart, actor, recommendation)
    if row is None or not row["indicator"] or row["target"] is None or row["hidden"]:
        return None
    scope = Scope(row["region_id"], row["year"], row["half"], PROFILE)
    regional = _row(territory_verdicts(mart, actor, scope, "R", scope.region), "code", row["indicator"])
    municipalities = indicator_verdicts(mart, actor, scope, row["indicator"]).filter(pl.col("value").is_not_null())
    count = int(row["gap"]) if steps is None else steps
    if row["level"] == "R":
        if regional is None or regional["value"] is None:
            return None
        return Effect(count, change(regional, row["kind"], count), None, None, 1)
    present = _row(municipalities, "municipality_id", row["territory_id"])
    if present is None:
        return None
    made = recommendations(mart, actor, Filter(scope.region, scope.year, scope.half, state="live")).filter(
        (pl.col("indicator") == row["indicator"]) & (pl.col("level") == "M")
    )
    every = made.group_by("territory_id").agg(pl.col("gap").max())
    whole = (
        regional is not None
        and regional["value"] is not None
        and made_of(pair(regional), [pair(other) for other in municipalities.iter_rows(named=True)])
    )
    return Effect(
        steps=count,
        territory=change(present, row["kind"], count),
        region=change(regional, row["kind"], count) if whole and regional else None,
        region_together=change(regional, row["kind"], int(every["gap"].sum())) if whole and regional else None,
        together=every.height,
    )


def _row(rows: pl.DataFrame, column: str, code: str) -> Row | None:
    found = rows.filter(pl.col(column) == code)
    return found.row(0, named=True) if found.height else None


def pair(row: Row) -> Pair:
    """Return a row's numerator and denominator as fractions."""
    return exact(row["numerator"]), None if row["denominator"] is None else exact(row["denominator"])


def change(row: Row, kind: str, steps: int) -> Change:
    """Return the change of a verdict row when some more people or units are counted.

    The denominator of a share does not change. row: of `verdicts`; kind: of the indicator.
    """
    present = pair(row)
    operator = row["operator"] or ">="
    later = after(present, kind, operator, steps)
    target = None if row["target"] is None else exact(row["target"])
    before, then = value_of(present, kind) or Fraction(0), value_of(later, kind) or Fraction(0)
    return Change(
        before=float(before),
        after=float(then),
        verdict_before=row["verdict"],
        verdict_after=verdict(then, target, row["operator"]),
        numerator=float(later[0]),
        denominator=None if later[1] is None else float(later[1]),
        target=row["target"],
        operator=row["operator"],
    )


def verdict(value: Fraction, target: Fraction | None, operator: str | None) -> str:
    """Return the verdict of a value: met, near, missed or no_target.

    near: missed by at most a tenth of the target.
    """
    if target is None or operator is None:
        return "no_target"
    if meets(value, target, operator):
        return "met"
    near = value * 10 >= target * 9 if operator == ">=" else value * 10 <= target * 11
    return "near" if near else "missed"


def _none(columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


@dataclass(frozen=True)
class Foretold:
    """Recommendations that would appear and those that would close with other data.

    appearing: one row a recommendation that there is no reason for now. closing: one row a present recommendation that
    a later half-year would close. Columns `APPEARING` and `CLOSING`.
    """

    appearing: pl.DataFrame = field(default_factory=lambda: _none(APPEARING))
    closing: pl.DataFrame = field(default_factory=lambda: _none(CLOSING))


def foretell(mart: Mart | None, states: pl.DataFrame) -> Foretold:
    """Return the recommendations that would appear or close with other states of conditions.

    mart: the current publication, None where there is none. states: `condition_states` with the name of the territory,
    see `warehouse.build.preview.verdicts_and_states_after`.
    """
    raised = states.filter(pl.col("standing") == "raises")
    if mart is not None:
        present = mart.query_unguarded("select * from recommendation_cases where standing = 'raises'")
        raised = raised.join(present, on=[*_KEY, "year", "half"], how="anti")
    known = {
        one.code: Measured(one.title, one.unit, one.kind, one.decimals, one.counted) for one in indicators.catalogue()
    }
    names = dict(states.select("territory_id", "territory").unique().iter_rows())
    made = drafts(raised, known)
    appearing = pl.DataFrame(
        [
            {name: names[row["territory_id"]] if name == "territory" else row[name] for name in APPEARING}
            for row in made
        ],
        infer_schema_length=None,
    )
    if mart is None:
        return Foretold(appearing=appearing if made else _none(APPEARING))
    standing = mart.query_unguarded("select * from recommendations where state <> 'withdrawn' and outcome <> 'closed'")
    clear = states.filter(pl.col("standing") == "clear").select(
        *_KEY, pl.col("year").alias("later_year"), pl.col("half").alias("later_half")
    )
    closing = (
        standing.join(clear, on=list(_KEY), how="inner")
        .filter(ordinals("later_year", "later_half") > ordinals())
        .unique("recommendation")
        .sort("territory", "title")
        .select(CLOSING)
    )
    return Foretold(appearing if made else _none(APPEARING), closing)
