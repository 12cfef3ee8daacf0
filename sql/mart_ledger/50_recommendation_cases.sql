-- One row per condition, territory, half-year, indicator and subject where there is something to do: standing «raises»
-- gives a reason for a recommendation, «open» only keeps an earlier one from being fulfilled. rounds: how many
-- half-years in a row up to this one it has been so, those that say nothing left out.
create table mart.recommendation_cases as
with
numbered_states as (
    select
        *,
        count(*) filter (where standing = 'clear') over (
            partition by condition, level, territory_id, indicator, subject
            order by year, half
        ) as cleared
    from temp.condition_states
)

select
    condition,
    region_id,
    level,
    territory_id,
    year,
    half,
    indicator,
    subject,
    standing,
    numerator,
    denominator,
    value,
    target,
    operator,
    verdict,
    gap,
    distance,
    figures,
    row_number() over (
        partition by condition, level, territory_id, indicator, subject, cleared
        order by year, half
    ) as rounds
from numbered_states
where standing <> 'clear'
order by region_id, year, half, condition, level, territory_id, indicator, subject;
