-- One row per event of a round, as it was entered.
create table round_events as
select
    region_id,
    year,
    half,
    event_number,
    event,
    happened_at,
    happened_on,
    actor,
    due_on,
    datasets,
    municipalities,
    batch,
    comment,
    publication
from temp.round_events
order by region_id, year, half, event_number;
