-- One row per event and territory that it counts for: the region, and the municipality where the event names one.
-- `level` is the territory's, `event_level` the event's own («региональный» …).
create or replace temp table territory_events as
with
located as (
    select
        event_id,
        date as held_on,
        year(date) as year,
        level as event_level,
        kind,
        territory,
        left(territory, 2) || '000000' as region_id
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
from located
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
from located
where territory <> region_id;
