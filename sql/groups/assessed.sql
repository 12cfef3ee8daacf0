-- The group of those assessed for a competency is the staff of the territory; one that has sent no passport has no
-- group that is known to be small.
select
    'staff' as layer,
    measure_of('assessed', found.competency) as measure,
    found.region_id,
    found.year,
    found.half,
    found.level,
    found.territory_id,
    totals.pedagogical_staff + totals.managers as base,
    true as open_base,
    [found.assessed] as others,
    [true] as rises,
    [found.assessed > 0] as falls
from deficits as found
inner join passport_totals as totals
    on
        found.level = totals.level
        and found.territory_id = totals.territory_id
        and found.year = totals.year
        and found.half = totals.half
where base > 0
