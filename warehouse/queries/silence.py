"""Organizations that have not sent their staff of a half-year."""

from __future__ import annotations

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.store.scope import Scope


def organizations(mart: Mart, actor: Actor, scope: Scope, municipality: str) -> list[str]:
    """Names of the organizations of a municipality without a passport of the half-year."""
    require(actor, "view_organizations", municipality)
    return (
        mart.query_as(
            actor,
            """
            select name
            from organizations
            where municipality_id = $municipality
                and organization_id not in (
                    select organization_id
                    from facts.passport_organizations
                    where year = $year and half = $half
                )
            order by name
            """,
            {"municipality": municipality, "year": scope.year, "half": scope.half},
        )
        .get_column("name")
        .to_list()
    )
