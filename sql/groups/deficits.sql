-- The group of a deficit is those assessed for the competency.
select
    measure_of('deficits', competency) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    assessed as base,
    [with_deficit] as others
from deficits
where assessed > 0
