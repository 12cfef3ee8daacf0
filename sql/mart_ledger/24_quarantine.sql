-- One row per row kept back with a batch that counts, with its state: waiting; finished, loaded as row finished_row of
-- the batch finished_in (waiting again once that is withdrawn); dismissed with a reason; emptied, when its year was
-- condensed while it waited.
create table mart.quarantine as
select
    kept.batch,
    batches.dataset,
    batches.region_id,
    kept.file_number,
    files.name as file,
    kept.source_row,
    kept.municipality_id,
    kept.cells,
    kept.state,
    kept.finished_in,
    kept.finished_row,
    kept.happened_at,
    kept.actor,
    kept.reason
from temp.kept_back as kept
inner join ledger.batches as batches on kept.batch = batches.batch
inner join ledger.files as files on kept.batch = files.batch and kept.file_number = files.file_number
order by kept.batch, kept.file_number, kept.source_row;
