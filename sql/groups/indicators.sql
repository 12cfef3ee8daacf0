-- The group of a share of people is its denominator. Shares of anything else say so in their head (open_base).
select
    measured.indicator as measure,
    measured.region_id,
    measured.year,
    measured.half,
    measured.level,
    measured.territory_id,
    cast(measured.denominator as bigint) as base
from indicator_values as measured
inner join indicators on measured.indicator = indicators.code
where indicators.kind = 'share' and indicators.open_base is null and measured.denominator > 0
