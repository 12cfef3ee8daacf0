/*
title: Доля педагогов до 35 лет, получавших поддержку в первые три года работы, нарастающим итогом
short: Поддержка молодых (накопл.)
unit: %
kind: share
better: higher
levels: R M O
base_year: 2022
decimals: 1
theme: Молодые педагоги
position: 42
sources: M показатель 6
numerator: Педагоги, у которых период поддержки хотя бы одним днём приходится на время с 1 января базового года по
    конец полугодия
denominator: Педагоги до 35 лет в первые три года работы
counted: человек, человека, человек
row_source: young_support
layer: young
note: Поддержка без даты окончания продолжается. Знаменатель — молодые педагоги на конец полугодия, поэтому при
    смене состава доля может превысить 100 %. До базового года значения нет. Учтены только организации, приславшие
    паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в каждой территории, где он
    встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
supported_teachers as (
    select
        organization_id,
        person as unit,
        started_on as first_on
    from young_support
    where finished_on is null or finished_on >= make_date($base_year, 1, 1)
)

select
    *,
    young_specialists as denominator
from counts_for_ever('supported_teachers')
where year >= $base_year
