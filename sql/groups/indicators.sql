-- The group of a share of people is its denominator, or its numerator where that is 0. Shares of anything else have
-- open_base in their head.
select
    measured.indicator as measure,
    measured.region_id,
    measured.year,
    measured.half,
    measured.level,
    measured.territory_id,
    cast(if(measured.denominator > 0, measured.denominator, measured.numerator) as bigint) as base,
    [measured.numerator] as others
from indicator_values as measured
inner join indicators on measured.indicator = indicators.code
where indicators.kind = 'share' and indicators.open_base is null and base > 0
