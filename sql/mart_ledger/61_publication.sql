-- One row: this publication. layout names the SQL and the columns that it is made of, version the program.
create table mart.publication as
select
    present.publication,
    present.published_at,
    present.author,
    present.reason,
    coalesce((select bool_or(kept.setting = 'demonstration') from ledger.installation as kept), false) as demonstration,
    (select max(batches.batch) from ledger.batches as batches) as last_batch,
    (
        select max(former.publication)
        from ledger.publications as former
        where former.publication < present.publication
    ) as previous_publication,
    getvariable('layout') as layout,
    getvariable('version') as version
from ledger.publications as present
where present.publication = getvariable('publication');
