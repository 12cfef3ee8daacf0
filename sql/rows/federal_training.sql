/*
title: Обучение по программам
dataset: training
access: people
subject: педагог, педагога, педагогов
shows: person role program_id started_on finished_on attestation_passed
parameters: roles
why_role: Эта категория работников в показатель не входит.
why_unfinished: Обучение не окончено.
why_later: Обучение окончено позже конца полугодия.
why_not_attested: Итоговая аттестация не пройдена.
why_unregistered: Программы нет в Федеральном реестре.
why_registered_late: Программа включена в Федеральный реестр позже окончания обучения.
why_unmatched: До начала обучения у человека не выявлен дефицит ни по одной из компетенций программы.
why_silent: Организация не прислала паспорт за это полугодие.
*/
with
training_rows as (
    select
        training.*,
        period.cutoff,
        programs.registered_on,
        string_split(programs.competencies, ',') as competencies
    from facts.training as training
    inner join organizations_in_view on training.organization_id = organizations_in_view.organization_id
    cross join period
    inner join facts.programs as programs on training.program_id = programs.program_id
    where year(coalesce(training.finished_on, training.started_on)) between period.first_year and period.year
),

deficits as (
    select
        diagnostics.person,
        diagnostics.competency,
        min(diagnostics.date) as first_on
    from facts.diagnostics as diagnostics
    where diagnostics.deficit and diagnostics.person in (select chosen.person from training_rows as chosen)
    group by diagnostics.person, diagnostics.competency
),

matched_keys as (
    select distinct
        chosen.person,
        chosen.program_id,
        chosen.started_on
    from training_rows as chosen
    inner join deficits
        on chosen.person = deficits.person and list_contains(chosen.competencies, deficits.competency)
    where deficits.first_on <= chosen.started_on
)

select
    chosen.organization_id,
    chosen.person as subject,
    1 as weight,
    case
        when not list_contains(string_split($roles, ','), chosen.role) then 'role'
        when chosen.finished_on is null then 'unfinished'
        when chosen.finished_on > chosen.cutoff then 'later'
        when not coalesce(chosen.attestation_passed, false) then 'not_attested'
        when chosen.registered_on is null then 'unregistered'
        when chosen.registered_on > chosen.finished_on then 'registered_late'
        when matched.person is null then 'unmatched'
        when passports.organization_id is null then 'silent'
    end as reason,
    chosen.batch,
    chosen.source_row,
    chosen.person,
    chosen.role,
    chosen.program_id,
    chosen.started_on,
    chosen.finished_on,
    chosen.attestation_passed
from training_rows as chosen
left join matched_keys as matched
    on
        chosen.person = matched.person
        and chosen.program_id = matched.program_id
        and chosen.started_on = matched.started_on
left join passports on chosen.organization_id = passports.organization_id
