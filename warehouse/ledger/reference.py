"""Reference lists as a loader needs them, read without disturbing the writer: from the mart, or as shipped."""

import functools
import json
from dataclasses import dataclass

import polars as pl

from checks.russian import sort_key
from checks.territories import Municipality, Region, Territories
from checks.text import fold
from warehouse.marts.mart import NoPublication, PublicationOutdated, open_mart
from warehouse.store.address import Address
from warehouse.store.schema import SQL


@dataclass(frozen=True)
class References:
    """What files are read against.

    territories: by code or name. competencies: folded code or name → code, in the list's order. layouts: dataset
    and layout of a file → column code → position, as people have matched the columns of such files.
    """

    territories: Territories
    competencies: dict[str, str]
    layouts: dict[tuple[str, str], dict[str, int]]


def references(address: Address, region: str | None = None) -> References:
    """Return the installation's reference lists.

    region: code of the region that an upload names; names that several regions share are resolved in it, else
    in the regions that have organizations in the warehouse.
    """
    try:
        mart = open_mart(address)
        regions = mart.query_unguarded("select * from reference_regions")
        municipalities = mart.query_unguarded("select * from reference_municipalities")
        competencies = mart.query_unguarded("select * from competencies")
        home = mart.query_unguarded("select region_id from regions")["region_id"].to_list()
        layouts = {
            (dataset, layout): json.loads(mapping)
            for dataset, layout, mapping in mart.query_unguarded(
                "select dataset, layout, mapping from layouts"
            ).iter_rows()
        }
    except NoPublication:
        regions, municipalities, competencies = (
            _shipped(table) for table in ("regions", "municipalities", "competencies")
        )
        home, layouts = [], {}
    territories = Territories(
        (_municipality(row) for row in municipalities.iter_rows(named=True)),
        (Region(row["region_id"], row["name"], row["name_genitive"]) for row in regions.iter_rows(named=True)),
        [region] if region else home,
    )
    ordered = competencies.sort(pl.col("position").cast(pl.Int64))
    by_spelling: dict[str, str] = {}
    for code, name in ordered.select("competency", "name").iter_rows():
        by_spelling[fold(code)] = code
        by_spelling[fold(name)] = code
    return References(territories, by_spelling, layouts)


def shipped_places() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the regions and municipalities that ship with the program, for a warehouse that does not exist yet."""
    return _shipped("regions").sort("name"), _shipped("municipalities")


def municipality_names(address: Address) -> dict[str, str]:
    """Return the short names of all municipalities by code, those of the first region first, each in Russian order."""
    try:
        rows = open_mart(address).query_unguarded("select * from reference_municipalities")
    except (NoPublication, PublicationOutdated):
        rows = _shipped("municipalities")
    ordered = sorted(rows.iter_rows(named=True), key=lambda row: (row["region_id"], sort_key(row["short_name"])))
    return {row["municipality_id"]: row["short_name"] for row in ordered}


@functools.cache
def regulations() -> dict[str, str]:
    """Return the titles of the regulations behind the indicators by the letters that their sources begin with."""
    return dict(_shipped("regulations").select("letter", "title").iter_rows())


def _shipped(table: str) -> pl.DataFrame:
    return pl.read_csv(SQL / "reference" / f"{table}.csv", infer_schema=False)


def _municipality(row: dict[str, str | None]) -> Municipality:
    def several(column: str) -> tuple[str, ...]:
        return tuple(part for part in (row[column] or "").split(";") if part)

    return Municipality(
        str(row["municipality_id"]),
        str(row["region_id"]),
        str(row["name"]),
        str(row["short_name"]),
        several("former_ids"),
        several("aliases"),
    )
