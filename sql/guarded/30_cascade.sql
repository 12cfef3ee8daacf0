-- main.cascade without the steps that are hidden from who is asking.
create view guarded.cascade as
select
    steps.* replace (if(hidden_here.measure is null, steps.people, null) as people),  -- noqa: AM04
    hidden_here.measure is not null as hidden
from main.cascade as steps
left join guarded.hidden_here
    on
        'cascade:' || steps.step = hidden_here.measure
        and steps.level = hidden_here.level
        and steps.territory_id = hidden_here.territory_id
        and steps.year = hidden_here.year
        and steps.half = hidden_here.half;
