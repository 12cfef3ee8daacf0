-- Rows kept back: whom they belong to, and what became of them. Rows are only ever added; the state is that of the
-- latest event.

-- The municipality that the row speaks of, else that of a sender bound to one; missing where neither is known.
alter table ledger.quarantine add column municipality_id varchar;

-- grain: one event in the life of a row kept back: finished (corrected, and loaded as row finished_row of the batch
-- finished_in), dismissed (with a reason)
create table ledger.quarantine_events (
    batch integer not null,
    file_number integer not null,
    source_row bigint not null,
    event_number integer not null,
    event varchar not null,
    happened_at timestamp not null,
    actor varchar not null,
    reason varchar,
    finished_in integer,
    finished_row bigint
);
