"""Reference lists for loading, from the current mart, or as shipped when there is none."""

import functools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from checks.russian import sort_key
from checks.territories import Municipality, Region, Territories
from checks.text import fold
from warehouse.marts.mart import Mart, NoPublication, PublicationOutdated, open_mart
from warehouse.store.address import Address
from warehouse.store.schema import SQL

Layouts = Mapping[tuple[str, str], Mapping[str, int]]
"""Dataset and layout of a file → column code → position, as a sender or the region has matched such columns."""


@dataclass(frozen=True)
class References:
    """Reference lists that cells of files are resolved by.

    territories: by code or name. competencies: folded code or name → code, in the list's order. layouts: see
    `Layouts`.
    """

    territories: Territories
    competencies: dict[str, str]
    layouts: Layouts


def references(address: Address, region: str | None = None, own: Collection[str] = ()) -> References:
    """Return the installation's reference lists.

    region: code of the region that an upload names; names that several regions share are resolved in it, else
    in the regions that have organizations in the warehouse. own: municipalities of a sender who is bound to some; their
    own matches of columns come before those of the region, and nobody gets those of other municipalities.
    """
    try:
        mart = open_mart(address)
        regions = mart.query_unguarded("select * from reference_regions")
        municipalities = mart.query_unguarded("select * from reference_municipalities")
        competencies = mart.query_unguarded("select * from competencies")
        home = mart.query_unguarded("select region_id from regions")["region_id"].to_list()
        layouts = _layouts(mart, own)
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


def _layouts(mart: Mart, own: Collection[str]) -> Layouts:
    """Return the matches of columns that serve a sender; none from a mart of an earlier version."""
    try:
        found = mart.query_unguarded(
            "select dataset, layout, mapping from layouts where municipality_id is null or municipality_id in ? "
            "order by municipality_id is not null, remembered_at",
            [list(own)],
        )
    except PublicationOutdated:
        return {}
    return {(dataset, layout): json.loads(mapping) for dataset, layout, mapping in found.iter_rows()}


def municipal_match(address: Address, dataset: str, layout: str) -> tuple[str, Mapping[str, int]] | None:
    """Return the latest column match made by a municipality for such a file, with its code.

    The result is (municipality code, column positions by code); None where there is none. It is offered to others only
    after a specialist has looked at it and applied it to a file.
    """
    try:
        found = open_mart(address).query_unguarded(
            "select municipality_id, mapping from layouts where dataset = ? and layout = ? and municipality_id <> '' "
            "order by remembered_at desc, municipality_id limit 1",
            [dataset, layout],
        )
    except (NoPublication, PublicationOutdated):
        return None
    return None if found.is_empty() else (found["municipality_id"][0], json.loads(found["mapping"][0]))


def shipped_places() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the shipped regions and municipalities, for a warehouse that does not exist yet."""
    return _shipped("regions").sort("name"), _shipped("municipalities")


def municipality_names(address: Address) -> dict[str, str]:
    """Return short names of municipalities by code, in the order of regions and Russian names."""
    try:
        rows = open_mart(address).query_unguarded("select * from reference_municipalities")
    except (NoPublication, PublicationOutdated):
        rows = _shipped("municipalities")
    ordered = sorted(rows.iter_rows(named=True), key=lambda row: (row["region_id"], sort_key(row["short_name"])))
    return {row["municipality_id"]: row["short_name"] for row in ordered}


@functools.cache
def regulations() -> dict[str, str]:
    """Return titles of the regulations by their letters in the `sources` of indicators."""
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
