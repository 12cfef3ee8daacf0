-- One row per region and half-year that exists for it.
create table half_years as
select
    region_id,
    year,
    half,
    window_start,
    cutoff
from temp.half_years
order by region_id, year, half;
