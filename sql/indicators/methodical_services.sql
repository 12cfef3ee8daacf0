/*
title: Количество методических служб (советов) в образовательных организациях
short: Методические службы в ОО
unit: ед.
kind: count
better: higher
levels: R M
decimals: 0
theme: Инфраструктура и события
position: 51
sources: L 6.1
numerator: Организации, в паспорте которых за это полугодие указана методическая служба (совет)
denominator: нет: значение — само количество
counted: служба, службы, служб
passport: organizations
row_source: organization_passports
note: Учтены только организации, приславшие паспорт за это полугодие; если не прислала ни одна, значения нет.
no_target: Положение Ленинградской области называет показатель, но не задаёт число; других документов с целью нет.
*/
select
    year,
    half,
    level,
    territory_id,
    methodical_services as numerator,
    null as denominator
from territory_staff
where level in ('R', 'M')
