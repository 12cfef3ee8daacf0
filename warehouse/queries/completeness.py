"""Queries about rounds and the completeness of data.

Every function takes the mart and the actor first. A role bound to municipalities sees its own rows only. Moments are
UTC without a zone.
"""

from collections.abc import Iterable

import polars as pl

from warehouse.access.rights import Actor, may, require
from warehouse.ledger.frozen_figures import people_datasets
from warehouse.marts.mart import Mart
from warehouse.store.row import Row

STATES = {
    "accepted": "принято",
    "late": "с опозданием",
    "errors": "с ошибками",
    "returned": "возвращено",
    "missing": "не прислано",
}
"""States of a cell of the completeness matrix with their Russian names."""
SENT = ("accepted", "late")
OWED = ("missing", "errors", "returned")


def monitored_regions(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the regions that have organizations or rounds, else all of the reference.

    Columns: region_id, name, name_genitive.
    """
    _require_some(actor)
    return mart.query_as(
        actor,
        """
        with present as (
            select region_id from regions
            union
            select region_id from rounds
        )

        select region_id, name, name_genitive
        from reference_regions
        where region_id in (from present) or not exists (from present)
        order by name
        """,
    )


def collected_periods(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the half-years of a region that have a round or data, newest first.

    Columns: year, half, state (open, closed; missing: no round).
    """
    _require_some(actor)
    return mart.query_as(
        actor,
        """
        select coalesce(rounds.year, half_years.year) as year, coalesce(rounds.half, half_years.half) as half, state
        from (from rounds where region_id = $region) as rounds
        full join (from half_years where region_id = $region) as half_years
            on rounds.year = half_years.year and rounds.half = half_years.half
        order by year desc, half desc
        """,
        {"region": region},
    )


def round_of(mart: Mart, actor: Actor, region: str, year: int, half: int) -> Row | None:
    """Return the round of a half-year; None when it was never opened.

    Keys: state, opened_on, due_on, closed_on, closing_publication, datasets (codes), municipalities (codes; None: all).
    """
    _require_some(actor)
    found = mart.query_as(
        actor,
        "select * from rounds where region_id = $region and year = $year and half = $half",
        {"region": region, "year": year, "half": half},
    )
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    return {
        **row,
        "datasets": (row["datasets"] or "").split(","),
        "municipalities": row["municipalities"].split(",") if row["municipalities"] else None,
    }


def rounds(mart: Mart, actor: Actor, region: str | None = None) -> pl.DataFrame:
    """Return rounds with their completeness, newest first.

    One row a round: the columns of the mart's tables rounds and reporting_series.
    """
    _require_some(actor)
    return mart.query_as(
        actor,
        """
        select rounds.*, series.* exclude (region_id, year, half, state)
        from rounds
        left join reporting_series as series using (region_id, year, half)
        where $region is null or region_id = $region
        order by region_id, year desc, half desc
        """,
        {"region": region},
    )


def completeness(mart: Mart, actor: Actor, region: str, year: int, half: int) -> pl.DataFrame:
    """Return the completeness matrix of a half-year, municipality × dataset.

    One row a cell that is expected or has any data: the columns of the mart's table completeness, and municipality
    (short name), municipality_full.

    The number of rows in a dataset about people is itself a figure about people: rows and faulty_rows are missing where
    the actor may not see people of the municipality.
    """
    _require_some(actor)
    found = mart.query_as(
        actor,
        """
        select cells.*, municipalities.short_name as municipality, municipalities.name as municipality_full
        from completeness as cells
        inner join reference_municipalities as municipalities using (municipality_id)
        where cells.region_id = $region and cells.year = $year and cells.half = $half
        order by municipality, cells.dataset
        """,
        {"region": region, "year": year, "half": half},
    )
    known = [code for code in found.get_column("municipality_id").unique() if may(actor, "view_people", code)]
    counted = ~pl.col("dataset").is_in(people_datasets()) | pl.col("municipality_id").is_in(known)
    return _own(actor, found.with_columns(pl.when(counted).then(pl.col("rows", "faulty_rows"))))


def reporting_series(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the rounds of a region with their completeness, oldest first.

    Columns: those of the mart's table reporting_series.
    """
    _require_some(actor)
    return mart.query_as(
        actor, "from reporting_series where region_id = $region order by year, half", {"region": region}
    )


def round_events(mart: Mart, actor: Actor, region: str, year: int, half: int) -> pl.DataFrame:
    """Return the events of a round, newest first.

    Columns: those of the mart's table round_events. A role bound to municipalities does not see what was sent back to
    others.
    """
    _require_some(actor)
    found = mart.query_as(
        actor,
        """
        from round_events
        where region_id = $region and year = $year and half = $half
        order by event_number desc
        """,
        {"region": region, "year": year, "half": half},
    )
    if may(actor, "view_completeness"):
        return found
    own = pl.col("municipalities").str.split(",").list.set_intersection(sorted(actor.municipalities)).list.len() > 0
    return found.filter((pl.col("event") != "returned") | own)


def round_municipalities(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the municipalities of a region, also those without organizations.

    Columns: municipality_id, name, short_name.
    """
    _require_some(actor)
    found = mart.query_as(
        actor,
        """
        select municipality_id, name, short_name
        from reference_municipalities
        where region_id = $region
        order by short_name
        """,
        {"region": region},
    )
    return _own(actor, found)


def state_counts(cells: pl.DataFrame) -> dict[str, int]:
    """Return the number of expected cells in each state; every state is a key."""
    found = dict(cells.filter("expected").group_by("state").len().iter_rows())
    return {state: found.get(state, 0) for state in STATES}


def owed(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the expected cells that are missing, have errors or were sent back."""
    return cells.filter(pl.col("expected") & pl.col("state").is_in(OWED))


def _own(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    if may(actor, "view_completeness"):
        return rows
    return rows.filter(pl.col("municipality_id").is_in(_seen(actor, rows.get_column("municipality_id").unique())))


def _seen(actor: Actor, municipalities: Iterable[str]) -> list[str]:
    return [code for code in municipalities if may(actor, "view_completeness", code)]


def _require_some(actor: Actor) -> None:
    """Raise `Forbidden` if the actor may not see the completeness of any municipality."""
    if not _seen(actor, actor.municipalities):
        require(actor, "view_completeness")
