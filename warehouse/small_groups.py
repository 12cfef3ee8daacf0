"""Hiding figures about fewer than five people from those who may not see people."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from warehouse.access import Actor, may
from warehouse.queries import SMALL_GROUP

ALL = "_all"


def hide(
    rows: pl.DataFrame,
    actor: Actor,
    place: str,
    sizes: Sequence[str],
    figures: Sequence[str],
    within: str | None = None,
    flag: str = "hidden",
) -> pl.DataFrame:
    """Return the rows with `figures` blanked where one of `sizes` counts one to four people, and a column `flag`.

    place: the column of the municipality whose people they are (missing: the whole region); where the actor may see
    people nothing is blanked. within: the column that names what adds up to a published total; a row that would be
    the only one blanked of it takes the next smallest with it, or it could be worked out by subtraction.
    """
    open_places = [code for code in rows.get_column(place).unique() if may(actor, "view_people", code)]
    shown = pl.col(place).is_in(open_places, nulls_equal=True)
    small = pl.any_horizontal(pl.col(size).is_between(1, SMALL_GROUP - 1) for size in sizes)
    marked = rows.with_columns((small & ~shown).fill_null(False).alias(flag), pl.lit(0).alias(ALL))
    if within is not None:
        least = pl.min_horizontal(sizes)
        candidate = ~shown & ~pl.col(flag) & (least > 0)
        order = pl.when(candidate).then(least).rank("ordinal").over(within, ALL)
        alone = pl.col(flag).sum().over(within, ALL) == 1
        marked = marked.with_columns((pl.col(flag) | (alone & (order == 1)).fill_null(False)).alias(flag))
    return marked.with_columns(
        pl.when(pl.col(flag)).then(None).otherwise(pl.col(name)).alias(name) for name in figures
    ).drop(ALL)
