-- The deliveries that stand: those of the latest statement about each active batch. Grain: one batch, territory and
-- half-year; territory_id is a municipality, or a region for all of its municipalities; year and half are missing for a
-- register.
create or replace temp view current_deliveries as
select
    stated.batch,
    batches.dataset,
    stated.territory_id,
    stated.year,
    stated.half,
    stated.basis,
    stated.actor,
    stated.stated_at,
    stated.reason,
    batches.loaded_at,
    batches.rows_loaded
from ledger.deliveries as stated
inner join ledger.batches as batches on stated.batch = batches.batch
where stated.batch in (from active_batches)
qualify
    stated.statement = max(stated.statement) over (partition by stated.batch)
    and stated.territory_id is not null;
