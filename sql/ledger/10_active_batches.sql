-- Batches that count: their latest event is not a withdrawal. Grain: one batch.
create or replace temp view active_batches as
select batch
from ledger.batch_events
group by batch
having arg_max(event, event_number) <> 'withdrawn';
