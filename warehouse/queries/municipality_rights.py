"""The municipality of an organization, by which access to it is decided."""

import polars as pl

from warehouse.access.rights import Actor, may
from warehouse.marts.mart import Mart


def municipality_of(mart: Mart, organization: str) -> str | None:
    """Return the municipality of a registered organization, None when it is unknown."""
    found = mart.query_unguarded("select municipality_id from organizations where organization_id = ?", [organization])
    return str(found.item()) if found.height else None


def with_own(actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the region and of municipalities whose passport the actor may see.

    rows: has level and territory_id. A role bound to municipalities sees others only as published values of indicators.
    """
    codes = rows.filter(pl.col("level") == "M").get_column("territory_id").unique()
    seen = [code for code in codes if may(actor, "view_passport", code)]
    return rows.filter((pl.col("level") != "M") | pl.col("territory_id").is_in(seen))
