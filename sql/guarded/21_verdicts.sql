-- main.verdicts without the figures that are hidden from who is asking; their verdict is «hidden».
create view guarded.verdicts as
select
    judged.* replace (  -- noqa: AM04
        if(hidden_here.measure is null, judged.numerator, null) as numerator,
        if(hidden_here.measure is null, judged.denominator, null) as denominator,
        if(hidden_here.measure is null, judged.value, null) as value,
        if(hidden_here.measure is null, judged.verdict, 'hidden') as verdict,
        if(hidden_here.measure is null, judged.gap, null) as gap
    ),
    hidden_here.measure is not null as hidden
from main.verdicts as judged
left join guarded.hidden_here
    on
        judged.indicator = hidden_here.measure
        and judged.level = hidden_here.level
        and judged.territory_id = hidden_here.territory_id
        and judged.year = hidden_here.year
        and judged.half = hidden_here.half;
