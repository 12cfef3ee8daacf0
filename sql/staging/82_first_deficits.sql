-- One row per person and competency in which a deficit was found, in whatever organization: the first day it was.
create or replace temp table first_deficits as
select
    person,
    competency,
    min(date) as first_on
from diagnostics
where deficit
group by person, competency;
