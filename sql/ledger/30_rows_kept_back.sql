-- The rows that active batches have kept back, with what became of each. Grain: one row of the quarantine: batch,
-- file_number, source_row, municipality_id, cells, state (waiting, finished, dismissed, emptied: waited until its cells
-- were condensed), and of the latest event finished_in, finished_row, happened_at, actor, reason. A row that was
-- finished in a batch that no longer counts waits again.
create or replace temp view rows_kept_back as
with
latest_events as (
    from latest('ledger.quarantine_events', (batch, file_number, source_row), event_number)
)

select
    kept.batch,
    kept.file_number,
    kept.source_row,
    kept.municipality_id,
    kept.cells,
    case
        when latest_events.event = 'dismissed' or latest_events.finished_in in (from active_batches)
            then latest_events.event
        when kept.cells = '{}' then 'emptied'
        else 'waiting'
    end as state,
    latest_events.finished_in,
    latest_events.finished_row,
    latest_events.happened_at,
    latest_events.actor,
    latest_events.reason
from ledger.quarantine as kept
left join latest_events
    on
        kept.batch = latest_events.batch
        and kept.file_number = latest_events.file_number
        and kept.source_row = latest_events.source_row
where kept.batch in (from active_batches);
