-- One row per target that stands, with its identity: origin «shipped» came with the program, «own» was set here.
create table mart.target_list as
select
    target,
    origin,
    profile,
    indicator,
    year,
    operator,
    value,
    levels,
    document,
    order_number,
    order_date,
    clause,
    valid_from,
    valid_to,
    note
from temp.targets
order by profile, indicator, year, target;
