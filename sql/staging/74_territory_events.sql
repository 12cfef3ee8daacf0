-- One row per event and territory that it counts for: the region, and the municipality where the event names one.
-- `level` is the territory's, `event_level` the event's own («региональный» …).
create or replace temp table territory_events as
with
event_regions as (
    select
        event_id,
        date as held_on,
        year(date) as year,
        level as event_level,
        kind,
        territory,
        region_of(territory) as region_id
    from events
)

select
    region_id,
    'R' as level,
    region_id as territory_id,
    event_id,
    held_on,
    year,
    event_level,
    kind
from event_regions
union all
select
    region_id,
    'M' as level,
    territory as territory_id,
    event_id,
    held_on,
    year,
    event_level,
    kind
from event_regions
where territory <> region_id;
