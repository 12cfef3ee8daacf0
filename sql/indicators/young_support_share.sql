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
layer: young
note: Поддержка без даты окончания продолжается. Учтены только организации, приславшие паспорт за это полугодие, и в
    числителе, и в знаменателе. Человек считается один раз в каждой территории, где он встречается, поэтому
    числитель региона не равен сумме по муниципалитетам.
*/
with
supported_teachers as (
    select
        reporting.organization_id,
        reporting.year,
        reporting.half,
        young_support.person as unit
    from young_support
    inner join reporting_organizations as reporting on young_support.organization_id = reporting.organization_id
    where
        young_support.started_on <= reporting.cutoff
        and (young_support.finished_on is null or young_support.finished_on >= reporting.window_start)
)

select
    *,
    young_specialists as denominator
from counts_of_reporting('supported_teachers')
