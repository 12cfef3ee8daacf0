-- One row per person, organization and year with a diagnostics row: the first day of it in that year.
create or replace temp table diagnosed_people as
select
    organization_id,
    person,
    year(date) as year,
    min(date) as first_on
from diagnostics
group by organization_id, person, year(date);
