-- One row per territory, half-year and event that it counts for from 1 January to the cut-off, columns as in
-- territory_events.
create or replace temp view events_so_far as
select
    half_years.year,
    half_years.half,
    held.level,
    held.territory_id,
    held.event_id,
    held.held_on,
    held.event_level,
    held.kind
from territory_events as held
inner join half_years on held.region_id = half_years.region_id and held.year = half_years.year
where held.held_on <= half_years.cutoff;
