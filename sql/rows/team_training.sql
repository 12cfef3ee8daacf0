/*
title: Обучение управленческих команд
dataset: training
access: people
subject: команда, команды, команд
shows: team_id person role program_id started_on finished_on
parameters: coverage
why_unfinished: Обучение не окончено.
why_later: Обучение окончено позже конца полугодия.
why_silent: Организация не прислала паспорт за это полугодие.
*/
select
    organizations_in_view.organization_id,
    training.team_id as subject,
    1 as weight,
    case
        when training.finished_on is null then 'unfinished'
        when training.finished_on > period.cutoff then 'later'
        when $coverage = 'matched' and passports.organization_id is null then 'silent'
    end as reason,
    training.batch,
    training.source_row,
    training.team_id,
    training.person,
    training.role,
    training.program_id,
    training.started_on,
    training.finished_on
from facts.training as training
inner join organizations_in_view on training.organization_id = organizations_in_view.organization_id
cross join period
left join passports on organizations_in_view.organization_id = passports.organization_id
where
    training.team_id is not null
    and year(coalesce(training.finished_on, training.started_on)) between period.first_year and period.year
