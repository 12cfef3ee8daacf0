-- One row per batch, rule and column: how many findings, the first rows of the file that they stand in, one sentence.
create table mart.batch_findings as
select
    batch,
    severity,
    rule,
    column_header,
    count(*) as findings,
    list(distinct source_row order by source_row) filter (where source_row is not null)[:20] as source_rows,
    arg_min(message, coalesce(source_row, 0)) as message
from ledger.findings
group by batch, severity, rule, column_header
order by batch, list_position(['error', 'warning', 'notice'], severity), rule, column_header;
