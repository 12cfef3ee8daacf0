-- One row per event in the life of a row kept back: finished, dismissed.
create table mart.quarantine_events as
select
    events.batch,
    events.file_number,
    events.source_row,
    events.event_number,
    events.event,
    events.happened_at,
    events.actor,
    events.reason,
    events.finished_in,
    events.finished_row,
    kept.municipality_id
from ledger.quarantine_events as events
inner join ledger.quarantine as kept
    on
        events.batch = kept.batch
        and events.file_number = kept.file_number
        and events.source_row = kept.source_row
order by events.batch, events.happened_at, events.file_number, events.source_row, events.event_number;
