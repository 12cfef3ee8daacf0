-- The group of those with a deficit is those assessed for the competency. The figure for all competencies counts each
-- person once: where beside it a hidden figure of one competency could be no other number, it is hidden, too, with the
-- step of the cascade that counts the same people. Where people were assessed for one competency only, both figures are
-- the same and hidden together.
with
limits as (
    select
        *,
        competency = '' as is_total,
        competencies_assessed = 1 or (is_total and is_small(assessed)) as is_alone,
        case
            when is_alone then with_deficit < assessed
            when is_total then with_deficit < least(assessed, sum_with_deficit)
            else
                with_deficit < least(assessed, all_with_deficit)
                and sum_assessed - sum_with_deficit > all_assessed - all_with_deficit
        end as rises,
        case
            when is_alone then with_deficit > 0
            when is_total
                then with_deficit > most_with_deficit and sum_assessed - sum_with_deficit > assessed - with_deficit
            else with_deficit > 0 and sum_with_deficit > all_with_deficit
        end as falls,
        not is_total and all_with_deficit > 0 and not rises and not falls as is_bound
    from deficits_beside_total('deficits')
    where assessed > 0
)

select
    measure_of('deficits', competency) as layer,
    measure_of('deficits', competency) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    assessed as base,
    true as open_base,
    [with_deficit] as others,
    [if(is_bound and is_small(assessed), with_deficit < assessed, rises)] as rises,
    [if(is_bound and is_small(assessed), with_deficit > 0, falls)] as falls,
    if(is_bound, measure_of('cascade', 'deficit'), null) as hides
from limits
