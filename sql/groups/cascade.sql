-- The group of a step is that of the last step before it that anybody reached; of the staff and those diagnosed, the
-- staff. A step after a hidden one is about fewer people still, so it is hidden with it.
select
    'cascade:' || step as measure,
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
