/*
title: Педагоги закреплены за недействующим методистом
why: Методист, ещё не включённый в актив или уже исключённый из него, в нагрузке не считается. Закреплённые за ним
  педагоги остаются без методиста, а показатель выглядит лучше.
advice: Перезакрепите педагогов или исправьте даты включения и исключения методиста.
severity: warning
position: 80
datasets: assignments methodists
subject: methodist
watched: teachers included_on excluded_on
message: Методист {subject} на {cutoff} не действует (включён {included_on}[[, исключён {excluded_on}]]), а за ним
  {teachers=закреплён,закреплены,закреплено} {teachers:педагог,педагога,педагогов} в
  {organizations:организации,организациях,организациях}.
*/
select
    methodists.municipality as territory_id,
    half_years.year,
    half_years.half,
    null as organization_id,
    methodists.methodist_id as subject,
    cast(sum(assignments.teachers_assigned) as bigint) as teachers,
    count(distinct assignments.organization_id) as organizations,
    half_years.cutoff,
    methodists.included_on,
    methodists.excluded_on,
    list({
        'dataset': 'assignments',
        'batch': assignments.batch,
        'source_row': assignments.source_row,
        'organization_id': assignments.organization_id,
        'person': null
    }) as evidence
from assignments
inner join methodists on assignments.methodist_id = methodists.methodist_id
inner join organizations on assignments.organization_id = organizations.organization_id
inner join half_years
    on
        region_of(organizations.municipality) = half_years.region_id
        and assignments.year = half_years.year
        and assignments.half = half_years.half
where
    assignments.teachers_assigned > 0
    and (methodists.included_on > half_years.cutoff or methodists.excluded_on <= half_years.cutoff)
group by
    methodists.municipality,
    half_years.year,
    half_years.half,
    half_years.cutoff,
    methodists.methodist_id,
    methodists.included_on,
    methodists.excluded_on
