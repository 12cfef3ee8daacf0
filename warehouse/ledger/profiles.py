"""Profiles of targets that ship with the program, and their order in the composite one."""

from __future__ import annotations

import csv
import functools
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from warehouse.store.schema import SQL
from warehouse.store.sqlfile import insert_rows

COMPOSITE = "composite"


@dataclass(frozen=True)
class Profile:
    """A profile of targets.

    position: its rank in the composite profile. act: the document that sets its targets. position and region_id are
    missing for the composite profile, which has no targets of its own.
    """

    code: str
    name: str
    name_genitive: str
    position: int | None
    region_id: str | None
    act: str


@functools.cache
def shipped() -> dict[str, Profile]:
    """Return the shipped profiles by code: the composite one, then the others in their order."""
    with (SQL / "reference" / "profiles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["profile"]: Profile(
            code=row["profile"],
            name=row["name"],
            name_genitive=row["name_genitive"],
            position=int(row["position"]) if row["position"] else None,
            region_id=row["region_id"] or None,
            act=row["act"],
        )
        for row in rows
    }


def name(profile: str) -> str:
    """Return the Russian name of a profile; one that an installation added is named by its code."""
    known = shipped().get(profile)
    return known.name if known else profile


def preferred() -> list[Profile]:
    """Return the profiles that the composite one consists of, in their order."""
    ranked = [(profile.position, profile) for profile in shipped().values() if profile.position is not None]
    return [profile for _, profile in sorted(ranked, key=lambda pair: pair[0])]


def changeable(profile: str, regions: Collection[str]) -> bool:
    """Tell whether a warehouse of these regions may change the targets of a profile.

    The composite profile is made of others; a shipped one belongs to its region; any other name is the installation's.
    """
    known = shipped().get(profile)
    return bool(profile) if known is None else known.region_id in regions


def of_region(region: str) -> Profile | None:
    """Return the shipped profile of a region, None where there is none."""
    return next((profile for profile in shipped().values() if profile.region_id == region), None)


def stage(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `profiles`: profile, position (missing for the composite one)."""
    connection.execute("create or replace temp table profiles (profile varchar, position integer)")
    insert_rows(connection, "temp.profiles", [(profile.code, profile.position) for profile in shipped().values()])
