-- One row per person, organization, role and year in which they mastered a programme of the Federal register that was
-- matched to their diagnostics: the first such day of that year.
create or replace temp table matched_training as
select
    organization_id,
    person,
    role,
    year(finished_on) as year,
    min(finished_on) as first_on
from matched_rows
group by organization_id, person, role, year(finished_on);
