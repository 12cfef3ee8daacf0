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
counted as (
    select
        half_years.year,
        half_years.half,
        held.level,
        held.territory_id,
        count(*) as numerator
    from territory_events as held
    inner join half_years on held.region_id = half_years.region_id and held.year = half_years.year
    where held.held_on <= half_years.cutoff and held.event_level = 'региональный' and held.kind = 'методические службы'
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
where universe.level = 'R'
