"""Queries about deficits and the programmes that answer them."""

from __future__ import annotations

import polars as pl

from warehouse.access.rights import Actor, require
from warehouse.marts.mart import Mart
from warehouse.queries.municipality_rights import with_own
from warehouse.store.scope import Scope

EVERY = ""
"""Competency code of the rows about all competencies together."""


def deficits(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the deficits of a region and of the municipalities that the actor may see.

    In one half-year. One row a territory (level R or M) × competency, and one with the competency `EVERY`: level,
    territory_id, municipality (short name; missing for the region), municipality_full, competency, name, position,
    assessed, with_deficit, share (percent of the assessed), trained, waiting, programs, without_program, hidden,
    training_hidden. People are distinct; sql/mart/51_deficits.sql says who is counted.
    """
    require(actor, "view_values")
    rows = mart.query_as(
        actor,
        """
        select
            deficits.level, deficits.territory_id,
            municipalities.short_name as municipality, municipalities.name as municipality_full,
            deficits.competency, deficits.name, deficits.position, deficits.assessed, deficits.with_deficit,
            100.0 * deficits.with_deficit / nullif(deficits.assessed, 0) as share,
            deficits.trained, deficits.waiting, deficits.programs, deficits.without_program,
            deficits.hidden, deficits.training_hidden
        from deficits
        left join municipalities on deficits.territory_id = municipalities.municipality_id
        where deficits.region_id = $region and deficits.year = $year and deficits.half = $half
        order by deficits.level desc, municipalities.short_name, deficits.position
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
    return with_own(actor, rows)


def programs(mart: Mart, actor: Actor, scope: Scope) -> pl.DataFrame:
    """Return the programmes that run in a region in a half-year, most matched people first.

    One row a programme: program_id, title, kind, hours, developer, competencies (codes joined with a comma),
    registered (in the Federal register by the cut-off), trained (people of the region who finished it in the window),
    matched (those of them with a deficit that it answers, found in the window before it began), hidden.
    """
    require(actor, "view_values")
    return mart.query_as(
        actor,
        """
        select
            program_id, title, kind, hours, developer, competencies, registered, trained, matched, hidden
        from deficit_programs
        where region_id = $region and year = $year and half = $half
        order by matched desc nulls last, trained desc nulls last, title, program_id
        """,
        {"region": scope.region, "year": scope.year, "half": scope.half},
    )
