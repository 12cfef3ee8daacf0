/*
title: Доля педагогических работников и управленческих кадров, прошедших диагностику профессиональных компетенций
short: Прошли диагностику
unit: %
kind: share
better: higher
levels: R M O
decimals: 1
theme: Диагностика и маршруты
position: 11
sources: L 6.1; I приложение 1
numerator: Педагогические работники и управленческие кадры, прошедшие с начала года диагностику хотя бы по одной
    компетенции
denominator: Педагогические работники и управленческие кадры, всего
counted: человек, человека, человек
row_source: diagnostics
note: Учтены только организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек
    считается один раз в каждой территории, где он встречается, поэтому числитель региона не равен сумме по
    муниципалитетам.
*/
with
diagnosed as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        diagnosed_people.person
    from diagnosed_people
    inner join reporting_organizations as reporting
        on diagnosed_people.organization_id = reporting.organization_id and diagnosed_people.year = reporting.year
    where diagnosed_people.first_on <= reporting.cutoff
),

counted as (
    select
        diagnosed.year,
        diagnosed.half,
        territories.level,
        territories.territory_id,
        count(distinct diagnosed.person) as numerator
    from diagnosed
    inner join organization_territories as territories on diagnosed.organization_id = territories.organization_id
    group by diagnosed.year, diagnosed.half, territories.level, territories.territory_id
)

select
    staff.year,
    staff.half,
    staff.level,
    staff.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    staff.pedagogical_staff + staff.managers as denominator
from territory_staff as staff
left join counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
