/*
title: Цель не достигнута
finding: За {period} показатель «{indicator}» — {value}[[ ({fraction})]], цель — {bound}. До цели — ещё {lacking}.
evidence: rows
note: Цели сводного профиля. В первом полугодии годовая цель сравнивается предварительно, а срочность считается
  от половины цели: показатели без нарастающего итога копятся с 1 января.
*/
with
judged_values as (
    select
        verdicts.*,
        verdicts.target
        / case
            when verdicts.half = 1 and verdicts.operator = '>=' and indicators.base_year is null then 2
            else 1
        end as pace
    from temp.composite_verdicts as verdicts
    inner join indicators on verdicts.indicator = indicators.code
    where verdicts.verdict in ('met', 'near', 'missed')
)

select
    region_id,
    level,
    territory_id,
    year,
    half,
    indicator,
    '' as subject,
    case verdict when 'missed' then 'raises' when 'near' then 'open' else 'clear' end as standing,
    numerator,
    denominator,
    value,
    target,
    operator,
    verdict,
    gap,
    case
        when verdict = 'met' or pace = 0 then 0
        when operator = '>=' then 100.0 * greatest(0, pace - value) / pace
        else 100.0 * (value - pace) / pace
    end as distance
from judged_values
