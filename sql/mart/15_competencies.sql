-- One row per competency.
create table competencies as
select
    competency,
    name,
    position
from temp.competencies
order by position;
