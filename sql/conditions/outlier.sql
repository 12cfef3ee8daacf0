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
known as (
    select
        verdicts.*,
        indicators.kind,
        case indicators.better when 'higher' then -1 else 1 end as worse
    from verdicts
    inner join indicators on verdicts.indicator = indicators.code
    where
        verdicts.profile = 'composite'
        and verdicts.level = 'M'
        and verdicts.value is not null
        and indicators.kind <> 'count'
),

centred as (
    select
        *,
        median(value) over (partition by region_id, indicator, year, half) as median,
        count(*) over (partition by region_id, indicator, year, half) as places
    from known
),

scaled as (
    select
        *,
        median(abs(value - median)) over (partition by region_id, indicator, year, half) as deviation
    from centred
),

scored as (
    select
        *,
        0.6745 * worse * (value - median) / deviation as score
    from scaled
    where
        places >= 8
        -- More than half of the values are the same: there is no spread to measure against.
        and deviation > 1e-9
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
        when score <= 3.5 then 'clear'
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
from scored
