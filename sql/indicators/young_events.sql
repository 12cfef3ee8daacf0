/*
title: Количество мероприятий поддержки молодых педагогов
short: Мероприятия для молодых
unit: ед.
kind: count
better: higher
levels: R M
decimals: 0
theme: Молодые педагоги
position: 43
sources: I приложение 1
numerator: Мероприятия направления «молодые педагоги» с начала года
denominator: нет: значение — само количество
counted: мероприятие, мероприятия, мероприятий
row_source: events; kind=молодые педагоги; event_level=любой; counts=events
note: Мероприятие относится к муниципалитету, если он указан территорией, и к региону, если указан регион или один
    из муниципалитетов. Уровень мероприятия не важен. Если регион не загружал мероприятий, значения нет.
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
    where kind = 'молодые педагоги'
    group by year, half, level, territory_id
)

from counts_of_sent('event_counts', 'events')
where level in ('R', 'M')
