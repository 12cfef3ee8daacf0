/*
title: Обучение и компетенции его программ
dataset: training
access: people
subject: компетенция, компетенции, компетенций
shows: competencies person program_id finished_on attestation_passed
why_unfinished: Обучение не окончено.
why_later: Обучение окончено позже конца полугодия.
why_not_attested: Итоговая аттестация не пройдена.
*/
select
    organizations_in_view.organization_id,
    competency.code as subject,
    1 as weight,
    case
        when training.finished_on is null then 'unfinished'
        when training.finished_on > period.cutoff then 'later'
        when not coalesce(training.attestation_passed, false) then 'not_attested'
    end as reason,
    training.batch,
    training.source_row,
    competency.code as competencies,
    training.person,
    training.program_id,
    training.finished_on,
    training.attestation_passed
from facts.training as training
inner join organizations_in_view on training.organization_id = organizations_in_view.organization_id
cross join period
inner join facts.programs as programs on training.program_id = programs.program_id
cross join unnest(string_split(programs.competencies, ',')) as competency (code)
where year(coalesce(training.finished_on, training.started_on)) = period.year
