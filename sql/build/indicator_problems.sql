-- One row per way in which a result of an indicator breaks the contract.
select
    'answers for a territory, level or half-year that is not its own' as problem,
    results.indicator,
    results.year,
    results.half,
    results.level,
    results.territory_id
from indicator_results as results
left join indicator_levels as levels on results.indicator = levels.indicator and results.level = levels.level
left join territory_half_years as universe
    on
        results.level = universe.level
        and results.territory_id = universe.territory_id
        and results.year = universe.year
        and results.half = universe.half
where levels.level is null or universe.level is null
union all
select
    'answers twice for one territory and half-year' as problem,
    indicator,
    year,
    half,
    level,
    territory_id
from indicator_results
group by indicator, year, half, level, territory_id
having count(*) > 1
union all
select
    'gives a denominator to a count, a negative denominator, or a number that is not finite' as problem,
    results.indicator,
    results.year,
    results.half,
    results.level,
    results.territory_id
from indicator_results as results
inner join indicator_levels as levels on results.indicator = levels.indicator and results.level = levels.level
where
    (levels.kind = 'count' and results.denominator is not null)
    or results.denominator < 0
    or not isfinite(results.numerator)
    or not isfinite(results.denominator)
order by problem, indicator, year, half, level, territory_id
limit 1;
