-- One row per row of the quarantine of active batches, see sql/ledger/30_rows_kept_back.sql.
create or replace temp table kept_back as
from rows_kept_back;

-- One row per load that left errors, municipality and half-year that it concerns. A load whose rows kept back are all
-- finished or dismissed has none.
create or replace temp table faults as
select
    attempts.dataset,
    attempts.batch,
    places.municipality_id,
    places.year,
    places.half,
    attempts.happened_at,
    places.faulty_rows
from ledger.attempts as attempts
inner join ledger.attempt_places as places on attempts.attempt = places.attempt
where
    attempts.batch is null
    or exists (
        select 1
        from kept_back
        where
            kept_back.batch = attempts.batch
            and kept_back.state in ('waiting', 'emptied')
            and coalesce(kept_back.municipality_id, places.municipality_id) = places.municipality_id
    );
