/*
title: Количество региональных мероприятий для муниципальных методических служб
short: Мероприятия для ММС
unit: ед.
kind: count
better: higher
levels: R
decimals: 0
theme: Инфраструктура и события
position: 52
sources: I приложение 1
numerator: Мероприятия регионального уровня направления «методические службы» с начала года
denominator: нет: значение — само количество
counted: мероприятие, мероприятия, мероприятий
row_source: events; kind=методические службы; event_level=региональный; counts=events
note: Мероприятие относится к региону, если его территория — регион или один из муниципалитетов. Если регион не
    загружал мероприятий, значения нет.
*/
with
event_counts as (
    select
        year,
        half,
        level,
        territory_id,
        count(*) as numerator
    from events_so_far
    where event_level = 'региональный' and kind = 'методические службы'
    group by year, half, level, territory_id
)

from counts_of_sent('event_counts', 'events')
where level = 'R'
