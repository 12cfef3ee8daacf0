/*
title: Доля региональных методистов, отвечающих требованиям к региональному методическому активу
short: Методисты по требованиям РМА
unit: %
kind: share
better: higher
levels: R M
decimals: 1
theme: Методисты
position: 34
sources: A 2.5; A 2.3.4
numerator: Действующие региональные методисты с высшим педагогическим образованием, стажем от 5 лет, высшей
    категорией или званием педагога-методиста либо педагога-наставника и пройденной диагностикой
denominator: Действующие региональные методисты
counted: методист, методиста, методистов
row_source: methodists
note: Муниципалитет — собственный муниципалитет методиста, а не организации, за которыми он закреплён.
*/
with
methodist_territories as (
    select
        *,
        region_id as territory_id,
        'R' as territory_level
    from active_methodists
    union all
    select
        *,
        municipality as territory_id,
        'M' as territory_level
    from active_methodists
)

select
    year,
    half,
    territory_level as level,
    territory_id,
    count(*) filter (
        where
        pedagogical_degree
        and experience_years >= 5
        and (category = 'высшая' or title <> '')
        and diagnostics_passed
    ) as numerator,
    count(*) as denominator
from methodist_territories
where level = 'региональный'
group by year, half, territory_level, territory_id
