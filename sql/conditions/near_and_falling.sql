/*
title: Цель близка, но значение ухудшается
finding: За {period} показатель «{indicator}» — {value}[[ ({fraction})]], цель — {bound}, а годом раньше было
  {past}. До цели — ещё {lacking}.
evidence: rows
note: Сравнивается с тем же полугодием прошлого года.
*/
select
    present.region_id,
    present.level,
    present.territory_id,
    present.year,
    present.half,
    present.indicator,
    '' as subject,
    case
        when present.verdict = 'met' then 'clear'
        when present.verdict = 'missed' then 'open'
        when present.operator = '>=' and present.value < past.value then 'raises'
        when present.operator = '<=' and present.value > past.value then 'raises'
        else 'open'
    end as standing,
    present.numerator,
    present.denominator,
    present.value,
    present.target,
    present.operator,
    present.verdict,
    present.gap,
    100.0 * abs(present.target - present.value) / nullif(present.target, 0) as distance,
    past.value as past
from temp.composite_verdicts as present
inner join indicator_values as past
    on
        present.level = past.level
        and present.territory_id = past.territory_id
        and present.indicator = past.indicator
        and present.half = past.half
        and present.year = past.year + 1
where
    present.verdict in ('met', 'near', 'missed')
    and past.value is not null
