/*
title: Количество кварталов, в которых прошло заседание РМА
short: Кварталы с заседанием РМА
unit: ед.
kind: count
better: higher
levels: R
decimals: 0
theme: Методисты
position: 33
sources: A 3.4
numerator: Разные кварталы с начала года, в которых прошло заседание РМА регионального уровня
denominator: нет: значение — само количество
counted: заседание в новом квартале, заседания в новых кварталах, заседаний в новых кварталах
row_source: events; kind=заседание РМА; event_level=региональный; counts=quarters
note: Положение требует заседание не реже раза в квартал, поэтому два заседания в одном квартале считаются за один
    квартал. Если регион не загружал мероприятий, значения нет.
*/
with
event_counts as (
    select
        year,
        half,
        level,
        territory_id,
        count(distinct quarter(held_on)) as numerator
    from events_so_far
    where event_level = 'региональный' and kind = 'заседание РМА'
    group by year, half, level, territory_id
)

from counts_of_sent('event_counts', 'events')
where level = 'R'
