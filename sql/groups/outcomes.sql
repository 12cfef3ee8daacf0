-- The group of a mean score is those who sat the examination, in a year (half 0).
select
    'outcomes:' || exam || ':' || subject as measure,
    region_id,
    year,
    0 as half,
    level,
    territory_id,
    participants as base
from outcome_means
where participants > 0
