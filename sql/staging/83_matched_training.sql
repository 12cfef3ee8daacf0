-- One row per person, organization, role and year in which they mastered a programme of the Federal register that was
-- matched to their diagnostics: the first such day of that year. The deficit may have been found in any organization.
create or replace temp table matched_training as
select
    training.organization_id,
    training.person,
    training.role,
    year(training.finished_on) as year,
    min(training.finished_on) as first_on
from training
inner join programs on training.program_id = programs.program_id
inner join program_competencies on training.program_id = program_competencies.program_id
inner join first_deficits
    on training.person = first_deficits.person and program_competencies.competency = first_deficits.competency
where
    training.attestation_passed
    and programs.registered_on <= training.finished_on
    and first_deficits.first_on <= training.started_on
group by training.organization_id, training.person, training.role, year(training.finished_on);
