-- One row per check: what it looks for, why, and what to do.
create table mart.quality_checks as
select
    code,
    title,
    why,
    advice,
    severity,
    position,
    subject,
    datasets
from temp.quality_catalogue
order by position, code;
