-- One row per round: how many forms were expected, how many have come (accepted or late) and how many of them in time,
-- with both as percentages of the expected; municipalities that sent everything and that owe something.
create table reporting_series as
with
municipality_counts as (
    select
        region_id,
        year,
        half,
        municipality_id,
        count(*) as expected,
        count(*) filter (where state in ('accepted', 'late')) as sent,
        count(*) filter (where state = 'accepted') as in_time
    from completeness
    where expected
    group by region_id, year, half, municipality_id
)

select
    rounds.region_id,
    rounds.year,
    rounds.half,
    case when rounds.closed_on is null then 'open' else 'closed' end as state,
    cast(sum(sums.expected) as bigint) as expected,
    cast(sum(sums.sent) as bigint) as sent,
    cast(sum(sums.in_time) as bigint) as in_time,
    100.0 * sum(sums.sent) / sum(sums.expected) as reporting_rate,
    100.0 * sum(sums.in_time) / sum(sums.expected) as on_time_rate,
    count(*) filter (where sums.sent = sums.expected) as complete_municipalities,
    count(*) filter (where sums.sent < sums.expected) as owing_municipalities
from temp.rounds as rounds
inner join municipality_counts as sums
    on rounds.region_id = sums.region_id and rounds.year = sums.year and rounds.half = sums.half
group by rounds.region_id, rounds.year, rounds.half, rounds.closed_on
order by rounds.region_id, rounds.year, rounds.half;
