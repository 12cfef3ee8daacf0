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
program_counts as (
    select
        year,
        half,
        'R' as level,
        region_id as territory_id,
        count(*) filter (where lms_on <= cutoff) as numerator
    from running_programs
    group by year, half, region_id
)

from counts_of_sent('program_counts', 'programs')
where level = 'R'
