-- One row per municipality, half-year and indicator that is no count: how far its value lies from the median of the
-- region's municipalities, as a modified z-score (0.6745 · distance / median distance). No rows where fewer than eight
-- municipalities have a value, or where more than half of the values are the same and there is no spread to measure
-- against.
create table value_scores as
with
known as (
    select
        measured.region_id,
        measured.territory_id,
        measured.year,
        measured.half,
        measured.indicator,
        measured.value
    from indicator_values as measured
    inner join indicators on measured.indicator = indicators.code
    where measured.level = 'M' and measured.value is not null and indicators.kind <> 'count'
),

centred as (
    select
        *,
        median(value) over (partition by region_id, indicator, year, half) as median,
        count(*) over (partition by region_id, indicator, year, half) as places
    from known
),

scaled as (
    select
        *,
        median(abs(value - median)) over (partition by region_id, indicator, year, half) as deviation
    from centred
)

select
    region_id,
    territory_id,
    year,
    half,
    indicator,
    median,
    places,
    0.6745 * (value - median) / deviation as score
from scaled
where places >= 8 and deviation > 1e-9
order by region_id, year, half, indicator, territory_id;
