/*
title: Количество программ, размещённых в системе дистанционного обучения
short: Программы в СДО
unit: ед.
kind: count
better: higher
levels: R
decimals: 0
theme: Обучение
position: 28
sources: I приложение 1
numerator: Реализуемые программы, размещённые в СДО не позже конца полугодия
denominator: нет: значение — само количество
counted: программа, программы, программ
row_source: programs; counted_by=lms
note: Программа реализуется, если её срок хотя бы одним днём приходится на время с начала года по конец полугодия.
    Если регион не загружал программ, значения нет.
*/
with
counted as (
    select
        year,
        half,
        region_id,
        count(*) filter (where lms_on <= cutoff) as numerator
    from running_programs
    group by year, half, region_id
)

select
    half_years.year,
    half_years.half,
    'R' as level,
    half_years.region_id as territory_id,
    coalesce(counted.numerator, 0) as numerator,
    null as denominator
from half_years
inner join loaded_datasets as loaded on half_years.region_id = loaded.region_id and loaded.dataset = 'programs'
left join counted
    on
        half_years.region_id = counted.region_id
        and half_years.year = counted.year
        and half_years.half = counted.half
