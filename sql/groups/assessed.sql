-- The group of those assessed for a competency is the staff of the territory; where no organization has sent its
-- passport, everybody assessed.
select
    'staff' as layer,
    measure_of('assessed', found.competency) as measure,
    found.region_id,
    found.year,
    found.half,
    found.level,
    found.territory_id,
    coalesce(totals.pedagogical_staff + totals.managers, everybody.assessed) as base,
    true as open_base,
    [found.assessed] as others,
    [true] as rises,
    [found.assessed > 0] as falls
from deficits as found
inner join deficits as everybody
    on
        everybody.competency = ''
        and found.level = everybody.level
        and found.territory_id = everybody.territory_id
        and found.year = everybody.year
        and found.half = everybody.half
inner join passport_totals as totals
    on
        found.level = totals.level
        and found.territory_id = totals.territory_id
        and found.year = totals.year
        and found.half = totals.half
where base > 0
