-- The group of those trained for a deficit, and of those waiting, is everybody with the deficit. The figures for all
-- competencies count each person once: where beside them a hidden figure of one competency could be no other number,
-- they are hidden, too; where people have one deficit only, both are the same and hidden together. Of one competency
-- those waiting are the others; of all, those who do not wait were trained for each of their deficits. Those without a
-- programme over all competencies are hidden with those of each competency that no programme answers (sql/guarded).
-- Everybody trained for a deficit is among those trained (most).
with
limits as (
    select
        found.*,
        found.competency = '' as is_total,
        found.competencies_with_deficit = 1 as is_single,
        least(found.with_deficit, coalesce(totals.trained, 0)) as most,
        if(
            is_single,
            found.trained < most,
            found.trained < least(most, found.all_trained) and found.sum_waiting > found.all_waiting
        ) as rises,
        found.trained > 0
        and (is_single or (found.sum_trained > found.all_trained and found.waiting < found.all_waiting)) as falls,
        not is_total and found.all_trained > 0 and not rises and not falls as is_bound
    from deficits_beside_total('deficits') as found
    inner join passport_totals as totals
        on
            found.level = totals.level
            and found.territory_id = totals.territory_id
            and found.year = totals.year
            and found.half = totals.half
    where found.with_deficit > 0
)

select
    measure_of('deficits_trained', competency) as layer,
    measure_of('deficits_trained', competency) as measure,
    region_id,
    year,
    half,
    level,
    territory_id,
    with_deficit as base,
    true as open_base,
    if(is_total, [trained, with_deficit - waiting], [trained]) as others,
    case
        when is_bound and is_small(with_deficit) then [trained < most]
        when not is_total then [rises]
        when is_single or is_small(with_deficit) then [trained < most, waiting > 0]
        else
            [
                trained < least(most, sum_trained),
                waiting > most_waiting and trained + waiting > with_deficit
            ]
    end as rises,
    case
        when is_bound and is_small(with_deficit) then [trained > 0]
        when not is_total then [falls]
        when is_single or is_small(with_deficit) then [trained > 0, waiting < with_deficit]
        else
            [
                trained > most_trained and trained + waiting > with_deficit,
                waiting < least(with_deficit, sum_waiting)
            ]
    end as falls,
    if(is_bound, measure_of('deficits_trained', ''), null) as hides
from limits
