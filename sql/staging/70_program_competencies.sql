-- One row per programme and competency that it develops.
create or replace temp table program_competencies as
select distinct
    program_id,
    trim(unnest(string_split(competencies, ','))) as competency
from programs;
