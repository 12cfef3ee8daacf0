"""What other data would do to recommendations: which would appear, which of those that stand would close."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from checks.half_year import ordinals
from warehouse.build import indicators
from warehouse.marts.mart import Mart
from warehouse.recommendations.generate import drafts
from warehouse.recommendations.wording import Measured

_KEY = ("condition", "level", "territory_id", "indicator", "subject")
APPEARING = ("territory", "year", "half", "title", "urgency", "gap", "finding", "measure")
CLOSING = ("recommendation", "territory", "year", "half", "title", "state")


def _none(columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


@dataclass(frozen=True)
class Foretold:
    """appearing: one row a reason for a recommendation that there is not now; closing: one row a recommendation that a
    later half-year would close. Columns `APPEARING` and `CLOSING`.
    """

    appearing: pl.DataFrame = field(default_factory=lambda: _none(APPEARING))
    closing: pl.DataFrame = field(default_factory=lambda: _none(CLOSING))


def foretell(mart: Mart | None, states: pl.DataFrame) -> Foretold:
    """Return what conditions as they would be mean for recommendations.

    mart: the current publication, None where there is none. states: `condition_states` with the name of the territory,
    see `warehouse.build.preview.foretell`.
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
