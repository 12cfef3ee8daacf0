/*
title: Доля методических служб, участвовавших во взаимообучении
short: Взаимообучение служб
unit: %
kind: share
better: higher
levels: R M
decimals: 1
theme: Инфраструктура и события
position: 54
sources: I приложение 1
numerator: Муниципалитеты, методическая служба которых участвовала во взаимообучении
denominator: Муниципалитеты, в которых есть методическая служба
counted: служба, службы, служб
row_source: municipal_passports
open_base: считаются методические службы
note: По паспортам муниципалитетов за это полугодие. Муниципалитет без службы не входит ни в числитель, ни в
    знаменатель; для одного муниципалитета значение — 0 или 100 %.
*/
with
services as (
    select
        half_years.region_id,
        passports.municipality,
        passports.year,
        passports.half,
        passports.mutual_learning
    from passport_municipalities as passports
    inner join half_years
        on
            region_of(passports.municipality) = half_years.region_id
            and passports.year = half_years.year
            and passports.half = half_years.half
    where passports.methodical_service
)

select
    year,
    half,
    'R' as level,
    region_id as territory_id,
    count(*) filter (where mutual_learning) as numerator,
    count(*) as denominator
from services
group by year, half, region_id
union all
select
    year,
    half,
    'M' as level,
    municipality as territory_id,
    count(*) filter (where mutual_learning) as numerator,
    count(*) as denominator
from services
group by year, half, municipality
