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
layer: staff
note: Учтены только организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек
    считается один раз в каждой территории, где он встречается, поэтому числитель региона не равен сумме по
    муниципалитетам.
*/
with
diagnosed_staff as (
    select
        organization_id,
        person as unit,
        year,
        first_on
    from diagnosed_people
)

select
    *,
    pedagogical_staff + managers as denominator
from counts_within_year('diagnosed_staff')
