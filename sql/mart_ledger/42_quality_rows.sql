-- One row per row of a dataset behind a finding that this publication has.
create table mart.quality_rows as
select
    finding,
    dataset,
    batch,
    source_row,
    organization_id,
    person
from temp.quality_evidence
order by finding, dataset, batch, source_row;
