/*
title: Доля учителей, прошедших итоговую аттестацию по программам Федерального реестра, нарастающим итогом
short: Аттестованы по ФР (накопл.)
unit: %
kind: share
better: higher
levels: R M O
base_year: 2022
decimals: 1
theme: Обучение
position: 22
sources: M показатель 3
numerator: Учителя, завершившие с 1 января базового года программу Федерального реестра, подобранную по диагностике,
    с итоговой аттестацией
denominator: Учителя, всего
counted: человек, человека, человек
row_source: federal_training; roles=учитель
note: То же условие, что у доли освоивших программы Федерального реестра, но только для учителей и нарастающим
    итогом с базового года. Знаменатель — учителя на конец полугодия. До базового года значения нет. Учтены только
    организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в
    каждой территории, где он встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
first_attested as (
    select
        organization_id,
        person,
        min(first_on) as first_on
    from matched_training
    where role = 'учитель' and year >= $base_year
    group by organization_id, person
),

attested as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        first_attested.person
    from first_attested
    inner join reporting_organizations as reporting on first_attested.organization_id = reporting.organization_id
    where first_attested.first_on <= reporting.cutoff
),

counted as (
    select
        attested.year,
        attested.half,
        territories.level,
        territories.territory_id,
        count(distinct attested.person) as numerator
    from attested
    inner join organization_territories as territories on attested.organization_id = territories.organization_id
    group by attested.year, attested.half, territories.level, territories.territory_id
)

select
    staff.year,
    staff.half,
    staff.level,
    staff.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    staff.teachers as denominator
from territory_staff as staff
left join counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
where staff.year >= $base_year
