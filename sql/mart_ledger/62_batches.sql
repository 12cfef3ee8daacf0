-- One row per batch with the names of its files; reason: the latest that an event gave, else its confirmation.
create table mart.batches as
with
file_names as (
    select
        batch,
        string_agg(name, ', ' order by file_number) as files
    from ledger.files
    group by batch
),

present_states as (
    select
        batch,
        arg_max(event, event_number) as event,
        arg_max(reason, event_number) as reason
    from ledger.batch_events
    group by batch
)

select
    batches.batch,
    batches.dataset,
    batches.region_id,
    batches.loaded_at,
    batches.author,
    file_names.files,
    batches.rows_loaded,
    batches.rows_superseded,
    case when present_states.event = 'withdrawn' then 'withdrawn' else 'active' end as state,
    coalesce(present_states.reason, batches.confirmation) as reason
from ledger.batches as batches
inner join file_names on batches.batch = file_names.batch
inner join present_states on batches.batch = present_states.batch
order by batches.batch;
