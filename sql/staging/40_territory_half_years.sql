-- One row per territory and half-year of its region: the universe that every indicator answers for.
create or replace temp table territory_half_years as
select
    territories.region_id,
    territories.level,
    territories.territory_id,
    half_years.year,
    half_years.half,
    half_years.window_start,
    half_years.cutoff
from territories
inner join half_years on territories.region_id = half_years.region_id;
