"""Queries about recommendations, for pages and documents.

Every function takes the mart and the actor first. A municipality sees its own recommendations, and only once they were
sent to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from warehouse.access.rights import Actor, may, require, resource_of
from warehouse.marts.mart import Mart
from warehouse.recommendations.flow import SENT_STATES, STATES
from warehouse.recommendations.rules import URGENCIES
from warehouse.store.row import Row

UNTOLD = "Что показали данные, не раскрывается: группа меньше 5 человек."
UNTOLD_MEASURE = "Текст меры с числами видят сам муниципалитет и ЦНППМ."
"""Shown instead of the sentences when the group is hidden from the actor."""

OUTCOMES = ("closed", "improving", "recurring", "reported_not_met", "waiting")
"""Outcomes by later rounds, see sql/mart_ledger/53_recommendations.sql, which also gives withdrawn and hidden."""

UNTESTED = ("waiting", "hidden")
"""Outcomes without a result of a later round."""


@dataclass(frozen=True)
class Filter:
    """Selection of recommendations of a region; empty fields select all.

    year, half: of the round. territory: a municipality, or the region's code for recommendations to the region itself.
    state: one of STATES, or «live» for all that are not withdrawn.
    """

    region: str
    year: int | None = None
    half: int | None = None
    territory: str = ""
    state: str = ""
    urgency: str = ""
    outcome: str = ""


def recommendations(mart: Mart, actor: Actor, chosen: Filter) -> pl.DataFrame:
    """Return the recommendations that the actor may see: region first, then by urgency.

    One row a recommendation, all columns of the mart's `recommendations`: recommendation, rule, rule_version,
    condition, region_id, level, territory_id, territory (full name), indicator, indicator_short, subject, year, half
    (round that it came from), due_year, due_half, due_on, urgency, numerator, denominator, value, target, operator,
    verdict, gap, distance (percent) at the time, unit, kind, decimals, counted (forms of what is lacking), figures
    (JSON), condition_title, evidence (page with the rows), finding, title, measure (generated words), text (a
    specialist's, missing while there are none), responsible, basis (clause), publication (of the figures), generation,
    author, generated_at, state, drafted_at, approved_at, sent_at, reported_at, answer, changed_at, outcome,
    tested_year, tested_half, provisional, value_now, gap_now, rounds_in_row, rounds_to_closure; hidden (its figures and
    sentences are, since the group is or was small: urgency and outcome are then «hidden», and due_on is missing); and
    short_name of the municipality («Область» for the region), words (the specialist's, else the generated measure).
    """
    require(actor, "view_page", "recommendations")
    found = mart.query_as(
        actor,
        """
        select
            recommendations.*,
            coalesce(municipalities.short_name, 'Область') as short_name,
            coalesce(recommendations.text, recommendations.measure) as words
        from recommendations
        left join municipalities on recommendations.territory_id = municipalities.municipality_id
        where recommendations.region_id = $region
            and ($year is null or recommendations.year = $year)
            and ($half is null or recommendations.half = $half)
            and ($territory = '' or recommendations.territory_id = $territory)
            and (
                $state = '' or recommendations.state = $state
                or ($state = 'live' and recommendations.state <> 'withdrawn')
            )
            and ($urgency = '' or recommendations.urgency = $urgency)
            and ($outcome = '' or recommendations.outcome = $outcome)
        order by
            recommendations.level desc, short_name, list_position($urgencies, recommendations.urgency),
            recommendations.distance desc, recommendations.title, recommendations.recommendation
        """,
        {
            "region": chosen.region,
            "year": chosen.year,
            "half": chosen.half,
            "territory": chosen.territory,
            "state": chosen.state,
            "urgency": chosen.urgency,
            "outcome": chosen.outcome,
            "urgencies": list(URGENCIES),
        },
    )
    return _visible(actor, found).with_columns(
        pl.col("finding").fill_null(UNTOLD), pl.col("measure", "words").fill_null(UNTOLD_MEASURE)
    )


def _visible(actor: Actor, found: pl.DataFrame) -> pl.DataFrame:
    territories = [
        territory
        for territory in found.get_column("territory_id").unique().to_list()
        if may(actor, "view_recommendations", resource_of(territory))
    ]
    seen = found.filter(pl.col("territory_id").is_in(territories))
    if may(actor, "edit_recommendations"):
        return seen
    if actor.role == "municipal":
        return seen.filter(pl.col("state").is_in(list(SENT_STATES)))
    return seen.filter(pl.col("state") != "draft")


def rounds(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the half-years of a region with counts of recommendations, the newest first.

    Columns: year, half, cutoff, round (open, closed, missing where none was held), reasons (cases that a recommendation
    can be made of), made (recommendations that are not withdrawn).
    """
    require(actor, "view_page", "recommendations")
    return mart.query_as(
        actor,
        """
        select
            half_years.year, half_years.half, half_years.cutoff, rounds.state as round,
            (
                select count(*) from recommendation_cases as cases
                where cases.region_id = half_years.region_id and cases.year = half_years.year
                    and cases.half = half_years.half and cases.standing = 'raises'
            ) as reasons,
            (
                select count(*) from recommendations as made
                where made.region_id = half_years.region_id and made.year = half_years.year
                    and made.half = half_years.half and made.state <> 'withdrawn'
            ) as made
        from half_years
        left join rounds
            on half_years.region_id = rounds.region_id and half_years.year = rounds.year
            and half_years.half = rounds.half
        where half_years.region_id = $region
        order by half_years.year desc, half_years.half desc
        """,
        {"region": region},
    )


def find(mart: Mart, actor: Actor, recommendation: str) -> Row | None:
    """Return a recommendation that the actor may see, as a row of `recommendations`.

    None where there is none.
    """
    found = mart.query_as(
        actor,
        "select region_id, year, half, territory_id from recommendations where recommendation = ?",
        [recommendation],
    )
    if not found.height:
        return None
    region, year, half, territory = found.row(0)
    rows = recommendations(mart, actor, Filter(region, year, half, territory))
    row = rows.filter(pl.col("recommendation") == recommendation)
    return row.row(0, named=True) if row.height else None


def events(mart: Mart, actor: Actor, recommendation: str) -> pl.DataFrame:
    """Return the events of a recommendation, the latest first.

    Columns: event_number, event, text, due_on, comment, actor, role, happened_at, publication. A municipality sees
    events from the sending on.
    """
    row = find(mart, actor, recommendation)
    if row is None:
        require(actor, "view_recommendations")
    found = mart.query_as(
        actor,
        """
        select event_number, event, text, due_on, comment, actor, role, happened_at, publication
        from recommendation_events
        where recommendation = $recommendation
        order by event_number desc
        """,
        {"recommendation": recommendation},
    )
    if actor.role != "municipal":
        return found
    sent = found.filter(pl.col("event") == "sent").get_column("event_number").min()
    return found.filter(pl.col("event_number") >= sent) if isinstance(sent, int) else found.clear()


def tests(mart: Mart, actor: Actor, recommendation: str) -> pl.DataFrame:
    """Return what each later half-year says of a recommendation, in order of time.

    Columns: year, half, rounds_later, standing (missing: nothing), provisional, numerator, denominator, value, target,
    verdict, gap. No rows for a recommendation that is hidden.
    """
    if find(mart, actor, recommendation) is None:
        require(actor, "view_recommendations")
    return mart.query_as(
        actor,
        "select * exclude (recommendation) from recommendation_tests where recommendation = ? order by rounds_later",
        [recommendation],
    )


@dataclass(frozen=True)
class Achieved:
    """Results of the recommendations that were sent.

    sent: how many were; tested: those with a result in a later round; closed, improving, recurring, reported_not_met:
    of them; hidden: of the others, those whose results are hidden; median_rounds: from a recommendation to its closure
    by data, None while there is none. provisional: those whose latest test is of a provisional half-year. measures:
    one row a measure: title, sent, tested, closed, closed_share (percent of the tested), median_rounds.
    """

    sent: int
    tested: int
    closed: int
    improving: int
    recurring: int
    reported_not_met: int
    hidden: int
    median_rounds: float | None
    provisional: int
    measures: pl.DataFrame

    @property
    def closed_share(self) -> float | None:
        """Share of the tested that are closed by data, in percent; None while none is tested."""
        return 100 * self.closed / self.tested if self.tested else None


def achieved(mart: Mart, actor: Actor, region: str, territory: str = "") -> Achieved:
    """Return the results of the recommendations sent in a region or in one territory of it."""
    return achieved_by(recommendations(mart, actor, Filter(region, territory=territory)))


def achieved_by(rows: pl.DataFrame) -> Achieved:
    """Return the results of recommendations: counts by outcome and by measure.

    rows: of `recommendations`; those never sent, or withdrawn, do not count.
    """
    sent = rows.filter(pl.col("sent_at").is_not_null() & (pl.col("state") != "withdrawn"))
    tested = ~pl.col("outcome").is_in(UNTESTED)
    closed = pl.col("outcome") == "closed"
    counts: Mapping[str, int] = dict(sent.group_by("outcome").len().iter_rows())
    measures = (
        sent.group_by("title")
        .agg(
            pl.len().alias("sent"),
            tested.sum().alias("tested"),
            closed.sum().alias("closed"),
            pl.col("rounds_to_closure").median().alias("median_rounds"),
        )
        .with_columns(
            pl.when(pl.col("tested") > 0).then(100 * pl.col("closed") / pl.col("tested")).alias("closed_share")
        )
        .sort("sent", "title", descending=[True, False])
    )
    median = sent.get_column("rounds_to_closure").median()
    return Achieved(
        sent=sent.height,
        tested=sent.filter(tested).height,
        closed=counts.get("closed", 0),
        improving=counts.get("improving", 0),
        recurring=counts.get("recurring", 0),
        reported_not_met=counts.get("reported_not_met", 0),
        hidden=counts.get("hidden", 0),
        median_rounds=float(median) if isinstance(median, int | float) else None,
        provisional=sent.filter(tested & pl.col("provisional")).height,
        measures=measures,
    )


def state_counts(rows: pl.DataFrame) -> dict[str, int]:
    """Return the number of recommendations in each state; every state is a key."""
    present = dict(rows.group_by("state").len().iter_rows())
    return {state: present.get(state, 0) for state in STATES}
