/*
title: Региональные методисты
dataset: methodists
access: people
subject: методист, методиста, методистов
shows: methodist_id pedagogical_degree experience_years category title diagnostics_passed included_on excluded_on
why_inactive: На последний день полугодия методист не действует.
why_degree: Нет высшего педагогического образования.
why_experience: Педагогический стаж меньше пяти лет.
why_category: Нет ни высшей категории, ни звания педагога-методиста или педагога-наставника.
why_undiagnosed: Диагностика компетенций не пройдена.
*/
select
    null as organization_id,
    methodists.methodist_id as subject,
    1 as weight,
    case
        when
            methodists.included_on > period.cutoff
            or coalesce(methodists.excluded_on <= period.cutoff, false)
            then 'inactive'
        when not methodists.pedagogical_degree then 'degree'
        when methodists.experience_years < 5 then 'experience'
        when methodists.category <> 'высшая' and coalesce(methodists.title, '') = '' then 'category'
        when not methodists.diagnostics_passed then 'undiagnosed'
    end as reason,
    methodists.batch,
    methodists.source_row,
    methodists.methodist_id,
    methodists.pedagogical_degree,
    methodists.experience_years,
    methodists.category,
    methodists.title,
    methodists.diagnostics_passed,
    methodists.included_on,
    methodists.excluded_on
from facts.methodists as methodists
inner join municipalities_in_view as municipalities on methodists.municipality = municipalities.municipality_id
cross join period
where methodists.level = 'региональный'
