/*
title: Значение изменилось не так, как у других
why: За год значение изменилось намного сильнее или слабее, чем у большинства муниципалитетов. Сравниваются одинаковые
  полугодия, потому что внутри года значения накапливаются.
advice: Сравните сведения муниципалитета с прошлогодними; если перемена настоящая, примите находку с объяснением.
severity: notice
position: 100
datasets: passport_organizations
subject: indicator
watched: numerator denominator numerator_before denominator_before
message: {territory}: «{indicator}» за {period} — {value.1} {unit}, годом раньше — {value_before.1} {unit}; обычная для
  {places:муниципалитета,муниципалитетов,муниципалитетов} перемена — {median.1} (модифицированная z-оценка {score.1}).
*/
with
changes as (
    select
        present.indicator,
        present.year,
        present.half,
        present.region_id,
        present.territory_id,
        present.numerator,
        present.denominator,
        present.value,
        past.numerator as numerator_before,
        past.denominator as denominator_before,
        past.value as value_before,
        present.value - past.value as change
    from indicator_values as present
    inner join indicator_values as past
        on
            present.indicator = past.indicator
            and present.level = past.level
            and present.territory_id = past.territory_id
            and present.half = past.half
            and present.year = past.year + 1
    inner join indicators on present.indicator = indicators.code
    where
        present.level = 'M'
        and present.value is not null
        and past.value is not null
        and indicators.kind <> 'count'
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
    numerator_before,
    denominator_before,
    value_before,
    median,
    places,
    score,
    null as evidence
from scores('changes', change)
where abs(score) > outlier_score()
