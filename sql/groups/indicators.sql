-- The group of a share of people is its denominator, or its numerator where that is 0. Shares of anything else have
-- open_base in their head. Shares of one layer (in the head) are about the same people; staff is open data.
select
    coalesce(indicators.layer, measured.indicator) as layer,
    measured.indicator as measure,
    measured.region_id,
    measured.year,
    measured.half,
    measured.level,
    measured.territory_id,
    cast(if(measured.denominator > 0, measured.denominator, measured.numerator) as bigint) as base,
    coalesce(indicators.layer in ('staff', 'teachers'), false) as open_base,
    [measured.numerator] as others,
    if(open_base, [measured.numerator < base], [true]) as rises,
    if(open_base, [measured.numerator > 0], [true]) as falls
from indicator_values as measured
inner join mart.indicators as indicators on measured.indicator = indicators.code
where indicators.kind = 'share' and indicators.open_base is null and base > 0
