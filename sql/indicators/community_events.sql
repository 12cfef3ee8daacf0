/*
title: Количество мероприятий поддержки профессиональных сообществ
short: Мероприятия сообществ
unit: ед.
kind: count
better: higher
levels: R M
decimals: 0
theme: Инфраструктура и события
position: 53
sources: I приложение 1
numerator: Мероприятия направления «сообщества» с начала года
denominator: нет: значение — само количество
counted: мероприятие, мероприятия, мероприятий
row_source: events; kind=сообщества; event_level=любой; counts=events
note: Мероприятие относится к муниципалитету, если он указан территорией, и к региону, если указан регион или один
    из муниципалитетов. Уровень мероприятия не важен. Если регион не загружал мероприятий, значения нет.
*/
with
counted as (
    select
        half_years.year,
        half_years.half,
        held.level,
        held.territory_id,
        count(*) as numerator
    from territory_events as held
    inner join half_years on held.region_id = half_years.region_id and held.year = half_years.year
    where held.held_on <= half_years.cutoff and held.kind = 'сообщества'
    group by half_years.year, half_years.half, held.level, held.territory_id
)

select
    universe.year,
    universe.half,
    universe.level,
    universe.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    null as denominator
from territory_half_years as universe
inner join loaded_datasets as loaded on universe.region_id = loaded.region_id and loaded.dataset = 'events'
left join counted
    on
        universe.level = counted.level
        and universe.territory_id = counted.territory_id
        and universe.year = counted.year
        and universe.half = counted.half
where universe.level in ('R', 'M')
