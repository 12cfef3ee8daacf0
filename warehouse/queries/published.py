"""Contents of a publication: regions, half-years, profiles, indicators, reference lists.

Every function takes the mart and the actor first. Names are Russian, codes are those of the mart.
"""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.store.row import Row


def regions(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the regions that have half-years.

    One row a region: region_id, name, name_genitive.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select region_id, name, name_genitive
        from regions
        where region_id in (select region_id from half_years)
        order by name
        """,
    )


def half_years(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the half-years of a region, newest first: year, half, cutoff."""
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select year, half, cutoff
        from half_years
        where region_id = $region
        order by year desc, half desc
        """,
        {"region": region},
    )


def profiles(mart: Mart, actor: Actor) -> list[str]:
    """Return the codes of the target profiles, composite first."""
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        """
        select distinct profile
        from applicable_targets
        order by profile <> 'composite', profile
        """,
    )
    return found.get_column("profile").to_list()


def indicators(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the catalogue of indicators in its order.

    One row an indicator: all columns of the mart's table `indicators`.
    """
    require(actor, "view_values")
    return mart.query_as(actor, "select * from indicators order by position, code")


def competencies(mart: Mart, actor: Actor) -> pl.DataFrame:
    """Return the reference list of competencies in its order: competency, name, position."""
    require(actor, "view_values")
    return mart.query_as(actor, "select competency, name, position from competencies order by position, competency")


def municipalities(mart: Mart, actor: Actor, region: str) -> pl.DataFrame:
    """Return the municipalities of a region.

    One row a municipality: municipality_id, name, short_name, kind, tile_row, tile_column.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select municipality_id, name, short_name, kind, tile_row, tile_column
        from municipalities
        where region_id = $region
        order by short_name
        """,
        {"region": region},
    )


def freshness(mart: Mart, actor: Actor, region: str, year: int, half: int) -> Row:
    """Return the date and reason of the publication, and how complete the half-year is.

    Keys: publication, published_at (UTC), author, reason, demonstration, last_batch, previous_publication,
    loaded_at (of the last batch), reporting and expected (organizations), cutoff.
    """
    require(actor, "view_values")
    found = mart.query_as(
        actor,
        """
        select
            publication.*,
            (select max(loaded_at) from batches where batch = publication.last_batch) as loaded_at,
            coverage.reporting,
            coverage.expected,
            (
                select cutoff from half_years
                where region_id = $region and year = $year and half = $half
            ) as cutoff
        from publication
        cross join (
            select max(reporting) as reporting, max(expected) as expected
            from indicator_values
            where region_id = $region and level = 'R' and year = $year and half = $half
        ) as coverage
        """,
        {"region": region, "year": year, "half": half},
    )
    return found.row(0, named=True)


def annual_half(found: pl.DataFrame, year: int) -> int:
    """Return the half that stands for the year: 2 when it exists, else 1 (provisional).

    found: the frame of `half_years`.
    """
    return 2 if found.filter((pl.col("year") == year) & (pl.col("half") == 2)).height else 1
