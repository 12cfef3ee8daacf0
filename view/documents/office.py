"""Who signs the documents of a region: reference data, or words that fit any region."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.store.schema import SQL


@dataclass(frozen=True)
class Office:
    """The authority of education of a region.

    regulation: the act that orders the monitoring, empty when the reference does not name it. head: the post of the
    person who signs.
    """

    name: str
    genitive: str
    regulation: str
    head: str


def office(region: str, region_genitive: str) -> Office:
    """Return the authority of a region (OKTMO); a region that the reference lacks gets one described by its duty."""
    known = pl.read_csv(SQL / "reference" / "authorities.csv", infer_schema=False).filter(pl.col("region_id") == region)
    if known.is_empty():
        duty = f"исполнительной власти {region_genitive}, осуществляющий управление в сфере образования"
        return Office(
            f"Орган {duty}", f"органа {duty.replace('осуществляющий', 'осуществляющего')}", "", "Руководитель"
        )
    row = known.row(0, named=True)
    return Office(row["authority"], row["authority_genitive"], row["regulation"], row["responsible"])
