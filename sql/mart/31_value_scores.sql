-- One row per municipality, half-year and indicator that is no count: how far its value lies from the median of the
-- region's municipalities, see the macro scores.
create table value_scores as
with
known_values as (
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
)

select
    region_id,
    territory_id,
    year,
    half,
    indicator,
    median,
    places,
    score
from scores('known_values', value)
order by region_id, year, half, indicator, territory_id;
