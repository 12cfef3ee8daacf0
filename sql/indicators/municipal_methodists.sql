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
sent as (
    select distinct
        territories.region_id,
        assignments.year,
        assignments.half
    from assignments
    inner join organization_territories as territories on assignments.organization_id = territories.organization_id
),

counted as (
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

select
    universe.year,
    universe.half,
    universe.level,
    universe.territory_id,
    coalesce(counted.numerator, 0) as numerator,
    null as denominator
from territory_half_years as universe
inner join sent
    on universe.region_id = sent.region_id and universe.year = sent.year and universe.half = sent.half
left join counted
    on
        universe.level = counted.level
        and universe.territory_id = counted.territory_id
        and universe.year = counted.year
        and universe.half = counted.half
where universe.level in ('R', 'M')
