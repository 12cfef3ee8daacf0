/*
title: Значение заметно хуже, чем у других
finding: За {period} показатель «{indicator}» — {value}[[ ({fraction})]] при медиане {median.1} {unit} по
  {places:муниципалитету,муниципалитетам,муниципалитетам}. До медианы — ещё {lacking}.
evidence: rows
note: Модифицированная z-оценка в худшую сторону больше 3,5; не считается, когда муниципалитетов меньше восьми
  или больше половины значений совпадают. Недостигнутая цель — основание другого правила, поэтому здесь она не
  повторяется.
*/
with
scored_values as (
    select
        verdicts.*,
        indicators.kind,
        scores.median,
        scores.places,
        scores.score * case indicators.better when 'higher' then -1 else 1 end as worse_by
    from value_scores as scores
    inner join temp.composite_verdicts as verdicts
        on
            scores.region_id = verdicts.region_id
            and verdicts.level = 'M'
            and scores.territory_id = verdicts.territory_id
            and scores.year = verdicts.year
            and scores.half = verdicts.half
            and scores.indicator = verdicts.indicator
    inner join indicators on verdicts.indicator = indicators.code
)

select
    region_id,
    level,
    territory_id,
    year,
    half,
    indicator,
    '' as subject,
    case
        when worse_by <= outlier_score() then 'clear'
        when verdict in ('near', 'missed') then 'open'
        else 'raises'
    end as standing,
    numerator,
    denominator,
    value,
    target,
    operator,
    verdict,
    case
        when kind = 'share' then ceil(greatest(0, median - value) * denominator / 100 - 1e-9)
        when median > 0 then ceil(greatest(0, numerator / median - denominator) - 1e-9)
        else 0
    end as gap,
    100.0 * abs(value - median) / nullif(median, 0) as distance,
    median,
    places
from scored_values
