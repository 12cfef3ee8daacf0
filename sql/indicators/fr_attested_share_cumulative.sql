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
layer: teachers
note: То же условие, что у доли освоивших программы Федерального реестра, но только для учителей и нарастающим
    итогом с базового года. Знаменатель — учителя на конец полугодия. До базового года значения нет. Учтены только
    организации, приславшие паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в
    каждой территории, где он встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
attested_teachers as (
    select
        organization_id,
        person as unit,
        first_on
    from matched_training
    where role = 'учитель' and year >= $base_year
)

select
    *,
    teachers as denominator
from counts_for_ever('attested_teachers')
where year >= $base_year
