-- One row per recommendation and later half-year of its region up to the first in which its condition is clear: what
-- that half-year says of it. rounds_later: 1 is the next half-year; standing and figures are missing where it says
-- nothing; provisional: a first half, which is held against the target of the whole year, or a round still open.
create table mart.recommendation_tests as
with
generations as (
    from latest('ledger.recommendations', recommendation, generation)
),

later_half_years as (
    select
        generations.recommendation,
        half_years.year,
        half_years.half,
        half_years.cutoff,
        row_number() over (
            partition by generations.recommendation
            order by half_years.year, half_years.half
        ) as rounds_later,
        half_years.half = 1 or (rounds.opened_on is not null and rounds.closed_on is null) as provisional,
        states.standing,
        states.numerator,
        states.denominator,
        states.value,
        states.target,
        states.verdict,
        states.gap
    from generations
    inner join temp.half_years as half_years
        on
            generations.region_id = half_years.region_id
            and (generations.year, generations.half) < (half_years.year, half_years.half)
    left join temp.rounds as rounds
        on
            half_years.region_id = rounds.region_id
            and half_years.year = rounds.year
            and half_years.half = rounds.half
    left join temp.condition_states as states
        on
            generations.condition = states.condition
            and generations.level = states.level
            and generations.territory_id = states.territory_id
            and generations.indicator = states.indicator
            and generations.subject = states.subject
            and half_years.year = states.year
            and half_years.half = states.half
)

select
    *,
    count(*) filter (where standing = 'clear') over (
        partition by recommendation
        order by rounds_later
        rows between unbounded preceding and 1 preceding
    ) as cleared_before
from later_half_years
qualify cleared_before = 0
order by recommendation, rounds_later;
