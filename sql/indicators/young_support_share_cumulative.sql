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
note: Поддержка без даты окончания продолжается. Знаменатель — молодые педагоги на конец полугодия, поэтому при
    смене состава доля может превысить 100 %. До базового года значения нет. Учтены только организации, приславшие
    паспорт за это полугодие, и в числителе, и в знаменателе. Человек считается один раз в каждой территории, где он
    встречается, поэтому числитель региона не равен сумме по муниципалитетам.
*/
with
first_supported as (
    select
        organization_id,
        person,
        min(started_on) as first_on
    from young_support
    where finished_on is null or finished_on >= make_date($base_year, 1, 1)
    group by organization_id, person
),

supported as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        first_supported.person
    from first_supported
    inner join reporting_organizations as reporting on first_supported.organization_id = reporting.organization_id
    where first_supported.first_on <= reporting.cutoff
),

counted as (
    select
        supported.year,
        supported.half,
        territories.level,
        territories.territory_id,
        count(distinct supported.person) as numerator
    from supported
    inner join organization_territories as territories on supported.organization_id = territories.organization_id
    group by supported.year, supported.half, territories.level, territories.territory_id
)

select
    staff.year,
    staff.half,
    staff.level,
    staff.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    staff.young_specialists as denominator
from territory_staff as staff
left join counted
    on
        staff.level = counted.level
        and staff.territory_id = counted.territory_id
        and staff.year = counted.year
        and staff.half = counted.half
where staff.year >= $base_year
