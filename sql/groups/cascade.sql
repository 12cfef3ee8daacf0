-- The group of a step is the last step before it that anybody reached; of staff and diagnosed, the staff. A step after
-- a hidden one is about even fewer people, so it is hidden, too.
select
    measure_of('cascade', step) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    coalesce(
        last_value(nullif(people, 0) ignore nulls) over (
            partition by region_id, level, territory_id, year, half
            order by position
            rows between unbounded preceding and 1 preceding
        ),
        people
    ) as base,
    [people] as others
from cascade
qualify base > 0
