/*
title: Строки диагностики
dataset: diagnostics
access: people
subject: педагог, педагога, педагогов
shows: person role date competency score deficit
why_later: Дата диагностики позже конца полугодия.
why_silent: Организация не прислала паспорт за это полугодие.
*/
select
    organizations_in_view.organization_id,
    diagnostics.person as subject,
    1 as weight,
    case
        when diagnostics.date > period.cutoff then 'later'
        when passports.organization_id is null then 'silent'
    end as reason,
    diagnostics.batch,
    diagnostics.source_row,
    diagnostics.person,
    diagnostics.role,
    diagnostics.date,
    diagnostics.competency,
    diagnostics.score,
    diagnostics.deficit
from facts.diagnostics as diagnostics
inner join organizations_in_view on diagnostics.organization_id = organizations_in_view.organization_id
cross join period
left join passports on organizations_in_view.organization_id = passports.organization_id
where year(diagnostics.date) = period.year
