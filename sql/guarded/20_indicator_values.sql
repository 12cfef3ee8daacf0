-- main.indicator_values without the figures that are hidden from who is asking.
create view guarded.indicator_values as
select
    measured.* replace (  -- noqa: AM04
        if(hidden_here.measure is null, measured.numerator, null) as numerator,
        if(hidden_here.measure is null, measured.denominator, null) as denominator,
        if(hidden_here.measure is null, measured.value, null) as value
    ),
    hidden_here.measure is not null as hidden
from main.indicator_values as measured
left join guarded.hidden_here
    on
        measured.indicator = hidden_here.measure
        and measured.level = hidden_here.level
        and measured.territory_id = hidden_here.territory_id
        and measured.year = hidden_here.year
        and measured.half = hidden_here.half;
