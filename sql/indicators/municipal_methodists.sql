/*
title: Количество муниципальных методистов, закреплённых за организациями и педагогами
short: Муниципальные методисты
unit: чел.
kind: count
better: higher
levels: R M
decimals: 0
theme: Методисты
position: 32
sources: L 6.1
numerator: Действующие муниципальные методисты, за которыми в этом полугодии в организациях территории закреплён
    хотя бы один педагог
denominator: нет: значение — само количество
counted: методист, методиста, методистов
row_source: assignments; methodist_level=муниципальный; counts=methodists
note: Территория определяется по организации, за которой методист закреплён; в регионе методист считается один раз.
    Если за полугодие в регионе нет ни одного закрепления, значения нет.
no_target: Положение Ленинградской области называет показатель, но не задаёт число; других документов с целью нет.
*/
with
half_years_with_assignments as (
    select distinct
        territories.region_id,
        assignments.year,
        assignments.half
    from assignments
    inner join organization_territories as territories on assignments.organization_id = territories.organization_id
),

methodist_counts as (
    select
        assigned.year,
        assigned.half,
        territories.level,
        territories.territory_id,
        count(distinct assigned.methodist_id) as numerator
    from active_assignments as assigned
    inner join organization_territories as territories on assigned.organization_id = territories.organization_id
    where assigned.methodist_level = 'муниципальный' and assigned.teachers_assigned > 0
    group by assigned.year, assigned.half, territories.level, territories.territory_id
)

select numbers.*
from counts_of_all('methodist_counts') as numbers
inner join half_years_with_assignments as sent
    on numbers.region_id = sent.region_id and numbers.year = sent.year and numbers.half = sent.half
where numbers.level in ('R', 'M')
