-- The states of conditions that break the contract: two rows for one subject, an unknown standing, no gap or distance.
select
    condition,
    territory_id,
    year,
    half,
    indicator,
    subject
from temp.condition_states
group by condition, territory_id, year, half, indicator, subject
having
    count(*) > 1
    or any_value(standing) not in ('raises', 'open', 'clear')
    or any_value(gap) is null
    or any_value(distance) is null
order by condition, territory_id, year, half, indicator, subject
limit 1;
