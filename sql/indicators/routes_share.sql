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
layer: staff
note: Диагностика того же человека может быть пройдена в любой год и в любой организации, но не позже дня разработки
    маршрута. Состояние маршрута не учитывается: прекращённый маршрут тоже был разработан. Учтены только
    организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в
    каждой территории, где он встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
routed_staff as (
    select
        routes.organization_id,
        routes.person as unit,
        year(routes.created_on) as year,
        routes.created_on as first_on
    from routes
    inner join first_diagnostics on routes.person = first_diagnostics.person
    where first_diagnostics.first_on <= routes.created_on
)

select
    *,
    pedagogical_staff + managers as denominator
from counts_within_year('routed_staff')
