-- One row per file of a batch.
create table mart.batch_files as
select
    batch,
    file_number,
    name,
    sha256,
    bytes,
    format
from ledger.files
order by batch, file_number;
