/*
title: Доля педагогических работников и управленческих кадров с ИОМ на основе диагностики
short: ИОМ по диагностике
unit: %
kind: share
better: higher
levels: R M O
decimals: 1
theme: Диагностика и маршруты
position: 12
sources: L 6.1; I приложение 1
numerator: Педагогические работники и управленческие кадры, для которых с начала года разработан индивидуальный
    образовательный маршрут не раньше первой диагностики
denominator: Педагогические работники и управленческие кадры, всего
counted: человек, человека, человек
row_source: routes
note: Диагностика того же человека может быть пройдена в любой год и в любой организации, но не позже дня разработки
    маршрута. Состояние маршрута не учитывается: прекращённый маршрут тоже был разработан. Учтены только
    организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в
    каждой территории, где он встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
routed as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        routes.person
    from routes
    inner join first_diagnostics on routes.person = first_diagnostics.person
    inner join reporting_organizations as reporting
        on routes.organization_id = reporting.organization_id and year(routes.created_on) = reporting.year
    where routes.created_on <= reporting.cutoff and first_diagnostics.first_on <= routes.created_on
),

counted as (
    select
        routed.year,
        routed.half,
        territories.level,
        territories.territory_id,
        count(distinct routed.person) as numerator
    from routed
    inner join organization_territories as territories on routed.organization_id = territories.organization_id
    group by routed.year, routed.half, territories.level, territories.territory_id
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
