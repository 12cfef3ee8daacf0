-- The group of a mean score is those who sat the examination, in a year (half 0). What adds up is not the mean but the
-- sum of scores.
select
    measure_of('outcomes', exam || ':' || subject) as measure,
    region_id,
    year,
    0 as half,
    level,
    territory_id,
    participants as base,
    [round(mean_score * participants, 6)] as others
from outcome_means
where participants > 0
