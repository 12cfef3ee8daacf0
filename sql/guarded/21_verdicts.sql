-- main.verdicts without the figures that are hidden from the reader; their verdict is «hidden».
create view guarded.verdicts as
select
    judged.* replace (
        if(hidden_now.measure is null, judged.numerator, null) as numerator,
        if(hidden_now.measure is null, judged.denominator, null) as denominator,
        if(hidden_now.measure is null, judged.value, null) as value,
        if(hidden_now.measure is null, judged.verdict, 'hidden') as verdict,
        if(hidden_now.measure is null, judged.gap, null) as gap
    ),
    hidden_now.measure is not null as hidden
from main.verdicts as judged
left join guarded.hidden_now
    on
        judged.indicator = hidden_now.measure
        and judged.level = hidden_now.level
        and judged.territory_id = hidden_now.territory_id
        and judged.year = hidden_now.year
        and judged.half = hidden_now.half;
