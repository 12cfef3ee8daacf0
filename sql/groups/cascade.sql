-- The group of a step is the last step before it that anybody reached; of those diagnosed, the staff. Where a step is
-- hidden, so are those after it: they are about even fewer people. Everybody of a step is also counted by a measure of
-- the staff that is shown, if anything is (most); of an organization this is no limit, since routes and training may be
-- recorded in another one. starts: the first step that is hidden; from there on somebody may have gone farther than is
-- known, so rises is said for each step before that one, the staff first.
with
steps_with_earlier as (
    select
        steps.*,
        list(steps.people) over steps_before as earlier,
        last_value(nullif(steps.people, 0) ignore nulls) over steps_before as base,
        case
            when steps.level = 'O' then null
            when steps.step = 'route' then routed.numerator
            when steps.step = 'trained' then totals.trained
            when steps.step = 'attested' then totals.attested
        end as most
    from cascade as steps
    left join indicator_values as routed
        on
            routed.indicator = 'routes_share'
            and steps.level = routed.level
            and steps.territory_id = routed.territory_id
            and steps.year = routed.year
            and steps.half = routed.half
    left join passport_totals as totals
        on
            steps.level = totals.level
            and steps.territory_id = totals.territory_id
            and steps.year = totals.year
            and steps.half = totals.half
    window
        steps_before as (
            partition by steps.region_id, steps.level, steps.territory_id, steps.year, steps.half
            order by steps.position
            rows between unbounded preceding and 1 preceding
        )
),

steps_with_start as (
    select
        *,
        min(if(is_small(base), position, null)) over (
            partition by region_id, level, territory_id, year, half
        ) as first_small
    from steps_with_earlier
)

select
    if(step = 'diagnosed', 'staff', measure_of('cascade', step)) as layer,
    measure_of('cascade', step) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    base,
    true as open_base,
    [people] as others,
    list_transform(earlier, lambda before: people < least(before, coalesce(most, before))) as rises,
    [people > 0] as falls,
    least(position, coalesce(first_small, position)) as starts
from steps_with_start
where step <> 'staff' and base > 0
