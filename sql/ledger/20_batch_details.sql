-- One row per batch: what was counted while it was loaded, and why its warnings were accepted.
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
    confirmation
from ledger.batches
order by batch;
