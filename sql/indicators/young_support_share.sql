/*
title: Доля педагогов до 35 лет, получающих поддержку в первые три года работы
short: Поддержка молодых педагогов
unit: %
kind: share
better: higher
levels: R M O
decimals: 1
theme: Молодые педагоги
position: 41
sources: L 6.1; I приложение 1
numerator: Педагоги, у которых период поддержки хотя бы одним днём приходится на время с начала года по конец
    полугодия
denominator: Педагоги до 35 лет в первые три года работы
counted: человек, человека, человек
row_source: young_support
note: Поддержка без даты окончания продолжается. Учтены только организации, приславшие паспорт за это полугодие, и в
    числителе, и в знаменателе. Человек считается один раз в каждой территории, где он встречается, поэтому
    числитель региона не равен сумме по муниципалитетам.
*/
with
supported as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        young_support.person
    from young_support
    inner join reporting_organizations as reporting on young_support.organization_id = reporting.organization_id
    where
        young_support.started_on <= reporting.cutoff
        and (young_support.finished_on is null or young_support.finished_on >= reporting.window_start)
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
