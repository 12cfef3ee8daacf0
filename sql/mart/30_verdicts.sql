-- One row per profile and row of indicator_values: the value beside its target, the verdict and the gap.
--
-- Verdicts compare whole numbers, never rounded or floating-point ones. Every quantity is brought to millionths
-- (of a person, a unit, a percent); then numerator / denominator >= target is the same as reached >= required, where
--   reached  = numerator * scale * 10^6     (scale: 100 for a share, 1 for a ratio or a count)
--   required = target * denominator         (a count has the denominator 1)
-- The gap is the least whole number k that closes the distance: more in the numerator where higher is better; where
-- lower is better, more in the denominator of a ratio (further methodists) and less in the numerator otherwise. It
-- takes everything else as standing still.
create view verdicts as
with
values_with_targets as (
    select
        indicator_values.*,
        indicators.unit,
        indicators.kind,
        case indicators.kind when 'share' then 100 else 1 end as scale,
        targets.profile,
        targets.target,
        targets.target_year,
        targets.operator,
        targets.target_profile,
        targets.document,
        targets.goal,
        targets.goal_year
    from indicator_values
    inner join indicators on indicator_values.indicator = indicators.code
    inner join applicable_targets as targets
        on
            indicator_values.indicator = targets.indicator
            and indicator_values.level = targets.level
            and indicator_values.year = targets.year
),

exact_values as (
    select
        *,
        cast(trunc(numerator) as hugeint) * 1000000
        + cast(round((numerator - trunc(numerator)) * 1000000) as hugeint) as numerator_millionths,
        case
            when kind = 'count' then cast(1000000 as hugeint)
            else
                cast(trunc(denominator) as hugeint) * 1000000
                + cast(round((denominator - trunc(denominator)) * 1000000) as hugeint)
        end as denominator_millionths,
        cast(cast(target as decimal(18, 6)) * 1000000 as hugeint) as target_millionths
    from values_with_targets
),

compared_values as (
    select
        *,
        numerator_millionths * scale * 1000000 as reached,
        target_millionths * denominator_millionths as required,
        case
            when operator = '>=' then cast(1000000000000 as hugeint) * scale
            when kind = 'ratio' then target_millionths * 1000000
            else cast(1000000000000 as hugeint) * scale
        end as step
    from exact_values
),

judged_values as (
    select
        *,
        case
            when value is null then 'no_data'
            when target is null then 'no_target'
            when operator = '>=' and reached >= required then 'met'
            when operator = '<=' and reached <= required then 'met'
            when operator = '>=' and reached * 10 >= required * 9 then 'near'
            when operator = '<=' and reached * 10 <= required * 11 then 'near'
            else 'missed'
        end as verdict
    from compared_values
)

select
    judged.region_id,
    judged.level,
    judged.territory_id,
    territory_names.territory,
    judged.year,
    judged.half,
    judged.indicator,
    judged.profile,
    judged.numerator,
    judged.denominator,
    judged.value,
    judged.unit,
    judged.reporting,
    judged.expected,
    judged.half = 1 as provisional,
    judged.target,
    judged.target_year,
    judged.operator,
    judged.target_profile,
    judged.document,
    judged.goal,
    judged.goal_year,
    judged.verdict,
    case
        when judged.verdict = 'met' then 0
        when judged.verdict in ('near', 'missed') and judged.step > 0
            then cast((abs(judged.required - judged.reached) + judged.step - 1) // judged.step as bigint)
    end as gap
from judged_values as judged
inner join territory_names
    on judged.level = territory_names.level and judged.territory_id = territory_names.territory_id;
