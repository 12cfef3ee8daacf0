-- One row per region and quarter with a meeting of the regional active of methodists: how many, and their days.
create table active_meetings as
select
    region_id,
    year,
    quarter(held_on) as quarter,
    count(*) as meetings,
    min(held_on) as first_on,
    max(held_on) as last_on
from temp.territory_events
where level = 'R' and event_level = 'региональный' and kind = 'заседание РМА'
group by region_id, year, quarter(held_on)
order by region_id, year, quarter;
