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
message: {territory}: «{indicator}» за {period} — {value.1} {unit} при медиане {median.1} {unit} по
  {places:муниципалитету,муниципалитетам,муниципалитетам} (модифицированная z-оценка {score.1}).
*/
select
    scores.territory_id,
    scores.year,
    scores.half,
    null as organization_id,
    scores.indicator as subject,
    measured.numerator,
    measured.denominator,
    measured.value,
    scores.median,
    scores.places,
    scores.score,
    null as evidence
from value_scores as scores
inner join indicator_values as measured
    on
        scores.region_id = measured.region_id
        and measured.level = 'M'
        and scores.territory_id = measured.territory_id
        and scores.year = measured.year
        and scores.half = measured.half
        and scores.indicator = measured.indicator
where abs(scores.score) > outlier_score()
