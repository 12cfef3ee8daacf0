-- One row per target of a profile as it is written down; applicable_targets says which of them applies when.
create table targets as
select
    profile,
    indicator,
    year,
    operator,
    value,
    levels,
    document,
    clause,
    valid_from,
    valid_to,
    note
from temp.targets
order by profile, indicator, year;
