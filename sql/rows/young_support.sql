/*
title: Поддержка молодых педагогов
dataset: young_support
access: people
subject: педагог, педагога, педагогов
shows: person form started_on finished_on
why_later: Поддержка началась позже конца полугодия.
why_ended: Поддержка окончилась раньше начала периода.
why_silent: Организация не прислала паспорт за это полугодие.
*/
select
    organizations_in_view.organization_id,
    support.person as subject,
    1 as weight,
    case
        when support.started_on > period.cutoff then 'later'
        when support.finished_on < make_date(period.first_year, 1, 1) then 'ended'
        when passports.organization_id is null then 'silent'
    end as reason,
    support.batch,
    support.source_row,
    support.person,
    support.form,
    support.started_on,
    support.finished_on
from facts.young_support as support
inner join organizations_in_view on support.organization_id = organizations_in_view.organization_id
cross join period
left join passports on organizations_in_view.organization_id = passports.organization_id
where year(support.started_on) <= period.year
