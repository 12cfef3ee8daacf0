/*
title: Программы ДПО
dataset: programs
access: values
subject: программа, программы, программ
shows: program_id title active_from active_to registered_on lms_on
parameters: counted_by
why_not_running: В этом периоде программа не реализуется: не входит ни в числитель, ни в знаменатель.
why_absent: Программа туда не включена.
why_later: Программа включена позже конца полугодия.
*/
with
program_rows as (
    select
        programs.*,
        period.cutoff,
        period.year,
        case when $counted_by = 'lms' then programs.lms_on else programs.registered_on end as counted_on
    from facts.programs as programs
    cross join period
    where coalesce(programs.region_id, period.region_id) = period.region_id
)

select
    null as organization_id,
    program_id as subject,
    1 as weight,
    case
        when active_from > cutoff or coalesce(active_to < make_date(year, 1, 1), false) then 'not_running'
        when counted_on is null then 'absent'
        when counted_on > cutoff then 'later'
    end as reason,
    batch,
    source_row,
    program_id,
    title,
    active_from,
    active_to,
    registered_on,
    lms_on
from program_rows
