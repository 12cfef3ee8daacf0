/*
title: Закрепление педагогов за методистами
dataset: assignments
access: people
subject: закрепление, закрепления, закреплений
subject_methodists: методист, методиста, методистов
shows: methodist_id teachers_assigned
parameters: methodist_level counts
why_level: Методист другого уровня.
why_inactive: На последний день полугодия методист не действует.
why_nobody: За методистом в этой организации никто не закреплён.
*/
select
    organizations_in_view.organization_id,
    case
        when $counts = 'methodists' then assignments.methodist_id
        else assignments.methodist_id || ' ' || assignments.organization_id
    end as subject,
    case when $counts = 'methodists' then 1 else assignments.teachers_assigned end as weight,
    case
        when methodists.level <> $methodist_level then 'level'
        when
            methodists.included_on > period.cutoff
            or coalesce(methodists.excluded_on <= period.cutoff, false)
            then 'inactive'
        when assignments.teachers_assigned = 0 then 'nobody'
    end as reason,
    assignments.batch,
    assignments.source_row,
    assignments.methodist_id,
    assignments.teachers_assigned
from facts.assignments as assignments
inner join organizations_in_view on assignments.organization_id = organizations_in_view.organization_id
inner join period on assignments.year = period.year and assignments.half = period.half
inner join facts.methodists as methodists on assignments.methodist_id = methodists.methodist_id
