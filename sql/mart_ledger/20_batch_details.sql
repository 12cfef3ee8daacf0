-- One row per batch: what was counted while it was loaded, why its warnings were accepted, and through which year its
-- rows about people are condensed, where any are.
create table mart.batch_details as
select
    batch,
    submission,
    rows_read,
    rows_loaded,
    rows_superseded,
    rows_unchanged,
    rows_quarantined,
    rows_left_out,
    confirmation,
    (
        select max(done.through_year)
        from ledger.condensed_batches as touched
        inner join ledger.condensations as done on touched.number = done.number
        where touched.batch = batches.batch
    ) as condensed_through
from ledger.batches as batches
order by batch;
