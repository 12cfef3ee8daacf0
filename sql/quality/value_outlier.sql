/*
title: Значение резко отличается от других муниципалитетов
why: Значение дальше от медианы муниципалитетов, чем бывает при обычном разбросе. Это может быть и ошибка в данных, и
  настоящее достижение или провал, о котором стоит знать до отчёта. Количества без знаменателя не сравниваются: они
  зависят от размера муниципалитета.
advice: Проверьте числитель и знаменатель муниципалитета; если они верны, примите находку с объяснением.
severity: notice
position: 90
datasets: passport_organizations
subject: indicator
watched: numerator denominator
message: {place}: «{indicator}» за {period} — {value.1} {unit} при медиане {median.1} {unit} по
  {places:муниципалитету,муниципалитетам,муниципалитетам} (модифицированная z-оценка {score.1}).
*/
with
known as (
    select
        measured.indicator,
        measured.year,
        measured.half,
        measured.region_id,
        measured.territory_id,
        measured.numerator,
        measured.denominator,
        measured.value
    from indicator_values as measured
    inner join indicators on measured.indicator = indicators.code
    where measured.level = 'M' and measured.value is not null and indicators.kind <> 'count'
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
)

select
    territory_id,
    year,
    half,
    null as organization_id,
    indicator as subject,
    numerator,
    denominator,
    value,
    median,
    places,
    0.6745 * (value - median) / deviation as score,
    null as evidence
from scaled
where
    places >= 8
    -- More than half of the values are the same: there is no spread to measure against.
    and deviation > 1e-9
    and abs(0.6745 * (value - median) / deviation) > 3.5
