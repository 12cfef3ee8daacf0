-- main.indicator_values without the figures that are hidden from the reader.
create view guarded.indicator_values as
select
    measured.* replace (
        if(hidden_now.measure is null, measured.numerator, null) as numerator,
        if(hidden_now.measure is null, measured.denominator, null) as denominator,
        if(hidden_now.measure is null, measured.value, null) as value
    ),
    hidden_now.measure is not null as hidden
from main.indicator_values as measured
left join guarded.hidden_now
    on
        measured.indicator = hidden_now.measure
        and measured.level = hidden_now.level
        and measured.territory_id = hidden_now.territory_id
        and measured.year = hidden_now.year
        and measured.half = hidden_now.half;
