-- One row per indicator, half-year of a region and territory of the indicator's levels, also where there is no data
-- (value null). A share is in percent; nothing is rounded. reporting and expected count organizations: those with a
-- passport row for the half-year, and those in the register.
create table indicator_values as
select
    universe.region_id,
    universe.level,
    universe.territory_id,
    universe.year,
    universe.half,
    indicators.code as indicator,
    results.numerator,
    results.denominator,
    case indicators.kind
        when 'share' then 100.0 * results.numerator / nullif(results.denominator, 0)
        when 'ratio' then results.numerator / nullif(results.denominator, 0)
        else results.numerator
    end as value,
    coverage.reporting,
    coverage.expected
from indicators
inner join temp.indicator_levels as levels on indicators.code = levels.indicator
inner join temp.territory_half_years as universe on levels.level = universe.level
inner join temp.territory_coverage as coverage
    on
        universe.level = coverage.level
        and universe.territory_id = coverage.territory_id
        and universe.year = coverage.year
        and universe.half = coverage.half
left join temp.indicator_results as results
    on
        indicators.code = results.indicator
        and universe.level = results.level
        and universe.territory_id = results.territory_id
        and universe.year = results.year
        and universe.half = results.half
order by indicator, universe.level, universe.year, universe.half, universe.territory_id;
