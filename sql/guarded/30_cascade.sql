-- main.cascade without the steps that are hidden from the reader.
create view guarded.cascade as
select
    steps.* replace (if(hidden_now.measure is null, steps.people, null) as people),
    hidden_now.measure is not null as hidden
from main.cascade as steps
left join guarded.hidden_now
    on
        measure_of('cascade', steps.step) = hidden_now.measure
        and steps.level = hidden_now.level
        and steps.territory_id = hidden_now.territory_id
        and steps.year = hidden_now.year
        and steps.half = hidden_now.half;
