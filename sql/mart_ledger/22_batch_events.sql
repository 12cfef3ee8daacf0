-- One row per event in the life of a batch: loaded, withdrawn, restored.
create table mart.batch_events as
select
    batch,
    event_number,
    event,
    happened_at,
    actor,
    reason
from ledger.batch_events
order by batch, event_number;
