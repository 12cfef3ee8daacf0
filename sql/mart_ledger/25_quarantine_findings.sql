-- One row per finding at a row kept back. A finding names its file only where the batch has several.
create table mart.quarantine_findings as
select
    kept.batch,
    kept.file_number,
    kept.source_row,
    found.severity,
    found.rule,
    found.column_header,
    found.value,
    found.message
from mart.quarantine as kept
inner join ledger.findings as found
    on
        kept.batch = found.batch
        and kept.source_row = found.source_row
        and kept.file = coalesce(found.file, kept.file)
order by kept.batch, kept.file_number, kept.source_row, list_position(['error', 'warning', 'notice'], found.severity);
