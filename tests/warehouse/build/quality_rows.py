"""Rows of a small region for quality checks, and running the checks over them."""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from checks.catalogue import contracts
from tests.golden.builder import day, warehouse
from warehouse.build import pipeline

Rows = dict[str, list[dict[str, Any]]]
PLACES = [f"416{number:02}000" for number in range(1, 13)]
FIRST, SECOND = PLACES[:2]


def people(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def passport(organization: str, year: int = 2025, half: int = 1, **more: Any) -> dict[str, Any]:
    given = {"pedagogical_staff": 100, "teachers": 80, "managers": 0, "young_specialists": 5, "management_teams": 1}
    return {"organization_id": organization, "year": year, "half": half, "methodical_service": True} | given | more


def school(organization: str, place: str) -> dict[str, Any]:
    return {"organization_id": organization, "name": f"Школа {organization}", "municipality": place, "kind": "школа"}


def region(**tables: Iterable[Mapping[str, Any]]) -> Rows:
    """Return a region of twelve municipalities and three schools with these rows.

    Schools А and Б are in the first municipality, В in the second.
    """
    base: Rows = {
        "regions": [{"region_id": "41000000", "name": "Область", "name_genitive": "Области"}],
        "municipalities": [
            {"municipality_id": place, "region_id": "41000000", "name": f"Район {place}", "short_name": place}
            for place in PLACES
        ],
        "organizations": [school("А", FIRST), school("Б", FIRST), school("В", SECOND)],
    }
    return base | {table: [dict(row) for row in rows] for table, rows in tables.items()}


def run(rows: Rows) -> duckdb.DuckDBPyConnection:
    """Return a connection with the results of the checks over these rows.

    All rows are of batch 1, numbered from 1.
    """
    con = warehouse(rows)
    for table in contracts():
        con.execute(f"create or replace temp table {table} as select 1 as batch, row_number() over () as source_row, * "
                    f"from {table}")  # fmt: skip
    con.execute("attach ':memory:' as mart")
    pipeline.derive(con)
    pipeline.fill(con)
    pipeline.judge(con)
    return con


Place = tuple[str, int, int, str | None, str | None]


def places(con: duckdb.DuckDBPyConnection, check: str) -> set[Place]:
    """Return territory, year, half, organization and subject of a check's findings."""
    found = con.execute(
        "select territory_id, year, half, organization_id, subject from quality_present where check_code = ?", [check]
    )
    return set(found.fetchall())


def trained(person: str, organization: str, finished: str) -> dict[str, Any]:
    return {"person": person, "organization_id": organization, "role": "учитель", "program_id": "P",
            "started_on": day("01.01.2025"), "finished_on": day(finished), "attestation_passed": True}  # fmt: skip


def supported(person: str, organization: str = "А") -> dict[str, Any]:
    return {"person": person, "organization_id": organization, "form": "наставничество",
            "started_on": day("01.02.2025")}  # fmt: skip


def assigned(methodist: str, teachers: int, organization: str = "А") -> dict[str, Any]:
    return {"methodist_id": methodist, "organization_id": organization, "year": 2025, "half": 1,
            "teachers_assigned": teachers}  # fmt: skip


def methodist(code: str, level: str = "региональный", excluded: str = "") -> dict[str, Any]:
    return {"methodist_id": code, "level": level, "municipality": FIRST, "included_on": day("01.01.2024"),
            "excluded_on": day(excluded) if excluded else None, "experience_years": 7.0, "category": "высшая",
            "pedagogical_degree": True, "diagnostics_passed": True}  # fmt: skip


def diagnosed(person: str, organization: str = "А", on: str = "01.03.2025") -> dict[str, Any]:
    return {"person": person, "organization_id": organization, "role": "учитель", "date": day(on),
            "competency": "METH", "score": 50.0, "deficit": True}  # fmt: skip


def routed(person: str, on: str) -> dict[str, Any]:
    return {"route_id": f"ИОМ-{person}", "person": person, "organization_id": "А", "role": "учитель",
            "created_on": day(on), "status": "в работе"}  # fmt: skip


def round_of(half: int, closed: str | None) -> dict[str, Any]:
    return {"region_id": "41000000", "year": 2025, "half": half, "opened_on": day("01.06.2025"),
            "closed_on": day(closed) if closed else None}  # fmt: skip


def spread(shares: list[int], year: int = 2025) -> Rows:
    """Return a school of 100 people a municipality, so many of them diagnosed in that year."""
    return region(
        organizations=[school(f"Ш{number}", place) for number, place in zip(range(len(shares)), PLACES, strict=False)],
        passport_organizations=[passport(f"Ш{number}", year) for number in range(len(shares))],
        diagnostics=[
            diagnosed(person, f"Ш{number}", f"01.03.{year}")
            for number, share in enumerate(shares)
            for person in people(f"{year}-{number}-", share)
        ],
    )


def over(*parts: Rows) -> Rows:
    """Return the rows of both years for the same schools."""
    tables = ("passport_organizations", "diagnostics")
    return parts[0] | {table: [row for part in parts for row in part[table]] for table in tables}
