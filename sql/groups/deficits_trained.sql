-- The group of those trained for a deficit and of those who wait is all with the deficit.
select
    'deficits_trained:' || competency as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    with_deficit as base,
    [trained, without_program] as others
from deficits
where with_deficit > 0
