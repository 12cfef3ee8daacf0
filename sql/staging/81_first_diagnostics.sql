-- One row per person with any diagnostics, in whatever organization: the first day of it.
create or replace temp table first_diagnostics as
select
    person,
    min(first_on) as first_on
from diagnosed_people
group by person;
