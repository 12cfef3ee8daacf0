/*
title: Нагрузка регионального методиста выше предела
finding: На {cutoff} у {gap:регионального методиста,региональных методистов,региональных методистов} из
  {denominator:работающего,работающих,работающих} с муниципалитетом закреплено больше {target} педагогов;
  наибольшая нагрузка — {greatest:педагог,педагога,педагогов}.
counted: методист, методиста, методистов
evidence: methodists
note: Нагрузка методиста — по всем его муниципалитетам. Превышение в среднем по муниципалитету — основание
  другого правила.
*/
with
limits as (
    select
        year,
        target
    from applicable_targets
    where
        profile = 'composite'
        and indicator = 'teachers_per_regional_methodist'
        and level = 'M'
        and target is not null
),

loads as (
    select
        here.region_id,
        here.year,
        here.half,
        here.municipality_id,
        here.teachers,
        sum(here.teachers) over (partition by here.year, here.half, here.methodist_id) as load
    from methodist_loads as here
),

methodist_counts as (
    select
        loads.region_id,
        loads.year,
        loads.half,
        loads.municipality_id,
        limits.target,
        count(*) as methodists,
        count(*) filter (where loads.load > limits.target) as overloaded,
        cast(max(loads.load) as bigint) as greatest
    from loads
    inner join limits on loads.year = limits.year
    group by loads.region_id, loads.year, loads.half, loads.municipality_id, limits.target
)

select
    counted.region_id,
    'M' as level,
    counted.municipality_id as territory_id,
    counted.year,
    counted.half,
    '' as indicator,
    '' as subject,
    case
        when counted.overloaded = 0 then 'clear'
        when average.verdict = 'missed' then 'open'
        else 'raises'
    end as standing,
    counted.overloaded as numerator,
    counted.methodists as denominator,
    null as value,
    counted.target,
    '<=' as operator,
    null as verdict,
    counted.overloaded as gap,
    100.0 * greatest(0, counted.greatest - counted.target) / counted.target as distance,
    counted.greatest
from methodist_counts as counted
left join temp.composite_verdicts as average
    on
        average.indicator = 'teachers_per_regional_methodist'
        and average.level = 'M'
        and counted.municipality_id = average.territory_id
        and counted.year = average.year
        and counted.half = average.half
