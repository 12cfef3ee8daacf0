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
counted as (
    select
        half_years.year,
        half_years.half,
        held.level,
        held.territory_id,
        count(distinct quarter(held.held_on)) as numerator
    from territory_events as held
    inner join half_years on held.region_id = half_years.region_id and held.year = half_years.year
    where held.held_on <= half_years.cutoff and held.event_level = 'региональный' and held.kind = 'заседание РМА'
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
