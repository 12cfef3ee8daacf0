/*
title: Количество мониторингов, проведённых за год
short: Мониторинги за год
unit: ед.
kind: count
better: higher
levels: R
decimals: 0
theme: Управление
position: 62
sources: L 6.3; M показатель 2; I 6.3
numerator: Раунды мониторинга этого года, закрытые не позже конца полугодия
denominator: нет: значение — само количество
counted: мониторинг, мониторинга, мониторингов
row_source: rounds
note: Раунд считается в том году, за который он проводится. Раунды ведутся в самой системе, поэтому значение есть
    всегда: закрытых раундов может быть ноль.
*/
select
    half_years.year,
    half_years.half,
    'R' as level,
    half_years.region_id as territory_id,
    count(*) filter (where rounds.closed_on <= half_years.cutoff) as numerator,
    null as denominator
from half_years
left join rounds on half_years.region_id = rounds.region_id and half_years.year = rounds.year
group by half_years.year, half_years.half, half_years.region_id
