-- The group of those trained for a deficit, and of those waiting, is everybody with the deficit.
select
    measure_of('deficits_trained', competency) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    with_deficit as base,
    [trained, without_program] as others
from deficits
where with_deficit > 0
