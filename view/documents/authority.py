"""The authority that signs a region's documents, from reference data."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from warehouse.store.schema import SQL


@dataclass(frozen=True)
class Authority:
    """The education authority of a region.

    genitive: the name in the genitive. regulation: the act that orders the monitoring, empty when unknown. head: the
    post of the person who signs.
    """

    name: str
    genitive: str
    regulation: str
    head: str


def authority_of(region: str, region_genitive: str) -> Authority:
    """Return the authority of a region; described by its duty where reference data has none.

    region: OKTMO. region_genitive: its name in the genitive.
    """
    known = pl.read_csv(SQL / "reference" / "authorities.csv", infer_schema=False).filter(pl.col("region_id") == region)
    if known.is_empty():
        duty = f"исполнительной власти {region_genitive}, осуществляющий управление в сфере образования"
        return Authority(
            f"Орган {duty}", f"органа {duty.replace('осуществляющий', 'осуществляющего')}", "", "Руководитель"
        )
    row = known.row(0, named=True)
    return Authority(row["authority"], row["authority_genitive"], row["regulation"], row["responsible"])
