-- The rows of training in which somebody mastered a programme of the Federal register that was matched to their
-- diagnostics, once for each deficit that it answers. The deficit may have been found in any organization.
create or replace temp view matched_rows as
select
    training.organization_id,
    training.person,
    training.role,
    training.program_id,
    training.started_on,
    training.finished_on
from training
inner join programs on training.program_id = programs.program_id
inner join program_competencies on training.program_id = program_competencies.program_id
inner join first_deficits
    on training.person = first_deficits.person and program_competencies.competency = first_deficits.competency
where
    training.attestation_passed
    and programs.registered_on <= training.finished_on
    and first_deficits.first_on <= training.started_on;
